package diagnose

import (
	"fmt"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// FuzzWatch plays any events in any order between any ends. Nothing may
// panic, every finding is in the catalogue and has a connection, and what is
// counted as kept is kept.
func FuzzWatch(f *testing.F) {
	f.Add([]byte("\x00\x01\x10\x11\x20\x21\x22\x23\x30\x31\x60\x61\x70\x71"))
	f.Add([]byte("\x00\x08\x10\x18\x20\x28\x20\x28\x50\x58\x40\x60\x68\x70\x78"))
	f.Add([]byte("\x00\x01\x02\x03\x10\x11\x12\x13\x20\x21\x22\x23\x80\x81\x60\x70\x71\x72\x73"))
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 1<<12 {
			t.Skip()
		}
		p := newPlay()
		var open []*dissect.Conversation
		legs := map[*leg]bool{} // that were ever opened; what was let go is empty
		for i, b := range script {
			p.wait(time.Duration(b&15) * 100 * time.Millisecond)
			d := flow.Direction(1 + b&1)
			var c *dissect.Conversation
			if len(open) > 0 {
				c = open[int(b>>1)%len(open)]
			}
			switch op := b >> 4; {
			case op == 0 || c == nil:
				addresses := [...][2]string{{clientAddr, proxyAddr}, {proxyOut, originAddr}, {"127.0.0.1:1", "127.0.0.1:2"}, {"127.0.0.1:3", "127.0.0.1:4"}}
				ends := addresses[int(b)%len(addresses)]
				open = append(open, p.open(ends[0], ends[1], func(c *dissect.Conversation) {
					c.Midstream, c.Bare, c.File, c.Vantage = b&4 > 0, b&12 == 12, int(b>>3&1), int(b>>3&1)
				}))
				legs[p.watch.stories.of(open[len(open)-1]).leg] = true
			case op == 1:
				p.shake(c, leaf{status: []int{0, 101, 101, 404}[b&3], key: []string{"", otherKey}[b>>2&1], accept: []string{"", "x"}[b>>3&1]})
			case op <= 4:
				p.message(c, d, dissect.MessageType(1+b%6), fmt.Sprint("text ", b&6, i%3), func(m *dissect.Message) { m.Complete, m.Frames = b&8 == 0, 1+int(b&1) })
			case op == 5:
				p.observe(&dissect.Hole{Place: p.next(c), Dir: d, Lost: int64(b & 2), Passed: int64(b & 4), Resumed: b&8 > 0})
			case op == 6:
				p.signal(c, d, flow.SignalKind(1+b%11))
			case op == 7:
				p.end(c)
			default:
				p.observe(&dissect.Finding{Place: p.next(c), Report: finding.Report{Code: finding.FrameReservedBit}, Dir: d})
			}
		}
		p.done()
		for _, f := range p.found {
			if _, ok := f.Code.Rule(); !ok || f.Conv == nil {
				t.Errorf("%q is not in the catalogue, or has no connection", f.Code)
			}
		}
		h, notes, waiting := p.watch.hops, 0, 0
		for l := h.oldest; l != nil; l = l.newer {
			notes += len(l.notes)
		}
		for l := range legs {
			if !l.listed {
				notes += len(l.notes)
			}
			if l.down != nil && !l.down.done {
				waiting += l.down.waiting()
			}
		}
		if h.notes != notes+waiting {
			t.Errorf("%d messages are counted as kept, %d are", h.notes, notes+waiting)
		}
	})
}
