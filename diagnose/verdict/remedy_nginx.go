package verdict

// nginx drops upgrades unless it is told to pass them on.
var nginx = []entry{
	{upgrade, Remedy{
		Product: "nginx",
		Say: "nginx does not pass the fields Upgrade and Connection on to the server unless it is told to, and speaks HTTP/1.0 to it; " +
			"without them a WebSocket cannot open. Find the block with the `proxy_pass` of this path in nginx.conf, conf.d/ or sites-enabled/ and add what is missing. " +
			"A location with a proxy_set_header of its own inherits none from outside, so keep all of them in it. Then run `nginx -t && nginx -s reload`.",
		Where: "The map goes into the http block, outside of every server block; the rest into the location",
		Lines: "map $http_upgrade $connection_upgrade {\n" +
			"    default upgrade;\n" +
			"    ''      close;\n" +
			"}\n" +
			"\n" +
			"location {path} {\n" +
			"    proxy_pass http://{upstream};\n" +
			"    proxy_http_version 1.1;\n" +
			"    proxy_set_header Upgrade $http_upgrade;\n" +
			"    proxy_set_header Connection $connection_upgrade;\n" +
			"    proxy_set_header Host $http_host;\n" +
			"}",
	}},
	{idle, Remedy{
		Product: "nginx",
		Say: "nginx closes a connection on which nothing came from the server for proxy_read_timeout, 60 s unless it is set. Raise it, " +
			"or let either end send a Ping more often than every {quiet}.",
		Where: "In the location that has the proxy_pass of the WebSocket",
		Lines: "location {path} {\n    proxy_read_timeout 1h;\n    proxy_send_timeout 1h;\n}",
	}},
	{drain, Remedy{
		Product: "nginx",
		Say: "When nginx is reloaded, its old workers keep their connections until worker_shutdown_timeout has passed and then cut them; " +
			"a restart or a crash cuts them at once. Reload instead of restarting, raise that time, and let clients reconnect by themselves after a random delay.",
		Where: "At the top level of nginx.conf, outside of every block",
		Lines: "worker_shutdown_timeout 1h;",
	}},
	{lifetime, Remedy{
		Product: "nginx",
		Say:     "Old workers are ended this long after a reload. Raise the time, and let clients reconnect by themselves.",
		Where:   "At the top level of nginx.conf, outside of every block",
		Lines:   "worker_shutdown_timeout 24h;",
	}},
	{host, Remedy{
		Product: "nginx",
		Say: "nginx replaced Host by the address in proxy_pass. The server compares Origin with Host and takes the page for a foreign one. " +
			"Pass Host as the browser sent it, its port included.",
		Where: "In the location that has the proxy_pass of the WebSocket",
		Lines: "proxy_set_header Host $http_host;",
	}},
	{route, Remedy{
		Product: "nginx",
		Say: "A proxy_pass with a path, even a lone slash, replaces the part of the path that the location matched. Without one the path stays as it is. " +
			"When nginx itself answers, it has no location for the path, or another one takes it: add one.",
		Where: "In the server block of this host, no slash behind the address",
		Lines: "location {path} {\n    proxy_pass http://{upstream};\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n" +
			"    proxy_set_header Connection \"upgrade\";\n    proxy_set_header Host $http_host;\n}",
	}},
	{policy, Remedy{
		Product: "nginx",
		Say: "nginx or a module in it refused the request. Its error log names the rule: deny, auth_request, or ModSecurity. " +
			"Make an exception for the path of the WebSocket.",
		Where: "For ModSecurity, in the location of the WebSocket",
		Lines: "location {path} {\n    modsecurity off;\n}",
	}},
	{rate, Remedy{
		Product: "nginx",
		Say: "limit_req or limit_conn refused the handshake. Clients reconnect in bursts, so give this location a burst of its own, " +
			"and let clients wait longer after each failure.",
		Where: "In the location of the WebSocket, with the zone that you have",
		Lines: "limit_req zone=NAME burst=50 nodelay;",
	}},
	{requestSize, Remedy{
		Product: "nginx",
		Say:     "The head of the request is larger than nginx takes, mostly because of cookies or a token. Shrink them, or raise the limit.",
		Where:   "In the server block",
		Lines:   "large_client_header_buffers 4 32k;",
	}},
	{upstream, Remedy{
		Product: "nginx",
		Say: "nginx wrote this answer: it could not reach the server at the address of proxy_pass, or the server hung up. " +
			"Its error log says which: `connect() failed` or `upstream prematurely closed connection`. Start the server, or correct the address.",
		Where: "In the location of the WebSocket",
		Lines: "proxy_pass http://{upstream};",
	}},
	{ownRefusal, Remedy{
		Product: "nginx",
		Say: "nginx wrote this 503 by itself: limit_req or limit_conn refused the request, which its error log says, or a `return 503` did, or, " +
			"in Kubernetes, the Service has no pod that is ready. An upstream that cannot be reached makes it write 502. If it is a limit, give " +
			"the location of the WebSocket a burst of its own, and let clients wait longer after each failure.",
		Where: "In the location of the WebSocket, with the zone that you have",
		Lines: "limit_req zone=NAME burst=50 nodelay;",
	}},
	{slowUpstream, Remedy{
		Product: "nginx",
		Say: "nginx wrote this answer: the server took the connection and said nothing for proxy_read_timeout, 60 s unless it is set, or did " +
			"not take it within proxy_connect_timeout. Its error log says which: `upstream timed out` while reading the response header, or " +
			"while connecting. In the first case look at why the server does not answer the handshake; if it needs longer, raise the timer. " +
			"In the second its address is wrong, or a firewall drops what is sent there.",
		Where: "In the location of the WebSocket",
		Lines: "proxy_read_timeout 120s;",
	}},
	{sticky, Remedy{
		Product: "nginx",
		Say:     "Requests of one Engine.IO session have to reach the same backend. Choose it by the client's address.",
		Where:   "In the upstream block",
		Lines:   "ip_hash;",
	}},
	{cache, Remedy{
		Product: "nginx",
		Say:     "A stored answer was given to the handshake. Do not cache this path.",
		Where:   "In the location of the WebSocket",
		Lines:   "proxy_cache off;",
	}},
	{requestField, Remedy{
		Product: "nginx",
		Say:     "A line of the configuration replaces {field} in the request. Delete it; nginx passes the field on by itself.",
		Where:   "The line to look for, with an empty or another value",
		Lines:   "proxy_set_header {field} ...;",
	}},
	{responseField, Remedy{
		Product: "nginx",
		Say:     "A line of the configuration removes or replaces {field} in the answer. Delete it; nginx passes the field on by itself.",
		Where:   "The lines to look for",
		Lines:   "proxy_hide_header {field};\nmore_clear_headers {field};",
	}},
	{subprotocol, Remedy{
		Product: "nginx",
		Say:     "A line of the configuration removes Sec-WebSocket-Protocol. Delete it; nginx passes the field on by itself, in both directions.",
		Where:   "The lines to look for",
		Lines:   "proxy_set_header Sec-WebSocket-Protocol \"\";\nproxy_hide_header Sec-WebSocket-Protocol;",
	}},
	{compression, Remedy{
		Product: "nginx",
		Say: "A line of the configuration removes Sec-WebSocket-Extensions in one direction only. Delete it, or, to be without compression, " +
			"remove the offer from the request instead.",
		Where: "Delete the first line; the second one switches compression off for both ends",
		Lines: "proxy_hide_header Sec-WebSocket-Extensions;\nproxy_set_header Sec-WebSocket-Extensions \"\";",
	}},
	{scheme, Remedy{
		Product: "nginx",
		Say:     "The scheme in proxy_pass has to be that of the upstream's port.",
		Where:   "In the location of the WebSocket: http for a plain port, https for a TLS port",
		Lines:   "proxy_pass https://{upstream};",
	}},
}

// ingress is nginx in Kubernetes: it gets the upgrade right by itself, and its
// timers are annotations.
var ingress = []entry{
	{idle, Remedy{
		Product: "ingress-nginx",
		Say:     "The timers of the ingress are annotations.",
		Where:   "In the metadata of the Ingress",
		Lines:   "annotations:\n  nginx.ingress.kubernetes.io/proxy-read-timeout: \"3600\"\n  nginx.ingress.kubernetes.io/proxy-send-timeout: \"3600\"",
	}},
	{drain, Remedy{
		Product: "ingress-nginx",
		Say:     "Each change of an Ingress reloads nginx, and 240 s later the old workers and their WebSockets are gone. Give them longer.",
		Where:   "In the ConfigMap of the controller",
		Lines:   "data:\n  worker-shutdown-timeout: \"3600s\"",
	}},
}
