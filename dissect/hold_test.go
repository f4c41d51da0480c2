package dissect

import (
	"testing"
	"time"

	"wsight/flow"
)

// TestPrecedes: what stands before the 101 in the file was not always sent
// before it.
func TestPrecedes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		packet flow.PacketID // of what is held; the answer is in packet 10
		age    time.Duration
		want   bool
	}{
		{"before it", 9, time.Millisecond, true},
		{"in the same packet, in a tunnel", 10, 0, true},
		{"before it in the file, and later by the clock", 9, -time.Millisecond, false},
		{"behind it, and told before it for what is lost", 11, -time.Millisecond, false},
	} {
		h := hold{chunks: []flow.Chunk{{Packet: tt.packet, Time: at.Add(-tt.age)}}}
		if got := h.precedes(10, at); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if (&hold{}).precedes(10, at) {
		t.Error("nothing is held, and it precedes")
	}
}
