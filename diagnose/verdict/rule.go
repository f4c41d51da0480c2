package verdict

import (
	"slices"

	"wsight/finding"
)

// A rule says of a code how to find the culprit and what to call it.
//
// In headlines {Who} is the culprit at the start of a sentence and {who}
// within one, {status} is ", answered 400" when the handshake was refused and
// "" otherwise, {quiet} is how long nothing was sent before the end, {close}
// quotes a Close, and {target} and {far} are the paths that the client and the
// last proxy asked for.
type rule struct {
	code     finding.Code
	blame    func(*socket, charge) blame
	headline string
	proxy    string // headline when a proxy is to blame; "" is the other one
}

// rules stand in the order of the decision: what comes first explains what
// comes after it. To add a rule, put it where its explanation belongs.
var rules = slices.Concat(requestRules, acceptRules, refusalRules, frameRules, endRules, softRules)

// ranks holds the place of each code among the rules.
var ranks = func() map[finding.Code]int {
	m := make(map[finding.Code]int, len(rules))
	for i, r := range rules {
		m[r.code] = i
	}
	return m
}()

// The request, as it was seen.
var requestRules = []rule{
	{finding.HandshakeUpgradeStripped, byHopByHop, "{Who} sent a handshake without Upgrade{status}", "{Who} dropped the Upgrade field, so the server got an ordinary request{status}"},
	{finding.HandshakeUpgradeWrong, byRequest, "{Who} asked to upgrade to something other than websocket{status}", "{Who} put a wrong value into the Upgrade field{status}"},
	{finding.HandshakeConnectionWrong, byRequest, "{Who} sent a Connection field that does not name the upgrade{status}", "{Who} replaced `Connection: Upgrade`, so the server did not take the request for an upgrade{status}"},
	{finding.HandshakeHTTP10, byHopByHop, "{Who} sent the handshake as HTTP/1.0, which has no upgrade{status}", "{Who} turned the handshake into HTTP/1.0, which has no upgrade{status}"},
	{finding.HTTP2ConnectDisabled, byRequest, "{Who} opened a WebSocket over HTTP/2 that the other end does not offer{status}", ""},
	{finding.HandshakeProtocolMismatch, byPlain, "{Who} speaks another protocol than the port it connects to", "{Who} speaks another protocol than its upstream"},
	{finding.HandshakeMethod, byRequest, "{Who} sent the handshake with another method than GET{status}", "{Who} changed the method of the handshake{status}"},
	{finding.HandshakeKeyMissing, byRequest, "{Who} sent no Sec-WebSocket-Key{status}", "{Who} removed Sec-WebSocket-Key from the handshake{status}"},
	{finding.HandshakeKeyDuplicate, byRequest, "{Who} sent Sec-WebSocket-Key more than once{status}", "{Who} added a second Sec-WebSocket-Key{status}"},
	{finding.HandshakeKeyInvalid, byRequest, "{Who} sent a Sec-WebSocket-Key that is not 16 bytes in base64{status}", "{Who} damaged Sec-WebSocket-Key{status}"},
	{finding.HandshakeVersion, byRequest, "{Who} did not ask for version 13 of the protocol{status}", "{Who} removed or changed Sec-WebSocket-Version{status}"},
	{finding.HandshakeUpgradeForced, byHopByHop, "{Who} asked for an upgrade without being a WebSocket client{status}", "{Who} put Upgrade on a request whose client did not ask for it{status}"},
}

// The 101, as it was seen and as it should have been.
var acceptRules = []rule{
	{finding.HopAnsweredByProxy, byProxy, "{Who} said 101 by itself; the server knows nothing of it", ""},
	{finding.HopSubprotocolStripped, byProxy, "{Who} removed Sec-WebSocket-Protocol", ""},
	{finding.HopExtensionStrippedResponse, byProxy, "{Who} removed the server's agreement to compress, and the server compresses", ""},
	{finding.HandshakeAcceptMissing, byAnswer, "{Who} sent a 101 without Sec-WebSocket-Accept", "{Who} removed Sec-WebSocket-Accept from the 101"},
	{finding.HandshakeAcceptWrong, byAccept, "{Who} sent a Sec-WebSocket-Accept that does not fit the key", "{Who} sent the client a Sec-WebSocket-Accept that does not fit its key"},
	{finding.HopKeyChanged, byProxy, "{Who} replaced Sec-WebSocket-Key and passed on an answer to the wrong key", ""},
	{finding.HandshakeResponseUpgradeMissing, byAnswer, "{Who} sent a 101 without `Upgrade: websocket`", "{Who} removed Upgrade from the 101"},
	{finding.HandshakeResponseConnectionMissing, byAnswer, "{Who} sent a 101 without `Connection: Upgrade`", "{Who} removed `Connection: Upgrade` from the 101"},
	{finding.HandshakeSubprotocolUnoffered, byAnswer, "{Who} chose a subprotocol that the client did not offer", ""},
	{finding.HandshakeExtensionUnoffered, byAnswer, "{Who} agreed to an extension that the client did not offer", ""},
	{finding.HandshakeExtensionInvalid, byHead, "{Who} wrote illegal parameters into Sec-WebSocket-Extensions", ""},
	{finding.HopUpgradeNotRelayed, byProxy, "The server said 101, but {who} did not give it to the client{status}", ""},
}

