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
// whatever passes through it.
type story struct {
	memory
	hard     bool        // hardships are not zero
	hardship [2]hardship // see hardOn
}

// A memory is what a new story begins anew. With many conversations at a time
// every line of the processor's cache is waited for: what each message touches
// is in the first one and in one of a way.
type memory struct {
	conv     *dissect.Conversation
	leg      *leg          // what is remembered to find its hops; nil: it was let go
	last     moment        // of the last frame, or of the handshake
	silence  time.Duration // the longest between two frames
	over     bool          // TCP has begun to end
	resent   bool          // the same bytes were sent again: there may be more to say of it
	strained bool          // that, or a window closed, or a message could not go on
	accepted bool
	apart    bool             // its messages are not compared with those of another one
	copy     bool             // of one that was told before: it is not counted again
	unusable bool             // the client has to refuse the 101
	unchosen bool             // subprotocols were offered and none was chosen
	resetBy  flow.Direction   // of reset
	holed    [3]bool          // by direction
	topped   [3]bool          // by direction: its last data message was its largest
	response *header.Response // to the handshake: its status and fields; nil when there was none
	ways     [2]way           // see way

	asked    moment    // when the request was complete
	answered moment    // when the answer was
	before   moment    // see quietSince
	fins     [3]moment // by sender
	reset    moment
}

// A way is what a story holds of one direction: a line of the cache.
type way struct {
	said    moment // last frame
	alive   moment // last message that is no Close
	latest  moment // last data message
	largest int64  // payload bytes on the wire of the largest one
	second  int64  // of the largest but one
}

// A hardship is what few conversations have, by direction.
type hardship struct {
	pinged     moment        // last ping
	pingEvery  time.Duration // between the last two pings
	unfinished moment        // the message that cannot go on
	again      retransmission
	window     moment        // when the sender's receive window closed; zero once it opened again
	shut       time.Duration // how long the longest closed window lasted
	shutSince  moment
	afterFin   int32 // frames that the sender sent after the other's FIN
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

// hardOn returns the hardship of direction d, to note or to look up what it is.
func (s *story) hardOn(d flow.Direction) *hardship {
	s.hard = true
	return &s.hardship[(d-flow.ClientToServer)&1]
}

// forget makes s one that has seen nothing.
func (s *story) forget() {
	s.memory = memory{}
	if s.hard {
		s.hard, s.hardship = false, [2]hardship{}
	}
}

// quietSince returns the last frame before TCP began to end, or the handshake.
func (s *story) quietSince() moment {
	if s.over {
		return s.before
	}
	return s.last
}

func (s *story) shake(e *dissect.Handshake) {
	at := momentOf(e.Packet, e.Time)
	s.accepted = e.Verdict.Kind == handshake.Accepted
	s.asked = momentOf(e.RequestPacket, e.RequestTime)
	s.answered, s.last = at, at
	if s.over {
		s.before = at
	}
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
	if s.over {
		if s.fins[d.Reverse()].known() {
			s.hardOn(d).afterFin++
		}
	} else if gap, ok := at.since(s.last); ok {
		s.silence = max(s.silence, gap)
	}
	s.last, s.way(d).said = at, at
	if s.resent {
		s.hardOn(d.Reverse()).again = retransmission{} // the other end is alive
	}
}

// message notes one that was completed at a moment.
func (s *story) message(m *dissect.Message, at moment) {
	if m.Type == dissect.Close {
		return // the end of the conversation tells of it
	}
	w := s.way(m.Dir)
	w.alive = at
	switch m.Type {
	case dissect.Ping:
		h := s.hardOn(m.Dir)
		if every, ok := at.since(h.pinged); ok {
			h.pingEvery = every
		}
		h.pinged = at
	case dissect.Pong:
	default:
		if !m.Complete {
			h := s.hardOn(m.Dir)
			h.unfinished, h.partial, s.strained = momentOf(m.FirstPacket, m.FirstTime), true, true
		}
		w.latest = at
		switch {
		case m.Wire > w.largest:
			w.second, w.largest = w.largest, m.Wire
		case m.Wire > w.second:
			w.second = m.Wire
		}
		s.topped[m.Dir] = m.Wire == w.largest
	}
}

func (s *story) signal(d flow.Direction, sig *flow.Signal, at moment) {
	switch sig.Kind {
	case flow.Fin:
		s.ends()
		if !s.fins[d].known() {
			s.fins[d] = at
		}
	case flow.Reset:
		s.ends()
		if !s.reset.known() {
			s.reset, s.resetBy = at, d
		}
	case flow.ZeroWindow:
		s.strained = true
		if h := s.hardOn(d); !h.window.known() {
			h.window = at
		}
	case flow.WindowOpen:
		s.hardOn(d).opened(at)
	case flow.Retransmitted:
		s.resent, s.strained = true, true
		r := &s.hardOn(d).again
		if r.count == 0 || r.offset != sig.Offset {
			*r = retransmission{first: at, offset: sig.Offset} // the bytes before got through
		}
		r.last = at
		r.count++
	}
}

// ends notes that TCP has begun to end.
func (s *story) ends() {
	if !s.over {
		s.over, s.before = true, s.last
	}
}

// opened ends a closed window.
func (h *hardship) opened(at moment) {
	if shut, ok := at.since(h.window); ok && h.window.known() && shut > h.shut {
		h.shut, h.shutSince = shut, h.window
	}
	h.window = moment{}
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
	return !s.holed[d] && e.Heard[d] && !e.Sealed[d] && e.Missing[d] == 0
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

// closed returns when the sender of d sent its first Close, if it did.
func closed(e *dissect.Ended, d flow.Direction) moment {
	if c := e.Closes[d]; c != nil {
		return momentOf(c.Packet, c.Time)
	}
	return moment{}
}

// both reports whether both ends sent a Close frame.
func both(e *dissect.Ended) bool {
	return e.Closes[flow.ClientToServer] != nil && e.Closes[flow.ServerToClient] != nil
}
