package finding

// The 101 and what it agreed to.
var responseRules = []Rule{
	{
		HandshakeAcceptMissing, Error, "RFC 6455 §4.1, §4.2.2",
		"the 101 has no Sec-WebSocket-Accept",
		"Clients must fail this connection. If the server sent the field, a proxy removed it; look for `proxy_hide_header Sec-WebSocket-Accept;` in nginx " +
			"and delete it. Otherwise mend the server.",
	},
	{
		HandshakeAcceptWrong, Error, "RFC 6455 §4.1, §4.2.2",
		"Sec-WebSocket-Accept does not fit the key",
		"Clients must fail this connection. The server has to answer the base64 of SHA-1 over the key and the GUID of the RFC. " +
			"If both legs of a proxy are healthy by themselves, look for a middlebox that replaces the key or a cache that replays an answer.",
	},
	{
		HandshakeResponseUpgradeMissing, Error, "RFC 6455 §4.1",
		"the 101 does not carry Upgrade: websocket",
		"Make the server send `Upgrade: websocket` with its 101. If it does, a proxy removed the field; " +
			"in nginx look for `proxy_hide_header Upgrade;` and delete it.",
	},
	{
		HandshakeResponseConnectionMissing, Error, "RFC 6455 §4.1",
		"the 101 does not carry Connection: Upgrade",
		"Make the server send `Connection: Upgrade` with its 101. If it does, look for a proxy or a framework that replaces Connection on every answer.",
	},
	{
		HandshakeSubprotocolUnoffered, Error, "RFC 6455 §4.1",
		"the server chose a subprotocol that was not offered, or several",
		"Clients must fail this connection. Make the server choose one of the values in the request's Sec-WebSocket-Protocol, " +
			"and check that no proxy removed the offer.",
	},
	{
		HandshakeSubprotocolUnanswered, Warning, "RFC 6455 §4.2.2",
		"subprotocols were offered and none was chosen",
		"Browsers close such a connection at once. Teach the server one of the offered subprotocols, or stop offering. " +
			"If the server never saw the offer, delete `proxy_set_header Sec-WebSocket-Protocol \"\";` or its like from the proxy.",
	},
	{
		HandshakeExtensionUnoffered, Error, "RFC 6455 §9.1, RFC 7692 §7.1",
		"the 101 agrees to an extension or parameter that was not offered",
		"Clients must fail this connection. Make the server answer only what the request offers, and check that no proxy removed the offer: " +
			"an offer that is removed on one leg must be removed from the answer too.",
	},
	{
		HandshakeExtensionInvalid, Error, "RFC 6455 §9.1, RFC 7692 §7.1",
		"Sec-WebSocket-Extensions has illegal or repeated parameters",
		"Compare the field with RFC 7692 §7.1: window bits are 8 to 15 without leading zeros, the no_context_takeover parameters have no value, " +
			"and none may come twice. Switch compression off at the side that wrote it until it is mended.",
	},
	{
		HandshakeBodyHeaders, Warning, "RFC 9110 §8.6, RFC 9112 §6.1",
		"the 101 carries Content-Length or Transfer-Encoding",
		"A 101 has no body. Remove the field at the server: some clients wait for a body, others refuse the answer. " +
			"HAProxy and Caddy remove it on the way, nginx removes only Transfer-Encoding, Apache neither.",
	},
	{
		HandshakeBody, Error, "RFC 6455 §4.2.2",
		"bytes that are no frames follow the 101",
		"Right after the empty line the frames begin. Look for a server or a middleware that writes a page, a chunk header or log text into the upgraded connection.",
	},
	{
		HandshakeCrossOrigin, Note, "RFC 6455 §10.2",
		"the handshake was accepted although Origin and Host differ",
		"If browsers use this endpoint with cookies, make the server check Origin against a list; without it any web page can open the WebSocket " +
			"in its visitor's name. Nothing is wrong when the origins are meant to differ.",
	},
	{
		HandshakeCached, Error, "RFC 9111",
		"the answer to the upgrade came from a cache",
		"Make the cache pass upgrades through. In nginx: `proxy_cache_bypass $http_upgrade; proxy_no_cache $http_upgrade;`. " +
			"In Varnish: `return (pipe)` for requests with Upgrade, and copy Upgrade and Connection in vcl_pipe.",
	},
	{
		HandshakeUnanswered, Error, "",
		"the handshake request got no answer",
		"Find out where the request stopped: capture on the next hop behind the end that was silent. A proxy that waits for its upstream, " +
			"a server that does not read, or a firewall that drops what comes back look the same from here.",
	},
	{
		HandshakeSlow, Note, "",
		"the answer to the handshake took longer than a second",
		"Look at what the server does before it answers, such as authentication or name lookups. Clients and proxies give up after their own limit " +
			"(nginx: `proxy_read_timeout 60s;`).",
	},
}