// Answers other than 101, and none.
var refusalRules = []rule{
	{finding.HandshakeCached, byCache, "{Who} answered the handshake from its cache{status}", ""},
	{finding.HandshakeSessionUnknown, byProxy, "{Who} sent requests of one Engine.IO session to different backends", ""},
	{finding.HandshakeRedirected, byClient, "The handshake was answered with a redirect{status}, which WebSocket clients do not follow", ""},
	{finding.HandshakeUnauthorized, byClient, "The handshake was refused for lack of credentials{status}", ""},
	{finding.HandshakeOriginRejected, byOrigin, "{Who} refused the handshake because of its Origin{status}", "{Who} changed Host, so the server takes the page for a foreign one{status}"},
	{finding.HandshakeForbidden, byPolicy, "{Who} refused the handshake{status}", ""},
	{finding.HandshakeNotFound, byPath, "There is no WebSocket at {target}{status}", "{Who} asks its upstream for a path that does not exist, or has no route for {target}{status}"},
	{finding.HandshakeRateLimited, byLimit, "Too many handshakes: {who} has to wait before it tries again{status}", "{Who} limits how many handshakes may come{status}"},
	{finding.HandshakeRequestTooLarge, byClient, "{Who} sent a handshake with too large a body{status}", ""},
	{finding.HandshakeHeaderTooLarge, byClient, "{Who} sent a handshake with too large a header{status}", ""},
	{finding.HandshakeUpstreamDown, byUpstream, "The proxy could not reach {who} behind it{status}", "{Who} answered by itself that it has no service for the handshake{status}"},
	{finding.HandshakeUpstreamTimeout, byUpstream, "The proxy got no answer from {who} in time{status}", ""},
	{finding.HandshakeUpgradeRequired, byMissing, "{Who} did not take the handshake for an upgrade{status}", "{Who} lost the upgrade: the server asks for what the client had sent{status}"},
	{finding.HandshakeNotUpgraded, byStatus, "{Who} answered the handshake as if it were an ordinary request{status}", ""},
	{finding.HandshakeBadRequest, byMissing, "{Who} called the handshake a bad request{status}", "{Who} called the handshake a bad request, or passed on a damaged one{status}"},
	{finding.HandshakeUnanswered, byAnswer, "{Who} never answered the handshake", "{Who} passed the handshake on and never answered it"},
}

// What flowed, and how it was changed.
var frameRules = []rule{
	{finding.HandshakeBody, byFrame, "{Who} wrote a body behind the 101, where frames should begin", ""},
	{finding.FrameServerMasked, byFrame, "{Who} sent masked frames, which only a client may", "{Who} gave the client masked frames, which only a client may send"},
	{finding.FrameClientUnmasked, byFrame, "{Who} sent frames without a mask", "{Who} took the mask off the client's frames"},
	{finding.HopRSVCleared, byProxy, "{Who} cleared the mark of compressed messages", ""},
	{finding.DeflateReservedBit, byFrame, "{Who} marked a continuation or control frame as compressed", "{Who} split compressed messages and marked every piece as compressed"},
	{finding.FrameDesynchronised, byFrame, "{Who} sent bytes that are no frames", "{Who} damaged the stream: from some point on it holds no frames"},
	{finding.HopBytesInjected, byProxy, "{Who} wrote bytes of its own into the stream", ""},
	{finding.DeflateNotNegotiated, byDeflate, "{Who} compresses although compression was not agreed on", "{Who} compresses, or removed the agreement to compress on its way"},
	{finding.HopPayloadChanged, byProxy, "{Who} changed the content of messages", ""},
	{finding.HopMessageDuplicated, byProxy, "{Who} passed bytes or messages on twice", ""},
	{finding.HopMessageLost, byProxy, "{Who} lost messages", ""},
	{finding.HopRefragmented, byProxy, "{Who} split messages into frames that are illegal", ""},
	{finding.FrameReservedBit, byFrame, "{Who} set a reserved bit that no agreement gives meaning", ""},
	{finding.FrameReservedOpcode, byFrame, "{Who} sent a frame with an undefined opcode", ""},
	{finding.FrameLengthNotMinimal, byFrame, "{Who} wrote a length longer than it has to be", ""},
	{finding.FrameLengthOverflow, byFrame, "{Who} sent a frame of an impossible length", ""},
	{finding.FrameControlFragmented, byFrame, "{Who} sent a control frame in pieces", ""},
	{finding.FrameControlTooLong, byFrame, "{Who} sent a control frame that is too long", ""},
	{finding.FrameContinuationUnexpected, byFrame, "{Who} continued a message that had not begun", ""},
	{finding.FrameContinuationExpected, byFrame, "{Who} began a message inside another one", ""},
	{finding.DeflateCorrupt, byFrame, "{Who} sent a compressed message that does not inflate", "{Who} damaged a compressed message"},
	{finding.MessageInvalidUTF8, byFrame, "{Who} sent text that is not UTF-8", "{Who} damaged the UTF-8 of a text message"},
	{finding.DeflateBomb, byFrame, "{Who} sent a message that inflates beyond all bounds", ""},
	{finding.CloseCodeInvalid, byFrame, "{Who} sent a Close with a code that must not be sent", ""},
	{finding.ClosePayloadInvalid, byFrame, "{Who} sent a Close with a malformed body", ""},
	{finding.CloseReasonInvalidUTF8, byFrame, "{Who} sent a Close whose reason is not UTF-8", ""},
	{finding.CloseDataAfter, byFrame, "{Who} went on sending after its own Close", ""},
}

