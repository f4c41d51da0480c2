package verdict

var apache = []entry{
	{upgrade, Remedy{
		Product: "Apache",
		Say: "A ProxyPass to http:// does not pass the upgrade on. From 2.4.47 on say upgrade=websocket; older ones need mod_proxy_wstunnel and ws://. " +
			"The line has to stand before any ProxyPass or RewriteRule that also matches the path. Then run `apachectl configtest && apachectl graceful`.",
		Where: "In the VirtualHost; the second line is for versions before 2.4.47, after `a2enmod proxy_wstunnel`",
		Lines: "ProxyPass {path} http://{upstream}{path} upgrade=websocket\n\nProxyPass {path} ws://{upstream}{path}",
	}},
	{answer101, Remedy{
		Product: "Apache",
		Say:     "Apache did not expect a 101 here: it only passes on the upgrade that its ProxyPass line names, and only when the 101 has Upgrade and Connection.",
		Where:   "In the VirtualHost, before every other ProxyPass that matches",
		Lines:   "ProxyPass {path} http://{upstream}{path} upgrade=websocket",
	}},
	{idle, Remedy{
		Product: "Apache",
		Say:     "Apache closes an upgraded connection on which nothing moved for ProxyTimeout (Timeout when it is not set). Raise it, or let either end send a Ping more often than every {quiet}.",
		Where:   "In the VirtualHost",
		Lines:   "ProxyTimeout 3600",
	}},
	{drain, Remedy{
		Product: "Apache",
		Say:     "A restart cuts connections at once, a graceful one waits for GracefulShutdownTimeout at most. Use `apachectl graceful`, and let clients reconnect by themselves after a random delay.",
		Where:   "At the top level of the configuration; 0 waits as long as it takes",
		Lines:   "GracefulShutdownTimeout 0",
	}},
	{host, Remedy{
		Product: "Apache",
		Say:     "Apache replaced Host by the address in ProxyPass. The server compares Origin with Host and takes the page for a foreign one.",
		Where:   "In the VirtualHost",
		Lines:   "ProxyPreserveHost On",
	}},
	{route, Remedy{
		Product: "Apache",
		Say:     "The path after the address in ProxyPass replaces the one that was matched, so both have to be the same, and the first matching line wins.",
		Where:   "In the VirtualHost, before every other ProxyPass that matches",
		Lines:   "ProxyPass {path} http://{upstream}{path} upgrade=websocket",
	}},
	{policy, Remedy{
		Product: "Apache",
		Say:     "A Require line or ModSecurity refused the request; the error log names the rule. Make an exception for the path of the WebSocket.",
		Where:   "In the VirtualHost",
		Lines:   "<Location \"{path}\">\n    SecRuleEngine Off\n</Location>",
	}},
	{requestSize, Remedy{
		Product: "Apache",
		Say:     "The head of the request is larger than Apache takes. Shrink cookies and tokens, or raise the limits.",
		Where:   "At the top level, before every VirtualHost",
		Lines:   "LimitRequestFieldSize 32768\nLimitRequestLine 16384",
	}},
	{upstream, Remedy{
		Product: "Apache",
		Say: "Apache wrote this answer: it could not connect, got no answer within ProxyTimeout, or did not expect the 101 that came. " +
			"Its error log says which. Start the server, correct the address, or add upgrade=websocket.",
		Where: "In the VirtualHost",
		Lines: "ProxyPass {path} http://{upstream}{path} upgrade=websocket",
	}},
	{sticky, Remedy{
		Product: "Apache",
		Say:     "Requests of one Engine.IO session have to reach the same member.",
		Where:   "In the Proxy block of the balancer, with a route on each BalancerMember",
		Lines:   "Header add Set-Cookie \"ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/\" env=BALANCER_ROUTE_CHANGED\nProxySet stickysession=ROUTEID",
	}},
	{requestField, Remedy{
		Product: "Apache",
		Say:     "A RequestHeader line removes or replaces {field}. Delete it.",
		Where:   "The line to look for",
		Lines:   "RequestHeader unset {field}",
	}},
	{responseField, Remedy{
		Product: "Apache",
		Say:     "A Header line removes or replaces {field} in the answer. Delete it.",
		Where:   "The line to look for",
		Lines:   "Header always unset {field}",
	}},
	{subprotocol, Remedy{
		Product: "Apache",
		Say:     "A line of the configuration removes Sec-WebSocket-Protocol. Delete it.",
		Where:   "The lines to look for",
		Lines:   "RequestHeader unset Sec-WebSocket-Protocol\nHeader always unset Sec-WebSocket-Protocol",
	}},
	{compression, Remedy{
		Product: "Apache",
		Say:     "A line removes Sec-WebSocket-Extensions from the answer only. Delete it, or, to be without compression, remove the offer from the request.",
		Where:   "Delete the first line; the second one switches compression off for both ends",
		Lines:   "Header always unset Sec-WebSocket-Extensions\nRequestHeader unset Sec-WebSocket-Extensions",
	}},
	{scheme, Remedy{
		Product: "Apache",
		Say:     "The scheme in ProxyPass has to be that of the upstream's port.",
		Where:   "In the VirtualHost; https:// needs SSLProxyEngine",
		Lines:   "SSLProxyEngine On\nProxyPass {path} https://{upstream}{path} upgrade=websocket",
	}},
}
