package dissect

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"wsight/flow"
)

// What is no HTTP is told as it came; what may yet become an answer is not.
func TestForeignAnswer(t *testing.T) {
	const request = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	for _, tt := range []struct{ answer, want string }{
		{"", ""},
		{"HT", ""},
		{"HTTP/1.1 400 Bad", ""},
		{"\x15\x03\x01\x00\x02\x02\x46", "\x15\x03\x01\x00\x02\x02\x46"},
		{"SSH-2.0-OpenSSH_9.6\r\n", "SSH-2.0-OpenSSH_9.6\r\n"},
		{string(make([]byte, 100)), string(make([]byte, 64))},
	} {
		got, ends := "", 0
		c := New(Options{}).Connection(flow.Conn{Opened: true})
		emit := func(e Event) {
			if e, ok := e.(*Ended); ok {
				got, ends = string(e.Foreign), ends+1
			}
		}
		c.Feed(&flow.Chunk{From: flow.A, Data: []byte(request), Packet: 4}, emit)
		c.Feed(&flow.Chunk{From: flow.B, Data: []byte(tt.answer), Packet: 5}, emit)
		c.Close(flow.Closed{Packet: 6}, emit)
		if got != tt.want || ends != 1 {
			t.Errorf("%q: %d ends, with %q; want one with %q", tt.answer, ends, got, tt.want)
		}
	}
}

// A server that answers a ClientHello with something else is no TLS that lacks
// a key, unless the capture missed how it began.
func TestForeignToTLS(t *testing.T) {
	hello := clientHello(t)
	for _, tt := range []struct {
		name, answer string
		lost         int64
		midway       bool
		foreign      bool
	}{
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", 0, false, true},
		{"an alert", "\x15\x03\x03\x00\x02\x02\x46", 0, false, false},
		{"something behind a hole", "HTTP/1.1 400 Bad Request\r\n\r\n", 10, false, false},
		{"something in the middle", "\x93\x11\x82", 0, true, false},
	} {
		var reason string
		c := New(Options{Sealed: func(s Sealed) { reason = s.Reason }}).Connection(flow.Conn{Opened: !tt.midway})
		emit := func(Event) {}
		c.Feed(&flow.Chunk{From: flow.A, Data: hello, Packet: 4}, emit)
		c.Feed(&flow.Chunk{From: flow.B, Lost: tt.lost, Data: []byte(tt.answer), Packet: 5}, emit)
		c.Close(flow.Closed{Packet: 6}, emit)
		_, opaque := c.Encrypted()
		if told := strings.Contains(reason, "speaks no TLS"); told != tt.foreign || opaque == tt.foreign {
			t.Errorf("%s: %q, opaque %t", tt.name, reason, opaque)
		}
	}
}

// clientHello returns what Go's TLS sends first.
func clientHello(t *testing.T) []byte {
	t.Helper()
	near, far := net.Pipe()
	defer far.Close()
	go func() {
		_ = tls.Client(near, &tls.Config{ServerName: "ws.example"}).Handshake() // ends with the pipe
	}()
	hello := make([]byte, 4096)
	n, err := far.Read(hello)
	if err != nil {
		t.Fatal(err)
	}
	return hello[:n]
}
