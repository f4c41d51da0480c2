package finding

var frameRules = []Rule{
	{
		FrameReservedBit, Error, "RFC 6455 §5.2",
		"a reserved bit is set and no agreed extension gives it meaning",
		"Compare Sec-WebSocket-Extensions of request and answer on both sides of every proxy. RSV1 is compression whose agreement got lost; " +
			"RSV2 and RSV3 mean that the sender writes something other than frames.",
	},
	{
		FrameReservedOpcode, Error, "RFC 6455 §5.2",
		"a frame has an opcode that no specification defines",
		"Look at the frame before it: a wrong length there puts every reader out of step. A sender that does it on purpose must stop.",
	},
	{
		FrameClientUnmasked, Error, "RFC 6455 §5.1",
		"the client sent a frame without a mask",
		"The server must close the connection. Mend the client library, or the gateway that reads frames and writes them anew.",
	},
	{
		FrameServerMasked, Error, "RFC 6455 §5.1",
		"the server sent a masked frame",
		"The client must close the connection. Mend the server library, or the gateway that copies frames of a client to another one without unmasking.",
	},
	{
		FrameLengthNotMinimal, Error, "RFC 6455 §5.2",
		"a payload length is not written in its shortest form",
		"Strict peers close with 1002. Mend the sender: up to 125 in 7 bits, up to 65,535 in 16, everything else in 64.",
	},
	{
		FrameLengthOverflow, Error, "RFC 6455 §5.2",
		"a payload length has its most significant bit set",
		"No frame is that long: the sender is broken or the bytes are no frames. Look at what stands before this frame.",
	},
	{
		FrameControlFragmented, Error, "RFC 6455 §5.5",
		"a control frame is fragmented",
		"Ping, Pong and Close must be one frame each. Mend the sender, or the gateway that splits frames.",
	},
	{
		FrameControlTooLong, Error, "RFC 6455 §5.5",
		"a control frame has more than 125 bytes of payload",
		"Shorten the payload; a Close reason may have 123 bytes of UTF-8 beside its code.",
	},
	{
		FrameContinuationUnexpected, Error, "RFC 6455 §5.4",
		"a continuation frame came while no message was in progress",
		"The receiver must close. Look for a writer that sends the first fragment with FIN set, or for a message that was cut out on the way.",
	},
	{
		FrameContinuationExpected, Error, "RFC 6455 §5.4",
		"a new message began before the previous one was finished",
		"The receiver must close. Two writers share the connection without a lock, or the last fragment was lost: let one writer at a time send a message.",
	},
	{
		FrameDesynchronised, Error, "",
		"from here on the bytes are no frames",
		"Something wrote into the stream or took bytes out of it. The detail says what the bytes look like: chunk sizes and HTTP text come from a proxy or a framework " +
			"that still thinks it speaks HTTP, such as a compressing or buffering filter; take it off this path.",
	},
}

var messageRules = []Rule{
	{
		MessageInvalidUTF8, Error, "RFC 6455 §8.1",
		"a text message is not valid UTF-8",
		"The receiver must close with 1007. Send such data as binary messages, or encode the text as UTF-8 before it is sent; " +
			"cutting text at a byte count splits characters.",
	},
}

var deflateRules = []Rule{
	{
		DeflateNotNegotiated, Error, "RFC 7692 §6",
		"a frame is marked as compressed but permessage-deflate was not agreed on this leg",
		"The receiver must close. Compare Sec-WebSocket-Extensions on both legs: a proxy that removes the field must remove it from request and answer alike. " +
			"Let it pass both, or switch compression off at the server.",
	},
	{
		DeflateCorrupt, Error, "RFC 7692 §7.2.2",
		"a compressed payload does not inflate",
		"Both ends must agree on what was compressed before. Look for a relay that drops, reorders or repeats messages while context takeover is on; " +
			"until it is mended, agree on server_no_context_takeover and client_no_context_takeover, or switch compression off.",
	},
	{
		DeflateReservedBit, Error, "RFC 7692 §6.1",
		"RSV1 is set on a continuation or control frame",
		"Only the first frame of a message may carry the mark. Look for a relay that splits frames and copies their first byte.",
	},
	{
		DeflateBomb, Warning, "",
		"a message inflates beyond the limit",
		"Only what the limit allows was kept. Make the receiver bound the inflated size too; raise wsight's limit if such messages are legitimate.",
	},
}
