package verdict

// Envoy and the meshes that are built on it.
var envoy = []entry{
	{upgrade, Remedy{
		Product: "Envoy",
		Say:     "Envoy refuses or strips upgrades that are not configured. Istio and most meshes do it by themselves for ports whose name begins with http.",
		Where:   "In the HttpConnectionManager, or as route.upgrade_configs in the route",
		Lines:   "upgrade_configs:\n- upgrade_type: websocket",
	}},
	{answer101, Remedy{
		Product: "Envoy",
		Say:     "Envoy passes a 101 on only for upgrades that are configured, and without the buffer filter.",
		Where:   "In the HttpConnectionManager, or as route.upgrade_configs in the route",
		Lines:   "upgrade_configs:\n- upgrade_type: websocket",
	}},
	{policy, Remedy{
		Product: "Envoy",
		Say:     "Envoy answers 403 without a body to upgrades that are not configured.",
		Where:   "In the HttpConnectionManager, or as route.upgrade_configs in the route",
		Lines:   "upgrade_configs:\n- upgrade_type: websocket",
	}},
	{idle, Remedy{
		Product: "Envoy",
		Say:     "stream_idle_timeout, 5 min unless it is set, cuts silent connections. Raise it, or let either end send a Ping more often than every {quiet}.",
		Where:   "In the route of the WebSocket; 0s switches both timers off",
		Lines:   "route:\n  timeout: 0s\n  idle_timeout: 3600s",
	}},
	{lifetime, Remedy{
		Product: "Envoy",
		Say:     "The timeout of the route, 15 s unless it is set, counts the whole life of a WebSocket; max_connection_duration does, too.",
		Where:   "In the route of the WebSocket",
		Lines:   "route:\n  timeout: 0s\n  idle_timeout: 3600s",
	}},
	{drain, Remedy{
		Product: "Envoy",
		Say:     "A new listener configuration or a restart drains the old connections and then cuts them. Give them longer, and let clients reconnect by themselves after a random delay.",
		Where:   "On the command line of envoy",
		Lines:   "envoy --drain-time-s 3600 --parent-shutdown-time-s 3900",
	}},
	{upstream, Remedy{
		Product: "Envoy",
		Say: "Envoy wrote this answer. The response flags in its access log say why: UF, the connection failed; UC, the upstream closed it; UH, no healthy host; UT, a timeout. " +
			"An upstream that is spoken to in HTTP/2 has to allow extended CONNECT.",
		Where: "In the cluster, for an HTTP/1.1 server",
		Lines: "typed_extension_protocol_options:\n  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:\n" +
			"    \"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions\n    explicit_http_config:\n      http_protocol_options: {}",
	}},
	{buffering, Remedy{
		Product: "Envoy",
		Say:     "The buffer filter holds bodies back until they are complete. Switch it off for the route.",
		Where:   "In the route of the WebSocket",
		Lines:   "typed_per_filter_config:\n  envoy.filters.http.buffer:\n    \"@type\": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute\n    disabled: true",
	}},
	{host, Remedy{
		Product: "Envoy",
		Say:     "host_rewrite_literal or auto_host_rewrite replaces Host. Delete it from the route.",
		Where:   "The line to look for in the route",
		Lines:   "auto_host_rewrite: true",
	}},
	{idle, Remedy{
		Product: "Istio",
		Say:     "The idle timer of the connection pool cuts silent connections.",
		Where:   "In the DestinationRule of the service",
		Lines:   "trafficPolicy:\n  connectionPool:\n    tcp:\n      idleTimeout: 3600s\n    http:\n      idleTimeout: 3600s",
	}},
}
