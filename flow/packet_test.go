package flow

import (
	"testing"
	"time"
)

func TestPacketID(t *testing.T) {
	for _, tt := range []struct {
		input, number int
		text          string
	}{
		{0, 1, "1"}, {0, 1<<40 - 1, "1099511627775"}, {1, 3, "3 of input 2"}, {9999, 1<<40 - 1, "1099511627775 of input 10000"},
	} {
		p := IdentifyPacket(tt.input, tt.number)
		if p.Input() != tt.input || p.Number() != tt.number || p.String() != tt.text {
			t.Errorf("%q: %d in input %d; want %q, %d in %d", p, p.Number(), p.Input(), tt.text, tt.number, tt.input)
		}
	}
	if p := IdentifyPacket(0, 7); p != 7 {
		t.Errorf("of one input packet 7 is %d", int64(p))
	}
	if p := IdentifyPacket(1, 1<<40); p.Input() != 1 || p.Number() != 1<<40-1 {
		t.Errorf("beyond the room for numbers it is %v", p)
	}
}

func TestComparePackets(t *testing.T) {
	early, late, none := time.Unix(1, 0), time.Unix(2, 0), time.Time{}
	second := func(n int) PacketID { return IdentifyPacket(1, n) }
	for _, tt := range []struct {
		name string
		p    PacketID
		at   time.Time
		q    PacketID
		then time.Time
		want int
	}{
		{"by number", 3, early, 4, late, -1},
		{"by number, whatever the clock says", 3, late, 4, early, -1},
		{"the same", 3, early, 3, early, 0},
		{"a later input, named later", 9, early, second(1), late, -1},
		{"a later input, named first", 9, late, second(1), early, 1},
		{"two inputs at one time", 9, early, second(1), early, -1},
		{"two inputs, one without a clock", 9, late, second(1), none, -1},
	} {
		if got := ComparePackets(tt.p, tt.at, tt.q, tt.then); got != tt.want {
			t.Errorf("%s: %d; want %d", tt.name, got, tt.want)
		}
		if got := ComparePackets(tt.q, tt.then, tt.p, tt.at); got != -tt.want {
			t.Errorf("%s, turned: %d; want %d", tt.name, got, -tt.want)
		}
	}
}
