package verdict

import (
	"slices"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

const (
	up   = flow.ClientToServer
	down = flow.ServerToClient
)

// has is a leg on which codes were found, in direction d.
func has(d flow.Direction, codes ...finding.Code) part {
	var p part
	for _, c := range codes {
		p.found = append(p.found, found{code: c, dir: d})
	}
	return p
}

// across is the client's leg of a hop between whose legs a code was found.
func across(d flow.Direction, codes ...finding.Code) part {
	p := has(d, codes...)
	for i := range p.found {
		p.found[i].both = true
	}
	return p
}

func (p part) refused(status int, response ...string) part {
	p.status, p.response = status, response
	if response == nil {
		p.response = []string{}
	}
	return p
}

func (p part) ended(by flow.Direction, kind flow.SignalKind, quiet time.Duration) part {
	p.by, p.kind, p.quiet = by, kind, quiet
	return p
}

// spoke lets the last message of the leg be one in direction d.
func (p part) spoke(d flow.Direction) part { p.last = d; return p }

func (p part) asked(request ...string) part { p.request = request; return p }

// TestCulprit has a row for every code that can be a cause, on one leg or on
// two, and rows in which the same code is somebody else's doing.
func TestCulprit(t *testing.T) {
	plain := part{}
	const fin, rst = flow.Fin, flow.Reset
	tested := map[finding.Code]bool{}
	for _, tt := range []struct {
		name  string
		parts []part
		code  finding.Code
		who   Culprit
		sure  Certainty
	}{
		{"healthy", []part{plain}, "", 0, Certain},
		{"healthy hop", []part{plain, plain}, "", 0, Certain},
		{"notes only", []part{across(down, finding.HopHeadersChanged, finding.HopRefragmented), plain}, "", 0, Certain},

		// The request.
		{"no client leaves Upgrade out", []part{has(up, finding.HandshakeUpgradeStripped)}, finding.HandshakeUpgradeStripped, Proxy, Likely},
		{"stripped between the legs", []part{plain, has(up, finding.HandshakeUpgradeStripped, finding.HandshakeHTTP10)}, finding.HandshakeUpgradeStripped, Proxy, Certain},
		{"stripped before both legs", []part{has(up, finding.HandshakeUpgradeStripped), has(up, finding.HandshakeUpgradeStripped)}, finding.HandshakeUpgradeStripped, Proxy, Likely},
		{"HTTP/1.0 that lost all of it", []part{plain, has(up, finding.HandshakeUpgradeStripped, finding.HandshakeHTTP10).asked("Host: x", "Sec-WebSocket-Key: x")}, finding.HandshakeHTTP10, Proxy, Certain},
		{"the client's Connection", []part{has(up, finding.HandshakeConnectionWrong)}, finding.HandshakeConnectionWrong, Client, Guess},
		{"a proxy's Connection", []part{has(up, finding.HandshakeConnectionWrong).asked("Upgrade: websocket", "Connection: close")}, finding.HandshakeConnectionWrong, Proxy, Likely},
		{"Connection lost, names in lower case", []part{has(up, finding.HandshakeConnectionWrong).asked("host: x", "upgrade: websocket")}, finding.HandshakeConnectionWrong, Proxy, Guess},
		{"Connection lost, names as clients write them", []part{has(up, finding.HandshakeConnectionWrong).asked("Host: x", "Upgrade: websocket")}, finding.HandshakeConnectionWrong, Client, Guess},
		{"two of Connection", []part{has(up, finding.HandshakeConnectionWrong).asked("Upgrade: websocket", "Connection: close", "Connection: keep-alive")}, finding.HandshakeConnectionWrong, Client, Guess},
		{"a forwarded Connection", []part{has(up, finding.HandshakeConnectionWrong).asked("Upgrade: websocket", "Connection: x", "X-Forwarded-For: 192.0.2.1")}, finding.HandshakeConnectionWrong, Proxy, Likely},
		{"bare LF in the request", []part{{found: []found{{code: finding.HandshakeMalformed, dir: up, facts: finding.InRequest}}}}, finding.HandshakeMalformed, Client, Guess},
		{"Connection on both legs", []part{has(up, finding.HandshakeConnectionWrong), has(up, finding.HandshakeConnectionWrong)}, finding.HandshakeConnectionWrong, Client, Likely},
		{"Connection on the server's leg", []part{plain, has(up, finding.HandshakeConnectionWrong)}, finding.HandshakeConnectionWrong, Proxy, Certain},
		{"exchanged variables", []part{plain, has(up, finding.HandshakeUpgradeWrong)}, finding.HandshakeUpgradeWrong, Proxy, Certain},
		{"another upgrade", []part{has(up, finding.HandshakeUpgradeWrong)}, finding.HandshakeUpgradeWrong, Client, Guess},
		{"exchanged variables, one leg", []part{has(up, finding.HandshakeUpgradeWrong).asked("Upgrade: upgrade", "Connection: websocket")}, finding.HandshakeUpgradeWrong, Proxy, Likely},
		{"a constant Upgrade", []part{has(up, finding.HandshakeUpgradeForced)}, finding.HandshakeUpgradeForced, Proxy, Likely},
		{"no client speaks HTTP/1.0", []part{has(up, finding.HandshakeHTTP10)}, finding.HandshakeHTTP10, Proxy, Likely},
		{"POST", []part{has(up, finding.HandshakeMethod, finding.HandshakeBadRequest).refused(400)}, finding.HandshakeMethod, Client, Guess},
		{"no key", []part{has(up, finding.HandshakeKeyMissing)}, finding.HandshakeKeyMissing, Client, Guess},
		{"the key got lost", []part{plain, has(up, finding.HandshakeKeyMissing)}, finding.HandshakeKeyMissing, Proxy, Certain},
		{"a short key", []part{has(up, finding.HandshakeKeyInvalid)}, finding.HandshakeKeyInvalid, Client, Guess},
		{"two keys", []part{has(up, finding.HandshakeKeyDuplicate)}, finding.HandshakeKeyDuplicate, Client, Guess},
		{"version 8", []part{has(up, finding.HandshakeVersion)}, finding.HandshakeVersion, Client, Guess},
		{"the version got lost", []part{plain, has(up, finding.HandshakeVersion)}, finding.HandshakeVersion, Proxy, Certain},
		{"plain HTTP to a TLS port", []part{has(up, finding.HandshakeProtocolMismatch)}, finding.HandshakeProtocolMismatch, Client, Guess},
		{"a proxy's plain HTTP to a TLS port", []part{plain, has(up, finding.HandshakeProtocolMismatch)}, finding.HandshakeProtocolMismatch, Proxy, Certain},
		{"extended CONNECT", []part{has(up, finding.HTTP2ConnectDisabled)}, finding.HTTP2ConnectDisabled, Client, Guess},

		// The 101.
		{"a 101 of the proxy", []part{across(down, finding.HopAnsweredByProxy), plain}, finding.HopAnsweredByProxy, Proxy, Certain},
		{"no Accept", []part{has(down, finding.HandshakeAcceptMissing)}, finding.HandshakeAcceptMissing, Server, Guess},
		{"no Accept from the server", []part{has(down, finding.HandshakeAcceptMissing), has(down, finding.HandshakeAcceptMissing)}, finding.HandshakeAcceptMissing, Server, Certain},
		{"no Accept behind the proxy", []part{has(down, finding.HandshakeAcceptMissing), plain}, finding.HandshakeAcceptMissing, Proxy, Certain},
		{"a strict proxy", []part{has(down, finding.HandshakeUpstreamDown, finding.HopUpgradeNotRelayed).refused(502), has(down, finding.HandshakeAcceptMissing)}, finding.HandshakeAcceptMissing, Server, Certain},
		{"a wrong Accept", []part{has(down, finding.HandshakeAcceptWrong)}, finding.HandshakeAcceptWrong, Server, Guess},
		{"a replayed Accept", []part{has(down, finding.HandshakeAcceptWrong, finding.HandshakeCached)}, finding.HandshakeAcceptWrong, Proxy, Likely},
		{"a replaced Accept", []part{has(down, finding.HandshakeAcceptWrong), plain}, finding.HandshakeAcceptWrong, Proxy, Certain},
		{"a wrong Accept of the server", []part{has(0, finding.HandshakeAcceptWrong), has(0, finding.HandshakeAcceptWrong)}, finding.HandshakeAcceptWrong, Server, Certain},
		{"a subprotocol that the server was not offered", []part{has(0, finding.HandshakeSubprotocolUnoffered), has(0, finding.HandshakeSubprotocolUnoffered)}, finding.HandshakeSubprotocolUnoffered, Server, Certain},
		{"a subprotocol that was put in between", []part{has(0, finding.HandshakeSubprotocolUnoffered), plain}, finding.HandshakeSubprotocolUnoffered, Proxy, Certain},
		{"no Upgrade in the 101", []part{has(down, finding.HandshakeResponseUpgradeMissing)}, finding.HandshakeResponseUpgradeMissing, Server, Guess},
		{"no Connection in the 101", []part{has(down, finding.HandshakeResponseConnectionMissing), plain}, finding.HandshakeResponseConnectionMissing, Proxy, Certain},
		{"a foreign subprotocol", []part{has(down, finding.HandshakeSubprotocolUnoffered)}, finding.HandshakeSubprotocolUnoffered, Server, Guess},
		{"a removed subprotocol", []part{across(down, finding.HopSubprotocolStripped, finding.HandshakeSubprotocolUnanswered), plain}, finding.HopSubprotocolStripped, Proxy, Certain},
		{"a foreign extension", []part{has(down, finding.HandshakeExtensionUnoffered)}, finding.HandshakeExtensionUnoffered, Server, Guess},
		{"an illegal offer", []part{{found: []found{{code: finding.HandshakeExtensionInvalid, facts: finding.InRequest}}}}, finding.HandshakeExtensionInvalid, Client, Guess},
		{"an illegal offer that is refused as such", []part{part{found: []found{{code: finding.HandshakeExtensionInvalid, facts: finding.InRequest}, {code: finding.HandshakeBadRequest}}}.refused(400)}, finding.HandshakeExtensionInvalid, Client, Guess},
		{"an illegal offer to a wrong path", []part{part{found: []found{{code: finding.HandshakeExtensionInvalid, facts: finding.InRequest}, {code: finding.HandshakeNotFound}}}.refused(404)}, finding.HandshakeNotFound, Server, Likely},
		{"an illegal offer, and masks", []part{part{found: []found{{code: finding.HandshakeExtensionInvalid, facts: finding.InRequest}, {code: finding.FrameServerMasked, dir: down}}}}, finding.FrameServerMasked, Server, Guess},
		{"an illegal extension", []part{has(down, finding.HandshakeExtensionInvalid)}, finding.HandshakeExtensionInvalid, Server, Guess},
		{"a removed agreement", []part{across(down, finding.HopExtensionStrippedResponse, finding.DeflateNotNegotiated), plain}, finding.HopExtensionStrippedResponse, Proxy, Certain},
		{"a lost 101", []part{across(down, finding.HopUpgradeNotRelayed).refused(502), plain}, finding.HopUpgradeNotRelayed, Proxy, Certain},
		{"a rewritten 101", []part{across(down, finding.HopUpgradeNotRelayed, finding.HandshakeNotUpgraded).refused(200), plain}, finding.HandshakeNotUpgraded, Proxy, Certain},

		// Refusals.
		{"a redirect", []part{has(down, finding.HandshakeRedirected).refused(302)}, finding.HandshakeRedirected, Client, Likely},
		{"no credentials", []part{has(down, finding.HandshakeUnauthorized).refused(401)}, finding.HandshakeUnauthorized, Client, Likely},
		{"a foreign origin", []part{has(down, finding.HandshakeOriginRejected).refused(403)}, finding.HandshakeOriginRejected, Server, Likely},
		{"a rewritten Host", []part{has(down, finding.HandshakeForbidden).refused(403), has(down, finding.HandshakeOriginRejected).refused(403).asked("Host: 127.0.0.1:8080", "Origin: http://chat.example")}, finding.HandshakeOriginRejected, Proxy, Certain},
		{"an Origin that got lost", []part{part{found: []found{{code: finding.HandshakeForbidden}}}.refused(403).asked("Host: chat.example", "Origin: http://chat.example"),
			part{found: []found{{code: finding.HandshakeForbidden}}}.refused(403).asked("Host: chat.example")}, finding.HandshakeForbidden, Proxy, Certain},
		{"an Origin that was replaced", []part{part{found: []found{{code: finding.HandshakeForbidden}}}.refused(403).asked("Host: chat.example", "Origin: http://chat.example"),
			part{found: []found{{code: finding.HandshakeOriginRejected}}}.refused(403).asked("Host: chat.example", "Origin: http://127.0.0.1")}, finding.HandshakeOriginRejected, Proxy, Certain},
		{"an Origin that the server does not like", []part{part{found: []found{{code: finding.HandshakeForbidden}}}.refused(403).asked("Host: chat.example", "Origin: http://chat.example"),
			part{found: []found{{code: finding.HandshakeForbidden}}}.refused(403).asked("Host: chat.example", "Origin: http://chat.example")}, finding.HandshakeForbidden, Server, Certain},
		{"forbidden", []part{has(down, finding.HandshakeForbidden).refused(403)}, finding.HandshakeForbidden, Server, Likely},
		{"forbidden by the proxy", []part{has(down, finding.HandshakeForbidden).refused(403), plain}, finding.HandshakeForbidden, Proxy, Certain},
		{"not found", []part{has(down, finding.HandshakeNotFound).refused(404)}, finding.HandshakeNotFound, Server, Likely},
		{"another path", []part{has(down, finding.HandshakeNotFound).refused(404), {status: 404, path: "/api", response: []string{}}}, finding.HandshakeNotFound, Proxy, Certain},
		{"too many", []part{has(down, finding.HandshakeRateLimited).refused(429)}, finding.HandshakeRateLimited, Client, Likely},
		{"too large a body", []part{has(down, finding.HandshakeRequestTooLarge).refused(413)}, finding.HandshakeRequestTooLarge, Client, Likely},
		{"too large a head", []part{has(down, finding.HandshakeHeaderTooLarge).refused(431)}, finding.HandshakeHeaderTooLarge, Client, Likely},
		{"502", []part{has(down, finding.HandshakeUpstreamDown).refused(502)}, finding.HandshakeUpstreamDown, Server, Likely},
		{"503 of nginx itself", []part{{found: []found{{code: finding.HandshakeUpstreamDown}}, status: 503, page: "<hr><center>nginx/1.22.1"}}, finding.HandshakeUpstreamDown, Proxy, Likely},
		{"503 of HAProxy", []part{{found: []found{{code: finding.HandshakeUpstreamDown}}, status: 503, page: "No server is available to handle this request."}}, finding.HandshakeUpstreamDown, Server, Likely},
		{"503 that nginx passes on", []part{has(down, finding.HandshakeUpstreamDown).refused(503, "Server: nginx/1.22.1")}, finding.HandshakeUpstreamDown, Server, Likely},
		{"464", []part{has(down, finding.HandshakeProtocolMismatch).refused(464)}, finding.HandshakeProtocolMismatch, Proxy, Likely},
		{"plain HTTP to TLS", []part{has(down, finding.HandshakeProtocolMismatch).refused(400)}, finding.HandshakeProtocolMismatch, Client, Guess},
		{"a 101 behind the 504", []part{across(down, finding.HopUpgradeNotRelayed, finding.HandshakeUpstreamTimeout).refused(504), has(down, finding.HandshakeUnanswered)}, finding.HandshakeUpstreamTimeout, Server, Certain},
		{"504", []part{has(down, finding.HandshakeUpstreamTimeout).refused(504), has(down, finding.HandshakeUnanswered)}, finding.HandshakeUpstreamTimeout, Server, Certain},
		{"426 behind this leg", []part{has(down, finding.HandshakeUpgradeRequired).refused(426)}, finding.HandshakeUpgradeRequired, Proxy, Likely},
		{"426 of a strict server", []part{has(down, finding.HandshakeUpgradeRequired).refused(426), has(down, finding.HandshakeUpgradeRequired).refused(426)}, finding.HandshakeUpgradeRequired, Server, Likely},
		{"400 of nobody known", []part{has(down, finding.HandshakeBadRequest).refused(400)}, finding.HandshakeBadRequest, Unknown, Guess},
		{"400 through nginx", []part{has(down, finding.HandshakeBadRequest).refused(400, "Server: nginx/1.22.1")}, finding.HandshakeBadRequest, Proxy, Likely},
		{"a page", []part{has(down, finding.HandshakeNotUpgraded).refused(200)}, finding.HandshakeNotUpgraded, Server, Guess},
		{"a page of Caddy", []part{has(down, finding.HandshakeNotUpgraded).refused(200, "Server: Caddy")}, finding.HandshakeNotUpgraded, Proxy, Likely},
		{"forbidden by Envoy", []part{has(down, finding.HandshakeForbidden).refused(403, "server: envoy")}, finding.HandshakeForbidden, Proxy, Guess},
		{"out of a cache", []part{has(down, finding.HandshakeCached).refused(200)}, finding.HandshakeCached, Proxy, Certain},
		{"another backend", []part{has(down, finding.HandshakeSessionUnknown).refused(400)}, finding.HandshakeSessionUnknown, Proxy, Likely},
		{"silence", []part{has(down, finding.HandshakeUnanswered)}, finding.HandshakeUnanswered, Server, Guess},

		// Frames.
		{"a body behind the 101", []part{has(down, finding.HandshakeBody)}, finding.HandshakeBody, Server, Guess},
		{"masks of the server", []part{has(down, finding.FrameServerMasked)}, finding.FrameServerMasked, Server, Guess},
		{"masks of the proxy", []part{has(down, finding.FrameServerMasked), plain}, finding.FrameServerMasked, Proxy, Certain},
		{"no masks of the client", []part{has(up, finding.FrameClientUnmasked), has(up, finding.FrameClientUnmasked)}, finding.FrameClientUnmasked, Client, Certain},
		{"no masks of the proxy", []part{plain, has(up, finding.FrameClientUnmasked)}, finding.FrameClientUnmasked, Proxy, Certain},
		{"injected", []part{across(down, finding.HopBytesInjected), plain}, finding.HopBytesInjected, Proxy, Certain},
		{"lost", []part{across(down, finding.HopMessageLost), plain}, finding.HopMessageLost, Proxy, Certain},
		{"twice", []part{across(down, finding.HopMessageDuplicated), plain}, finding.HopMessageDuplicated, Proxy, Certain},
		{"RSV1 cleared", []part{across(down, finding.HopRSVCleared, finding.HopPayloadChanged), plain}, finding.HopRSVCleared, Proxy, Certain},
		{"another payload", []part{across(down, finding.HopPayloadChanged, finding.DeflateCorrupt), plain}, finding.HopPayloadChanged, Proxy, Certain},
		{"out of step", []part{has(down, finding.FrameDesynchronised, finding.HopMessageLost), plain}, finding.FrameDesynchronised, Proxy, Certain},
		{"compressed all the same", []part{has(down, finding.DeflateNotNegotiated)}, finding.DeflateNotNegotiated, Server, Guess},
		{"compressed as offered", []part{{found: []found{{code: finding.DeflateNotNegotiated, dir: down, facts: finding.Inflates}}, request: []string{"Sec-WebSocket-Extensions: permessage-deflate"}}}, finding.DeflateNotNegotiated, Proxy, Guess},
		{"compressed without an offer", []part{{found: []found{{code: finding.DeflateNotNegotiated, dir: down, facts: finding.Inflates}}}}, finding.DeflateNotNegotiated, Server, Guess},
		{"RSV1 on every piece", []part{has(down, finding.DeflateReservedBit, finding.HopRefragmented), plain}, finding.DeflateReservedBit, Proxy, Certain},
		{"corrupt", []part{has(up, finding.DeflateCorrupt), has(up, finding.DeflateCorrupt)}, finding.DeflateCorrupt, Client, Certain},
		{"a bomb", []part{has(down, finding.DeflateBomb)}, finding.DeflateBomb, Server, Guess},
		{"RSV2", []part{has(up, finding.FrameReservedBit)}, finding.FrameReservedBit, Client, Guess},
		{"RSV2 of the proxy", []part{{found: []found{{code: finding.HopRefragmented, dir: down, both: true, severity: finding.Error, packet: 5}, {code: finding.FrameReservedBit, dir: down, packet: 5}}}, plain}, finding.FrameReservedBit, Proxy, Certain},
		{"opcode 3 of the proxy", []part{across(down, finding.HopMessageLost, finding.FrameReservedOpcode), plain}, finding.FrameReservedOpcode, Proxy, Certain},
		{"pieces of the proxy", []part{{found: []found{{code: finding.HopBytesInjected, dir: down, both: true, packet: 5}, {code: finding.FrameContinuationExpected, dir: down, packet: 5}}}, plain}, finding.FrameContinuationExpected, Proxy, Certain},
		{"opcode 3", []part{has(down, finding.FrameReservedOpcode)}, finding.FrameReservedOpcode, Server, Guess},
		{"a long length", []part{has(down, finding.FrameLengthNotMinimal)}, finding.FrameLengthNotMinimal, Server, Guess},
		{"an impossible length", []part{has(down, finding.FrameLengthOverflow)}, finding.FrameLengthOverflow, Server, Guess},
		{"half a ping", []part{has(down, finding.FrameControlFragmented)}, finding.FrameControlFragmented, Server, Guess},
		{"a long ping", []part{has(down, finding.FrameControlTooLong)}, finding.FrameControlTooLong, Server, Guess},
		{"a lone continuation", []part{has(down, finding.FrameContinuationUnexpected)}, finding.FrameContinuationUnexpected, Server, Guess},
		{"a message in a message", []part{has(up, finding.FrameContinuationExpected)}, finding.FrameContinuationExpected, Client, Guess},
		{"no UTF-8", []part{has(up, finding.MessageInvalidUTF8, finding.CloseAbnormal)}, finding.MessageInvalidUTF8, Client, Guess},
		{"a code of 1005", []part{has(down, finding.CloseCodeInvalid)}, finding.CloseCodeInvalid, Server, Guess},
		{"a body of a byte", []part{has(down, finding.ClosePayloadInvalid)}, finding.ClosePayloadInvalid, Server, Guess},
		{"a reason", []part{has(down, finding.CloseReasonInvalidUTF8)}, finding.CloseReasonInvalidUTF8, Server, Guess},
		{"after the Close", []part{has(down, finding.CloseDataAfter)}, finding.CloseDataAfter, Server, Guess},

		// The end.
		{"a swallowed Close", []part{across(up, finding.HopCloseSwallowed, finding.CloseMissing), plain}, finding.HopCloseSwallowed, Proxy, Certain},
		{"held back", []part{across(down, finding.HopDelayed), plain}, finding.HopDelayed, Proxy, Certain},
		{"a client that does not read", []part{has(up, finding.EndStalled)}, finding.EndStalled, Client, Guess},
		{"a proxy that does not relay", []part{across(up, finding.HopDelayed, finding.EndStalled), has(up, finding.EndStalled)}, finding.EndStalled, Proxy, Certain},
		{"a window of HTTP/2", []part{has(up, finding.HTTP2Stalled)}, finding.HTTP2Stalled, Client, Guess},
		{"RST_STREAM", []part{has(down, finding.HTTP2StreamReset)}, finding.HTTP2StreamReset, Server, Guess},
		{"GOAWAY", []part{has(down, finding.HTTP2Goaway)}, finding.HTTP2Goaway, Server, Guess},
		{"a timer of the proxy", []part{has(down, finding.EndIdleTimeout, finding.CloseMissing).ended(down, fin, 60*time.Second), has(up, finding.EndIdleTimeout).ended(up, fin, time.Millisecond)}, finding.EndIdleTimeout, Proxy, Certain},
		{"a timer that the product has by default", []part{part{found: []found{{code: finding.EndIdleTimeout, dir: down, facts: finding.DefaultTimer}, {code: finding.CloseMissing, dir: down}}, response: []string{"Server: nginx/1.22.1"}}.ended(down, fin, 60*time.Second)}, finding.EndIdleTimeout, Proxy, Likely},
		{"a timer that the product does not have", []part{part{found: []found{{code: finding.EndIdleTimeout, dir: down}, {code: finding.CloseMissing, dir: down}}, response: []string{"Server: nginx/1.22.1"}}.ended(down, fin, 25*time.Second)}, finding.EndIdleTimeout, Proxy, Guess},
		{"a timer of the client of this leg", []part{has(up, finding.EndIdleTimeout, finding.CloseMissing).ended(up, fin, 60*time.Second)}, finding.EndIdleTimeout, Proxy, Guess},
		{"a client that was gone by chance", []part{has(up, finding.EndIdleTimeout, finding.CloseMissing).ended(up, fin, 2183*time.Millisecond)}, finding.CloseMissing, Client, Guess},
		{"any time may be Squid's", []part{part{found: []found{{code: finding.EndIdleTimeout, dir: down}, {code: finding.CloseMissing, dir: down}}, response: []string{"Via: 1.1 a (squid/5.7)"}}.ended(down, fin, 2183*time.Millisecond)}, finding.EndIdleTimeout, Proxy, Guess},
		{"a client behind Squid keeps no timer", []part{part{found: []found{{code: finding.EndIdleTimeout, dir: up}, {code: finding.CloseMissing, dir: up}}, response: []string{"Via: 1.1 a (squid/5.7)"}}.ended(up, fin, 2183*time.Millisecond)}, finding.CloseMissing, Client, Guess},
		{"a window that stayed closed", []part{{found: []found{{code: finding.EndStalled, dir: down, facts: finding.WindowClosed}}}}, finding.EndStalled, Server, Guess},
		{"bytes sent in vain", []part{{found: []found{{code: finding.EndStalled, dir: down, facts: finding.SentInVain}}}}, finding.EndStalled, Network, Guess},
		{"a timer somewhere", []part{has(down, finding.EndIdleTimeout, finding.CloseMissing).ended(down, fin, 60*time.Second)}, finding.EndIdleTimeout, Proxy, Guess},
		{"no timer's time", []part{has(down, finding.EndIdleTimeout, finding.CloseMissing).ended(down, fin, 2183*time.Millisecond)}, finding.CloseMissing, Server, Guess},
		{"one lifetime", []part{has(down, finding.EndLifetime).ended(down, fin, 0)}, finding.EndLifetime, Proxy, Guess},
		{"all at once", []part{has(down, finding.EndTogether, finding.CloseMissing).ended(down, fin, 0)}, finding.EndTogether, Proxy, Guess},
		{"a server that was restarted", []part{has(down, finding.EndTogether).ended(down, fin, time.Second), has(down, finding.EndTogether).ended(down, fin, 0)}, finding.EndTogether, Server, Certain},
		{"one large message", []part{has(down, finding.EndAfterSize, finding.EndReset).ended(down, rst, 0)}, finding.EndReset, Server, Guess},
		{"1009", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}}, closeBy: down, close: &dissect.CloseFrame{Code: 1009}}}, finding.CloseAbnormal, Server, Likely},
		{"1002 blames the other", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}, {code: finding.CloseDataAfter, dir: up, severity: finding.Note}}, closeBy: down, close: &dissect.CloseFrame{Code: 1002}}}, finding.CloseAbnormal, Client, Guess},
		{"1002 about frames that were right", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}}, closeBy: down, close: &dissect.CloseFrame{Code: 1002}}}, finding.CloseAbnormal, Proxy, Guess},
		{"1003 about frames that were right", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}}, closeBy: down, close: &dissect.CloseFrame{Code: 1003}}}, finding.CloseAbnormal, Client, Guess},
		{"right after the 101", []part{has(down, finding.EndAfterHandshake).ended(down, fin, 0)}, finding.EndAfterHandshake, Server, Guess},
		{"in the middle", []part{has(down, finding.CloseMidFrame).ended(down, fin, 0), plain.ended(up, fin, time.Second)}, finding.CloseMidFrame, Proxy, Certain},
		{"a reset in the middle", []part{has(down, finding.CloseMidFrame, finding.EndReset).ended(down, rst, 0)}, finding.EndReset, Server, Guess},
		{"the server died", []part{has(down, finding.CloseMissing).ended(down, fin, time.Second), has(down, finding.CloseMissing).ended(down, fin, 0)}, finding.CloseMissing, Server, Certain},
		{"the proxy died", []part{has(down, finding.CloseMissing).ended(down, fin, 0), has(up, finding.CloseMissing).ended(up, fin, time.Second)}, finding.CloseMissing, Proxy, Certain},
		{"the client died", []part{has(up, finding.EndReset).ended(up, rst, 0)}, finding.EndReset, Client, Guess},
		{"the proxy that was a client died", []part{has(up, finding.EndReset).ended(up, rst, 0).asked("Upgrade: websocket", "Connection: upgrade", "X-Forwarded-For: 192.0.2.1")}, finding.EndReset, Proxy, Guess},
		{"so did nginx", []part{has(up, finding.EndReset).ended(up, rst, 0).asked("Upgrade: websocket", "Connection: upgrade")}, finding.EndReset, Proxy, Guess},
		{"a server that hangs", []part{has(up, finding.CloseMissing).spoke(up).ended(up, fin, 2*time.Second)}, finding.CloseMissing, Server, Guess},
		{"a client in a hurry", []part{has(up, finding.CloseMissing).spoke(up).ended(up, fin, 0)}, finding.CloseMissing, Client, Guess},
		{"half shut", []part{has(up, finding.EndHalfClosed).ended(up, fin, 0)}, finding.EndHalfClosed, Client, Guess},
		{"pings swallowed", []part{across(up, finding.HopControlDropped, finding.PingUnanswered), plain}, finding.HopControlDropped, Proxy, Certain},
		{"pings unanswered", []part{has(down, finding.PingUnanswered), has(down, finding.PingUnanswered)}, finding.PingUnanswered, Client, Certain},
		{"pings unanswered behind a proxy", []part{has(up, finding.PingUnanswered), has(up, finding.PingUnanswered)}, finding.PingUnanswered, Server, Certain},
		{"pings that the proxy should have passed on", []part{has(up, finding.PingUnanswered), plain}, finding.PingUnanswered, Proxy, Certain},
		{"silence since the Close", []part{{found: []found{{code: finding.EndStalled, dir: down, packet: 5}, {code: finding.CloseUnanswered, dir: down, packet: 5}}}}, finding.CloseUnanswered, Server, Guess},
		{"silence before the Close", []part{has(down, finding.EndStalled, finding.CloseUnanswered)}, finding.EndStalled, Server, Guess},
		{"no answer to the Close", []part{has(down, finding.CloseUnanswered)}, finding.CloseUnanswered, Server, Guess},
		{"a server that never spoke", []part{{found: []found{{code: finding.CloseUnanswered, dir: down}}, mute: true}}, finding.CloseUnanswered, Proxy, Guess},

		// What breaks only strict peers.
		{"Content-Length in the 101", []part{has(down, finding.HandshakeBodyHeaders)}, finding.HandshakeBodyHeaders, Server, Guess},
		{"and the client gave up", []part{has(down, finding.HandshakeBodyHeaders, finding.EndAfterHandshake).ended(up, fin, 0)}, finding.HandshakeBodyHeaders, Server, Guess},
		{"and it was cut later", []part{has(down, finding.HandshakeBodyHeaders, finding.EndIdleTimeout).ended(down, fin, 60*time.Second)}, finding.EndIdleTimeout, Proxy, Guess},
		{"nobody minds the subprotocol", []part{has(down, finding.HandshakeSubprotocolUnanswered)}, "", 0, Certain},
		{"the client minds it", []part{has(down, finding.HandshakeSubprotocolUnanswered, finding.EndAfterHandshake).ended(up, fin, 0)}, finding.HandshakeSubprotocolUnanswered, Server, Guess},
		{"early frames", []part{has(up, finding.HandshakeEarlyData)}, finding.HandshakeEarlyData, Client, Likely},
		{"bare LF", []part{has(down, finding.HandshakeMalformed)}, finding.HandshakeMalformed, Server, Guess},
		{"an offer removed", []part{across(up, finding.HopExtensionStrippedRequest), plain}, finding.HopExtensionStrippedRequest, Proxy, Certain},
		{"no JSON", []part{has(down, finding.PayloadInvalid)}, finding.PayloadInvalid, Server, Guess},
		{"an error", []part{has(down, finding.PayloadError)}, finding.PayloadError, Server, Likely},
		{"no reply", []part{has(up, finding.PayloadUnanswered)}, finding.PayloadUnanswered, Server, Guess},
		{"no reply of the client", []part{has(down, finding.PayloadUnanswered)}, finding.PayloadUnanswered, Client, Guess},
		{"no reply behind a proxy", []part{has(up, finding.PayloadUnanswered), has(up, finding.PayloadUnanswered)}, finding.PayloadUnanswered, Server, Certain},
		{"no heartbeat", []part{has(down, finding.PayloadHeartbeatMissed)}, finding.PayloadHeartbeatMissed, Server, Guess},
		{"illegal pieces", []part{{found: []found{{finding.HopRefragmented, down, true, finding.Error, 0, 0}}}, plain}, finding.HopRefragmented, Proxy, Certain},
		{"the answer to another key", []part{{found: []found{{finding.HopKeyChanged, down, true, finding.Error, 0, 0}}}, plain}, finding.HopKeyChanged, Proxy, Certain},
		{"another key", []part{{found: []found{{code: finding.HopKeyChanged, both: true}}}, plain}, "", 0, Certain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScene()
			s.socket(tt.parts...)
			list := s.diagnoses()
			if len(list) != 1 {
				t.Fatalf("%d diagnoses, want 1: %v", len(list), headlines(list))
			}
			d := list[0]
			if d.Code != tt.code || d.Culprit != tt.who || d.Certainty != tt.sure {
				t.Fatalf("%s by %v (%v): %q; want %s by %v (%v)", d.Code, d.Culprit, d.Certainty, d.Headline, tt.code, tt.who, tt.sure)
			}
			if slices.Contains(d.Consequences, d.Code) {
				t.Errorf("%s follows from itself", d.Code)
			}
			if d.Code == "" {
				return
			}
			if len(d.Connections) != len(tt.parts) || d.Count != 1 || len(d.Evidence) == 0 || d.Fix() == "" || d.Headline == "" {
				t.Errorf("%d connections, count %d, %d exhibits, fix %q", len(d.Connections), d.Count, len(d.Evidence), d.Fix())
			}
			tested[tt.code] = true
		})
	}
	for _, r := range rules {
		if !tested[r.code] && r.code != finding.EndAfterSize { // which takes two connections: TestFleet
			t.Errorf("no row has %s as its cause", r.code)
		}
	}
}

// TestEveryCode holds that whatever can be found has a place in the decision,
// or is known to be no cause.
func TestEveryCode(t *testing.T) {
	never := []finding.Code{
		finding.HandshakeCrossOrigin, finding.HandshakeSlow, // worth knowing
		finding.HopHeadersChanged, finding.HopResetHidden, finding.HopEndOrigin, // what other findings are judged by
	}
	for _, r := range finding.All() {
		_, cause := ranks[r.Code]
		lack := slices.ContainsFunc(captureRules, func(c rule) bool { return c.code == r.Code })
		n := 0
		for _, is := range []bool{cause, lack, slices.Contains(never, r.Code)} {
			if is {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: a cause %v, the capture's %v, never one %v; want one of them", r.Code, cause, lack, slices.Contains(never, r.Code))
		}
	}
	if len(ranks) != len(rules) {
		t.Errorf("%d codes in %d rules: one has two", len(ranks), len(rules))
	}
}
