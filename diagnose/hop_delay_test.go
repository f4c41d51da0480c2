package diagnose

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
)

// What is held back is told by what ended while it was: a connection, or
// nothing but the capture.
func TestHeldUntil(t *testing.T) {
	for _, tt := range []struct {
		end  func(q *proxied)
		want string
	}{
		{func(q *proxied) { q.fin(q.client, c2s); q.fin(q.server, c2s) }, "when the connection ended"},
		{func(q *proxied) { q.end(q.client); q.end(q.server) }, "when the capture ended"},
	} {
		p := newPlay()
		q := joined(p)
		q.say(q.server, s2c, "held")
		q.wait(5 * time.Second)
		tt.end(q)
		p.done()
		told := slices.ContainsFunc(p.found, func(f *dissect.Finding) bool {
			return f.Code == finding.EndStalled && strings.HasSuffix(f.Detail, tt.want)
		})
		if !told {
			t.Errorf("%v; want a stall %s", p.codes(), tt.want)
		}
	}
}
