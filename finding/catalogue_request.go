package finding

// nginxUpgrade is the configuration that most of the broken upgrades lack;
// it is the default example because nginx drops both fields unless told.
const nginxUpgrade = "In nginx: `map $http_upgrade $connection_upgrade { default upgrade; '' close; }` in the http block, and in the location " +
	"`proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`."

// The request as it was seen on this leg.
var requestRules = []Rule{
	{
		HandshakeUpgradeStripped, Error, "RFC 6455 §4.2.1",
		"the request has Sec-WebSocket fields but no Upgrade: websocket",
		"A proxy before this point removed Upgrade, which is a hop-by-hop field; make it forward the upgrade. " + nginxUpgrade,
	},
	{
		HandshakeConnectionWrong, Error, "RFC 6455 §4.2.1",
		"Connection does not name the upgrade token",
		"Send `Connection: Upgrade` together with Upgrade; a proxy must set it anew because the field is hop-by-hop. " + nginxUpgrade,
	},
	{
		HandshakeUpgradeWrong, Error, "RFC 6455 §4.2.1",
		"Upgrade names something other than websocket",
		"Look for exchanged variables in the proxy's configuration. In nginx: `proxy_set_header Upgrade $http_upgrade;` and " +
			"`proxy_set_header Connection $connection_upgrade;`, not the other way round.",
	},
	{
		HandshakeHTTP10, Error, "RFC 6455 §4.1",
		"the handshake request is HTTP/1.0",
		"An upgrade needs HTTP/1.1. nginx before 1.29.7 talks HTTP/1.0 to its upstream unless told otherwise: add `proxy_http_version 1.1;` " +
			"and set Upgrade and Connection as well.",
	},
	{
		HandshakeMethod, Error, "RFC 6455 §4.1",
		"the handshake request is not a GET",
		"Make the client open the WebSocket with GET. If it did, look for a redirect or a rewrite rule in a proxy that changed the method.",
	},
	{
		HandshakeKeyMissing, Error, "RFC 6455 §4.1",
		"the request has no Sec-WebSocket-Key",
		"Every WebSocket client sends the field, so look for a proxy rule that removes it, such as `proxy_set_header Sec-WebSocket-Key \"\";` in nginx, " +
			"and delete that rule. A hand-made client must send 16 random bytes in base64.",
	},
	{
		HandshakeKeyInvalid, Error, "RFC 6455 §4.1",
		"Sec-WebSocket-Key is not 16 bytes in base64",
		"Make the client send 16 random bytes in base64, 24 characters that end in ==. HAProxy and strict servers answer 400 to anything else.",
	},
	{
		HandshakeKeyDuplicate, Error, "RFC 6455 §11.3.1",
		"the request has Sec-WebSocket-Key more than once",
		"Send the field once. Look for a proxy or a client library that adds its own key beside the one that is there.",
	},
	{
		HandshakeVersion, Error, "RFC 6455 §4.1, §4.4",
		"Sec-WebSocket-Version is missing or is not 13",
		"Make the client send `Sec-WebSocket-Version: 13`; the answer lists the versions that the server speaks. " +
			"If the client sent 13, look for a proxy rule that removes the field.",
	},
	{
		HandshakeMalformed, Warning, "RFC 9112 §2.2",
		"the HTTP head breaks the grammar but can still be read",
		"Mend the program that wrote the head: end lines with CR LF, send exactly one Host, do not fold lines. " +
			"Strict peers answer such a head with 400 or close the connection.",
	},
	{
		HandshakeEarlyData, Warning, "RFC 6455 §4.1",
		"the client sent frames before the 101 arrived",
		"Make the client wait for the complete 101 before its first frame. Some proxies lose what comes earlier; compare with the server's leg.",
	},
	{
		HandshakeUpgradeForced, Error, "RFC 9110 §7.8",
		"a proxy put Upgrade on a request whose client did not ask for it",
		"Replace the constant values by the map, so that only requests that ask are upgraded. " + nginxUpgrade,
	},
	{
		HandshakeProtocolMismatch, Error, "",
		"the two ends speak different protocols on this connection",
		"Make both ends agree: ws:// to a plain port, wss:// to a TLS port, HTTP/1.1 to an HTTP/1.1 origin. " +
			"In nginx the scheme of `proxy_pass http://` or `proxy_pass https://` decides; in HAProxy add `ws h1` to the server line of an HTTP/2 backend.",
	},
}
