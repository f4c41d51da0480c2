package verdict

var varnish = []entry{
	{upgrade, Remedy{
		Product: "Varnish",
		Say:     "Varnish fetches like a cache unless the request is piped, and a pipe does not copy the upgrade by itself. Pipe handshakes and copy both fields. Then load the VCL with `varnishreload`.",
		Where:   "In the VCL",
		Lines: "sub vcl_recv {\n" +
			"    if (req.http.upgrade ~ \"(?i)websocket\") {\n" +
			"        return (pipe);\n" +
			"    }\n" +
			"}\n" +
			"sub vcl_pipe {\n" +
			"    if (req.http.upgrade) {\n" +
			"        set bereq.http.upgrade = req.http.upgrade;\n" +
			"        set bereq.http.connection = req.http.connection;\n" +
			"    }\n" +
			"}",
	}},
	{cache, Remedy{
		Product: "Varnish",
		Say:     "Varnish answered the handshake out of its cache. Pipe handshakes before anything looks them up.",
		Where:   "In the VCL",
		Lines: "sub vcl_recv {\n    if (req.http.upgrade ~ \"(?i)websocket\") {\n        return (pipe);\n    }\n}\n" +
			"sub vcl_pipe {\n    if (req.http.upgrade) {\n        set bereq.http.upgrade = req.http.upgrade;\n        set bereq.http.connection = req.http.connection;\n    }\n}",
	}},
	{idle, Remedy{
		Product: "Varnish",
		Say:     "A pipe on which nothing moved for pipe_timeout, 60 s unless it is set, is closed. Raise it, or let either end send a Ping more often than every {quiet}.",
		Where:   "On the command line of varnishd; the second line changes a running one",
		Lines:   "varnishd -p pipe_timeout=3600\nvarnishadm param.set pipe_timeout 3600",
	}},
	{host, Remedy{
		Product: "Varnish",
		Say:     "The VCL or the backend's host_header replaces Host. Delete that line.",
		Where:   "The lines to look for",
		Lines:   "set bereq.http.host = ...;\n.host_header = ...;",
	}},
	{upstream, Remedy{
		Product: "Varnish",
		Say:     "Varnish wrote this answer: the backend could not be reached, or did not answer within first_byte_timeout. `varnishlog -g request -q 'FetchError'` says which.",
		Where:   "In the backend",
		Lines:   ".first_byte_timeout = 60s;\n.connect_timeout = 5s;",
	}},
	{requestField, Remedy{
		Product: "Varnish",
		Say:     "The VCL removes or replaces {field}. Delete that line.",
		Where:   "The lines to look for",
		Lines:   "unset req.http.{field};\nunset bereq.http.{field};",
	}},
}
