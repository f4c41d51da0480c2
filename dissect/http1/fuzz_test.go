package http1

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/dissect/header"
	"wsight/flow"
)

func FuzzRequest(f *testing.F) {
	f.Add([]byte(wellFormed))
	for _, r := range defectRows {
		f.Add([]byte(lines(r.in)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, ok := ParseRequest(b)
		if end := HeadEnd(b, 0); end != n {
			t.Fatalf("%q: a head of %d bytes ends after %d", b, n, end)
		}
		if !ok {
			return
		}
		for cut := range n {
			if _, _, ok := ParseRequest(b[:cut]); ok {
				t.Fatalf("%q is a head, and so is its first %d bytes", b[:n], cut)
			}
		}
		if len(r.Defects) > maxDefects || r.Size != n || n > len(b) {
			t.Fatalf("%d defects, size %d of %d", len(r.Defects), r.Size, len(b))
		}
		var known Lines
		known.request([]byte(wellFormed))
		for range 2 { // its own lines are known the second time
			again, m := known.request(b)
			if diff := cmp.Diff(r, again); diff != "" || m != n {
				t.Fatalf("%q with lines that are known differs, and takes %d bytes:\n%s", b[:n], m, diff)
			}
		}
		if r.Defects != nil {
			return
		}
		if StartsRequest(b) == flow.No && len(r.Method) <= longestMethod {
			t.Errorf("%q has no defects and does not start like a request", b[:n])
		}
		// Where both find nothing wrong, net/http must have read the same.
		want, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b[:n])))
		if err != nil {
			return
		}
		if r.Method != want.Method || r.Target != want.RequestURI {
			t.Errorf("%q: %q %q; want %q %q", b[:n], r.Method, r.Target, want.Method, want.RequestURI)
		}
		if host := r.Authority(); host != nil && want.URL.Host == "" && *host != want.Host {
			t.Errorf("%q: Host %q; want %q", b[:n], *host, want.Host)
		}
		compareFields(t, b[:n], r.Fields, want.Header)
	})
}

func FuzzResponse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 200\nA: b\n c\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n, ok := ParseResponse(b)
		if !ok {
			return
		}
		for cut := range n {
			if _, _, ok := ParseResponse(b[:cut]); ok {
				t.Fatalf("%q is a head, and so is its first %d bytes", b[:n], cut)
			}
		}
		if r.Defects != nil {
			return
		}
		want, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b[:n])), nil)
		if err != nil {
			return
		}
		if r.Status != want.StatusCode {
			t.Errorf("%q: status %d; want %d", b[:n], r.Status, want.StatusCode)
		}
		compareFields(t, b[:n], r.Fields, want.Header)
	})
}

// compareFields leaves out what net/http takes out of the header.
func compareFields(t *testing.T, in []byte, fields header.Fields, want http.Header) {
	t.Helper()
	got := http.Header{}
	for _, field := range fields {
		name := textproto.CanonicalMIMEHeaderKey(field.Name)
		got[name] = append(got[name], field.Value)
	}
	for _, name := range []string{"Host", "Transfer-Encoding", "Trailer", "Content-Length", "Cache-Control", "Connection"} {
		delete(got, name)
		want.Del(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: -net/http +ours\n%s", in, diff)
	}
}

func FuzzBody(f *testing.F) {
	for _, r := range chunkRows {
		f.Add([]byte(lines(r.in)), 3, uint16(0))
	}
	f.Fuzz(func(t *testing.T, b []byte, step int, length uint16) {
		if step < 1 {
			t.Skip()
		}
		start := Body{Framing: Chunked, Keep: 64}
		if length > 0 {
			start = Body{Framing: Length, left: uint64(length), Keep: 64}
		}
		whole, split := start, start
		n, done := whole.Feed(b)
		if n > len(b) || !done && n != len(b) {
			t.Fatalf("took %d of %d bytes, done %v", n, len(b), done)
		}
		taken, ended := 0, false
		for taken < len(b) && !ended {
			var k int
			k, ended = split.Feed(b[taken:min(taken+step, len(b))])
			taken += k
		}
		if taken != n || ended != done || whole.Broken() != split.Broken() || !bytes.Equal(whole.Prefix(), split.Prefix()) {
			t.Errorf("in steps of %d: %d, %v; want %d, %v", step, taken, ended, n, done)
		}
	})
}
