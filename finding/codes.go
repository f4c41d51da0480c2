package finding

// Codes of the family capture-.
const (
	CaptureGap          Code = "capture-gap"
	CaptureTruncated    Code = "capture-truncated"
	CaptureMidstream    Code = "capture-midstream"
	CaptureOneDirection Code = "capture-one-direction"
	CaptureDropped      Code = "capture-dropped"
	CaptureConflict     Code = "capture-conflict"
	CaptureLimit        Code = "capture-limit"
)

// Codes of the family handshake-.
const (
	HandshakeUpgradeStripped           Code = "handshake-upgrade-stripped"
	HandshakeConnectionWrong           Code = "handshake-connection-wrong"
	HandshakeUpgradeWrong              Code = "handshake-upgrade-wrong"
	HandshakeHTTP10                    Code = "handshake-http10"
	HandshakeMethod                    Code = "handshake-method"
	HandshakeKeyMissing                Code = "handshake-key-missing"
	HandshakeKeyInvalid                Code = "handshake-key-invalid"
	HandshakeKeyDuplicate              Code = "handshake-key-duplicate"
	HandshakeVersion                   Code = "handshake-version"
	HandshakeMalformed                 Code = "handshake-malformed"
	HandshakeAcceptMissing             Code = "handshake-accept-missing"
	HandshakeAcceptWrong               Code = "handshake-accept-wrong"
	HandshakeResponseUpgradeMissing    Code = "handshake-response-upgrade-missing"
	HandshakeResponseConnectionMissing Code = "handshake-response-connection-missing"
	HandshakeSubprotocolUnoffered      Code = "handshake-subprotocol-unoffered"
	HandshakeSubprotocolUnanswered     Code = "handshake-subprotocol-unanswered"
	HandshakeExtensionUnoffered        Code = "handshake-extension-unoffered"
	HandshakeExtensionInvalid          Code = "handshake-extension-invalid"
	HandshakeBodyHeaders               Code = "handshake-body-headers"
	HandshakeBody                      Code = "handshake-body"
	HandshakeEarlyData                 Code = "handshake-early-data"
	HandshakeRedirected                Code = "handshake-redirected"
	HandshakeUnauthorized              Code = "handshake-unauthorized"
	HandshakeOriginRejected            Code = "handshake-origin-rejected"
	HandshakeCrossOrigin               Code = "handshake-cross-origin"
	HandshakeForbidden                 Code = "handshake-forbidden"
	HandshakeNotFound                  Code = "handshake-not-found"
	HandshakeBadRequest                Code = "handshake-bad-request"
	HandshakeUpgradeRequired           Code = "handshake-upgrade-required"
	HandshakeRateLimited               Code = "handshake-rate-limited"
	HandshakeRequestTooLarge           Code = "handshake-request-too-large"
	HandshakeHeaderTooLarge            Code = "handshake-header-too-large"
	HandshakeUpstreamDown              Code = "handshake-upstream-down"
	HandshakeUpstreamTimeout           Code = "handshake-upstream-timeout"
	HandshakeUpgradeForced             Code = "handshake-upgrade-forced"
	HandshakeProtocolMismatch          Code = "handshake-protocol-mismatch"
	HandshakeSessionUnknown            Code = "handshake-session-unknown"
	HandshakeCached                    Code = "handshake-cached"
	HandshakeNotUpgraded               Code = "handshake-not-upgraded"
	HandshakeUnanswered                Code = "handshake-unanswered"
	HandshakeSlow                      Code = "handshake-slow"
)