// The end.
var endRules = []rule{
	{finding.HopCloseSwallowed, byProxy, "{Who} swallowed the Close and just ended TCP", ""},
	{finding.EndStalled, byReader, "{Who} stopped taking what was sent to it", "{Who} stopped passing bytes on"},
	{finding.HopDelayed, byProxy, "{Who} holds messages back", ""},
	{finding.HTTP2Stalled, byReader, "{Who} stopped taking what was sent to it", ""},
	{finding.EndAfterSize, byTimer, "{Who} ends connections after a large message", ""},
	{finding.EndLifetime, byTimer, "{Who} ends every connection at the same age", ""},
	{finding.EndTogether, byTimer, "{Who} ended many connections within a second", ""},
	{finding.EndIdleTimeout, byTimer, "{Who} ended the connection after {quiet} of silence", "{Who} cut the connection after {quiet} of silence"},
	{finding.HTTP2StreamReset, byFrame, "{Who} reset the stream of the WebSocket", ""},
	{finding.HTTP2Goaway, byFrame, "{Who} said GOAWAY while WebSockets were open", ""},
	{finding.CloseAbnormal, byClose, "The WebSocket was closed with a code that reports trouble{close}", ""},
	{finding.EndAfterHandshake, byEnd, "{Who} ended the connection right after the 101", ""},
	{finding.CloseMidFrame, byEnd, "{Who} ended the connection in the middle of a message", ""},
	{finding.EndReset, byEnd, "{Who} reset the connection", ""},
	{finding.CloseMissing, byEnd, "{Who} ended the connection without a Close", ""},
	{finding.EndHalfClosed, byEnd, "{Who} shut one direction down without a Close", ""},
	{finding.HopControlDropped, byProxy, "{Who} does not pass pings or pongs on", ""},
	{finding.PingUnanswered, byAnswerer, "{Who} did not answer pings", ""},
	{finding.CloseUnanswered, byAnswerer, "{Who} did not answer the Close", ""},
}

// What breaks only strict peers, or nothing at all.
var softRules = []rule{
	{finding.HandshakeBodyHeaders, byAnswer, "{Who} sent a 101 with Content-Length or Transfer-Encoding", ""},
	{finding.HandshakeSubprotocolUnanswered, byAnswer, "{Who} chose none of the offered subprotocols", ""},
	{finding.HandshakeEarlyData, byClient, "{Who} sent frames before the 101 arrived", ""},
	{finding.HandshakeMalformed, byHead, "{Who} wrote an HTTP head that breaks the grammar", ""},
	{finding.PayloadError, byApplication, "An answer inside the messages reports an error", ""},
	{finding.PayloadUnanswered, byAnswerer, "A request inside the messages got no answer", ""},
	{finding.PayloadHeartbeatMissed, byFrame, "A heartbeat inside the messages did not come", ""},
	{finding.PayloadInvalid, byFrame, "{Who} sent a message that does not parse", ""},
	{finding.HopExtensionStrippedRequest, byProxy, "{Who} removed the offer to compress; messages cross uncompressed", ""},
}

// captureRules are told beside every cause: they say what cannot be known.
var captureRules = []rule{
	{finding.CaptureDropped, byCapture, "Packets were dropped while capturing", ""},
	{finding.CaptureGap, byCapture, "Bytes are missing from the capture; what lies there was not judged", ""},
	{finding.CaptureTruncated, byCapture, "Packets were cut short by the capture; what was cut off was not judged", ""},
	{finding.CaptureOneDirection, byCapture, "Only one direction was captured; what the other end did was not judged", ""},
	{finding.CaptureMidstream, byCapture, "The capture began after the handshake, which was not judged", ""},
	{finding.TLSUndecryptable, byCapture, "No secret opens what one side sent; what it did was not judged", ""},
	{finding.TLSRecordLost, byCapture, "Records of TLS are missing from the capture; what was in them was not judged", ""},
	{finding.CaptureConflict, byCapture, "Overlapping TCP data differ; which copy the receiver took is not known", ""},
	{finding.CaptureLimit, byCapture, "wsight reached a limit and let data go", ""},
}
