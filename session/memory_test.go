package session_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/internal/packets"
	"wsight/session"
)

// TestMemoryPerConnection measures what a connection costs while it is open:
// the figure is in docs/reliability.md.
func TestMemoryPerConnection(t *testing.T) {
	const few, many, most = 1, 5000, 8 << 10
	each := (memoryOfOpen(t, many) - memoryOfOpen(t, few)) / (many - few)
	t.Logf("an open connection takes %d bytes", each)
	if each > most {
		t.Errorf("an open connection takes %d bytes; want at most %d", each, most)
	}
}

// memoryOfOpen returns how much memory is in use when n connections are open.
func memoryOfOpen(t *testing.T, n int) int64 {
	t.Helper()
	c := newCapture()
	for i := range n {
		conn := c.Connect(fmt.Sprintf("10.0.%d.%d:40000", i>>8, i&255), "198.51.100.7:80")
		upgrade(conn, conn.Nonce())
		conn.Say(c2s, packets.Text, "hello")
		conn.Say(s2c, packets.Text, "hello")
	}
	file := c.Pcap()
	inUse := int64(0)
	src := capture.NewReader(bytes.NewReader(file), "open.pcap", capture.Options{})
	_, err := session.Run(t.Context(), src, session.Options{Inputs: 1}, func(e dissect.Event) {
		if _, ok := e.(*dissect.Ended); ok && inUse == 0 { // at the end of the capture all are still open
			var memory runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&memory)
			inUse = int64(memory.HeapAlloc) - int64(len(file))
		}
	})
	if err != nil || inUse == 0 {
		t.Fatalf("%d connections: %v, %d bytes in use", n, err, inUse)
	}
	return inUse
}
