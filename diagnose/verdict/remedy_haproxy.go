package verdict

var haproxy = []entry{
	{upgrade, Remedy{
		Product: "HAProxy",
		Say: "HAProxy passes upgrades on by itself, so a rule removes or replaces them. Delete the rules that touch Upgrade or Connection, " +
			"and use HTTP/1.1 towards the server. Then run `haproxy -c -f /etc/haproxy/haproxy.cfg` and reload.",
		Where: "Rules to delete from the frontend and the backend, and the server line of an HTTP/2 backend as it has to be",
		Lines: "http-request del-header Upgrade\nhttp-request set-header Connection keep-alive\noption httpclose\n\nserver app {upstream} ws h1",
	}},
	{answer101, Remedy{
		Product: "HAProxy",
		Say:     "HAProxy checks the 101 and answers 502 when Sec-WebSocket-Accept, Upgrade or Connection is not as it has to be. Mend the server's answer, and delete rules that touch these fields.",
		Where:   "The rules to look for in the backend",
		Lines:   "http-response del-header Sec-WebSocket-Accept\nhttp-response del-header Upgrade",
	}},
	{idle, Remedy{
		Product: "HAProxy",
		Say: "Upgraded connections obey `timeout tunnel`; without it the shorter one of `timeout client` and `timeout server` cuts them. Set it, " +
			"or let either end send a Ping more often than every {quiet}.",
		Where: "In the defaults section, or in the backend",
		Lines: "timeout tunnel 1h\ntimeout client-fin 30s",
	}},
	{drain, Remedy{
		Product: "HAProxy",
		Say: "A reload leaves old connections to the old process until hard-stop-after has passed; a restart cuts them at once. " +
			"Reload, raise that time, and let clients reconnect by themselves after a random delay.",
		Where: "In the global section",
		Lines: "hard-stop-after 1h",
	}},
	{host, Remedy{
		Product: "HAProxy",
		Say:     "A rule replaces Host or Origin. Delete it; HAProxy passes both on by itself.",
		Where:   "The rule to look for",
		Lines:   "http-request set-header Host ...",
	}},
	{route, Remedy{
		Product: "HAProxy",
		Say:     "A rule rewrites the path, or no rule chooses the backend of the WebSocket.",
		Where:   "In the frontend",
		Lines:   "acl websocket path_beg {path}\nuse_backend app if websocket",
	}},
	{policy, Remedy{
		Product: "HAProxy",
		Say:     "A deny rule refused the request. Make an exception for the path of the WebSocket.",
		Where:   "In the frontend, before the deny rules",
		Lines:   "http-request allow if { path_beg {path} }",
	}},
	{rate, Remedy{
		Product: "HAProxy",
		Say:     "A deny rule with a stick table refused the handshake. Raise its limit for the path of the WebSocket, and let clients wait longer after each failure.",
		Where:   "The rule to look for in the frontend",
		Lines:   "http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }",
	}},
	{requestSize, Remedy{
		Product: "HAProxy",
		Say:     "The head of the request does not fit into a buffer. Shrink cookies and tokens, or raise the size.",
		Where:   "In the global section",
		Lines:   "tune.bufsize 32768\ntune.maxrewrite 1024",
	}},
	{upstream, Remedy{
		Product: "HAProxy",
		Say: "HAProxy wrote this answer: no server of the backend was up, it did not answer in time, or its 101 was not valid " +
			"(HAProxy asks for Sec-WebSocket-Accept). The termination state in its log says which.",
		Where: "In the backend",
		Lines: "server app {upstream} check",
	}},
	{slowUpstream, Remedy{
		Product: "HAProxy",
		Say: "HAProxy wrote this answer: the server did not answer the handshake within `timeout server`. Look at why it does not; " +
			"the termination state in the log is sH. If it needs longer, raise the timer.",
		Where: "In the backend",
		Lines: "timeout server 60s",
	}},
	{sticky, Remedy{
		Product: "HAProxy",
		Say:     "Requests of one Engine.IO session have to reach the same server. Mark it with a cookie.",
		Where:   "In the backend",
		Lines:   "cookie io prefix indirect nocache\nserver app1 {upstream} check cookie app1",
	}},
	{requestField, Remedy{
		Product: "HAProxy",
		Say:     "A rule removes or replaces {field} in the request. Delete it.",
		Where:   "The rules to look for in the frontend and the backend",
		Lines:   "http-request del-header {field}\nhttp-request set-header {field} ...",
	}},
	{responseField, Remedy{
		Product: "HAProxy",
		Say:     "A rule removes or replaces {field} in the answer. Delete it.",
		Where:   "The rules to look for in the frontend and the backend",
		Lines:   "http-response del-header {field}\nhttp-response set-header {field} ...",
	}},
	{subprotocol, Remedy{
		Product: "HAProxy",
		Say:     "A rule removes Sec-WebSocket-Protocol. Delete it, so that the field crosses in both directions.",
		Where:   "The rules to look for in the frontend and the backend",
		Lines:   "http-request del-header Sec-WebSocket-Protocol\nhttp-response del-header Sec-WebSocket-Protocol",
	}},
	{compression, Remedy{
		Product: "HAProxy",
		Say:     "A rule removes Sec-WebSocket-Extensions in one direction only. Delete it, or, to be without compression, remove the offer from the request.",
		Where:   "Delete the first line; the second one switches compression off for both ends",
		Lines:   "http-response del-header Sec-WebSocket-Extensions\nhttp-request del-header Sec-WebSocket-Extensions",
	}},
	{scheme, Remedy{
		Product: "HAProxy",
		Say:     "The server line has to say what the server speaks: `ssl` for a TLS port, `ws h1` for WebSockets to a server that otherwise gets HTTP/2.",
		Where:   "In the backend",
		Lines:   "server app {upstream} ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt\nserver app {upstream} proto h2 ws h1",
	}},
}
