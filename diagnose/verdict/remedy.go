package verdict

import (
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/finding"
)

// A Remedy is one way to mend the cause.
type Remedy struct {
	Product string // whose configuration it changes; "" for advice to everybody
	Guess   bool   // the product is not known: this is for those who have it
	Say     string // what to do and why, in full sentences
	Where   string // where the lines belong; "" when there are none
	Lines   string // the very lines of configuration
}

// String returns the remedy as text: what to do, where, and the lines,
// indented by four spaces.
func (r Remedy) String() string {
	var b strings.Builder
	switch {
	case r.Product != "" && r.Guess:
		b.WriteString("If the proxy is " + r.Product + ": ")
	case r.Product != "" && !strings.Contains(r.Say, r.Product):
		b.WriteString(r.Product + ": ")
	}
	b.WriteString(r.Say)
	if r.Lines == "" {
		return b.String()
	}
	b.WriteString("\n" + r.Where + ":\n")
	for line := range strings.SplitSeq(r.Lines, "\n") {
		b.WriteString("\n")
		if line != "" {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}

// A topic is a kind of thing to mend in a proxy, whatever the code that shows
// that it is broken. The numbers are ours.
type topic uint8

const (
	upgrade       topic = iota + 1 // the upgrade does not cross the proxy
	answer101                      // the server's 101 does not come back
	idle                           // a timer cuts silent connections
	lifetime                       // a timer cuts every connection
	drain                          // a reload or a restart cuts connections
	messageSize                    // a limit on the size of messages
	host                           // Host is rewritten
	route                          // the path is rewritten, or there is no route
	policy                         // the proxy refuses upgrades or this request
	rate                           // the proxy limits the number of requests
	requestSize                    // the head or the body of the request is too large
	upstream                       // the upstream cannot be reached
	slowUpstream                   // the upstream does not answer in time
	ownRefusal                     // the proxy answers that it has no service
	sticky                         // requests of a session reach several backends
	cache                          // a cache answers
	requestField                   // a field of the request is removed or replaced
	responseField                  // a field of the 101 is removed or replaced
	subprotocol                    // Sec-WebSocket-Protocol is removed
	compression                    // Sec-WebSocket-Extensions is removed
	content                        // the proxy writes into the stream
	buffering                      // the proxy holds messages back
	stall                          // the proxy stopped relaying
	relay                          // the relay loses, repeats or rewrites frames
	scheme                         // TLS, plain HTTP and HTTP/2 are mixed up
)

// topics says what a code is about when a proxy is to blame.
var topics = map[finding.Code]topic{
	finding.HandshakeUpgradeStripped:           upgrade,
	finding.HandshakeUpgradeWrong:              upgrade,
	finding.HandshakeConnectionWrong:           upgrade,
	finding.HandshakeHTTP10:                    upgrade,
	finding.HandshakeUpgradeForced:             upgrade,
	finding.HandshakeUpgradeRequired:           upgrade,
	finding.HandshakeBadRequest:                upgrade,
	finding.HandshakeNotUpgraded:               route,
	finding.HandshakeUnanswered:                upgrade,
	finding.HopUpgradeNotRelayed:               answer101,
	finding.HopAnsweredByProxy:                 relay,
	finding.HandshakeProtocolMismatch:          scheme,
	finding.HTTP2ConnectDisabled:               scheme,
	finding.HandshakeMethod:                    requestField,
	finding.HandshakeKeyMissing:                requestField,
	finding.HandshakeKeyInvalid:                requestField,
	finding.HandshakeKeyDuplicate:              requestField,
	finding.HandshakeVersion:                   requestField,
	finding.HopKeyChanged:                      requestField,
	finding.HandshakeCached:                    cache,
	finding.HopSubprotocolStripped:             subprotocol,
	finding.HandshakeSubprotocolUnoffered:      subprotocol,
	finding.HandshakeSubprotocolUnanswered:     subprotocol,
	finding.HopExtensionStrippedResponse:       compression,
	finding.HopExtensionStrippedRequest:        compression,
	finding.HandshakeExtensionUnoffered:        compression,
	finding.HandshakeExtensionInvalid:          compression,
	finding.DeflateNotNegotiated:               compression,
	finding.HandshakeAcceptMissing:             responseField,
	finding.HandshakeAcceptWrong:               responseField,
	finding.HandshakeResponseUpgradeMissing:    responseField,
	finding.HandshakeResponseConnectionMissing: responseField,
	finding.HandshakeBodyHeaders:               responseField,
	finding.HandshakeSessionUnknown:            sticky,
	finding.HandshakeForbidden:                 policy,
	finding.HandshakeUnauthorized:              policy,
	finding.HandshakeOriginRejected:            host,
	finding.HandshakeNotFound:                  route,
	finding.HandshakeRateLimited:               rate,
	finding.HandshakeRequestTooLarge:           requestSize,
	finding.HandshakeHeaderTooLarge:            requestSize,
	finding.HandshakeUpstreamDown:              upstream,
	finding.HandshakeUpstreamTimeout:           slowUpstream,
	finding.HandshakeBody:                      content,
	finding.HopBytesInjected:                   content,
	finding.HopPayloadChanged:                  content,
	finding.FrameDesynchronised:                content,
	finding.MessageInvalidUTF8:                 content,
	finding.HopMessageLost:                     relay,
	finding.HopMessageDuplicated:               relay,
	finding.HopRSVCleared:                      relay,
	finding.HopRefragmented:                    relay,
	finding.HopControlDropped:                  relay,
	finding.HopCloseSwallowed:                  relay,
	finding.FrameServerMasked:                  relay,
	finding.FrameClientUnmasked:                relay,
	finding.FrameReservedBit:                   relay,
	finding.FrameContinuationUnexpected:        relay,
	finding.FrameContinuationExpected:          relay,
	finding.DeflateReservedBit:                 relay,
	finding.DeflateCorrupt:                     relay,
	finding.PingUnanswered:                     relay,
	finding.CloseUnanswered:                    relay,
	finding.HopDelayed:                         buffering,
	finding.EndStalled:                         stall,
	finding.HTTP2Stalled:                       stall,
	finding.EndIdleTimeout:                     idle,
	finding.EndLifetime:                        lifetime,
	finding.EndTogether:                        drain,
	finding.EndReset:                           drain,
	finding.CloseMissing:                       drain,
	finding.CloseMidFrame:                      drain,
	finding.EndAfterHandshake:                  drain,
	finding.EndHalfClosed:                      drain,
	finding.HTTP2Goaway:                        drain,
	finding.EndAfterSize:                       messageSize,
	finding.CloseAbnormal:                      messageSize,
}

// An entry is a row of the table of remedies.
type entry struct {
	topic topic
	Remedy
}

// remedyTable holds what is known of each product. In its texts {path} is the
// path of the WebSocket, {upstream} the address of the server behind the
// proxy, {field} the field that the finding is about, {quiet} the silence
// after which a timer cut. To add a product, write its file and name it here.
var remedyTable = slices.Concat(nginx, haproxy, apache, caddy, varnish, squid, envoy, traefik, clouds, programs, ingress)

// anyProxy is what to do in a proxy that the table does not know.
func anyProxy(t topic) (Remedy, bool) {
	i := slices.IndexFunc(generic, func(e entry) bool { return e.topic == t })
	switch {
	case i < 0 && t == slowUpstream:
		return anyProxy(upstream)
	case i < 0:
		return Remedy{}, false
	}
	return generic[i].Remedy, true
}

// usual names the products that mostly are to blame for a topic, to be offered
// when nothing tells which one it is.
var usual = map[topic][]string{
	upgrade:       {"nginx", "Apache"},
	answer101:     {"http-proxy (Node.js)", "Go"},
	idle:          {"nginx", "HAProxy", "AWS ALB"},
	lifetime:      {"Envoy", "Google"},
	drain:         {"nginx"},
	host:          {"nginx", "Apache"},
	route:         {"nginx", "Apache"},
	policy:        {"nginx", "Envoy"},
	rate:          {"nginx"},
	upstream:      {"nginx", "HAProxy"},
	slowUpstream:  {"nginx", "HAProxy"},
	sticky:        {"nginx", "HAProxy"},
	cache:         {"Varnish", "nginx"},
	requestField:  {"nginx", "HAProxy"},
	responseField: {"nginx", "HAProxy"},
	subprotocol:   {"nginx", "HAProxy"},
	compression:   {"nginx", "HAProxy"},
	buffering:     {"Envoy"},
	scheme:        {"nginx", "HAProxy"},
}

// remedies returns what mends the charge.
func (s *socket) remedies(c charge, b blame, product string, certain bool) []Remedy {
	code := s.wording(c)
	t, known := topics[code]
	switch {
	case b.culprit == Proxy && known && c.Code != code && code == finding.HopAnsweredByProxy:
		return adviceOf(&dissect.Finding{Report: finding.Report{Code: code}})
	case b.culprit != Proxy && (t == upstream || t == slowUpstream) && s.legs[0].answered.Name != "":
		// The server has to be mended, or its address in the proxy that says so.
		product, certain = s.legs[0].answered.Name, s.legs[0].answered.Certain
	case b.culprit != Proxy || !known:
		if r, ok := ownRemedy(b.culprit, c.Code); ok {
			return []Remedy{s.filler(c, b)(r)}
		}
		return adviceOf(c.Finding)
	}
	if s.refusedOrigin(c) {
		t = requestField
	}
	if t == upstream && b.culprit == Proxy {
		t = ownRefusal
	}
	fill := s.filler(c, b)
	own := remediesOf(t, product)
	var list []Remedy
	for _, r := range own {
		r = fill(r)
		r.Guess = !certain
		list = append(list, r)
	}
	if len(list) > 0 && certain {
		return list
	}
	if r, ok := anyProxy(t); ok {
		list = append([]Remedy{fill(r)}, list...)
	}
	if len(list) == 0 {
		list = adviceOf(c.Finding)
	}
	if product != "" {
		return list
	}
	for _, name := range usual[t] {
		for _, r := range remediesOf(t, name) {
			r = fill(r)
			r.Guess = true
			list = append(list, r)
		}
	}
	return list
}

// remediesOf returns what the table knows of a product.
func remediesOf(t topic, product string) []Remedy {
	var list []Remedy
	for _, e := range remedyTable {
		if e.topic == t && e.Product == product && product != "" {
			list = append(list, e.Remedy)
		}
	}
	if len(list) == 0 && t == slowUpstream {
		return remediesOf(upstream, product)
	}
	return list
}
