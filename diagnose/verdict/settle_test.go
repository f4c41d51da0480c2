package verdict

import (
	"strings"
	"testing"

	"wsight/finding"
)

// TestSettle holds that what was judged early counts as what was judged at the
// end, and that few connections are kept for it.
func TestSettle(t *testing.T) {
	for _, most := range []int{10, 1000} {
		s := newScene()
		s.v.most = most
		for range 100 {
			s.socket(has(down, finding.FrameServerMasked))
			s.socket(has(up, finding.CaptureGap))
			s.socket(part{}, has(up, finding.HandshakeUpgradeStripped)) // with a neighbour: kept
		}
		for range 2 { // asking changes nothing
			list := s.diagnoses()
			if len(list) != 3 {
				t.Fatalf("most %d: %v", most, headlines(list))
			}
			for _, d := range list {
				if d.Count != 100 {
					t.Errorf("most %d: %s counts %d; want 100", most, d.Code, d.Count)
				}
			}
		}
		if kept := len(s.v.order); most == 10 && (kept > 200+2*most || s.v.Early() < 80) || most == 1000 && s.v.Early() > 0 {
			t.Errorf("most %d: %d kept, %d judged early", most, kept, s.v.Early())
		}
	}
}

// TestSettleHealthy holds that healthy connections that were let go are
// counted.
func TestSettleHealthy(t *testing.T) {
	s := newScene()
	s.v.most = 10
	for range 100 {
		s.socket(part{})
	}
	list := s.diagnoses()
	if len(list) != 1 || !strings.HasPrefix(list[0].Headline, "All is well: 100 WebSockets on 100 connections, 100 handshakes") || strings.Contains(list[0].Headline, "both sides") {
		t.Errorf("%v", headlines(list))
	}
	if len(s.v.order) > 11 || s.v.Early() > 0 {
		t.Errorf("%d kept, %d early", len(s.v.order), s.v.Early())
	}
}
