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

// BenchmarkGloss is what it takes until the rows on the screen are decoded
// after a jump within a connection of a million messages.
func BenchmarkGloss(b *testing.B) {
	rec := many(b, 1_000_000)
	words := rec.Glossary(1, session.Decoding{Rules: []session.DecodeRule{{}}})
	begun := time.Now()
	if err := words.ReadAll(b.Context()); err != nil {
		b.Fatal(err)
	}
	all := time.Since(begun)
	b.ResetTimer()
	for i := range b.N {
		n := 1 + i*7919*31%990_000
		if err := words.Read(b.Context(), n-behind, n+ahead); err != nil {
			b.Fatal(err)
		}
		if _, ok := words.Look(n); !ok {
			b.Fatalf("message %d is not at hand", n)
		}
	}
	b.ReportMetric(all.Seconds(), "s/all")
}
