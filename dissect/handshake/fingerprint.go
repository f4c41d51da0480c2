package handshake

import (
	"bytes"
	"slices"
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// A Product is the software that a head gives away.
type Product struct {
	Name     string // "nginx", "HAProxy", "Apache", "Caddy", "Go", "Squid", "Varnish", "Envoy", ...
	Certain  bool   // the product names itself; otherwise only its habits show
	Page     bool   // the page in the body is its own: nobody behind it answered
	Evidence string // the line that shows it, quoted
}

// marks lists fields that name a product by themselves. A words of "" means
// that the field alone is enough.
var marks = []struct{ product, field, words string }{
	{"Varnish", "X-Varnish", ""},
	{"Varnish", "Via", "varnish"},
	{"Squid", "Via", "(squid"},
	{"Squid", "Server", "squid"},
	{"Squid", "X-Squid-Error", ""},
	{"Cloudflare", "Server", "cloudflare"},
	{"Cloudflare", "CF-RAY", ""},
	{"CloudFront", "X-Amz-Cf-Id", ""},
	{"AWS ALB", "Server", "awselb"},
	{"AWS ALB", "X-Amzn-Trace-Id", ""},
	{"Envoy", "Server", "envoy"},
	{"Envoy", "X-Envoy-Expected-Rq-Timeout-Ms", ""},
	{"Envoy", "X-Envoy-Upstream-Service-Time", ""},
	{"Envoy", "X-Envoy-External-Address", ""},
	{"IIS/ARR", "X-ARR-LOG-ID", ""},
	{"IIS/ARR", "X-Powered-By", "arr/"},
	{"IIS/ARR", "Server", "microsoft-iis"},
	{"nginx", "Server", "nginx"},
	{"nginx", "Server", "openresty"},
	{"Caddy", "Server", "caddy"},
	{"Apache", "Server", "apache/"},
	{"mitmproxy", "Server", "mitmproxy"},
	{"Google", "Via", "1.1 google"},
	{"tinyproxy", "Via", "tinyproxy"},
}

// phrases lists words of error pages that only one product writes.
var phrases = []struct{ product, words string }{
	{"nginx", "<hr><center>nginx"},
	{"HAProxy", "no server is available to handle this request"},
	{"HAProxy", "the server returned an invalid or incomplete response"},
	{"HAProxy", "the server didn't respond in time"},
	{"HAProxy", "your browser sent an invalid request"},
	{"HAProxy", "request forbidden by administrative rules"},
	{"HAProxy", "you need a valid user and password to access this content"},
	{"HAProxy", "<h1>429 too many requests</h1>\nyou have sent too many requests"},
	{"HAProxy", "<h1>404 not found</h1>\nthe resource could not be found."},
	{"Varnish", "guru meditation"},
	{"Envoy", "upstream connect error or disconnect/reset before headers"},
	{"Envoy", "no healthy upstream"},
	{"Envoy", "upstream request timeout"},
	{"Envoy", "rbac: access denied"},
	{"Envoy", "local_rate_limited"},
	{"Squid", "(squid/"},
	{"Apache", "<title>502 proxy error</title>"},
	{"Apache", "<address>apache/"},
	{"Apache", "<p>you don't have permission to access this resource."},
	{"Apache", "<p>the requested url was not found on this server."},
	{"Apache", "<p>this server could not verify that you\nare authorized"},
	{"Apache", "<p>the server is temporarily unable to service your\nrequest"},
	{"Apache", "<p>your browser sent a request that this server could not understand."},
}

// RequestProduct returns the product that a request passed last, as far as its
// head shows.
func RequestProduct(r *header.Request) (Product, bool) {
	if p, ok := marked(r.Fields); ok {
		return p, true
	}
	f := r.Fields
	switch {
	case f.Has("X-Forwarded-Server") && f.Has("X-Forwarded-Host"):
		return guess("Apache", f, "X-Forwarded-Server"), true
	case r.Version == "1.0" && f.Get("Connection") == "close" && len(f) > 1 && f[0].Name == "Host" && f[1].Name == "Connection":
		return guess("nginx", f, "Connection"), true
	case f.Has("Sec-Websocket-Key") && f.Has("X-Forwarded-Proto") && f.Has("X-Forwarded-Host") && named(f, "Sec-Websocket-Key"):
		return guess("Go", f, "Sec-Websocket-Key"), true
	}
	return Product{}, false
}

// ResponseProduct returns the product that a response came from or passed, as
// far as its head and the beginning of its body show.
func ResponseProduct(r *header.Response, body []byte) (Product, bool) {
	if p, ok := ownPage(r, body); ok {
		return p, true
	}
	if p, ok := marked(r.Fields); ok {
		return p, true
	}
	if r.Status == 426 && r.Fields.Has("Sec-WebSocket-Accept") {
		return guess("HAProxy", r.Fields, "Sec-WebSocket-Accept"), true
	}
	return Product{}, false
}

// ownPage returns the product that wrote the answer r itself, as far as the
// beginning of its body or the lack of one shows.
func ownPage(r *header.Response, body []byte) (Product, bool) {
	if p, ok := pageProduct(body); ok {
		return p, true
	}
	return bare(r)
}

// bareFields are the fields of an answer that Caddy writes itself: it has no
// error pages. What an application answers has a Content-Type mostly.
var bareFields = []string{"Server", "Content-Length", "Date", "Connection", "Alt-Svc", "Location", "WWW-Authenticate", "Retry-After"}

// bare tells an answer without anything in it of a product that writes such.
func bare(r *header.Response) (Product, bool) {
	f := r.Fields
	if r.Status < 200 || f.Get("Server") != "Caddy" || f.Get("Content-Length") != "0" {
		return Product{}, false
	}
	for i := range f {
		if !slices.ContainsFunc(bareFields, func(name string) bool { return header.EqualFold(name, f[i].Name) }) {
			return Product{}, false
		}
	}
	return Product{"Caddy", true, true, quoteLines(f, "Server") + ", " + quoteLines(f, "Content-Length")}, true
}

// pageProduct returns the product whose own page begins with body.
func pageProduct(body []byte) (Product, bool) {
	if len(body) == 0 {
		return Product{}, false
	}
	lower := bytes.ToLower(body[:min(len(body), longestPage)])
	for _, phrase := range phrases {
		if i := bytes.Index(lower, []byte(phrase.words)); i >= 0 {
			return Product{phrase.product, true, true, safe.Quote(lower[i : i+len(phrase.words)])}, true
		}
	}
	return Product{}, false
}

func marked(f header.Fields) (Product, bool) {
	sieve := f.Sieve()
	for j := range marks {
		m := &marks[j]
		if !sieve.Passes(m.field) {
			continue
		}
		for i := range f {
			if header.EqualFold(f[i].Name, m.field) && containsFold(f[i].Value, m.words) {
				return Product{m.product, true, false, quoteLine(f[i])}, true
			}
		}
	}
	return Product{}, false
}

func guess(name string, f header.Fields, field string) Product {
	return Product{Name: name, Evidence: quoteLines(f, field)}
}

func named(f header.Fields, name string) bool {
	for i := range f {
		if f[i].Name == name {
			return true
		}
	}
	return false
}

// containsFold reports whether s contains words, which are in lower case.
func containsFold(s, words string) bool {
	return words == "" || strings.Contains(strings.ToLower(s), words)
}
