package capture

import (
	"bytes"
	"testing"
)

func TestDirectionIsKept(t *testing.T) {
	at := &Interface{Name: "eth0", Link: 1}
	var file bytes.Buffer
	w := NewWriter(&file, Section{})
	want := []Direction{Out, 0, In, 0}
	for _, d := range want {
		if err := w.WritePacket(&Packet{Link: 1, Data: make([]byte, 60), Length: 60, Interface: at, Direction: d}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for p, err := range NewReader(&file, "test", Options{}).Packets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Direction != want[n] {
			t.Errorf("packet %d has direction %d; want %d", p.Number, p.Direction, want[n])
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d packets; want %d", n, len(want))
	}
}
