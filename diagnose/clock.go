package diagnose

import (
	"time"

	"wsight/dissect"
	"wsight/flow"
)

// A clock relates the times on the two legs of a joint.
type clock struct {
	offset time.Duration // that the lower leg's clock is ahead
	known  bool
}

// ahead is how much earlier than its cause something may seem on one clock.
const ahead = -time.Millisecond

// clock estimates how far the clocks of the legs are apart: what is sent
// takes the same time both ways when it is fastest, so that half of the
// difference between the two directions is the clocks'.
func (j *joint) clock() clock {
	var least [3]samples
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		for _, l := range [...]*lane{j.data[d], j.control[d]} {
			if l != nil && l.delays.seen > 0 {
				least[d].add(l.delays.least)
			}
		}
	}
	if d, ok := j.lower.asked.since(j.upper.asked); ok && j.upper.request != nil && j.lower.request != nil {
		least[flow.ClientToServer].add(d)
	}
	if d, ok := j.upper.answered.since(j.lower.answered); ok && j.upper.accepted() && j.lower.accepted() {
		least[flow.ServerToClient].add(d)
	}
	there, back := &least[flow.ClientToServer], &least[flow.ServerToClient]
	if j.oneClock() && !j.contrary() {
		return clock{known: true}
	}
	if there.seen == 0 || back.seen == 0 {
		return clock{known: j.oneClock()}
	}
	return clock{offset: (there.least - back.least) / 2, known: true}
}

// contrary reports whether most messages of one direction left the proxy
// before they reached it: then two captures with clocks of their own were
// merged into one input.
func (j *joint) contrary() bool {
	for _, l := range j.data {
		if l == nil {
			continue
		}
		if usual, ok := l.delays.median(); ok && usual < ahead {
			return true
		}
	}
	return false
}

// lag returns what a time measured in direction d is without the clocks.
func (c clock) lag(d flow.Direction, raw time.Duration) time.Duration {
	if d == flow.ClientToServer {
		return raw - c.offset
	}
	return raw + c.offset
}

// hop returns the event that tells about j.
func (j *joint) hop(place dissect.Place, c clock) *Hop {
	e := &Hop{
		Place: place, Conversations: []*dissect.Conversation{j.upper.conv, j.lower.conv},
		By: j.by, Certainty: j.certainty, ClockOffset: c.offset, OffsetKnown: c.known, Delay: [3]time.Duration{-1, -1, -1},
	}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if l := j.data[d]; l != nil && c.known {
			if m, ok := l.delays.median(); ok {
				e.Delay[d] = max(0, c.lag(d, m))
			}
		}
	}
	return e
}
