package diagnose

import (
	"wsight/dissect"
	"wsight/dissect/spare"
	"wsight/finding"
	"wsight/flow"
)

// A Watch runs every check over the conversations of a capture.
type Watch struct {
	stories roster[story]
	hops    *hops
	fleet   Fleet

	spare spare.List[story] // of conversations that ended

	first, torn *dissect.Conversation // of all, and with bytes missing; see Dropped
}

// New returns a Watch that has seen nothing.
func New() *Watch { return &Watch{hops: &hops{}} }

// Single says that there is only one input, so that less has to be remembered.
func (w *Watch) Single() { w.hops.single = true }

// Compares reports whether the digest of the next message of c may serve to
// compare it with one of another conversation. A no holds for all that follow.
func (w *Watch) Compares(c *dissect.Conversation) bool {
	s := w.stories.of(c)
	if s == nil {
		return false
	}
	s.apart = s.apart || s.leg == nil || !s.leg.compares()
	return !s.apart
}

// A check looks at one conversation when it ends.
type check struct {
	name  string
	codes []finding.Code // that it may report
	ended func(s *story, e *dissect.Ended, report reporter)
}

// checks holds every check of one conversation. To add one, write its file and
// name it here; if it has something to say of conversations that end as they
// should, story.orderly has to leave them to it.
var checks = []check{
	oneDirection, unanswered, late, subprotocolRefused, afterHandshake, reset, closeMissing, closeUnanswered, midFrame, halfClosed,
	idleTimeout, stalled, pings,
}

// A reporter tells about a finding of the conversation at hand.
type reporter func(r finding.Report, d flow.Direction, packets ...flow.PacketID)

// Observe takes the next event and tells what follows from it. Of an Ended
// it has to hear before others do: what it finds belongs before the end.
func (w *Watch) Observe(e dissect.Event, tell func(dissect.Event)) {
	switch e := e.(type) {
	case *dissect.Frame:
		w.Frame(e)
	case *dissect.Message:
		w.Message(e, tell)
	case *dissect.Opened:
		w.Opened(e)
	case *dissect.Handshake:
		w.Handshake(e, tell)
	case *dissect.Signalled:
		w.Signalled(e)
	case *dissect.Ended:
		w.Ended(e, tell)
	case *dissect.Hole:
		if s := w.stories.of(e.Conv); s != nil {
			s.holed[e.Dir] = true
			if s.leg != nil {
				s.leg.hole(e)
			}
		}
	case *dissect.Finding:
		if s := w.stories.of(e.Conv); s != nil && s.leg != nil && e.Dir != 0 {
			s.leg.fault(e)
		}
	}
}

// Opened is Observe for a conversation that begins.
func (w *Watch) Opened(e *dissect.Opened) {
	if w.first == nil {
		w.first = e.Conv
	}
	s := w.spare.Get()
	s.conv, s.copy = e.Conv, speaksAgain(e)
	w.stories.add(e.Conv, s)
	w.hops.open(s)
}

// Handshake is Observe for one.
func (w *Watch) Handshake(e *dissect.Handshake, tell func(dissect.Event)) {
	s := w.stories.of(e.Conv)
	if s == nil {
		return
	}
	s.shake(e)
	if e.Latency > slowAnswer {
		tell(slow(e))
	}
	if s.leg != nil {
		w.hops.shake(s.leg, e, tell)
	}
}

// Frame is Observe for one.
func (w *Watch) Frame(e *dissect.Frame) {
	if s := w.stories.of(e.Conv); s != nil {
		s.heard(e.Dir, momentOf(e.Packet, e.Time))
	}
}

// Message is Observe for one.
func (w *Watch) Message(e *dissect.Message, tell func(dissect.Event)) {
	s := w.stories.of(e.Conv)
	if s == nil {
		return
	}
	at := momentOf(e.Packet, e.Time)
	if e.Alone {
		s.heard(e.Dir, at)
	}
	s.message(e, at)
	if !s.apart && s.leg != nil {
		w.hops.message(s.leg, e)
	}
}

// Signalled is Observe for what TCP told.
func (w *Watch) Signalled(e *dissect.Signalled) {
	if s := w.stories.of(e.Conv); s != nil {
		s.signal(e.Dir, &e.Signal, momentOf(e.Packet, e.Time))
		if s.leg != nil {
			s.leg.signal(e)
		}
	}
}

// Ended is Observe for the end of a conversation.
func (w *Watch) Ended(e *dissect.Ended, tell func(dissect.Event)) {
	if w.torn == nil && e.Lost > 0 {
		w.torn = e.Conv
	}
	s := w.stories.remove(e.Conv)
	if s == nil {
		return
	}
	if !s.orderly(e) {
		w.judge(s, e, tell)
	}
	if s.leg != nil {
		w.hops.ended(s.leg, e, tell)
	}
	if !s.copy && s.established() && e.TCP.Kind != 0 {
		w.fleet.add(s.finishOf(e), tell)
	}
	s.forget()
	w.spare.Put(s)
}

// judge runs the checks on a conversation that has ended.
func (w *Watch) judge(s *story, e *dissect.Ended, tell func(dissect.Event)) {
	report := func(r finding.Report, d flow.Direction, packets ...flow.PacketID) {
		f := &dissect.Finding{Place: e.Place, Report: r, Dir: d}
		for _, n := range packets {
			if n > 0 {
				f.Packets = append(f.Packets, n)
			}
		}
		tell(f)
	}
	for i := range checks {
		checks[i].ended(s, e, report)
	}
}

// Close tells what can be said only when the capture is over.
func (w *Watch) Close(tell func(dissect.Event)) {
	w.hops.Close(tell)
	w.fleet.Close(tell)
}
