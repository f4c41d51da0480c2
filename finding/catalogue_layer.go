package finding

var http2Rules = []Rule{
	{
		HTTP2ConnectDisabled, Error, "RFC 8441 §3",
		"extended CONNECT was used although the server does not allow it",
		"The server must send SETTINGS_ENABLE_CONNECT_PROTOCOL = 1 first. Enable WebSockets over HTTP/2 at the server, or let the client use HTTP/1.1 for them.",
	},
	{
		HTTP2StreamReset, Error, "RFC 9113 §6.4",
		"the HTTP/2 stream of a WebSocket was reset",
		"Look at the error code and at the end that sent it. The connection and its other streams go on: open a new stream.",
	},
	{
		HTTP2Goaway, Warning, "RFC 9113 §6.8",
		"GOAWAY came while WebSockets were open on the connection",
		"The sender will close the connection, mostly for a restart or a lifetime. Let clients reconnect, and give the server time to drain.",
	},
	{
		HTTP2Stalled, Warning, "RFC 9113 §5.2",
		"the flow control window stayed at zero",
		"The receiver does not read or does not send WINDOW_UPDATE. Look at its application first, then at the window of the connection, which all streams share.",
	},
}

var tlsRules = []Rule{
	{
		TLSUndecryptable, Note, "RFC 9850",
		"no secret opens this TLS connection",
		"Have one endpoint write a key log before the connection is opened, and give it with `--keylog keys.log`. " +
			"Chromium, Firefox and curl: set the environment variable SSLKEYLOGFILE=keys.log. Node: `node --tls-keylog=keys.log app.js`. " +
			"Python: SSLKEYLOGFILE for ssl.create_default_context, else the attribute keylog_filename of the SSLContext. " +
			"Go: set KeyLogWriter in tls.Config. Java: run with an agent that writes one, such as `-javaagent:extract-tls-secrets.jar=keys.log`. " +
			"A proxy that ends TLS can instead be captured on its inner side, where the traffic is in the clear.",
	},
	{
		TLSRecordLost, Note, "RFC 8446 §5",
		"TLS records are missing from the capture",
		"Messages in the missing records cannot be shown. Capture again without loss; what follows was decrypted from the next record that could be placed.",
	},
}

var payloadRules = []Rule{
	{
		PayloadInvalid, Warning, "",
		"a message does not parse in its format",
		"Look at the place that the detail names: the format was agreed as subprotocol or chosen by hand. If it was the wrong choice, take another with `--decode`.",
	},
	{
		PayloadUnanswered, Warning, "",
		"a request inside the messages got no answer",
		"Look for an error in the handler of that request, and let the client give up after a time of its own.",
	},
	{
		PayloadError, Warning, "",
		"an answer inside the messages reports an error",
		"The transport is healthy; the application refused. Read the error and the request that it answers.",
	},
	{
		PayloadHeartbeatMissed, Warning, "",
		"a heartbeat of the message format did not come",
		"The other end will take the connection for dead. Look for a blocked event loop or a browser tab that was put to sleep, and compare both heartbeat settings.",
	},
}
