package session

import (
	"testing"

	"wsight/flow"
)

// The packet of each row is found again, also when old rows have gone.
func TestSources(t *testing.T) {
	var s sources
	var want []flow.PacketID
	for row, input := range []int{0, 0, 2, 2, 0, 1, 1, 1, 3} {
		p := flow.IdentifyPacket(input, 10+row)
		s.add(row, p)
		want = append(want, p)
	}
	if len(s) != 4 {
		t.Errorf("%d runs; want 4", len(s))
	}
	for _, from := range []int{0, 1, 5, 8} {
		s.release(from)
		for row := from; row < len(want); row++ {
			if got := s.packet(row, uint32(want[row].Number())); got != want[row] {
				t.Errorf("row %d from %d on: %v; want %v", row, from, got, want[row])
			}
		}
	}
	if len(s) != 1 {
		t.Errorf("%d runs are kept for the last row; want 1", len(s))
	}
	if s.add(9, 0); s.packet(9, 0) != 0 || len(s) != 1 {
		t.Error("a row without a packet has one")
	}
}
