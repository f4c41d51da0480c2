package finding

// Rules that need both legs of a proxy.
var hopRules = []Rule{
	{
		HopHeadersChanged, Note, "",
		"the proxy changed the handshake",
		"Read the difference when something else went wrong: hop-by-hop fields, Host, Origin and the Sec-WebSocket fields decide. " +
			"Added forwarding fields and another case of names are harmless.",
	},
	{
		HopUpgradeNotRelayed, Error, "",
		"the server answered 101 and the client did not get it",
		"The proxy threw the server's answer away. Check the 101 on the server's leg first, since strict proxies turn a faulty one into 502; " +
			"when it is valid, the proxy or a filter in it does not support upgrades on this route. " + nginxUpgrade,
	},
	{
		HopAnsweredByProxy, Error, "",
		"the proxy answered 101 by itself",
		"The client believes that it talks to the server, and the server knows nothing of the upgrade. Make the proxy wait for the upstream's answer, " +
			"or take the gateway product that terminates WebSockets off this path.",
	},
	{
		HopSubprotocolStripped, Error, "",
		"the proxy removed Sec-WebSocket-Protocol",
		"Let the field pass in both directions. In nginx delete `proxy_set_header Sec-WebSocket-Protocol \"\";` and `proxy_hide_header Sec-WebSocket-Protocol;`.",
	},
	{
		HopExtensionStrippedRequest, Note, "",
		"the proxy removed the offer of extensions",
		"This is legal: the connection just is not compressed. To have compression let the field pass, in nginx by deleting " +
			"`proxy_set_header Sec-WebSocket-Extensions \"\";`.",
	},
	{
		HopExtensionStrippedResponse, Error, "",
		"the proxy removed the server's agreement to an extension",
		"The server now compresses for a client that does not expect it. Let the field pass (in nginx delete `proxy_hide_header Sec-WebSocket-Extensions;`) " +
			"or remove the offer from the request as well.",
	},
	{
		HopKeyChanged, Note, "",
		"the two legs have different Sec-WebSocket-Key values",
		"The proxy terminates the WebSocket and opens its own. This is harmless as long as each answer fits the key of its own leg.",
	},
	{
		HopPayloadChanged, Error, "",
		"a message differs between the two legs",
		"Look at the first byte that differs. Filters that rewrite text, convert character sets or scan content must not touch upgraded connections; " +
			"switch them off for this path.",
	},
	{
		HopMessageLost, Error, "",
		"a message is on one leg only",
		"The proxy did not pass it on. Messages next to the 101 are lost by proxies that drop what they had buffered; let the first message wait for a first answer, " +
			"or bring the proxy up to date.",
	},
	{
		HopMessageDuplicated, Error, "",
		"a message is once on one leg and twice on the other",
		"Look for a relay that sends again after reconnecting or writes a buffer twice. Give messages a number so that the receiver can tell.",
	},
	{
		HopBytesInjected, Error, "",
		"bytes that the sender did not write are on the other leg",
		"The proxy wrote into an upgraded connection. Look for chunked encoding, compression or error pages that a filter adds, and take that filter off this path.",
	},
	{
		HopControlDropped, Warning, "",
		"pings or pongs did not cross the proxy",
		"The proxy answers or swallows control frames. Endpoints then cannot tell whether the other is alive: send heartbeats as data messages.",
	},
	{
		HopCloseSwallowed, Error, "",
		"a Close did not cross the proxy",
		"The other end sees 1006 and never learns the code. Make the proxy pass the Close before it ends TCP, and the endpoint wait for the answer before it shuts down.",
	},
	{
		HopRefragmented, Note, "",
		"the proxy changed the frame boundaries of a message",
		"This is legal as long as the new frames are. An endpoint that takes frames for messages breaks on it: make it join fragments.",
	},
	{
		HopRSVCleared, Error, "",
		"RSV1 is set on one leg only",
		"The mark of compression was lost and the receiver takes compressed bytes for the message. Make the proxy copy the first byte of each frame unchanged, " +
			"or remove the offer of permessage-deflate on its way.",
	},
	{
		HopDelayed, Warning, "",
		"messages wait in the proxy",
		"A buffer holds them back. Take buffering filters and virus scanners off this path; in Envoy disable the buffer filter for the route, " +
			"and in a program that relays flush after every message.",
	},
	{
		HopResetHidden, Note, "",
		"one leg was reset and the other closed with FIN",
		"Proxies turn an RST into a FIN. Judge the end by the leg that ended first; on the other leg alone the close looks tidy.",
	},
	{
		HopEndOrigin, Note, "",
		"one side of the proxy ended the connection first",
		"Start at the one that the detail names: its log has the reason. The proxy itself is meant when both legs end from its side.",
	},
}
