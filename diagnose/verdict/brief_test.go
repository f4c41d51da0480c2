package verdict

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// Every cause has a few words that fit beside the other columns of a screen
// of 80 cells.
func TestEveryBrief(t *testing.T) {
	const room = 21
	values := strings.NewReplacer("{quiet}", "60.0 s", "{close}", " with 1011")
	words := map[string]finding.Code{}
	for _, r := range append(rules, captureRules...) {
		text := briefs[r.code]
		filled := values.Replace(text)
		if n := utf8.RuneCountInString(filled); n == 0 || n > room || strings.Contains(filled, "{") {
			t.Errorf("%s: %q has %d cells; want 1 to %d", r.code, filled, n, room)
		}
		if other, twice := words[text]; twice && text != briefs[finding.EndStalled] {
			t.Errorf("%s and %s: both %q", r.code, other, text)
		}
		words[text] = r.code
	}
	if len(briefs) != len(rules)+len(captureRules) {
		t.Errorf("%d codes have few words; %d are causes", len(briefs), len(rules)+len(captureRules))
	}
}

// What happened stands first, and only who is known to have done it after it.
func TestBrief(t *testing.T) {
	for _, tt := range []struct {
		name      string
		parts     []part
		what, who string
	}{
		{"a refusal", []part{has(down, finding.HandshakeNotFound).refused(404)}, "404: no such path", "server"},
		{"a guess", []part{has(up, finding.CloseMissing).ended(up, flow.Fin, 0)}, "ended without Close", ""},
		{"two legs", []part{has(down, finding.CloseMissing).ended(down, flow.Fin, time.Second), has(down, finding.CloseMissing).ended(down, flow.Fin, 0)}, "ended without Close", "server"},
		{"a timer", []part{part{found: []found{{code: finding.EndIdleTimeout, dir: down, facts: finding.DefaultTimer}}, response: []string{"Server: nginx/1.22.1"}}.ended(down, flow.Fin, 60*time.Second)}, "cut after 60.0 s", "nginx"},
		{"a Close", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}}, closeBy: down, close: &dissect.CloseFrame{Code: 1011}}}, "closed with 1011", "server"},
		{"a Close about right frames", []part{{found: []found{{code: finding.CloseAbnormal, dir: down}}, closeBy: down, close: &dissect.CloseFrame{Code: 1002}}}, "frames called wrong", ""},
	} {
		s := newScene()
		s.socket(tt.parts...)
		d := s.diagnoses()[0]
		if what, who := d.Brief(); what != tt.what || who != tt.who {
			t.Errorf("%s: %q, %q; want %q, %q", tt.name, what, who, tt.what, tt.who)
		}
	}
}
