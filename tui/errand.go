package tui

import "time"

// An errand is reading in the background that is taken up again when more has
// come. What it found so far can be shown while it goes on.
type errand struct {
	running bool
	stopped bool // by the user, or because bytes are gone
	ended   time.Time
	took    time.Duration
	cancel  func()
}

// patience is how long an errand waits before it looks at what came since, as
// a multiple of the time it took.
const patience = 10

// due reports whether the errand may go on with what came since.
func (e *errand) due(now time.Time) bool {
	return !e.running && !e.stopped && (e.ended.IsZero() || now.Sub(e.ended) >= max(patience*e.took, 100*time.Millisecond))
}

// end notes that the errand, which began then, has come to its end for now.
func (e *errand) end(began, now time.Time) { e.running, e.ended, e.took = false, now, now.Sub(began) }

// stop ends the errand for good; what it found stays.
func (e *errand) stop() {
	e.stopped = true
	if e.cancel != nil {
		e.cancel()
		e.cancel = nil
	}
}
