package verdict

import (
	"strings"

	"wsight/finding"
)

// briefs say in a few words what happened, whoever did it, for a column of a
// list: 21 cells are what a screen of 80 leaves. {quiet} and {close}, which end
// them, are those of headlines.
var briefs = map[finding.Code]string{
	finding.HandshakeUpgradeStripped: "Upgrade dropped",
	finding.HandshakeUpgradeWrong:    "wrong Upgrade value",
	finding.HandshakeConnectionWrong: "wrong Connection",
	finding.HandshakeHTTP10:          "handshake in HTTP/1.0",
	finding.HTTP2ConnectDisabled:     "not offered in HTTP/2",

	finding.HandshakeProtocolMismatch: "another protocol",
	finding.HandshakeMethod:           "method is not GET",
	finding.HandshakeKeyMissing:       "no Sec-WebSocket-Key",
	finding.HandshakeKeyDuplicate:     "two keys",
	finding.HandshakeKeyInvalid:       "key is not 16 bytes",
	finding.HandshakeVersion:          "version is not 13",
	finding.HandshakeUpgradeForced:    "unasked Upgrade",

	finding.HopAnsweredByProxy:                 "101 of a proxy alone",
	finding.HopSubprotocolStripped:             "subprotocol removed",
	finding.HopExtensionStrippedResponse:       "compression removed",
	finding.HandshakeAcceptMissing:             "101 without Accept",
	finding.HandshakeAcceptWrong:               "Accept does not fit",
	finding.HopKeyChanged:                      "key replaced",
	finding.HandshakeResponseUpgradeMissing:    "101 without Upgrade",
	finding.HandshakeResponseConnectionMissing: "101 lacks Connection",
	finding.HandshakeSubprotocolUnoffered:      "unasked subprotocol",
	finding.HandshakeExtensionUnoffered:        "unasked extension",
	finding.HandshakeExtensionInvalid:          "illegal extension",
	finding.HopUpgradeNotRelayed:               "101 not passed on",

	finding.HandshakeCached:          "answer from a cache",
	finding.HandshakeSessionUnknown:  "sent to two backends",
	finding.HandshakeRedirected:      "redirected",
	finding.HandshakeUnauthorized:    "no credentials",
	finding.HandshakeOriginRejected:  "Origin refused",
	finding.HandshakeForbidden:       "refused",
	finding.HandshakeNotFound:        "no such path",
	finding.HandshakeRateLimited:     "too many",
	finding.HandshakeRequestTooLarge: "body too large",
	finding.HandshakeHeaderTooLarge:  "header too large",
	finding.HandshakeUpstreamDown:    "upstream down",
	finding.HandshakeUpstreamTimeout: "upstream silent",
	finding.HandshakeUpgradeRequired: "upgrade lost",
	finding.HandshakeNotUpgraded:     "not upgraded",
	finding.HandshakeBadRequest:      "bad request",
	finding.HandshakeUnanswered:      "never answered",

	finding.HandshakeBody:               "body behind the 101",
	finding.FrameServerMasked:           "masked to the client",
	finding.FrameClientUnmasked:         "frames without a mask",
	finding.HopRSVCleared:               "compression bit lost",
	finding.DeflateReservedBit:          "RSV1 on a wrong frame",
	finding.FrameDesynchronised:         "bytes are no frames",
	finding.HopBytesInjected:            "bytes injected",
	finding.DeflateNotNegotiated:        "unagreed compression",
	finding.HopPayloadChanged:           "messages changed",
	finding.HopMessageDuplicated:        "passed on twice",
	finding.HopMessageLost:              "messages lost",
	finding.HopRefragmented:             "split illegally",
	finding.FrameReservedBit:            "reserved bit set",
	finding.FrameReservedOpcode:         "undefined opcode",
	finding.FrameLengthNotMinimal:       "overlong length",
	finding.FrameLengthOverflow:         "impossible length",
	finding.FrameControlFragmented:      "control frame split",
	finding.FrameControlTooLong:         "long control frame",
	finding.FrameContinuationUnexpected: "lone continuation",
	finding.FrameContinuationExpected:   "message in a message",
	finding.DeflateCorrupt:              "does not inflate",
	finding.MessageInvalidUTF8:          "text is not UTF-8",
	finding.DeflateBomb:                 "inflates without end",
	finding.CloseCodeInvalid:            "illegal Close code",
	finding.ClosePayloadInvalid:         "malformed Close",
	finding.CloseReasonInvalidUTF8:      "reason is not UTF-8",
	finding.CloseDataAfter:              "sent after its Close",

	finding.HopCloseSwallowed: "Close swallowed",
	finding.EndStalled:        "bytes stood still",
	finding.HopDelayed:        "messages held back",
	finding.HTTP2Stalled:      "bytes stood still",
	finding.EndAfterSize:      "cut by message size",
	finding.EndLifetime:       "cut at the same age",
	finding.EndTogether:       "many ended at once",
	finding.EndIdleTimeout:    "cut after {quiet}",
	finding.HTTP2StreamReset:  "stream reset",
	finding.HTTP2Goaway:       "GOAWAY while open",
	finding.CloseAbnormal:     "closed{close}",
	finding.EndAfterHandshake: "ended after the 101",
	finding.CloseMidFrame:     "cut inside a message",
	finding.EndReset:          "reset",
	finding.CloseMissing:      "ended without Close",
	finding.EndHalfClosed:     "half shut, no Close",
	finding.HopControlDropped: "pings not passed on",
	finding.PingUnanswered:    "pings unanswered",
	finding.CloseUnanswered:   "Close unanswered",

	finding.HandshakeBodyHeaders:           "101 announces a body",
	finding.HandshakeSubprotocolUnanswered: "no subprotocol chosen",
	finding.HandshakeEarlyData:             "frames before the 101",
	finding.HandshakeMalformed:             "malformed HTTP head",
	finding.PayloadError:                   "an answer is an error",
	finding.PayloadUnanswered:              "request unanswered",
	finding.PayloadHeartbeatMissed:         "heartbeat missed",
	finding.PayloadInvalid:                 "does not parse",
	finding.HopExtensionStrippedRequest:    "compression not asked",

	finding.CaptureDropped:      "packets dropped",
	finding.CaptureGap:          "bytes missing",
	finding.CaptureTruncated:    "packets cut short",
	finding.CaptureOneDirection: "one direction only",
	finding.TLSUndecryptable:    "one side sealed",
	finding.TLSRecordLost:       "records lost",
	finding.CaptureMidstream:    "began mid-stream",
	finding.CaptureConflict:     "overlaps differ",
	finding.CaptureLimit:        "a limit was reached",
}

// brief fills the few words for the charge. The status of a refusal comes
// first: it is what people search for.
func (s *socket) brief(c charge) string {
	l, w := s.legs[c.leg], s.wording(c)
	text := briefs[w]
	if c.Code == finding.CloseAbnormal && w != c.Code {
		text = "frames called wrong" // beyond this leg
	}
	switch before, after, _ := strings.Cut(text, "{"); after {
	case "quiet}":
		text = before + "silence"
		if t, ok := l.quiet(); ok {
			text = before + seconds(t)
		}
	case "close}":
		text = before + " with trouble"
		if l.ended != nil && c.Dir != 0 && l.ended.closes[c.Dir] != nil {
			text = before + " with " + itoa(l.ended.closes[c.Dir].Code)
		}
	}
	for _, l := range s.legs {
		if l.status >= 200 {
			return itoa(l.status) + ": " + text
		}
	}
	return text
}
