package handshake_test

import (
	"strings"
	"testing"

	"wsight/dissect/handshake"
	"wsight/dissect/http1"
)

func TestRequestProduct(t *testing.T) {
	for _, tt := range []struct {
		name, head, want string
		certain          bool
	}{
		{"browser", "GET / HTTP/1.1|Host: a|Connection: Upgrade", "", false},
		{"Varnish", "GET / HTTP/1.1|Host: a|X-Varnish: 2", "Varnish", true},
		{"Squid", "GET / HTTP/1.1|Host: a|Via: 1.1 lab (squid/5.7)", "Squid", true},
		{"ALB", "GET / HTTP/1.1|x-amzn-trace-id: Root=1", "AWS ALB", true},
		{"Cloudflare", "GET / HTTP/1.1|Host: a|cf-ray: 1", "Cloudflare", true},
		{"Apache", "GET / HTTP/1.1|Host: a|X-Forwarded-For: 1|X-Forwarded-Host: b|X-Forwarded-Server: c", "Apache", false},
		{"nginx's default", "GET / HTTP/1.0|Host: a|Connection: close|Sec-WebSocket-Version: 13", "nginx", false},
		{"HTTP/1.0 client", "GET / HTTP/1.0|Connection: close|Host: a", "", false},
		{"Go", "GET / HTTP/1.1|Host: a|Sec-Websocket-Key: x|X-Forwarded-Host: b|X-Forwarded-Proto: http", "Go", false},
		{"Go client", "GET / HTTP/1.1|Host: a|Sec-Websocket-Key: x", "", false},
	} {
		r, _, _ := http1.ParseRequest([]byte(strings.ReplaceAll(tt.head, "|", "\r\n") + "\r\n\r\n"))
		p, ok := handshake.RequestProduct(&r)
		if p.Name != tt.want || ok != (tt.want != "") || p.Certain != tt.certain || ok && p.Evidence == "" {
			t.Errorf("%s: %+v, %v; want %q, certain %v", tt.name, p, ok, tt.want, tt.certain)
		}
	}
}

func TestResponseProduct(t *testing.T) {
	for _, tt := range []struct {
		name, head, body, want string
		certain, page          bool
	}{
		{"nginx passes an answer on", "HTTP/1.1 400 X|Server: nginx/1.22.1", "Bad Request", "nginx", true, false},
		{"nginx's own page", "HTTP/1.1 502 X|Server: nginx/1.22.1", "<hr><center>nginx/1.22.1</center>", "nginx", true, true},
		{"HAProxy", "HTTP/1.1 503 X", "<h1>503 Service Unavailable</h1>\nNo server is available to handle this request.", "HAProxy", true, true},
		{"HAProxy adds an accept to a 426", "HTTP/1.1 426 X|Sec-Websocket-Accept: x", "", "HAProxy", false, false},
		{"accept on a 200", "HTTP/1.1 200 X|Sec-Websocket-Accept: x", "", "", false, false},
		{"Caddy", "HTTP/1.1 502 X|Server: Caddy", "", "Caddy", true, false},
		{"Caddy's empty answer", "HTTP/1.1 404 X|Server: Caddy|Date: x|Content-Length: 0", "", "Caddy", true, true},
		{"an empty answer through Caddy", "HTTP/1.1 404 X|Server: Caddy|X-Request-Id: 1|Content-Length: 0", "", "Caddy", true, false},
		{"HAProxy denies", "HTTP/1.1 403 X", "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>", "HAProxy", true, true},
		{"HAProxy limits", "HTTP/1.1 429 X", "<html><body><h1>429 Too Many Requests</h1>\nYou have sent too many requests in a given amount of time.\n</body></html>", "HAProxy", true, true},
		{"an application limits", "HTTP/1.1 429 X", "You have sent too many requests in a given amount of time.", "", false, false},
		{"Apache denies", "HTTP/1.1 403 X|Server: Apache", "<h1>Forbidden</h1>\n<p>You don't have permission to access this resource.</p>", "Apache", true, true},
		{"Apache knows no such path", "HTTP/1.1 404 X", "<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>", "Apache", true, true},
		{"Envoy has no upstream", "HTTP/1.1 503 X|server: envoy", "no healthy upstream", "Envoy", true, true},
		{"Envoy", "HTTP/1.1 403 X|server: envoy", "", "Envoy", true, false},
		{"Varnish", "HTTP/1.1 503 X|Server: Varnish", "<h3>Guru Meditation:</h3>", "Varnish", true, true},
		{"application", "HTTP/1.1 404 X|Server: Python/3.11", "nginx", "", false, false},
	} {
		r, _, _ := http1.ParseResponse([]byte(strings.ReplaceAll(tt.head, "|", "\r\n") + "\r\n\r\n"))
		p, ok := handshake.ResponseProduct(&r, []byte(tt.body))
		if p.Name != tt.want || ok != (tt.want != "") || p.Certain != tt.certain || p.Page != tt.page {
			t.Errorf("%s: %+v, %v; want %q, certain %v, page %v", tt.name, p, ok, tt.want, tt.certain, tt.page)
		}
	}
}

// TestPage: the outcome says whose page a refusal brought, and nothing of heads.
func TestPage(t *testing.T) {
	for _, tt := range []struct{ name, answer, body, want string }{
		{"HAProxy's own page", refused + "HTTP/1.1 503 X", "<html>No server is available to handle this request.</html>", "HAProxy"},
		{"a page of the application behind nginx", refused + "HTTP/1.1 503 X|+Server: nginx", "<html>busy</html>", ""},
		{"no page", refused + "HTTP/1.1 503 X|+Server: nginx", "", ""},
	} {
		if o := handshake.Judge(input(t, "", tt.answer, tt.body)); o.Page.Name != tt.want || o.Page.Page != (tt.want != "") {
			t.Errorf("%s: Page = %+v; want %q", tt.name, o.Page, tt.want)
		}
	}
}

// TestAdvice: advice names a product only when it is certain.
func TestAdvice(t *testing.T) {
	for _, tt := range []struct{ name, request, answer, body, advice string }{
		{"Envoy refuses", "", refused + "HTTP/1.1 403 X|+server: envoy", "", "upgrade_configs"},
		{"Envoy passes a refusal on", "", refused + "HTTP/1.1 403 X|+server: envoy|+x-envoy-upstream-service-time: 1", "", ""},
		{"Varnish strips", "-Upgrade|+X-Varnish: 2", "none", "", "vcl_pipe"},
		{"Squid strips", "-Upgrade|+Via: 1.1 a (squid/5.7)", "none", "", "http_upgrade_request_protocols"},
		{"perhaps Apache strips", "-Upgrade|+X-Forwarded-Host: a|+X-Forwarded-Server: b", "none", "", ""},
	} {
		o := handshake.Judge(input(t, tt.request, tt.answer, tt.body))
		if len(o.Reports) == 0 {
			t.Errorf("%s: no report", tt.name)
			continue
		}
		if got := o.Reports[0].Advice; tt.advice == "" && got != "" || !strings.Contains(got, tt.advice) {
			t.Errorf("%s: advice %q; want %q", tt.name, got, tt.advice)
		}
	}
}
