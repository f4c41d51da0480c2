package tui

import (
	"strings"
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	start := time.Unix(100, 0)
	var p pace
	for _, tt := range []struct {
		after           time.Duration
		messages, bytes int64
		rate, flow      float64 // each second
	}{
		{0, 10, 1000, 0, 0},
		{100 * time.Millisecond, 20, 2000, 0, 0}, // too soon to say
		{1 * time.Second, 110, 3000, 100, 2000},
		{2 * time.Second, 210, 5000, 100, 2000},
		{5 * time.Second, 210, 5000, 0, 0}, // nothing for three seconds
		{6 * time.Second, 250, 5000, 10, 0},
	} {
		p.take(start.Add(tt.after), tt.messages, tt.bytes)
		if p.messages != tt.rate || p.bytes != tt.flow {
			t.Errorf("after %v: %v messages and %v bytes a second; want %v and %v", tt.after, p.messages, p.bytes, tt.rate, tt.flow)
		}
	}
	if len(p.samples) > 14 {
		t.Errorf("%d samples are kept", len(p.samples))
	}
}

// While more may come the header says how much does, and what was lost.
func TestLiveHeader(t *testing.T) {
	for _, width := range []int{80, 160} {
		b := newBench(t, record(t, sample("chat-json.pcap")), width, 30, Options{Growing: true, Title: "lo"})
		if text := b.line(0); strings.Contains(text, "msg/s") {
			t.Errorf("what has ended has a rate: %s", text)
		}
		now := time.Unix(100, 0)
		b.ui.now = func() time.Time { return now }
		b.ui.snap.Done, b.ui.snap.Summary.Dropped = false, 0
		b.draw()
		now = now.Add(time.Second)
		b.ui.conns.messages += 812
		b.ui.snap.Bytes += 1 << 20
		b.draw()
		if text := b.line(0); !strings.Contains(text, "LIVE lo") || !strings.Contains(text, "drop 0  812 msg/s  1.0 MiB/s") {
			t.Errorf("%d columns: the header is %s", width, text)
		}
		b.ui.snap.Summary.Dropped = 8
		b.draw()
		if text := b.line(0); !strings.Contains(text, "! drop 8 (20.0%)  812 msg/s") {
			t.Errorf("%d columns: the header is %s", width, text)
		}
		if text := b.press("4").text(); !strings.Contains(text, "coming in                 812 msg/s") {
			t.Errorf("the capture is\n%s", text)
		}
		b.press("p")
		now = now.Add(5 * time.Second)
		b.draw()
		if text := b.line(0); !strings.Contains(text, "! drop 8 (20.0%)") || width == 160 && !strings.Contains(text, "812 msg/s") {
			t.Errorf("a frozen view goes on: %s", text)
		}
	}
}
