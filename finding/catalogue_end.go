package finding

var closeRules = []Rule{
	{
		CloseCodeInvalid, Error, "RFC 6455 §7.4",
		"a Close carries a code that must not be sent",
		"Send 1000 to 1003, 1007 to 1014, or a code of your own from 4000 to 4999. 1005, 1006 and 1015 are made up by the receiver: " +
			"a relay that forwards them as real codes must send 1011 or end the connection.",
	},
	{
		ClosePayloadInvalid, Error, "RFC 6455 §5.5.1",
		"a Close has a body of one byte",
		"The body is empty or begins with a code of two bytes. Mend the sender.",
	},
	{
		CloseReasonInvalidUTF8, Error, "RFC 6455 §5.5.1",
		"the reason of a Close is not valid UTF-8",
		"Encode the reason as UTF-8 and cut it between characters when it is longer than 123 bytes.",
	},
	{
		CloseDataAfter, Error, "RFC 6455 §5.5.1",
		"data frames follow the sender's own Close",
		"After its Close an endpoint must send nothing more. Let the writer stop before the Close is sent; the peer throws such data away.",
	},
	{
		CloseAbnormal, Warning, "RFC 6455 §7.4.1",
		"the connection was closed with a code that reports trouble",
		"Look at the end that sent the code: its log says what it disliked, and the message just before the Close is usually the one. " +
			"For 1009 raise its message limit or send smaller messages; for 1012 and 1013 reconnect later.",
	},
	{
		CloseUnanswered, Warning, "RFC 6455 §5.5.1",
		"a Close was not answered with a Close",
		"The other end must answer before it ends TCP. Make it wait for the Close in both directions; on a proxied connection the answer may be lost " +
			"when the sender of the Close shuts TCP down at once.",
	},
	{
		CloseMissing, Error, "RFC 6455 §7.1.5",
		"TCP was closed without a Close frame",
		"The other end reports 1006. Find out who sent the first FIN: an application that exits or forgets to close, or a proxy whose timer ran out " +
			"(nginx: `proxy_read_timeout 1h;` and `proxy_send_timeout 1h;`, and pings more often than that).",
	},
	{
		CloseMidFrame, Error, "RFC 6455 §7.1.5",
		"TCP ended in the middle of a frame or a message",
		"The last message did not arrive whole. Look for a crash or a limit at the end that closed first, and send the message again after reconnecting.",
	},
}

var endRules = []Rule{
	{
		EndReset, Error, "",
		"the connection was reset",
		"Look at the end that sent the RST, and at the packet before it: a process that died, a socket closed with unread data, a timer of a load balancer, " +
			"or a firewall that forgot the flow. A TTL unlike that of the same address's other packets points at a middlebox.",
	},
	{
		EndAfterHandshake, Error, "",
		"the connection ended right after the 101, without a frame from one side",
		"The 101 itself was not the problem. Look at the log of the end that closed: a rejected subprotocol or token, an exception in the handler, " +
			"or a gateway that cannot carry compressed frames.",
	},
	{
		EndHalfClosed, Warning, "",
		"one direction was shut down without a Close while the other went on",
		"WebSocket has no half-open state. Make the end that shut its direction down send a Close first; proxies cut the other direction as soon as they see the FIN.",
	},
	{
		EndIdleTimeout, Error, "",
		"the connection was cut after a silence, without a Close",
		"A timer cut it. Send a Ping from either end at less than half of that silence, or raise the timer " +
			"(nginx: `proxy_read_timeout 1h;` and `proxy_send_timeout 1h;` in the location; HAProxy: `timeout tunnel 1h`).",
	},
	{
		EndLifetime, Error, "",
		"connections end at the same age, whatever they carry",
		"A maximum lifetime cuts them, and pings do not help. Raise it (Envoy: `timeout: 0s` on the route; Google Cloud load balancers: the timeout of the backend service), " +
			"and let clients reconnect by themselves.",
	},
	{
		EndTogether, Warning, "",
		"many connections ended within a second",
		"A reload, restart or failover took them along; find out what happened at that time. Give the proxy longer to drain (nginx: `worker_shutdown_timeout 1h;`), " +
			"and let clients wait a random time before they reconnect.",
	},
	{
		EndAfterSize, Error, "",
		"connections end right after their largest message",
		"A size limit cut them without saying so. Send smaller messages, or raise the limit of the gateway or of the receiving library.",
	},
	{
		EndStalled, Warning, "",
		"bytes stopped moving while the connection stayed open",
		"Look at the end that stopped: a zero window means that its application does not read, missing acknowledgements mean that it or the path is gone. " +
			"Bound the queue of the writer and close connections whose pings stay unanswered.",
	},
}

var pingRules = []Rule{
	{
		PingUnanswered, Warning, "RFC 6455 §5.5.2",
		"pings were not answered with a Pong",
		"The other side was alive and must answer. Look for a handler that blocks its reading loop, or a proxy that swallows control frames; compare with the other leg.",
	},
}
