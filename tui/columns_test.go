package tui

import (
	"strings"
	"testing"

	"wsight/internal/packets"
)

// A host and path has the room that nobody needs to say what is wrong, and
// gives away what it does not need.
func TestEvenColumns(t *testing.T) {
	long := "a.example/plant?unit=635&r=17"
	healthy := func(path string) *bench {
		return newBench(t, record(t, asking(t, path, func(_ *packets.Capture, c *packets.Connection) { c.Frame(0, 0x81, []byte("hello")) })), 80, 24, Options{})
	}
	if b := healthy("/plant?unit=635&r=17"); !strings.Contains(b.line(4), long) {
		t.Errorf("a long path is cut off:\n%s", b.text())
	}
	b := newBench(t, record(t, sample("reload-kills-30.pcap")), 80, 24, Options{})
	if got := b.line(4); !strings.Contains(got, "ticker.example/ticker  ") {
		t.Errorf("%q", got)
	}
	for _, width := range []int{60, 80, 100, 120, 160, 250} {
		for _, l := range []*connections{b.ui.conns, healthy("/" + strings.Repeat("x", 300)).ui.conns} {
			used := 4
			for _, col := range l.fit(width) {
				used += col.width + 1
				if col.width < 4 {
					t.Errorf("%d columns: %s has %d", width, col.name, col.width)
				}
			}
			if used > width+1 {
				t.Errorf("%d columns are used of %d", used, width)
			}
		}
	}
}
