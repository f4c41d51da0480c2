package verdict

// Traefik and other proxies in Go: their heads look alike, which is what the
// fingerprint calls "Go".
var traefik = []entry{
	{upgrade, Remedy{
		Product: "Traefik",
		Say: "Traefik passes upgrades on by itself; a middleware on the router breaks them. Take compress, buffering, forwardAuth and plugins off the router of the WebSocket one by one, " +
			"and use h2c towards the server only for other routes.",
		Where: "A router of its own for the WebSocket, as labels of the container",
		Lines: "traefik.http.routers.ws.rule=PathPrefix(`{path}`)\ntraefik.http.routers.ws.middlewares=\ntraefik.http.services.ws.loadbalancer.server.scheme=http",
	}},
	{idle, Remedy{
		Product: "Traefik",
		Say:     "The timers of the entry point cut silent connections.",
		Where:   "In the static configuration",
		Lines:   "entryPoints:\n  web:\n    transport:\n      respondingTimeouts:\n        readTimeout: 0\n        idleTimeout: 3600s",
	}},
	{drain, Remedy{
		Product: "Traefik",
		Say:     "A restart gives old connections graceTimeOut, 10 s unless it is set.",
		Where:   "In the static configuration",
		Lines:   "entryPoints:\n  web:\n    transport:\n      lifeCycle:\n        graceTimeOut: 3600s",
	}},
	{host, Remedy{
		Product: "Traefik",
		Say:     "passHostHeader is off, so the server gets its own address as Host.",
		Where:   "As a label of the container",
		Lines:   "traefik.http.services.ws.loadbalancer.passhostheader=true",
	}},
	{sticky, Remedy{
		Product: "Traefik",
		Say:     "Requests of one Engine.IO session have to reach the same server.",
		Where:   "As a label of the container",
		Lines:   "traefik.http.services.ws.loadbalancer.sticky.cookie=true",
	}},
	{upgrade, Remedy{
		Product: "Go",
		Say: "The proxy is written in Go. httputil.ReverseProxy passes upgrades on by itself; a middleware that wraps http.ResponseWriter without Hijack or Unwrap, " +
			"or a Director that deletes Upgrade, breaks them. A server that writes after the hijack does, too.",
		Where: "In the wrapper of the middleware",
		Lines: "func (w *wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }",
	}},
	{answer101, Remedy{
		Product: "Go",
		Say:     "A middleware wraps http.ResponseWriter without passing Hijack on, so that the connection cannot be handed over after the server's 101.",
		Where:   "In the wrapper of the middleware",
		Lines:   "func (w *wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }",
	}},
	{answer101, Remedy{
		Product: "Traefik",
		Say:     "A middleware of Traefik cannot carry upgrades. Take compress, buffering, retry, forwardAuth and plugins off the router of the WebSocket.",
		Where:   "A router of its own for the WebSocket, as labels of the container",
		Lines:   "traefik.http.routers.ws.rule=PathPrefix(`{path}`)\ntraefik.http.routers.ws.middlewares=",
	}},
	{host, Remedy{
		Product: "Go",
		Say:     "The proxy is written in Go and replaces Host. Keep that of the request.",
		Where:   "In httputil.ReverseProxy",
		Lines:   "Rewrite: func(r *httputil.ProxyRequest) {\n    r.SetURL(target)\n    r.Out.Host = r.In.Host\n},",
	}},
}
