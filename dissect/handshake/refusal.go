package handshake

import (
	"bytes"
	"strconv"

	"wsight/dissect/header"
	"wsight/finding"
	"wsight/safe"
)

// UseTLS is the advice to who speaks plain HTTP to a port of TLS.
const UseTLS = "Connect with wss:// instead of ws://; behind a proxy, use the https scheme to this upstream (nginx: `proxy_pass https://`)."

// refusal says what the status of a refused handshake means (RFC 9110 §15).
func (j *judge) refusal() {
	r := j.Response
	page := readPage(j.Body)
	blameless := !j.faulty()
	cached := cacheEvidence(r.Fields)
	if cached != "" {
		j.report(finding.HandshakeCached, "%s in the answer %s", cached, j.statusLine())
	}

	var report *finding.Report
	switch status := r.Status; {
	case page == plainToTLS:
		report = j.report(finding.HandshakeProtocolMismatch, "%s: the server expects TLS on this port and got plain HTTP", j.statusLine())
		report.Advice = UseTLS
	case page == unknownSession:
		report = j.report(finding.HandshakeSessionUnknown, "%s for %s", j.statusLine(), safe.Quote(j.target()))
	case status == 464: // AWS ALB: the target group speaks another HTTP version
		report = j.report(finding.HandshakeProtocolMismatch, "%s: an AWS load balancer answers so when its target group is set to another HTTP version", j.statusLine())
		report.Advice = "Set the protocol version of the target group to HTTP1."
	case status/100 == 2 && cached != "":
		return
	case status/100 == 3 && status != 304:
		j.redirect()
		return
	case status == 401:
		report = j.report(finding.HandshakeUnauthorized, "%s; %s", j.statusLine(), quoteLines(r.Fields, "WWW-Authenticate"))
	case status == 407:
		report = j.report(finding.HandshakeUnauthorized, "%s; %s", j.statusLine(), quoteLines(r.Fields, "Proxy-Authenticate"))
		report.Title = "a proxy refused the handshake for lack of credentials"
		report.Advice = "Give the client the credentials of the forward proxy, or let it reach the server without that proxy."
	case status == 403:
		report = j.forbidden()
	case status == 404, status == 410:
		report = j.report(finding.HandshakeNotFound, "%s for %s", j.statusLine(), safe.Quote(j.target()))
	case status == 431, status == 414, status == 400 && page == headerTooLarge:
		report = j.tooLarge()
	case status == 400:
		report = j.report(finding.HandshakeBadRequest, "%s", j.statusLine())
		if j.Request != nil && blameless {
			report.Detail += "; the request is a correct handshake as it passed here"
		}
	case status == 413:
		report = j.report(finding.HandshakeRequestTooLarge, "%s", j.statusLine())
		if j.Request != nil {
			report.Detail += "; the request has " + quoteLines(j.Request.Fields, "Content-Length")
		}
	case status == 426:
		report = j.upgradeRequired(blameless)
	case status == 429:
		report = j.report(finding.HandshakeRateLimited, "%s; %s", j.statusLine(), quoteLines(r.Fields, "Retry-After"))
	case status == 502, status == 503, status == 520, status == 521, status == 523, status == 525, status == 526:
		report = j.report(finding.HandshakeUpstreamDown, "%s", j.statusLine())
		if r.Fields.Has("Retry-After") {
			report.Detail += "; " + quoteLines(r.Fields, "Retry-After")
		}
	case status == 504, status == 522, status == 524:
		report = j.report(finding.HandshakeUpstreamTimeout, "%s", j.statusLine())
	default:
		report = j.notUpgraded(page)
	}
	j.excerpt(report, page)
	j.product(report)
}

