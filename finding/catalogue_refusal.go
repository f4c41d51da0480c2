package finding

// Answers other than 101.
var refusalRules = []Rule{
	{
		HandshakeRedirected, Error, "RFC 6455 §4.1",
		"the handshake was answered with a redirect",
		"Browsers do not follow redirects of a WebSocket. Connect to the target of Location directly, with ws or wss as its scheme; " +
			"a redirect to a login page means that the session is missing.",
	},
	{
		HandshakeUnauthorized, Error, "",
		"the handshake was refused for lack of credentials",
		"Look at WWW-Authenticate or Proxy-Authenticate in the answer. Browsers cannot add fields to this request: send a cookie, a token in the query, " +
			"or authenticate in the first message.",
	},
	{
		HandshakeOriginRejected, Error, "RFC 6455 §10.2",
		"the handshake was refused and Origin does not match the Host that the server saw",
		"Either a proxy changed Host or the origin is not on the server's list. Keep Host as it came (nginx: `proxy_set_header Host $http_host;`, " +
			"Apache: `ProxyPreserveHost On`), or add the origin to the server's list.",
	},
	{
		HandshakeForbidden, Error, "",
		"the handshake was refused with 403",
		"Find out who wrote the answer: the Server field and the body name the product. An empty 403 from Envoy means that its route lacks " +
			"`upgrade_configs: [{upgrade_type: websocket}]`; otherwise ask the rules of the firewall or the application.",
	},
	{
		HandshakeNotFound, Error, "",
		"the path of the handshake does not exist at the one that answered",
		"Compare the path with the one that the application serves, after every rewrite. In nginx a `proxy_pass` with a path, even a lone slash, " +
			"replaces the part that the location matched.",
	},
	{
		HandshakeBadRequest, Error, "",
		"the handshake was refused with 400",
		"The body of the answer often names the field that was missing. Compare the request as it reached this server with the one that the client sent; " +
			"a proxy between them is the usual cause. " + nginxUpgrade,
	},
	{
		HandshakeUpgradeRequired, Error, "",
		"the server asks for an upgrade that the request does not have or cannot have",
		"A 426 to a request with Upgrade means that the field was lost behind this point; with Sec-WebSocket-Version in the answer it means that " +
			"the version does not suit. " + nginxUpgrade,
	},
	{
		HandshakeRateLimited, Error, "",
		"the handshake was refused because of too many requests",
		"Make the client wait before it reconnects, longer each time and by a random part, and heed Retry-After. " +
			"In nginx look for `limit_req` and `limit_conn` on the location.",
	},
	{
		HandshakeRequestTooLarge, Error, "",
		"the handshake was refused because the request has too large a body",
		"A handshake has no body: make the client send none. If the path is shared with uploads, see `client_max_body_size` in nginx.",
	},
	{
		HandshakeHeaderTooLarge, Error, "",
		"the handshake was refused because its header is too large",
		"Shrink what the client sends, mostly cookies and tokens in Sec-WebSocket-Protocol, or raise the limit. In nginx: `large_client_header_buffers 4 32k;`.",
	},
	{
		HandshakeUpstreamDown, Error, "",
		"the proxy could not get an answer from its upstream",
		"The proxy wrote this answer, not the application. Check that the upstream listens on the address that the proxy dials " +
			"(nginx: `proxy_pass`, and its error log), and that it answers the handshake with a valid 101.",
	},
	{
		HandshakeUpstreamTimeout, Error, "",
		"the upstream did not answer the proxy in time",
		"The proxy wrote this answer, not the application. Find out why the upstream is silent; a server that never saw Upgrade may wait for something else. " +
			"The limits in nginx are `proxy_connect_timeout` and `proxy_read_timeout`.",
	},
	{
		HandshakeSessionUnknown, Error, "",
		"the backend does not know the Engine.IO session",
		"Requests of one session reach different backends. Make the proxy sticky (nginx: `ip_hash;` in the upstream block) " +
			"or connect with the websocket transport only.",
	},
	{
		HandshakeNotUpgraded, Error, "RFC 6455 §4.1",
		"the handshake was answered with another status than 101",
		"The request reached something that serves pages and not the WebSocket: a catch-all location, another virtual host, a captive portal, " +
			"or a proxy that dropped Upgrade. Server and title of the answer tell which. " + nginxUpgrade,
	},
}