// Codes of the family frame-.
const (
	FrameReservedBit            Code = "frame-reserved-bit"
	FrameReservedOpcode         Code = "frame-reserved-opcode"
	FrameClientUnmasked         Code = "frame-client-unmasked"
	FrameServerMasked           Code = "frame-server-masked"
	FrameLengthNotMinimal       Code = "frame-length-not-minimal"
	FrameLengthOverflow         Code = "frame-length-overflow"
	FrameControlFragmented      Code = "frame-control-fragmented"
	FrameControlTooLong         Code = "frame-control-too-long"
	FrameContinuationUnexpected Code = "frame-continuation-unexpected"
	FrameContinuationExpected   Code = "frame-continuation-expected"
	FrameDesynchronised         Code = "frame-desynchronised"
)

// Codes of the family message-.
const (
	MessageInvalidUTF8 Code = "message-invalid-utf8"
)

// Codes of the family deflate-.
const (
	DeflateNotNegotiated Code = "deflate-not-negotiated"
	DeflateCorrupt       Code = "deflate-corrupt"
	DeflateReservedBit   Code = "deflate-reserved-bit"
	DeflateBomb          Code = "deflate-bomb"
)

// Codes of the family close-.
const (
	CloseCodeInvalid       Code = "close-code-invalid"
	ClosePayloadInvalid    Code = "close-payload-invalid"
	CloseReasonInvalidUTF8 Code = "close-reason-invalid-utf8"
	CloseDataAfter         Code = "close-data-after"
	CloseAbnormal          Code = "close-abnormal"
	CloseUnanswered        Code = "close-unanswered"
	CloseMissing           Code = "close-missing"
	CloseMidFrame          Code = "close-mid-frame"
)

// Codes of the family end-.
const (
	EndReset          Code = "end-reset"
	EndAfterHandshake Code = "end-after-handshake"
	EndHalfClosed     Code = "end-half-closed"
	EndIdleTimeout    Code = "end-idle-timeout"
	EndLifetime       Code = "end-lifetime"
	EndTogether       Code = "end-together"
	EndAfterSize      Code = "end-after-size"
	EndStalled        Code = "end-stalled"
)

// Codes of the family ping-.
const (
	PingUnanswered Code = "ping-unanswered"
)

// Codes of the family hop-.
const (
	HopHeadersChanged            Code = "hop-headers-changed"
	HopUpgradeNotRelayed         Code = "hop-upgrade-not-relayed"
	HopAnsweredByProxy           Code = "hop-answered-by-proxy"
	HopSubprotocolStripped       Code = "hop-subprotocol-stripped"
	HopExtensionStrippedRequest  Code = "hop-extension-stripped-request"
	HopExtensionStrippedResponse Code = "hop-extension-stripped-response"
	HopKeyChanged                Code = "hop-key-changed"
	HopPayloadChanged            Code = "hop-payload-changed"
	HopMessageLost               Code = "hop-message-lost"
	HopMessageDuplicated         Code = "hop-message-duplicated"
	HopBytesInjected             Code = "hop-bytes-injected"
	HopControlDropped            Code = "hop-control-dropped"
	HopCloseSwallowed            Code = "hop-close-swallowed"
	HopRefragmented              Code = "hop-refragmented"
	HopRSVCleared                Code = "hop-rsv-cleared"
	HopDelayed                   Code = "hop-delayed"
	HopResetHidden               Code = "hop-reset-hidden"
	HopEndOrigin                 Code = "hop-end-origin"
)

// Codes of the family http2-.
const (
	HTTP2ConnectDisabled Code = "http2-connect-disabled"
	HTTP2StreamReset     Code = "http2-stream-reset"
	HTTP2Goaway          Code = "http2-goaway"
	HTTP2Stalled         Code = "http2-stalled"
)

// Codes of the family tls-.
const (
	TLSUndecryptable Code = "tls-undecryptable"
	TLSRecordLost    Code = "tls-record-lost"
)

// Codes of the family payload-.
const (
	PayloadInvalid         Code = "payload-invalid"
	PayloadUnanswered      Code = "payload-unanswered"
	PayloadError           Code = "payload-error"
	PayloadHeartbeatMissed Code = "payload-heartbeat-missed"
)
