package tui

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"wsight/internal/packets"
	"wsight/session"
)

// many is a record of n messages of 60 bytes on one connection.
func many(t testing.TB, n int) *session.Record {
	return scripted(t, func(c *packets.Capture, conn *packets.Connection) {
		for i := range n {
			c.Wait(time.Millisecond)
			conn.Say(packets.Direction(i%2), packets.Text, `{"n":`+strconv.Itoa(1_000_000+i)+`,"text":"nothing much happens here"}`)
		}
	})
}

func TestMemoryPerMessage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 400_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	rec := many(t, n)
	each := float64(heap()-before) / n
	if first, end := rec.Extent(1); end-first < n {
		t.Fatalf("%d rows are kept; want %d and more", end-first, n)
	}
	t.Logf("%.1f bytes a message", each)
	if each > 120 {
		t.Errorf("a message takes %.1f bytes; want 120 at most", each)
	}
}

func BenchmarkFrame(b *testing.B) {
	rec := many(b, 1_000_000)
	h := newBench(b, rec, 160, 50, Options{Color: true}).press("Enter")
	b.ResetTimer()
	for i := range b.N {
		h.ui.timeline.to(i * 7919 % h.ui.timeline.n)
		h.ui.timeline.follow = false
		h.screen.Clear()
		h.ui.Draw(h.screen)
		h.screen.Show()
	}
}

func BenchmarkOpen(b *testing.B) {
	rec := many(b, 1_000_000)
	h := newBench(b, rec, 160, 50, Options{Color: true}).press("Enter", "G")
	b.ResetTimer()
	for i := range b.N {
		h.ui.timeline.to(h.ui.timeline.n - 1000 + i%900)
		h.ui.timeline.choose()
		if h.ui.detail.loaded == nil || h.ui.detail.loaded.err != nil {
			b.Fatal("not loaded")
		}
	}
}
