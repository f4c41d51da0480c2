package verdict

var squid = []entry{
	{upgrade, Remedy{
		Product: "Squid",
		Say: "Squid drops upgrades unless they are allowed, from version 5 on; older ones cannot pass them, so that only wss:// through CONNECT works. " +
			"The name is compared with its case, and OTHER stands for every name that is not listed. Then run `squid -k reconfigure`.",
		Where: "In squid.conf",
		Lines: "http_upgrade_request_protocols websocket allow all\nhttp_upgrade_request_protocols OTHER allow all",
	}},
	{idle, Remedy{
		Product: "Squid",
		Say:     "Squid closes a connection on which nothing moved for read_timeout, 15 min unless it is set. Raise it, or let either end send a Ping more often than every {quiet}.",
		Where:   "In squid.conf",
		Lines:   "read_timeout 1 hour\nclient_lifetime 1 day",
	}},
	{lifetime, Remedy{
		Product: "Squid",
		Say:     "client_lifetime bounds the age of every connection.",
		Where:   "In squid.conf",
		Lines:   "client_lifetime 7 days",
	}},
	{policy, Remedy{
		Product: "Squid",
		Say:     "An http_access rule refused the request. Allow the host of the WebSocket before the rule that denies it.",
		Where:   "In squid.conf, before the http_access deny lines",
		Lines:   "acl websocket_host dstdomain {host}\nhttp_access allow websocket_host",
	}},
	{cache, Remedy{
		Product: "Squid",
		Say:     "Squid answered the handshake out of its cache. Do not cache this host, and allow the upgrade.",
		Where:   "In squid.conf",
		Lines:   "acl websocket_host dstdomain {host}\ncache deny websocket_host\nhttp_upgrade_request_protocols websocket allow all",
	}},
	{upstream, Remedy{
		Product: "Squid",
		Say:     "Squid wrote this answer: it could not reach the server. Its page and X-Squid-Error name the reason.",
	}},
}
