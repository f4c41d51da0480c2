package verdict

var caddy = []entry{
	{upgrade, Remedy{
		Product: "Caddy",
		Say: "reverse_proxy passes upgrades on by itself. Delete the header_up lines that touch Upgrade or Connection, and talk HTTP/1.1 to the server: " +
			"h2c and versions that name only 2 cannot carry an upgrade. Caddy also turns a 101 without Upgrade into an empty 200, so check the server's answer.",
		Where: "In the Caddyfile; a plain address speaks HTTP/1.1",
		Lines: "reverse_proxy {path} {upstream} {\n    # no header_up -Upgrade, no header_up -Connection\n    transport http {\n        versions 1.1\n    }\n}",
	}},
	{answer101, Remedy{
		Product: "Caddy",
		Say:     "Caddy turns a 101 whose Upgrade is not that of the request into an empty 200. Mend the server's answer, and delete header_down lines that touch Upgrade or Connection.",
		Where:   "The lines to look for",
		Lines:   "header_down -Upgrade\nheader_down -Connection",
	}},
	{idle, Remedy{
		Product: "Caddy",
		Say:     "Caddy has no idle timer for upgraded connections unless stream_timeout is set, which cuts them at that age. Remove it or raise it.",
		Where:   "In the reverse_proxy block",
		Lines:   "stream_timeout 24h",
	}},
	{lifetime, Remedy{
		Product: "Caddy",
		Say:     "stream_timeout cuts upgraded connections at that age. Remove it or raise it.",
		Where:   "In the reverse_proxy block",
		Lines:   "stream_timeout 24h",
	}},
	{drain, Remedy{
		Product: "Caddy",
		Say:     "A reload closes all upgraded connections at once unless stream_close_delay gives them time. Set it, and let clients reconnect by themselves after a random delay.",
		Where:   "In the reverse_proxy block",
		Lines:   "stream_close_delay 1h",
	}},
	{host, Remedy{
		Product: "Caddy",
		Say:     "A header_up line replaces Host. Delete it, or pass the client's on.",
		Where:   "In the reverse_proxy block",
		Lines:   "header_up Host {http.request.host}",
	}},
	{route, Remedy{
		Product: "Caddy",
		Say:     "No site of Caddy has this host, which it answers with an empty 200, or no route leads to the WebSocket, or handle_path took a part of the path away; handle leaves it as it is.",
		Where:   "In the site block of this host",
		Lines:   "handle {path}* {\n    reverse_proxy {upstream}\n}",
	}},
	{upstream, Remedy{
		Product: "Caddy",
		Say:     "Caddy wrote this empty answer: it could not reach the server. Its log has the dial error. Start the server, or correct the address.",
		Where:   "In the site block",
		Lines:   "reverse_proxy {path} {upstream}",
	}},
	{sticky, Remedy{
		Product: "Caddy",
		Say:     "Requests of one Engine.IO session have to reach the same backend.",
		Where:   "In the reverse_proxy block",
		Lines:   "lb_policy cookie",
	}},
	{requestField, Remedy{
		Product: "Caddy",
		Say:     "A header_up line removes or replaces {field}. Delete it.",
		Where:   "The line to look for",
		Lines:   "header_up -{field}",
	}},
	{responseField, Remedy{
		Product: "Caddy",
		Say:     "A header_down line removes or replaces {field}. Delete it.",
		Where:   "The line to look for",
		Lines:   "header_down -{field}",
	}},
	{subprotocol, Remedy{
		Product: "Caddy",
		Say:     "A line of the configuration removes Sec-WebSocket-Protocol. Delete it.",
		Where:   "The lines to look for",
		Lines:   "header_up -Sec-WebSocket-Protocol\nheader_down -Sec-WebSocket-Protocol",
	}},
	{compression, Remedy{
		Product: "Caddy",
		Say:     "A header_down line removes Sec-WebSocket-Extensions. Delete it, or, to be without compression, remove the offer from the request.",
		Where:   "Delete the first line; the second one switches compression off for both ends",
		Lines:   "header_down -Sec-WebSocket-Extensions\nheader_up -Sec-WebSocket-Extensions",
	}},
	{scheme, Remedy{
		Product: "Caddy",
		Say:     "The address of the upstream names its protocol: http:// or none for plain HTTP/1.1, https:// for TLS; h2c:// carries no upgrade.",
		Where:   "In the site block",
		Lines:   "reverse_proxy {path} https://{upstream}",
	}},
	{relay, Remedy{
		Product: "Caddy",
		Say:     "Caddy 2.6 loses what the client sends before the 101. Update Caddy, and let the client wait for the 101.",
	}},
}
