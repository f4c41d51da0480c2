package http1

import (
	"strings"
	"testing"

	"wsight/dissect/header"
)

func fields(text string) (f header.Fields) {
	for line := range strings.SplitSeq(text, "|") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			f = append(f, header.Field{Name: name, Value: value})
		}
	}
	return f
}

func TestFraming(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int // 0: the body of a request
		method string
		fields string
		want   Framing
		broken bool
	}{
		{"request", 0, "GET", "", Empty, false},
		{"request with length", 0, "POST", "Content-Length: 5", Length, false},
		{"request with chunks", 0, "POST", "Content-Length: 5|Transfer-Encoding: chunked", Chunked, false},
		{"request with another coding", 0, "POST", "Transfer-Encoding: gzip", UntilClose, true},
		{"request with two lengths", 0, "POST", "Content-Length: 5|Content-Length: 6", UntilClose, true},
		{"answer to HEAD", 200, "HEAD", "Content-Length: 5", Empty, false},
		{"101", 101, "GET", "Content-Length: 5", Empty, false},
		{"103", 103, "GET", "", Empty, false},
		{"204", 204, "GET", "Transfer-Encoding: chunked", Empty, false},
		{"304", 304, "GET", "Content-Length: 5", Empty, false},
		{"CONNECT accepted", 200, "CONNECT", "Content-Length: 5", Empty, false},
		{"CONNECT refused", 403, "CONNECT", "Content-Length: 5", Length, false},
		{"answer with length", 200, "GET", "Content-Length: 5", Length, false},
		{"answer with chunks", 200, "GET", "Content-Length: 5|Transfer-Encoding: chunked", Chunked, false},
		{"answer without length", 200, "GET", "", UntilClose, false},
		{"answer with another coding", 200, "GET", "Transfer-Encoding: gzip", UntilClose, false},
		{"answer with two lengths", 200, "GET", "Content-Length: 5|Content-Length: 6", UntilClose, true},
	} {
		b := RequestBody(&header.Request{Method: tt.method, Fields: fields(tt.fields)})
		if tt.status != 0 {
			b = ResponseBody(&header.Response{Status: tt.status, Fields: fields(tt.fields)}, tt.method)
		}
		if b.Framing != tt.want || b.Broken() != tt.broken || b.Done() != (tt.want == Empty) {
			t.Errorf("%s: framing %v, broken %v, done %v; want %v, %v", tt.name, b.Framing, b.Broken(), b.Done(), tt.want, tt.broken)
		}
	}
}

var chunkRows = []struct {
	name, in, content string // in ends where the body does; "|" is CR LF
	broken            bool
}{
	{"one chunk", "5|hello|0||", "hello", false},
	{"two chunks", "5|hello|1| |0||", "hello ", false},
	{"upper and lower case", "a|0123456789|A|0123456789|0||", "01234567890123456789", false},
	{"extension", "5;a=b|hello|0;c||", "hello", false},
	{"trailers", "0|A: b|C: d||", "", false},
	{"bare LF", "5\nhello\n0\n\n", "hello", false},
	{"zeros before the size", "0005|hello|000||", "hello", false},
	{"no size", "|", "", true},
	{"no hex", "x|", "", true},
	{"data longer than its size", "1|hello", "hello", true},
	{"size beyond 63 bits", "fffffffffffffffff|", "", true},
}

func TestChunks(t *testing.T) {
	const next = "HTTP/1.1 200 OK"
	for _, tt := range chunkRows {
		in := lines(tt.in)
		for step := 1; step <= len(in)+len(next); step++ {
			b := Body{Framing: Chunked, Keep: 100}
			taken, done := 0, false
			for rest := in + next; rest != "" && !done; {
				var n int
				n, done = b.Feed([]byte(rest[:min(step, len(rest))]))
				taken += n
				rest = rest[n:]
			}
			if done == tt.broken || b.Broken() != tt.broken || done && taken != len(in) {
				t.Fatalf("%s in steps of %d: took %d of %d, done %v, broken %v", tt.name, step, taken, len(in), done, b.Broken())
			}
			if got := string(b.Prefix()); !tt.broken && got != tt.content {
				t.Errorf("%s: content %q; want %q", tt.name, got, tt.content)
			}
		}
	}
}

func TestBodySkip(t *testing.T) {
	for _, tt := range []struct {
		name   string
		b      Body
		before string
		lost   uint64
		ok     bool
		after  string // completes the body
	}{
		{"inside a length", Body{Framing: Length, left: 10}, "ab", 3, true, "fghij"},
		{"beyond a length", Body{Framing: Length, left: 10}, "ab", 9, false, ""},
		{"inside a chunk", Body{Framing: Chunked}, "5\r\nh", 2, true, "lo\r\n0\r\n\r\n"},
		{"to the end of a chunk", Body{Framing: Chunked}, "5\r\nh", 4, true, "\r\n0\r\n\r\n"},
		{"beyond a chunk", Body{Framing: Chunked}, "5\r\nh", 5, false, ""},
		{"in a chunk size", Body{Framing: Chunked}, "5", 1, false, ""},
		{"nothing", Body{Framing: Chunked}, "5", 0, true, "\r\nhello\r\n0\r\n\r\n"},
	} {
		b := tt.b
		b.Keep = 100
		b.Feed([]byte(tt.before))
		kept := len(b.Prefix())
		if ok := b.Skip(tt.lost); ok != tt.ok || b.Broken() == ok {
			t.Errorf("%s: Skip(%d) = %v, broken %v; want %v", tt.name, tt.lost, ok, b.Broken(), tt.ok)
			continue
		}
		if n, done := b.Feed([]byte(tt.after)); n != len(tt.after) || done != tt.ok {
			t.Errorf("%s: after the hole: %d, %v; want %d, %v", tt.name, n, done, len(tt.after), tt.ok)
		}
		if tt.lost > 0 && len(b.Prefix()) != kept {
			t.Errorf("%s: the prefix goes on after the hole: %q", tt.name, b.Prefix())
		}
	}
	until := Body{Framing: UntilClose}
	if !until.Skip(100) || until.Done() {
		t.Error("a body that ends with the connection can lose any bytes")
	}
}

// TestBodyKeep: no more is kept than was asked for.
func TestBodyKeep(t *testing.T) {
	b := Body{Framing: Length, left: 1 << 40, Keep: 10}
	for range 100 {
		b.Feed(make([]byte, 1000))
	}
	if len(b.Prefix()) != 10 {
		t.Errorf("%d bytes kept; want 10", len(b.Prefix()))
	}
}
