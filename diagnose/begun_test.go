package diagnose

import (
	"fmt"
	"slices"
	"testing"

	"wsight/dissect"
	"wsight/finding"
)

// TestBegunInBetween: what was in the proxy when the capture began is on one
// leg only, and the rest of a frame is no frame. Neither is the proxy's doing.
func TestBegunInBetween(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(q *proxied)
	}{
		{"a message had left the client", func(q *proxied) { q.say(q.server, c2s, "in flight") }},
		{"the rest of a frame had not left the proxy", func(q *proxied) {
			q.observe(&dissect.Hole{Place: q.next(q.server), Dir: c2s, Passed: 612, Resumed: true})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, midstream := range []bool{true, false} {
				p := newPlay()
				mid := func(c *dissect.Conversation) { c.Midstream, c.Opener = midstream, !midstream }
				q := &proxied{play: p, client: p.open(clientAddr, proxyAddr, mid), server: p.open(proxyOut, originAddr, mid)}
				if !midstream {
					q.shake(q.client, leaf{status: 101})
					q.shake(q.server, leaf{status: 101})
				}
				tt.play(q)
				for i := range 3 {
					q.cross(c2s, fmt.Sprint("a question that is long enough to be told apart", i))
					q.cross(s2c, fmt.Sprint("an answer that is long enough to be told apart", i))
				}
				q.leave()
				p.done()
				if blamed := slices.Contains(p.codes(), finding.HopBytesInjected); blamed == midstream || len(p.hops) != 1 {
					t.Errorf("midstream %v: %d hops, found %v", midstream, len(p.hops), p.codes())
				}
			}
		})
	}
}
