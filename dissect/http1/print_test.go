package http1

import "testing"

// TestPrint: heads are told apart by every byte, and by nothing else.
func TestPrint(t *testing.T) {
	const head = "GET /chat HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nShort:1\r\n\r\n"
	var known Lines
	print := func(head string) uint64 {
		r, n := known.request([]byte(head))
		if again, m := (*Lines)(nil).request([]byte(head)); n == 0 || m != n || again.Print != r.Print {
			t.Errorf("%q: the fingerprint is %d, and %d without lines that are known", head, r.Print, again.Print)
		}
		return r.Print
	}
	want := print(head)
	if got := print(head); got != want || got == 0 {
		t.Errorf("the fingerprint of the same head is %d; want %d", got, want)
	}
	if got, _ := known.request([]byte(head + "more")); got.Print != want {
		t.Errorf("what follows a head changes its fingerprint")
	}
	seen := map[uint64]string{want: head}
	for i := range len(head) - len("\r\n\r\n") {
		other := head[:i] + string(head[i]^1) + head[i+1:]
		if _, n := known.request([]byte(other)); n == 0 {
			continue // no head any longer
		}
		got := print(other)
		if same := seen[got]; same != "" {
			t.Errorf("%q and %q have one fingerprint", other, same)
		}
		seen[got] = other
	}
	for _, other := range []string{
		"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nHost: server.example\r\nShort:1\r\n\r\n",
		"GET /chat HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\n\r\n",
		"GET /chat HTTP/1.1\r\nHost: server.example\nUpgrade: websocket\r\nShort:1\r\n\r\n",
		"\r\n" + head,
		"\n" + head,
		"GET /chat HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nShort:1\r\nShort:1\r\n\r\n",
	} {
		got := print(other)
		if same := seen[got]; same != "" {
			t.Errorf("%q and %q have one fingerprint", other, same)
		}
		seen[got] = other
	}
}
