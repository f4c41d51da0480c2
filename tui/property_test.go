package tui

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"wsight/internal/packets"
	"wsight/session"
)

// TestAnySizeAnyKeys: whatever the size and the keys, nothing panics, the
// selected row of a list is on the screen, and the status line is there.
func TestAnySizeAnyKeys(t *testing.T) {
	records := []*session.Record{record(t, sample("reload-kills-30.pcap")), record(t, sample("lost-segments.pcap")), record(t, sample("graphql.pcap")), hostileRecord(t)}
	var keys []string
	for _, a := range actions() {
		for _, k := range a.keys {
			if k != "Ctrl-Z" && (named[k] != 0 || len([]rune(k)) == 1 || k == "Space") {
				keys = append(keys, k)
			}
		}
	}
	keys = append(keys, `"is:problem"`, `"re"`, "Enter", "Esc", "Esc", "Backspace")
	random := rand.New(rand.NewSource(1))
	for round := range 24 {
		b := newBench(t, records[round%len(records)], 80, 24, Options{Color: round%2 == 0, ASCII: round%3 == 0})
		var pressed []string
		for range 40 {
			w, h := 10+random.Intn(290), 3+random.Intn(97)
			if random.Intn(4) > 0 {
				w, h = 60+random.Intn(140), 12+random.Intn(50)
			}
			b.resize(w, h)
			k := keys[random.Intn(len(keys))]
			pressed = append(pressed, k)
			b.press(k)
			if random.Intn(3) == 0 {
				ev := tcell.NewEventMouse(random.Intn(w), random.Intn(h), tcell.Button1, 0)
				act := []tview.MouseAction{tview.MouseLeftClick, tview.MouseLeftDoubleClick, tview.MouseScrollDown, tview.MouseScrollUp}[random.Intn(4)]
				b.ui.MouseHandler()(act, ev, func(tview.Primitive) {})
				b.draw()
			}
			if w < minimumWidth || h < minimumHeight {
				if !strings.HasPrefix(b.line(0), "wsight needs"[:min(w-1, 12)]) {
					t.Fatalf("%dx%d after %q: %q", w, h, pressed, b.line(0))
				}
				continue
			}
			if !strings.Contains(b.line(0), "sample.pcap") {
				t.Fatalf("%dx%d after %q: status line is %q", w, h, pressed, b.line(0))
			}
			for p, r := range b.ui.areas {
				l := b.ui.pane(p).rows()
				if p == atDetail || p == atCapture || l.n == 0 || r.h < 3 {
					continue
				}
				if l.sel < l.top || l.sel >= l.top+l.height || l.sel >= l.n {
					t.Fatalf("%dx%d after %q: in %v row %d of %d is selected, %d to %d are seen", w, h, pressed, p, l.sel, l.n, l.top, l.top+l.height)
				}
			}
		}
	}
}

var hostile = []string{
	"\x1b]0;owned\x07\x1b[2J\x1b[31mred", "\x9b31m\u009b2J", "a\u202eb\u2066c\u200bd\ufeff", "[red]x[::b]y[:::https://evil.example]z",
	"e\u0301\u0301\u0301\u0301\u0301\u0301", "👩‍👩‍👧‍👦🇩🇪🇩", "\x00\x01\x7f\r\n\t", "漢字かな", "שלום", "\U000e0041\U000e0042", "\x1bP$q\x1b\\\x1b_x\x1b\\",
}

// hostileRecord has everything in its payloads that should never steer a
// terminal.
func hostileRecord(t testing.TB) *session.Record {
	return scripted(t, func(c *packets.Capture, conn *packets.Connection) {
		for i, text := range hostile {
			conn.Say(packets.Direction(i%2), packets.Text, text)
			conn.Say(packets.Direction(i%2), packets.Binary, text)
			conn.Say(packets.Direction(i%2), packets.Text, `{"k`+text+`":"`+text+`"}`)
		}
		conn.Goodbye(0, 1000, hostile[0])
	})
}

// TestHostile: no cell ever holds what steers, whatever is shown of it.
func TestHostile(t *testing.T) {
	rec := hostileRecord(t)
	for _, ascii := range []bool{false, true} {
		b := newBench(t, rec, 100, 40, Options{Color: true, ASCII: ascii}).press("Enter")
		for range 3*len(hostile) + 6 {
			for range 6 {
				for _, c := range b.screen.next {
					if c.r != wideTail && harmless(c.r) != c.r || c.marks[1] != 0 && c.marks[0] == 0 {
						t.Fatalf("a cell holds %q %q", c.r, c.marks)
					}
				}
				b.press("]")
			}
			b.press("j")
		}
		if text := b.press("g", "j", "j").text(); !ascii && !strings.Contains(text, "␛]0;owned␇") || ascii && !strings.Contains(text, `\x1b]0;owned\x07`) {
			t.Errorf("what a peer sent is not seen:\n%s", text)
		}
	}
}

func TestActionsAreWhole(t *testing.T) {
	ids := map[string]bool{}
	for _, a := range actions() {
		if ids[a.id] || a.id == "" || a.long == "" || a.group == "" || a.run == nil || len(a.keys) == 0 || a.bar > 0 && a.short == "" {
			t.Errorf("action %q is not whole, or twice", a.id)
		}
		ids[a.id] = true
	}
	for p := atConnections; p <= atDetail; p++ {
		owner := map[string]string{}
		for _, a := range actions() {
			for _, k := range a.keys {
				if a.in(p) {
					if owner[k] != "" {
						t.Errorf("in %v %s is both %s and %s", p, k, owner[k], a.id)
					}
					owner[k] = a.id
				}
			}
		}
	}
}
