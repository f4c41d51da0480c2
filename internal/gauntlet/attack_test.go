package gauntlet

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wsight/capture"
	"wsight/internal/packets"
	"wsight/internal/steering"
	"wsight/session"
)

// peak runs work and returns how many bytes the process had beside those it
// had before.
func peak(work func()) uint64 {
	debug.FreeOSMemory()
	before := mapped()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			most.Store(max(most.Load(), mapped()))
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	work()
	most.Store(max(most.Load(), mapped()))
	close(stop)
	<-stopped
	return max(most.Load(), before) - before
}

// mapped returns the memory that the process has from the system.
func mapped() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// costs tells a capture, holds its cost against a bound in MiB, and its time
// against patience.
func costs(t *testing.T, file io.Reader, bound uint64) *telling {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "lines")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	began := time.Now()
	var failed error
	used := peak(func() {
		reader := capture.NewReader(file, "capture", capture.Options{})
		defer reader.Close()
		failed = print(reader, out, session.Options{Dissect: dissecting()}, nil)
	})
	took := time.Since(began)
	text := read(t, out.Name())
	if used > bound<<20 {
		t.Errorf("%d MiB; at most %d are allowed", used>>20, bound)
	}
	if took > 6*patience {
		t.Errorf("it took %v", took)
	}
	if why := breach(text); why != "" {
		t.Error(why)
	}
	if why := steering.Find(text, "\n"); why != "" {
		t.Error(why)
	}
	t.Logf("%d MiB, %v", used>>20, took.Round(time.Millisecond))
	said := parsed(t, text)
	said.err = failed
	return said
}

// found returns how often a code was told.
func (said *telling) found(code string) (n int) {
	for i := range said.lines {
		if l := &said.lines[i]; l.Event == "finding" && l.Code == code {
			n++
		}
	}
	return n
}

// holds reports whether a complete message with this text was told.
func (said *telling) holds(text string) bool {
	for i := range said.lines {
		if l := &said.lines[i]; l.Event == "message" && l.Complete && l.Text != nil && *l.Text == text {
			return true
		}
	}
	return false
}

// limits returns the limits that were hit.
func (said *telling) limits() []string { return said.lines[len(said.lines)-1].Limits }

// ask is an upgrade request with more header lines.
func ask(key string, more ...string) []byte {
	lines := append([]string{"GET /chat HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key}, more...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// accept is the 101 that answers key.
func accept(key string, more ...string) []byte {
	lines := append([]string{"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Accept: " + packets.Accept(key)}, more...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

const pmd = "Sec-WebSocket-Extensions: permessage-deflate"

// dial opens a conversation with the given header lines in both heads.
func dial(c *packets.Capture, client string, more ...string) *packets.Connection {
	conn := c.Connect(client, "198.51.100.7:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(packets.ClientToServer, ask(key, more...))
	conn.Send(packets.ServerToClient, accept(key, more...))
	return conn
}

// healthyEnd shows that what comes behind an attack is still decoded.
func healthyEnd(c *packets.Capture) {
	conn := dial(c, "203.0.113.99:50099")
	conn.Say(packets.ClientToServer, packets.Text, "still here")
	conn.Goodbye(packets.ClientToServer, 1000, "")
}

func newCapture() *packets.Capture { return &packets.Capture{Now: time.Unix(1700000000, 0)} }

// Lengths that nothing keeps cost nothing, wherever they stand.
func TestAbsurdLengths(t *testing.T) {
	long := func(first byte, length ...byte) []byte { return append([]byte{first, 0xFF}, length...) }
	for _, tt := range []struct {
		name  string
		bytes []byte
	}{
		{"2^63", long(0x82, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4)},
		{"2^63-1", long(0x82, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4)},
		{"2^64-1 on a ping", long(0x89, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4)},
		{"2^62 in a fragment", long(0x02, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4)},
		{"2^40 in deflate", long(0xC2, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			conn := dial(c, "203.0.113.1:50001", pmd)
			conn.Send(packets.ClientToServer, tt.bytes)
			for range 40 {
				conn.Send(packets.ClientToServer, bytes.Repeat([]byte("x"), 64<<10))
			}
			healthyEnd(c)
			said := costs(t, bytes.NewReader(c.Pcap()), 32)
			if !said.holds("still here") {
				t.Error("the next conversation is not decoded")
			}
		})
	}
	for name, head := range map[string]string{
		"body of 2^63":  "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
		"body of 10^40": "HTTP/1.1 200 OK\r\nContent-Length: 1" + strings.Repeat("0", 40) + "\r\n\r\n",
		"chunk":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := newCapture()
			conn := c.Connect("203.0.113.1:50001", "198.51.100.7:80")
			conn.Open()
			conn.Send(packets.ClientToServer, ask(conn.Nonce()))
			conn.Send(packets.ServerToClient, []byte(head))
			for range 40 {
				conn.Send(packets.ServerToClient, bytes.Repeat([]byte("x"), 64<<10))
			}
			healthyEnd(c)
			if said := costs(t, bytes.NewReader(c.Pcap()), 32); !said.holds("still here") {
				t.Error("the next conversation is not decoded")
			}
		})
	}
}

// A head without an end is given up with a word.
func TestEndlessHeaders(t *testing.T) {
	for _, tt := range []struct {
		name, start string
		from        packets.Direction
	}{
		{"request", "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n", packets.ClientToServer},
		{"answer", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n", packets.ServerToClient},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			conn := c.Connect("203.0.113.1:50001", "198.51.100.7:80")
			conn.Open()
			if tt.from == packets.ServerToClient {
				conn.Send(packets.ClientToServer, ask(conn.Nonce()))
			}
			conn.Send(tt.from, []byte(tt.start))
			for i := range 100 {
				conn.Send(tt.from, bytes.Repeat(fmt.Appendf(nil, "X-%04d: %s\r\n", i, strings.Repeat("y", 100)), 500))
			}
			healthyEnd(c)
			said := costs(t, bytes.NewReader(c.Pcap()), 32)
			if !said.holds("still here") {
				t.Error("the next conversation is not decoded")
			}
			if tt.from == packets.ServerToClient && said.found("capture-limit") == 0 {
				t.Error("that a limit was met is not said")
			}
		})
	}
}
