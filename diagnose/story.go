package diagnose

import (
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A story is what the checks remember of one conversation: a few numbers,
// whatever passes through it. With many conversations at a time every line of
// the processor's cache counts: what each frame touches stands together.
type story struct {
	conv       *dissect.Conversation
	leg        *leg          // what is remembered to find its hops; nil: it was let go
	last       moment        // of anything in the conversation
	quietSince moment        // the last frame before TCP began to end
	silence    time.Duration // the longest between two frames
	over       bool          // TCP has begun to end
	resent     bool          // the same bytes were sent again: the ways may have more to say
	strained   bool          // that, or a window closed, or a message could not go on
	accepted   bool
	apart      bool           // its messages are not compared with those of another one
	copy       bool           // of one that was told before: it is not counted again
	unusable   bool           // the client has to refuse the 101
	unchosen   bool           // subprotocols were offered and none was chosen
	resetBy    flow.Direction // of reset
	ways       [2]way         // see way

	asked    moment           // when the request was complete
	answered moment           // when the answer was
	response *header.Response // its status and fields; nil when there was none
	reset    moment
}

// A way is what a story holds of one direction. What every message touches
// stands first.
type way struct {
	said       moment // last frame
	alive      moment // last message that is no Close
	latest     moment // last data message
	latestSize int64
	largest    int64 // payload bytes on the wire of the largest one
	second     int64 // of the largest but one

	fins       moment        // of the sender
	closed     moment        // first Close
	pinged     moment        // last ping
	pingEvery  time.Duration // between the last two pings
	unfinished moment        // the message that cannot go on
	again      retransmission
	window     moment        // when the sender's receive window closed; zero once it opened again
	shut       time.Duration // how long the longest closed window lasted
	shutSince  moment
	afterFin   int32 // frames that the sender sent after the other's FIN
	holed      bool
	partial    bool
}

// A retransmission is how the same bytes were sent again and again without an
// answer from the other end.
type retransmission struct {
	offset      int64 // of what was sent again, in the stream
	count       int
	first, last moment
}

// way returns the one of direction d, which is one of the two.
func (s *story) way(d flow.Direction) *way { return &s.ways[(d-flow.ClientToServer)&1] }

func (s *story) shake(e *dissect.Handshake) {
	at := momentOf(e.Packet, e.Time)
	s.accepted = e.Verdict.Kind == handshake.Accepted
	s.asked = momentOf(e.RequestPacket, e.RequestTime)
	s.answered, s.last, s.quietSince = at, at, at
	s.response = e.Response
	for _, r := range e.Verdict.Reports {
		switch r.Code {
		case finding.HandshakeAcceptMissing, finding.HandshakeAcceptWrong, finding.HandshakeResponseUpgradeMissing,
			finding.HandshakeResponseConnectionMissing, finding.HandshakeSubprotocolUnoffered,
			finding.HandshakeExtensionUnoffered:
			s.unusable = true
		case finding.HandshakeExtensionInvalid:
			s.unusable = s.unusable || !r.Facts.Has(finding.InRequest)
		case finding.HandshakeSubprotocolUnanswered:
			s.unchosen = true
		}
	}
}

// heard notes a frame.
func (s *story) heard(d flow.Direction, at moment) {
	w := s.way(d)
	if !s.over {
		if gap, ok := at.since(s.last); ok {
			s.silence = max(s.silence, gap)
		}
		s.quietSince = at
	} else if s.way(d.Reverse()).fins.known() {
		w.afterFin++
	}
	s.last, w.said = at, at
	if s.resent {
		s.way(d.Reverse()).again = retransmission{} // the other end is alive
	}
}

// message notes one that was completed at a moment.
func (s *story) message(m *dissect.Message, at moment) {
	w := s.way(m.Dir)
	if m.Type != dissect.Close {
		w.alive = at
	}
	switch m.Type {
	case dissect.Close:
		if !w.closed.known() {
			w.closed = at
		}
	case dissect.Ping:
		if every, ok := at.since(w.pinged); ok {
			w.pingEvery = every
		}
		w.pinged = at
	case dissect.Pong:
	default:
		if !m.Complete {
			w.unfinished, w.partial, s.strained = momentOf(m.FirstPacket, m.FirstTime), true, true
		}
		w.latest, w.latestSize = at, m.Wire
		if m.Wire > w.largest {
			w.second, w.largest = w.largest, m.Wire
		} else {
			w.second = max(w.second, m.Wire)
		}
	}
}

func (s *story) signal(d flow.Direction, sig *flow.Signal, at moment) {
	w := s.way(d)
	switch sig.Kind {
	case flow.Fin:
		s.over = true
		if !w.fins.known() {
			w.fins = at
		}
	case flow.Reset:
		s.over = true
		if !s.reset.known() {
			s.reset, s.resetBy = at, d
		}
	case flow.ZeroWindow:
		s.strained = true
		if !w.window.known() {
			w.window = at
		}
	case flow.WindowOpen:
		w.opened(at)
	case flow.Retransmitted:
		s.resent, s.strained = true, true
		r := &w.again
		if r.count == 0 || r.offset != sig.Offset {
			*r = retransmission{first: at, offset: sig.Offset} // the bytes before got through
		}
		r.last = at
		r.count++
	}
}

// opened ends a closed window.
func (w *way) opened(at moment) {
	if shut, ok := at.since(w.window); ok && w.window.known() && shut > w.shut {
		w.shut, w.shutSince = shut, w.window
	}
	w.window = moment{}
}

// orderly reports whether the conversation ended as it should, and nothing
// happened to it that a check tells of: most of a capture need none of them.
func (s *story) orderly(e *dissect.Ended) bool {
	const out, back = flow.ClientToServer, flow.ServerToClient
	return both(e) && s.closedFirst(e) && !s.strained && !s.unchosen && e.Heard[out] && e.Heard[back] &&
		!e.Unfinished[out] && !e.Unfinished[back] && e.Pings[out].FirstUnanswered == 0 && e.Pings[back].FirstUnanswered == 0
}

// whole reports whether nothing of the conversation is known to be missing in
// direction d, or not to be readable, so that what is not there was not sent.
func (s *story) whole(d flow.Direction, e *dissect.Ended) bool {
	return !s.way(d).holed && e.Heard[d] && !e.Sealed[d] && e.Missing[d] == 0
}

// product returns the software that the answer to the handshake came
// through, or "" when it does not show.
func (s *story) product() string {
	if s.response == nil {
		return ""
	}
	p, _ := handshake.ResponseProduct(s.response, nil)
	return p.Name
}

// established reports whether frames could flow.
func (s *story) established() bool { return s.accepted || s.conv.Midstream }

// refused reports whether the client did what it has to do with a 101 that is
// wrong: it sent nothing and ended the connection.
func (s *story) refused(e *dissect.Ended) bool {
	return s.unusable && e.Totals[flow.ClientToServer].Messages == 0
}

// closedFirst reports whether a Close was sent before TCP began to end.
func (s *story) closedFirst(e *dissect.Ended) bool {
	c := e.Closes[e.Initiator]
	return e.Initiator != 0 && c != nil && (e.TCP.Kind == 0 || flow.ComparePackets(c.Packet, c.Time, e.TCP.Packet, e.TCP.Time) <= 0)
}

// both reports whether both ends sent a Close frame.
func both(e *dissect.Ended) bool {
	return e.Closes[flow.ClientToServer] != nil && e.Closes[flow.ServerToClient] != nil
}
