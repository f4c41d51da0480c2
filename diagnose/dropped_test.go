package diagnose

import (
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/finding"
)

// Packets that the capture dropped are told once, of the conversation that
// misses bytes; none are no news.
func TestDropped(t *testing.T) {
	whole, torn := &dissect.Conversation{Number: 1}, &dissect.Conversation{Number: 2}
	w := New()
	ignore := func(dissect.Event) {}
	for _, e := range []dissect.Event{
		&dissect.Opened{Place: dissect.Place{Conv: whole}}, &dissect.Opened{Place: dissect.Place{Conv: torn}},
		&dissect.Ended{Place: dissect.Place{Conv: whole}}, &dissect.Ended{Place: dissect.Place{Conv: torn}, Lost: 9},
	} {
		w.Observe(e, ignore)
	}
	for dropped, want := range map[int64]int{3: 1, 0: 0, -1: 0} {
		var got []*dissect.Finding
		w.Dropped(dropped, dissect.Place{}, func(e dissect.Event) { got = append(got, e.(*dissect.Finding)) })
		if len(got) != want {
			t.Fatalf("%d packets dropped: %d findings; want %d", dropped, len(got), want)
		}
		for _, f := range got {
			if f.Code != finding.CaptureDropped || f.Conv != torn || !strings.Contains(f.Detail, "3 packets") {
				t.Errorf("%s of %d: %s", f.Code, f.Conv.Number, f.Detail)
			}
		}
	}
	nobody := New()
	nobody.Dropped(5, dissect.Place{}, func(dissect.Event) { t.Error("told although there is no conversation") })
}
