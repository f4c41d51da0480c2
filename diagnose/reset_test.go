package diagnose

import (
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// TestResetBehindHole holds that an RST is no error where the capture may have
// missed the Close before it.
func TestResetBehindHole(t *testing.T) {
	for _, tt := range []struct {
		name   string
		hole   flow.Direction // 0: nothing is missing
		closed bool           // the client's Close is there
		want   finding.Severity
	}{
		{"nothing is missing", 0, false, 0},
		{"the server's Close may be", s2c, true, finding.Note},
		{"the client's Close may be", c2s, false, finding.Note},
		{"bytes before the Close that came", c2s, true, 0},
	} {
		p := newPlay()
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101})
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		if tt.hole != 0 {
			p.observe(&dissect.Hole{Place: p.next(c), Dir: tt.hole, Lost: 20, Resumed: true})
		}
		if tt.closed {
			p.close(c, c2s)
		}
		p.signal(c, s2c, flow.Reset)
		p.end(c)
		found := false
		for _, f := range p.found {
			if f.Code == finding.EndReset {
				found = true
				if f.Severity != tt.want {
					t.Errorf("%s: severity %v; want %v", tt.name, f.Severity, tt.want)
				}
			}
		}
		if !found {
			t.Errorf("%s: no end-reset among %v", tt.name, p.codes())
		}
	}
}
