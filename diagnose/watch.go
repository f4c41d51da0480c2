package diagnose

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A Watch runs every check over the conversations of a capture.
type Watch struct {
	stories map[*dissect.Conversation]*story
	hops    *Hops
}

// New returns a Watch that has seen nothing.
func New() *Watch { return &Watch{stories: map[*dissect.Conversation]*story{}, hops: NewHops()} }

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
	oneDirection, slow, unanswered, subprotocolRefused, afterHandshake, reset, closeMissing, closeUnanswered, midFrame, halfClosed,
	idleTimeout, stalled, pings,
}

// A reporter tells about a finding of the conversation at hand.
type reporter func(r finding.Report, d flow.Direction, packets ...int)

// reporting returns what tells about the conversation at place.
func reporting(place dissect.Place, tell func(dissect.Event)) reporter {
	return func(r finding.Report, d flow.Direction, packets ...int) {
		f := &dissect.Finding{Place: place, Report: r, Dir: d}
		for _, n := range packets {
			if n > 0 {
				f.Packets = append(f.Packets, dissect.Evidence{File: place.Conv.File, Packet: n})
			}
		}
		tell(f)
	}
}

// Observe takes the next event and tells what follows from it. Of an Ended
// it has to hear before others do: what it finds belongs before the end.
func (w *Watch) Observe(e dissect.Event, tell func(dissect.Event)) {
	w.single(e, tell)
	w.hops.Observe(e, tell)
}

// single runs the checks that look at one conversation.
func (w *Watch) single(e dissect.Event, tell func(dissect.Event)) {
	place := e.At()
	s := w.stories[place.Conv]
	if s == nil {
		if _, ok := e.(*dissect.Opened); !ok {
			return
		}
		s = &story{conv: place.Conv}
		w.stories[place.Conv] = s
	}
	switch e := e.(type) {
	case *dissect.Handshake:
		s.observe(e)
		for i := range checks {
			if checks[i].shaken != nil {
				checks[i].shaken(s, e, reporting(place, tell))
			}
		}
	case *dissect.Ended:
		delete(w.stories, place.Conv)
		for i := range checks {
			if checks[i].ended != nil {
				checks[i].ended(s, e, reporting(place, tell))
			}
		}
	default:
		s.observe(e)
	}
}

// Close tells what can be said only when the capture is over.
func (w *Watch) Close(tell func(dissect.Event)) { w.hops.Close(tell) }
