package dissect

import (
	"testing"
	"time"
)

// Which pongs answer which pings, RFC 6455 §5.5.3.
func TestPings(t *testing.T) {
	for _, tt := range []struct {
		name         string
		pings, pongs []string
		want         Pings
	}{
		{"each", []string{"a", "b"}, []string{"a", "b"}, Pings{Sent: 2, Answered: 2}},
		{"one for several", []string{"a", "b", "c"}, []string{"c"}, Pings{Sent: 3, Answered: 3}},
		{"the first only", []string{"a", "b"}, []string{"a"}, Pings{Sent: 2, Answered: 1, FirstUnanswered: 2}},
		{"another payload", []string{"a", "b"}, []string{"", "x"}, Pings{Sent: 2, Unlike: 2, FirstUnanswered: 1}},
		{"one of its own behind the answer", []string{"a"}, []string{"a", ""}, Pings{Sent: 1, Answered: 1}},
		{"without a ping", nil, []string{"", "x"}, Pings{}},
	} {
		var p pings
		for i, payload := range tt.pings {
			p.add([]byte(payload), i+1, 0, time.Time{})
		}
		for _, payload := range tt.pongs {
			p.answer([]byte(payload))
		}
		if got := p.sum(); got != tt.want {
			t.Errorf("%s: %+v; want %+v", tt.name, got, tt.want)
		}
	}
}
