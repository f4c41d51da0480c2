package diagnose

import (
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
)

// Pongs that answer no ping are told with the pings that got no answer.
func TestPongsUnlike(t *testing.T) {
	for _, unlike := range []int{0, 3} {
		p := newPlay()
		c := p.up(clientAddr, originAddr)
		p.message(c, c2s, dissect.Ping, "x", nil)
		p.wait(2 * time.Second)
		p.say(c, s2c, "hello")
		p.ends[c].Pings[c2s].Unlike = unlike
		p.bye(c)
		for _, f := range p.found {
			if f.Code != finding.PingUnanswered {
				continue
			}
			if got := strings.Contains(f.Detail, "the server sent 3 pongs meanwhile with another payload"); got != (unlike > 0) {
				t.Errorf("%d pongs: %q", unlike, f.Detail)
			}
		}
		if len(p.found) != 1 {
			t.Errorf("found %v; want one", p.found)
		}
	}
}
