package payload

import (
	"fmt"
	"time"

	"wsight/finding"
	"wsight/flow"
)

// An expectation is a heartbeat that the ends have agreed, or that the format
// demands: one of them sends something at least every so often.
type expectation struct {
	dir    flow.Direction
	within time.Duration // the other end may give up after that; 0 takes an earlier expectation back
	why    string        // "STOMP heart-beat:1000", to be quoted in the finding
}

// A watch tells when an end was silent for longer than was agreed.
type watch struct {
	expected [3]expectation // by direction
	last     [3]time.Time
	told     int
}

// watchLimit is how many silences of a connection are told one by one.
const watchLimit = 20

// expect begins to expect e from time at on.
func (w *watch) expect(e expectation, at time.Time) {
	w.expected[e.dir] = e
	w.last[e.dir] = at
}

// message notes that a message went in direction dir, and reports the silence before it.
func (w *watch) message(dir flow.Direction, at time.Time) (finding.Report, bool) {
	report, ok := w.end(dir, at)
	if dir < flow.Direction(len(w.last)) {
		w.last[dir] = at
	}
	return report, ok
}

// end reports the silence of direction dir up to time at.
func (w *watch) end(dir flow.Direction, at time.Time) (finding.Report, bool) {
	if dir >= flow.Direction(len(w.last)) {
		return finding.Report{}, false
	}
	e, last := w.expected[dir], w.last[dir]
	if w.told >= watchLimit || e.within == 0 || last.IsZero() || at.IsZero() || at.Sub(last) <= e.within {
		return finding.Report{}, false
	}
	who := "the client"
	if dir == flow.ServerToClient {
		who = "the server"
	}
	detail := fmt.Sprintf("%s sent nothing for %s, %s allows %s", who,
		at.Sub(last).Round(time.Millisecond), e.why, e.within.Round(time.Millisecond))
	if w.told++; w.told == watchLimit {
		detail += "; further silences of this connection are not listed"
	}
	return finding.Report{Code: finding.PayloadHeartbeatMissed, Detail: detail}, true
}