// forbidden tells an Origin check from another refusal.
func (j *judge) forbidden() *finding.Report {
	o := &j.outcome
	switch relation := originRelation(o.Origin, o.Host); relation {
	case otherHost, otherPort, portUnknown:
		report := j.report(finding.HandshakeOriginRejected, "%s; Origin is %s, Host is %s", j.statusLine(), safe.Quote(*o.Origin), safe.Quote(*o.Host))
		if relation != otherHost {
			report.Detail += ": only the port differs"
		}
		return report
	}
	report := j.report(finding.HandshakeForbidden, "%s", j.statusLine())
	if o.Origin != nil && o.Host != nil {
		report.Detail += "; Origin " + safe.Quote(*o.Origin) + " fits Host " + safe.Quote(*o.Host)
	}
	return report
}

func (j *judge) tooLarge() *finding.Report {
	report := j.report(finding.HandshakeHeaderTooLarge, "%s", j.statusLine())
	r := j.Request
	if r == nil {
		return report
	}
	report.Detail += "; the head of the request has " + plural(r.Size, "byte")
	largest := header.Field{Name: "the target", Value: r.Target}
	for _, field := range r.Fields {
		if len(field.Value) > len(largest.Value) {
			largest = field
		}
	}
	report.Detail += ", " + strconv.Itoa(len(largest.Value)) + " of them in " + safe.Quote(clip(largest.Name, 40))
	return report
}

// upgradeRequired tells a 426 to a request that lacked something from one to a
// request that had all when it passed here.
func (j *judge) upgradeRequired(blameless bool) *finding.Report {
	report := j.report(finding.HandshakeUpgradeRequired, "%s; %s", j.statusLine(), quoteLines(j.Response.Fields, "Upgrade"))
	switch {
	case j.given.count(versionField) > 0:
		report.Detail += "; " + quoteLines(j.Response.Fields, "Sec-WebSocket-Version")
	case j.Request != nil && blameless:
		report.Detail += "; the request that passed here asked for the upgrade correctly, so something behind this point removed it"
	}
	return report
}

func (j *judge) notUpgraded(page page) *finding.Report {
	report := j.report(finding.HandshakeNotUpgraded, "%s", j.statusLine())
	switch {
	case page == hijack:
		report.Detail += "; the page complains about http.Hijacker"
		report.Advice = "A middleware before the handler wraps http.ResponseWriter without Hijack (or Unwrap). Exempt the path from it, or update it."
	case j.Response.Status == 511:
		report.Advice = "A captive portal answered. Sign in to the network, or use wss:// so that it cannot answer in the server's place."
	case j.given.count(acceptField) > 0:
		report.Detail += "; it has " + quoteLines(j.Response.Fields, "Sec-WebSocket-Accept") + ", as only a 101 has: the status was rewritten, or set wrong"
		report.Advice = "The server meant to accept. Compare the status with the one that the server sends: a firewall or a proxy that does not know 101 may rewrite it, and otherwise the server must send 101."
	case j.Response.Status/100 == 2 && j.Response.Fields.Has("Content-Type"):
		report.Detail += "; " + quoteLines(j.Response.Fields, "Content-Type")
	}
	return report
}

// product adds whose answer it is, when its head or page tells.
func (j *judge) product(report *finding.Report) {
	p, ok := ResponseProduct(j.Response, j.Body)
	switch {
	case !ok:
	case p.Page && len(j.Body) == 0:
		blame(report, "the empty answer is of", p)
	case p.Page:
		blame(report, "the page is of", p)
	case p.Name == "Envoy" && j.Response.Fields.Has("X-Envoy-Upstream-Service-Time"):
		report.Detail += "; it came through Envoy from its upstream"
	default:
		blame(report, "it came from or through", p)
	}
}

// excerpt adds the first words of a short plain answer, which often names the
// field that the server missed.
func (j *judge) excerpt(report *finding.Report, page page) {
	text := bytes.TrimSpace(j.Body)
	if page != ordinary || len(text) == 0 || text[0] == '<' || !readable(text) {
		return
	}
	report.Detail += "; it says " + safe.Quote(text)
}

func (j *judge) statusLine() string {
	r := j.Response
	return safe.Quote("HTTP/" + r.Version + " " + strconv.Itoa(r.Status) + " " + r.Reason)
}

func (j *judge) target() string {
	if j.Request == nil {
		return "a request that was not captured"
	}
	return j.Request.Target
}
