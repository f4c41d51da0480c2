package diagnose

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A Watch runs every check over the conversations of a capture.
type Watch struct {
	stories roster[story]
	hops    *Hops
	fleet   Fleet

	spare  []*story // of conversations that ended, to be used again
	place  dissect.Place
	tell   func(dissect.Event)
	report reporter // about the conversation at place

	first, torn *dissect.Conversation // of all, and with bytes missing; see Dropped
}

// New returns a Watch that has seen nothing.
func New() *Watch {
	w := &Watch{hops: NewHops()}
	w.report = w.finding
	return w
}

// Single says that there is only one input, so that less has to be remembered.
func (w *Watch) Single() { w.hops.Single() }

// Compares reports whether the digest of the next message of c may serve to
// compare it with one of another conversation. A no holds for all that follow.
func (w *Watch) Compares(c *dissect.Conversation) bool {
	if w.hops.compares(c) {
		return true
	}
	if s := w.stories.of(c); s != nil {
		s.apart = true
	}
	return false
}

// A check looks at one conversation: when its handshake is over, or when it
// ends.
type check struct {
	name   string
	codes  []finding.Code                                        // that it may report
	shaken func(s *story, e *dissect.Handshake, report reporter) // nil: nothing to say then
	ended  func(s *story, e *dissect.Ended, report reporter)     // nil: nothing to say then
}

// checks holds every check of one conversation. To add one, write its file
// and name it here.
var checks = []check{
	oneDirection, slow, unanswered, late, subprotocolRefused, afterHandshake, reset, closeMissing, closeUnanswered, midFrame, halfClosed,
	idleTimeout, stalled, pings,
}

// A reporter tells about a finding of the conversation at hand.
type reporter func(r finding.Report, d flow.Direction, packets ...flow.PacketID)

// finding tells about the conversation at w.place.
func (w *Watch) finding(r finding.Report, d flow.Direction, packets ...flow.PacketID) {
	f := &dissect.Finding{Place: w.place, Report: r, Dir: d}
	for _, n := range packets {
		if n > 0 {
			f.Packets = append(f.Packets, n)
		}
	}
	w.tell(f)
}

// Observe takes the next event and tells what follows from it. Of an Ended
// it has to hear before others do: what it finds belongs before the end.
func (w *Watch) Observe(e dissect.Event, tell func(dissect.Event)) {
	switch e := e.(type) {
	case *dissect.Frame: // only remembered, and most of what happens
		if s := w.stories.of(e.Conv); s != nil {
			s.heard(e.Dir, momentOf(e.Packet, e.Time))
		}
		return
	case *dissect.Message:
		s := w.stories.of(e.Conv)
		if s != nil {
			s.message(e)
		}
		if s == nil || !s.apart {
			w.hops.Observe(e, tell)
		}
		return
	}
	w.notice(e)
	s := w.single(e, tell)
	w.hops.Observe(e, tell)
	end, ok := e.(*dissect.Ended)
	if !ok || s == nil {
		return
	}
	if !s.copy && s.established() && end.TCP.Kind != 0 {
		w.fleet.add(s.finishOf(end), tell)
	}
	if len(w.spare) < maxSpare {
		*s = story{}
		w.spare = append(w.spare, s)
	}
}

// maxSpare is how many stories and legs are kept to be used again.
const maxSpare = 64

// story returns an empty one.
func (w *Watch) story() *story {
	n := len(w.spare)
	if n == 0 {
		return &story{}
	}
	s := w.spare[n-1]
	w.spare = w.spare[:n-1]
	return s
}

// single runs the checks that look at one conversation, and returns what is
// remembered of it.
func (w *Watch) single(e dissect.Event, tell func(dissect.Event)) *story {
	w.place, w.tell = *e.At(), tell
	conv := w.place.Conv
	s := w.stories.of(conv)
	if s == nil {
		o, ok := e.(*dissect.Opened)
		if !ok {
			return nil
		}
		s = w.story()
		s.conv, s.copy = conv, speaksAgain(o)
		w.stories.add(conv, s)
	}
	switch e := e.(type) {
	case *dissect.Handshake:
		s.observe(e)
		for i := range checks {
			if checks[i].shaken != nil {
				checks[i].shaken(s, e, w.report)
			}
		}
	case *dissect.Ended:
		w.stories.remove(conv)
		for i := range checks {
			if checks[i].ended != nil {
				checks[i].ended(s, e, w.report)
			}
		}
	default:
		s.observe(e)
	}
	return s
}

// Close tells what can be said only when the capture is over.
func (w *Watch) Close(tell func(dissect.Event)) {
	w.hops.Close(tell)
	w.fleet.Close(tell)
}
