package diagnose

import (
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/flow"
)

// A story is what the checks remember of one conversation: a few numbers,
// whatever passes through it.
type story struct {
	conv     *dissect.Conversation
	accepted bool
	answered moment // when the handshake was
	latency  time.Duration
	extended bool // permessage-deflate or another extension was agreed

	last     moment        // of anything in the conversation
	said     [3]moment     // last frame, by direction
	silence  time.Duration // the longest between two frames
	messages [3]int64      // data messages, by direction
	largest  [3]int64      // payload bytes on the wire of the largest one
	latest   [3]int64      // of the last one
	fins     [3]moment     // by direction of the sender
	reset    moment
	resetBy  flow.Direction
	afterFin [3]int           // frames that a side sent after the other's FIN
	closed   [3]moment        // first Close, by direction
	window   [3]moment        // when the sender's receive window closed; zero once it opened again
	shut     [3]time.Duration // how long the longest closed window lasted
	again    [3]retransmission
	holes    [3]int
}

// A moment is a packet and its time. The zero value is none.
type moment struct {
	packet int
	time   time.Time
}

func (m moment) known() bool { return m.packet != 0 }

// since returns the time from a to m, and false when the clock does not tell.
func (m moment) since(a moment) (time.Duration, bool) {
	if m.time.IsZero() || a.time.IsZero() {
		return 0, false
	}
	return m.time.Sub(a.time), true
}

// A retransmission is a run of segments that were sent again without an
// answer from the other end.
type retransmission struct {
	first, last moment
	count       int
}

// observe takes what every check needs from e.
func (s *story) observe(e dissect.Event) {
	at := moment{e.At().Packet, e.At().Time}
	switch e := e.(type) {
	case *dissect.Handshake:
		s.accepted = e.Verdict.Kind == handshake.Accepted
		s.extended = e.Verdict.Extensions.Agreed != nil
		s.answered, s.latency = at, e.Latency
		s.last = at
	case *dissect.Frame:
		s.heard(e.Dir, at)
		if s.fins[e.Dir.Reverse()].known() {
			s.afterFin[e.Dir]++
		}
	case *dissect.Message:
		switch {
		case e.Type == dissect.Close && !s.closed[e.Dir].known():
			s.closed[e.Dir] = at
		case !e.Type.Control():
			s.messages[e.Dir]++
			s.latest[e.Dir] = e.Wire
			s.largest[e.Dir] = max(s.largest[e.Dir], e.Wire)
		}
	case *dissect.Hole:
		s.holes[e.Dir]++
	case *dissect.Signalled:
		s.signal(e.Dir, e.Signal, at)
	}
}

func (s *story) heard(d flow.Direction, at moment) {
	if gap, ok := at.since(s.last); ok {
		s.silence = max(s.silence, gap)
	}
	s.last, s.said[d] = at, at
	s.again[d.Reverse()] = retransmission{} // the other end is alive
}

func (s *story) signal(d flow.Direction, sig flow.Signal, at moment) {
	switch sig.Kind {
	case flow.Fin:
		if !s.fins[d].known() {
			s.fins[d] = at
		}
	case flow.Reset:
		if !s.reset.known() {
			s.reset, s.resetBy = at, d
		}
	case flow.ZeroWindow:
		if !s.window[d].known() {
			s.window[d] = at
		}
	case flow.WindowOpen:
		s.opened(d, at)
	case flow.Retransmitted:
		r := &s.again[d]
		if r.count == 0 {
			r.first = at
		}
		r.last = at
		r.count++
	}
}

// opened ends a closed window.
func (s *story) opened(d flow.Direction, at moment) {
	if shut, ok := at.since(s.window[d]); ok && s.window[d].known() {
		s.shut[d] = max(s.shut[d], shut)
	}
	s.window[d] = moment{}
}

// whole reports whether nothing of the conversation is known to be missing in
// direction d, so that what is not there was not sent.
func (s *story) whole(d flow.Direction, e *dissect.Ended) bool {
	return s.holes[d] == 0 && e.Heard[d]
}
