package verdict

// Proxies that are programs of one's own or belong to a development server.
var programs = []entry{
	{answer101, Remedy{
		Product: "http-proxy (Node.js)",
		Say:     "An upgrade is an event of its own in Node.js. Without a handler for it the request is sent on as an ordinary one, and the server's 101 is thrown away. Hand the event to the proxy. In development servers say `ws: true`.",
		Where:   "Next to server.listen; the last line is for vite, webpack and http-proxy-middleware",
		Lines:   "server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));\n\nproxy: { '{path}': { target: 'ws://{upstream}', ws: true } }",
	}},
	{upgrade, Remedy{
		Product: "http-proxy (Node.js)",
		Say:     "An upgrade is an event of its own in Node.js; a handler of requests never sees it. Hand it to the proxy. In development servers say `ws: true`.",
		Where:   "Next to server.listen; the last line is for vite, webpack and http-proxy-middleware",
		Lines:   "server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));\n\nproxy: { '{path}': { target: 'ws://{upstream}', ws: true } }",
	}},
	{drain, Remedy{
		Product: "mitmproxy",
		Say:     "mitmproxy was ended or its flow was killed. Keep it running while the WebSocket is open.",
	}},
	{upgrade, Remedy{
		Product: "mitmproxy",
		Say:     "mitmproxy passes WebSockets on unless it is told otherwise.",
		Where:   "On its command line",
		Lines:   "mitmproxy --set websocket=true",
	}},
	{upgrade, Remedy{
		Product: "tinyproxy",
		Say:     "tinyproxy does not know upgrades. Use wss://, which goes through it as a CONNECT tunnel, and allow that port.",
		Where:   "In tinyproxy.conf",
		Lines:   "ConnectPort 443",
	}},
}

// generic is what to do whatever the proxy is.
var generic = []entry{
	{upgrade, Remedy{Say: "Upgrade and Connection are hop-by-hop fields: they are meant for the next program on the way only, so a proxy throws them away unless it is told to ask for an upgrade itself. " +
		"Make the proxy send `Upgrade: websocket` and `Connection: Upgrade` to the server in HTTP/1.1."}},
	{answer101, Remedy{Say: "The request reached the server as it should, and the server accepted it; the proxy threw the 101 away. Either it does not know upgrades on this route, " +
		"or a filter in it rewrites answers, or it is strict and the 101 has a fault: compare the two answers. Take filters and middleware off this path, or let the program relay upgrades."}},
	{idle, Remedy{Say: "A timer between client and server cuts connections on which nothing moves. Let either end send a Ping at less than half of {quiet}, or raise the timer."}},
	{lifetime, Remedy{Say: "A timer bounds the age of connections whatever they carry, so pings do not help. Raise it, and let clients reconnect by themselves."}},
	{drain, Remedy{Say: "The proxy ended the connection: it was reloaded, restarted or crashed, or one of its limits was reached. Its log at that time says which. " +
		"Let clients reconnect by themselves after a random delay."}},
	{messageSize, Remedy{Say: "A limit on the size of messages ended the connection. Raise it where it is set, or send smaller messages."}},
	{host, Remedy{Say: "The proxy replaced Host, and the server compares it with Origin. Make the proxy keep the client's Host, or add the origin to the server's list."}},
	{route, Remedy{Say: "The proxy has no route for this host and path, or changes the path on its way, or another route takes it. Compare the path that the client asks for with the one that the server serves."}},
	{policy, Remedy{Say: "A rule of the proxy or of a firewall in it refused the request. Make an exception for the path of the WebSocket."}},
	{rate, Remedy{Say: "The proxy limits how many requests may come. Raise the limit for this path, and let clients wait longer after each failure, by a random time."}},
	{upstream, Remedy{Say: "The proxy could not reach its upstream. Start the server, or correct the address that the proxy dials."}},
	{sticky, Remedy{Say: "Requests of one session have to reach the same backend: make the proxy sticky, or connect with the websocket transport only."}},
	{cache, Remedy{Say: "A cache answered instead of the server. Let requests with Upgrade pass the cache."}},
	{requestField, Remedy{Say: "The proxy removes or replaces {field} in the request. Delete the rule that does it."}},
	{responseField, Remedy{Say: "The proxy removes or replaces {field} in the answer. Delete the rule that does it, and do not cache or store answers to handshakes."}},
	{subprotocol, Remedy{Say: "The proxy removes Sec-WebSocket-Protocol. Let the field cross in both directions: browsers give up when they asked for a subprotocol and got none."}},
	{compression, Remedy{Say: "The proxy removes Sec-WebSocket-Extensions in one direction only, so that one end compresses and the other does not expect it. Let the field cross in both directions, or remove the offer from the request."}},
	{content, Remedy{Say: "The proxy or a filter in it writes into a connection that was upgraded. Take filters that compress, chunk, scan or rewrite bodies off this path; after a 101 a proxy has to pass every byte on as it is."}},
	{relay, Remedy{Say: "The proxy reads frames and writes new ones, and makes a mistake at it. Update it, replace it by one that passes bytes on unchanged, or take it off this path."}},
	{buffering, Remedy{Say: "The proxy buffers. Switch off response and request buffering, virus scanning and compression for this path; a program that relays has to flush after every message and to keep reading from both ends."}},
	{stall, Remedy{Say: "The proxy took bytes in and did not send them on while both connections stayed open: its relay is stuck, or one of its buffers is full. " +
		"Look at its log and its memory at that time, update it, and let both ends send pings and reconnect when they stay unanswered."}},
	{scheme, Remedy{Say: "The proxy speaks another protocol than its upstream: TLS to a plain port, plain HTTP to a TLS port, or HTTP/2 to a server that knows HTTP/1.1 only. Set the protocol of the upstream; WebSockets want HTTP/1.1."}},
}
