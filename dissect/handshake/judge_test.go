package handshake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/http1"
	"wsight/finding"
)

// The heads of RFC 6455 §1.2. A row changes them line by line: "Name: value"
// replaces the lines of that name, "-Name" removes them, "+Name: value" adds
// one, and a line with HTTP/ in it is the start line.
const (
	soundRequest = "GET /chat HTTP/1.1|Host: server.example.com|Upgrade: websocket|Connection: Upgrade|" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13"
	soundAnswer = "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

func change(sound, changes string) string {
	list := strings.Split(sound, "|")
	for change := range strings.SplitSeq(changes, "|") {
		name, _, field := strings.Cut(strings.TrimLeft(change, "+-"), ": ")
		switch {
		case change == "":
			continue
		case !field && strings.Contains(change, "HTTP/"):
			list[0] = change
			continue
		}
		var kept []string
		place := len(list)
		for i, line := range list {
			if change[0] != '+' && i > 0 && strings.HasPrefix(strings.ToLower(line), strings.ToLower(name)+":") {
				place = min(place, len(kept))
				continue
			}
			kept = append(kept, line)
		}
		if change[0] != '-' {
			place = min(place, len(kept))
			kept = append(kept[:place:place], append([]string{strings.TrimPrefix(change, "+")}, kept[place:]...)...)
		}
		list = kept
	}
	return strings.Join(list, "\r\n") + "\r\n\r\n"
}

// input builds what Judge takes; "none" means that a head is not there.
func input(t testing.TB, request, answer, body string) handshake.Input {
	t.Helper()
	in := handshake.Input{Body: []byte(body)}
	if request != "none" {
		r, _, ok := http1.ParseRequest([]byte(change(soundRequest, request)))
		if !ok {
			t.Fatalf("request %q is not whole", request)
		}
		in.Request = &r
	}
	if answer != "none" {
		r, _, ok := http1.ParseResponse([]byte(change(soundAnswer, answer)))
		if !ok {
			t.Fatalf("answer %q is not whole", answer)
		}
		in.Response = &r
	}
	return in
}

const refused = "-Upgrade|-Connection|-Sec-WebSocket-Accept|"

var judgeRows = []struct {
	name, request, answer, body string
	want                        string // codes without the family, in order
	detail                      string // words of the first report
}{
	{name: "sound"},
	{name: "no answer", answer: "none"},
	{name: "no request", request: "none"},

	{name: "list in Connection", request: "Connection: keep-alive, Upgrade"},
	{name: "names and values in any case", request: "upgrade: WebSocket|CONNECTION: uPGRADE", answer: "upgrade: WEBSOCKET|connection: upgrade"},
	{name: "several protocols in Upgrade", request: "Upgrade: h2c, websocket"},
	{name: "no reason", answer: "HTTP/1.1 101"},
	{name: "fields in another order", answer: "-Upgrade|+Upgrade: websocket"},
	{name: "extension not granted", request: "+Sec-WebSocket-Extensions: permessage-deflate"},
	{name: "no origin check to speak of", request: "+Origin: http://server.example.com"},

	{name: "upgrade stripped", request: "-Upgrade|-Connection", answer: refused + "HTTP/1.1 400 Bad Request", want: "upgrade-stripped bad-request", detail: "no Upgrade; no Connection"},
	{name: "nginx's default", request: "GET / HTTP/1.0|-Upgrade|Connection: close", answer: refused + "HTTP/1.1 426 X", want: "upgrade-stripped http10 upgrade-required"},
	{name: "stripped, key too", request: "-Upgrade|-Connection|-Sec-WebSocket-Key", answer: "none", want: "upgrade-stripped"},
	{name: "stripped by Varnish", request: "-Upgrade|Connection: close|+X-Varnish: 2", answer: "none", want: "upgrade-stripped", detail: `it passed Varnish: "X-Varnish: 2"`},
	{name: "connection close", request: "Connection: close", answer: refused + "HTTP/1.1 400 X", want: "connection-wrong bad-request"},
	{name: "no connection", request: "-Connection", answer: "none", want: "connection-wrong", detail: "no Connection beside"},
	{name: "token inside a word", request: "Connection: no-upgrade", answer: "none", want: "connection-wrong"},
	{name: "wrong upgrade", request: "Upgrade: $http_upgrade", answer: "none", want: "upgrade-wrong", detail: `"Upgrade: $http_upgrade"`},
	{name: "exchanged variables", request: "Upgrade: upgrade|Connection: websocket", answer: "none", want: "upgrade-wrong", detail: "exchanged"},
	{name: "HTTP/1.0", request: "GET / HTTP/1.0", answer: refused + "HTTP/1.1 400 X", want: "http10 bad-request"},
	{name: "method", request: "POST / HTTP/1.1", answer: refused + "HTTP/1.1 405 X", want: "method not-upgraded"},
	{name: "upgrade forced", request: "-Sec-WebSocket-Key|-Sec-WebSocket-Version", answer: refused + "HTTP/1.1 426 X", want: "upgrade-forced upgrade-required"},
	{name: "accepted without any field", request: "-Sec-WebSocket-Key|-Sec-WebSocket-Version", want: "key-missing version"},

	{name: "no key", request: "-Sec-WebSocket-Key", answer: refused + "HTTP/1.1 400 X", want: "key-missing bad-request"},
	{name: "hixie-76", request: "-Sec-WebSocket-Key|-Sec-WebSocket-Version|+Sec-WebSocket-Key1: 1 2|+Sec-WebSocket-Key2: 3", answer: "none", want: "key-missing", detail: "hixie-76"},
	{name: "key of 15 bytes", request: "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA", answer: "none", want: "key-invalid", detail: "15 bytes"},
	{name: "key is no base64", request: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ", answer: "none", want: "key-invalid", detail: "not base64"},
	{name: "empty key", request: "Sec-WebSocket-Key: ", answer: "none", want: "key-invalid", detail: "empty"},
	{name: "long key", request: "Sec-WebSocket-Key: " + strings.Repeat("A", 5000), answer: "none", want: "key-invalid", detail: "too long"},
	{name: "unusual bits at the end of the key", request: "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAB==", answer: "none"},
	{name: "two keys", request: "+Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", want: "key-duplicate"},
	{name: "two keys, answer to the second", request: "+Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", answer: "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=", want: "key-duplicate"},
	{name: "version 25", request: "Sec-WebSocket-Version: 25", answer: refused + "HTTP/1.1 400 X|+Sec-WebSocket-Version: 13", want: "version bad-request", detail: `answers "Sec-WebSocket-Version: 13"`},
	{name: "no version", request: "-Sec-WebSocket-Version", answer: "none", want: "version"},
	{name: "two versions", request: "+Sec-WebSocket-Version: 13", answer: "none", want: "version"},
	{name: "malformed request", request: "-Host|Upgrade : websocket|-Upgrade", answer: "none", want: "malformed", detail: "request: "},
	{name: "no Host", request: "-Host", answer: refused + "HTTP/1.1 400 X", want: "malformed bad-request", detail: "no Host (RFC 9112 §3.2)"},
	{name: "malformed answer", answer: "Folded: a\r\n b", want: "malformed", detail: "answer: folded line"},

	{name: "no accept", answer: "-Sec-WebSocket-Accept", want: "accept-missing", detail: `asks for "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="`},
	{name: "no accept and no request", request: "none", answer: "-Sec-WebSocket-Accept", want: "accept-missing"},
	{name: "wrong accept", answer: "Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==", want: "accept-wrong", detail: "the key itself"},
	{name: "accept twice", answer: "+Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", want: "malformed", detail: "2 times"},
	{name: "two accepts that differ", answer: "+Sec-WebSocket-Accept: x", want: "accept-wrong"},
	{name: "no upgrade in the 101", answer: "-Upgrade", want: "response-upgrade-missing"},
	{name: "other upgrade in the 101", answer: "Upgrade: h2c", want: "response-upgrade-missing", detail: `"Upgrade: h2c"`},
	{name: "no connection in the 101", answer: "Connection: keep-alive", want: "response-connection-missing"},
	{name: "101 with length", answer: "+Content-Length: 0", want: "body-headers"},
	{name: "101 with chunks", answer: "+Transfer-Encoding: chunked", want: "body-headers"},
	{name: "101 in HTTP/1.0", answer: "HTTP/1.0 101 X", want: "malformed", detail: "HTTP/1.0"},
	{name: "101 from a cache", answer: "+Age: 7", want: "cached"},
	{name: "101 with Age 0", answer: "+Age: 0"},

	{name: "subprotocol chosen", request: "+Sec-WebSocket-Protocol: a, b", answer: "+Sec-WebSocket-Protocol: b"},
	{name: "subprotocol not offered", answer: "+Sec-WebSocket-Protocol: b", want: "subprotocol-unoffered", detail: "no Sec-WebSocket-Protocol in the request"},
	{name: "subprotocol in another case", request: "+Sec-WebSocket-Protocol: a", answer: "+Sec-WebSocket-Protocol: A", want: "subprotocol-unoffered"},
	{name: "several subprotocols", request: "+Sec-WebSocket-Protocol: a, b", answer: "+Sec-WebSocket-Protocol: a, b", want: "subprotocol-unoffered", detail: "several"},
	{name: "subprotocol unanswered", request: "+Sec-WebSocket-Protocol: a", want: "subprotocol-unanswered"},
	{name: "subprotocol without a request", request: "none", answer: "+Sec-WebSocket-Protocol: a"},

	{name: "other origin", request: "+Origin: http://evil.example", want: "cross-origin"},
	{name: "other port", request: "+Origin: http://server.example.com:81|Host: server.example.com:80", want: "cross-origin"},
	{name: "port not told", request: "+Origin: http://server.example.com:81"},
	{name: "null origin", request: "+Origin: null", want: "cross-origin"},

	{name: "redirect", answer: refused + "HTTP/1.1 302 X|+Location: http://x/login", want: "redirected", detail: "login page"},
	{name: "redirect by a slash", answer: refused + "HTTP/1.1 301 X|+Location: /chat/", want: "redirected", detail: "only a slash"},
	{name: "redirect to https", answer: refused + "HTTP/1.1 308 X|+Location: https://server.example.com/chat", want: "redirected", detail: "only the scheme"},
	{name: "redirect to nowhere", answer: refused + "HTTP/1.1 302 X|+Location: %", want: "redirected"},
	{name: "304", answer: refused + "HTTP/1.1 304 X", want: "not-upgraded"},
	{name: "401", answer: refused + "HTTP/1.1 401 X|+WWW-Authenticate: Basic", want: "unauthorized", detail: "WWW-Authenticate: Basic"},
	{name: "407", answer: refused + "HTTP/1.1 407 X|+Proxy-Authenticate: Basic", want: "unauthorized", detail: "Proxy-Authenticate: Basic"},
	{name: "403 for the origin", request: "+Origin: http://evil.example", answer: refused + "HTTP/1.1 403 X", want: "origin-rejected"},
	{name: "403 for the port", request: "+Origin: http://server.example.com:8080", answer: refused + "HTTP/1.1 403 X", want: "origin-rejected", detail: "only the port"},
	{name: "403 for something else", request: "+Origin: https://server.example.com", answer: refused + "HTTP/1.1 403 X", want: "forbidden"},
	{name: "403 without an origin", answer: refused + "HTTP/1.1 403 X", want: "forbidden"},
	{name: "404", answer: refused + "HTTP/1.1 404 X", want: "not-found", detail: `"/chat"`},
	{name: "400", answer: refused + "HTTP/1.1 400 X", body: "no good\n", want: "bad-request", detail: `it says "no good"`},
	{name: "400, binary body", answer: refused + "HTTP/1.1 400 X", body: "\x1f\x8b\x00", want: "bad-request"},
	{name: "400 for the header", answer: refused + "HTTP/1.1 400 X", body: "<title>400 Request Header Or Cookie Too Large</title>", want: "header-too-large"},
	{name: "400 for plain HTTP", answer: refused + "HTTP/1.1 400 X", body: "Client sent an HTTP request to an HTTPS server.\n", want: "protocol-mismatch"},
	{name: "400 for the session", answer: refused + "HTTP/1.1 400 X", body: `{"code":1,"message":"Session ID unknown"}`, want: "session-unknown"},
	{name: "431", request: "+Cookie: " + strings.Repeat("a", 9000), answer: refused + "HTTP/1.1 431 X", want: "header-too-large", detail: `9000 of them in "Cookie"`},
	{name: "413", request: "+Content-Length: 600", answer: refused + "HTTP/1.1 413 X", want: "request-too-large", detail: "Content-Length: 600"},
	{name: "426 to a sound request", answer: refused + "HTTP/1.1 426 X", want: "upgrade-required", detail: "behind this point"},
	{name: "426 to another version", request: "Sec-WebSocket-Version: 8", answer: refused + "HTTP/1.1 426 X|+Sec-WebSocket-Version: 13", want: "version upgrade-required"},
	{name: "429", answer: refused + "HTTP/1.1 429 X|+Retry-After: 3", want: "rate-limited", detail: "Retry-After: 3"},
	{name: "502 of nginx", answer: refused + "HTTP/1.1 502 X", body: "<hr><center>nginx/1.22.1</center>", want: "upstream-down", detail: "the page is of nginx"},
	{name: "503", answer: refused + "HTTP/1.1 503 X", want: "upstream-down"},
	{name: "504", answer: refused + "HTTP/1.1 504 X", want: "upstream-timeout"},
	{name: "464", answer: refused + "HTTP/1.1 464 X", want: "protocol-mismatch"},
	{name: "500 for want of Hijack", answer: refused + "HTTP/1.1 500 X", body: "response does not implement http.Hijacker", want: "not-upgraded", detail: "Hijacker"},
	{name: "511", answer: refused + "HTTP/1.1 511 X", want: "not-upgraded"},
	{name: "200 with a page", answer: refused + "HTTP/1.1 200 OK|+Content-Type: text/html", want: "not-upgraded", detail: "text/html"},
	{name: "200 that was a 101", answer: "HTTP/1.1 200 OK", want: "not-upgraded", detail: "the status was rewritten"},
	{name: "200 from Varnish's cache", answer: refused + "HTTP/1.1 200 OK|+X-Varnish: 4 3", want: "cached"},
	{name: "200 past Varnish's cache", answer: refused + "HTTP/1.1 200 OK|+X-Varnish: 4", want: "not-upgraded"},
	{name: "200 from a cache", answer: refused + "HTTP/1.1 200 OK|+X-Cache: Hit from cloudfront", want: "cached"},
	{name: "200 past a cache", answer: refused + "HTTP/1.1 200 OK|+X-Cache: Miss from whitehitter", want: "not-upgraded"},
	{name: "200 from Cloudflare's cache", answer: refused + "HTTP/1.1 200 OK|+CF-Cache-Status: HIT", want: "cached"},
	{name: "200 past Cloudflare's cache", answer: refused + "HTTP/1.1 200 OK|+CF-Cache-Status: DYNAMIC", want: "not-upgraded"},
	{name: "200 by RFC 9211", answer: refused + "HTTP/1.1 200 OK|+Cache-Status: a; fwd=miss, b; hit", want: "cached"},
	{name: "200 past RFC 9211", answer: refused + "HTTP/1.1 200 OK|+Cache-Status: hit; fwd=miss", want: "not-upgraded"},
	{name: "404 from a cache", answer: refused + "HTTP/1.1 404 X|+Age: 30", want: "cached not-found"},
	{name: "status 0", answer: refused + "HTTP/1.1 abc", want: "not-upgraded malformed"},
}

func codes(reports []finding.Report) string {
	var list []string
	for _, r := range reports {
		list = append(list, strings.TrimPrefix(string(r.Code), "handshake-"))
	}
	return strings.Join(list, " ")
}

func TestJudge(t *testing.T) {
	provoked := map[finding.Code]bool{
		// What needs more than the two heads is told elsewhere.
		finding.HandshakeBody: true, finding.HandshakeEarlyData: true, finding.HandshakeUnanswered: true, finding.HandshakeSlow: true,
	}
	check := func(t *testing.T, in handshake.Input, want, detail string) {
		o := handshake.Judge(in)
		if got := codes(o.Reports); got != want {
			t.Errorf("reports = %q; want %q: %+v", got, want, o.Reports)
		}
		for i, r := range o.Reports {
			provoked[r.Code] = true
			if _, ok := r.Code.Rule(); !ok {
				t.Errorf("%s is not in the catalogue", r.Code)
			}
			if r.Detail == "" || strings.ContainsFunc(r.Detail, func(c rune) bool { return c < ' ' }) {
				t.Errorf("%s: detail %q is not fit to show", r.Code, r.Detail)
			}
			if i == 0 && !strings.Contains(r.Detail, detail) {
				t.Errorf("%s: detail %q does not say %q", r.Code, r.Detail, detail)
			}
		}
	}
	for _, tt := range judgeRows {
		t.Run(tt.name, func(t *testing.T) { check(t, input(t, tt.request, tt.answer, tt.body), tt.want, tt.detail) })
	}
	for _, tt := range extensionRows {
		t.Run(tt.offer+"/"+tt.answer, func(t *testing.T) {
			request, answer := "", ""
			if tt.offer != "" {
				request = "+Sec-WebSocket-Extensions: " + tt.offer
			}
			if tt.answer != "" {
				answer = "+Sec-WebSocket-Extensions: " + tt.answer
			}
			in := input(t, request, answer, "")
			check(t, in, tt.want, tt.detail)
			for _, r := range handshake.Judge(in).Reports {
				if got, want := r.Facts.Has(finding.InRequest), strings.HasPrefix(r.Detail, "the offer "); got != want {
					t.Errorf("%q is said to be in the request: %v; want %v", r.Detail, got, want)
				}
			}
		})
	}
	for _, r := range finding.All() {
		if strings.HasPrefix(string(r.Code), "handshake-") && !provoked[r.Code] {
			t.Errorf("no row provokes %s", r.Code)
		}
	}
}

var extensionRows = []struct{ offer, answer, want, detail string }{
	{offer: "permessage-deflate", answer: "permessage-deflate"},
	{offer: "permessage-deflate; client_max_window_bits", answer: "permessage-deflate; client_max_window_bits=10; server_max_window_bits=9"},
	{offer: "permessage-deflate; server_max_window_bits=10", answer: "permessage-deflate; server_max_window_bits=10"},
	{offer: "permessage-deflate; server_max_window_bits=10, permessage-deflate", answer: "permessage-deflate"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
	{offer: `permessage-deflate; server_max_window_bits="10"`, answer: "permessage-deflate; server_max_window_bits=10"},
	{offer: "foo, permessage-deflate", answer: "foo; x=y"},
	{answer: "permessage-deflate", want: "extension-unoffered", detail: "no Sec-WebSocket-Extensions"},
	{offer: "permessage-deflate", answer: "foo", want: "extension-unoffered"},
	{offer: "permessage-deflate", answer: "permessage-deflate; client_max_window_bits=10", want: "extension-unoffered", detail: "client_max_window_bits was not offered"},
	{offer: "permessage-deflate; server_max_window_bits=10", answer: "permessage-deflate", want: "extension-invalid", detail: "is missing"},
	{offer: "permessage-deflate; server_max_window_bits=10", answer: "permessage-deflate; server_max_window_bits=11", want: "extension-invalid", detail: "larger"},
	{offer: "permessage-deflate; server_no_context_takeover", answer: "permessage-deflate", want: "extension-invalid", detail: "is missing"},
	{offer: "permessage-deflate", answer: "permessage-deflate, permessage-deflate", want: "extension-invalid", detail: "more than once"},
	{offer: "permessage-deflate", answer: "permessage-deflate;", want: "extension-invalid", detail: "grammar"},
	{offer: "permessage-deflate; client_max_window_bits", answer: "permessage-deflate; client_max_window_bits", want: "extension-invalid", detail: "8 to 15"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_max_window_bits=7", want: "extension-invalid", detail: "8 to 15"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_max_window_bits=16", want: "extension-invalid"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_max_window_bits=8"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_max_window_bits=15"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_max_window_bits=09", want: "extension-invalid"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_no_context_takeover=1", want: "extension-invalid", detail: "no value"},
	{offer: "permessage-deflate", answer: "permessage-deflate; server_no_context_takeover; server_no_context_takeover", want: "extension-invalid", detail: "twice"},
	{offer: "permessage-deflate", answer: "permessage-deflate; foo", want: "extension-invalid", detail: "no parameter"},
	{offer: "permessage-deflate; foo", want: "extension-invalid", detail: "the offer"},
	{offer: "permessage-deflate; client_max_window_bits=7", want: "extension-invalid", detail: "the offer"},
	{offer: "permessage-deflate; server_max_window_bits", want: "extension-invalid", detail: "the offer"},
	{offer: "foo bar", want: "extension-invalid", detail: "grammar"},
}

// TestBounded: a head of nothing but repetitions is told in a bounded text.
func TestBounded(t *testing.T) {
	many := strings.Repeat("|+Connection: "+strings.Repeat("x", 100), 400)
	list := "|+Sec-WebSocket-Extensions: " + strings.Repeat("a, b", 5000)
	o := handshake.Judge(input(t, "-Connection"+many+list, "-Connection"+many+list, ""))
	if len(o.Reports) > 30 {
		t.Errorf("%d reports", len(o.Reports))
	}
	for _, r := range o.Reports {
		if len(r.Detail) > 2000 {
			t.Errorf("%s: detail of %d bytes", r.Code, len(r.Detail))
		}
	}
}

func TestHTTP2(t *testing.T) {
	connect := func(changes ...header.Field) *header.Request {
		f := header.Fields{
			{Name: ":method", Value: "CONNECT"}, {Name: ":protocol", Value: "websocket"}, {Name: ":authority", Value: "a"},
			{Name: "sec-websocket-version", Value: "13"},
		}
		return &header.Request{Method: "CONNECT", Target: "/", Version: "2", Fields: append(f, changes...)}
	}
	get := &header.Request{Method: "GET", Target: "/", Version: "2", Fields: header.Fields{{Name: "sec-websocket-version", Value: "13"}}}
	deflate := header.Field{Name: "sec-websocket-extensions", Value: "permessage-deflate"}
	for _, tt := range []struct {
		name     string
		request  *header.Request
		response *header.Response
		kind     handshake.Kind
		want     string
	}{
		{"accepted", connect(deflate), &header.Response{Version: "2", Status: 200, Fields: header.Fields{deflate}}, handshake.Accepted, ""},
		{"refused", connect(), &header.Response{Version: "2", Status: 404}, handshake.Rejected, "not-found"},
		{"extension not offered", connect(), &header.Response{Version: "2", Status: 200, Fields: header.Fields{deflate}}, handshake.Accepted, "extension-unoffered"},
		{"version twice", connect(header.Field{Name: "sec-websocket-version", Value: "8"}), nil, handshake.Unanswered, "version"},
		{"GET", get, nil, handshake.Unanswered, "method"},
	} {
		o := handshake.Judge(handshake.Input{Request: tt.request, Response: tt.response})
		if got := codes(o.Reports); o.Kind != tt.kind || got != tt.want {
			t.Errorf("%s: %v, %q; want %v, %q", tt.name, o.Kind, got, tt.kind, tt.want)
		}
		if diff := cmp.Diff(handshake.Accept{}, o.Accept); diff != "" {
			t.Errorf("%s: HTTP/2 has no key to compare: %s", tt.name, diff)
		}
	}
}
