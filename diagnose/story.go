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
	conv     *dissect.Conversation
	accepted bool
	asked    moment           // when the request was complete
	answered moment           // when the answer was
	response *header.Response // its status and fields; nil when there was none
	unusable bool             // the client has to refuse the 101
	unchosen bool             // subprotocols were offered and none was chosen

	last       moment        // of anything in the conversation
	said       [3]moment     // last frame, by direction
	alive      [3]moment     // last message that is no Close, by direction
	silence    time.Duration // the longest between two frames
	quietSince moment        // the last frame before TCP began to end
	over       bool          // TCP has begun to end
	messages   [3]int64      // data messages, by direction
	largest    [3]int64      // payload bytes on the wire of the largest one
	second     [3]int64      // of the largest but one
	latest     [3]moment     // the last one
	latestSize [3]int64
	fins       [3]moment // by direction of the sender
	reset      moment
	resetBy    flow.Direction
	afterFin   [3]int           // frames that a side sent after the other's FIN
	closed     [3]moment        // first Close, by direction
	pinged     [3]moment        // last ping, by direction
	pingEvery  [3]time.Duration // between the last two pings
	unfinished [3]moment        // the message that cannot go on
	partial    [3]bool
	window     [3]moment        // when the sender's receive window closed; zero once it opened again
	shut       [3]time.Duration // how long the longest closed window lasted
	shutSince  [3]moment
	again      [3]retransmission
	holes      [3]int
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
	switch e := e.(type) {
	case *dissect.Frame:
		s.heard(e.Dir, moment{e.Packet, e.Time})
	case *dissect.Message:
		s.message(e)
	case *dissect.Handshake:
		s.shake(e)
	case *dissect.Hole:
		s.holes[e.Dir]++
	case *dissect.Signalled:
		s.signal(e.Dir, e.Signal, moment{e.Packet, e.Time})
	}
}

func (s *story) shake(e *dissect.Handshake) {
	at := moment{e.Packet, e.Time}
	s.accepted = e.Verdict.Kind == handshake.Accepted
	s.asked = moment{e.RequestPacket, e.RequestTime}
	s.answered, s.last, s.quietSince = at, at, at
	s.response = e.Response
	for _, r := range e.Verdict.Reports {
		switch r.Code {
		case finding.HandshakeAcceptMissing, finding.HandshakeAcceptWrong, finding.HandshakeResponseUpgradeMissing,
			finding.HandshakeResponseConnectionMissing, finding.HandshakeSubprotocolUnoffered,
			finding.HandshakeExtensionUnoffered, finding.HandshakeExtensionInvalid:
			s.unusable = true
		case finding.HandshakeSubprotocolUnanswered:
			s.unchosen = true
		}
	}
}

// heard notes a frame.
func (s *story) heard(d flow.Direction, at moment) {
	if s.fins[d.Reverse()].known() {
		s.afterFin[d]++
	}
	if !s.over {
		if gap, ok := at.since(s.last); ok {
			s.silence = max(s.silence, gap)
		}
		s.quietSince = at
	}
	s.last, s.said[d] = at, at
	s.again[d.Reverse()] = retransmission{} // the other end is alive
}

func (s *story) message(m *dissect.Message) {
	at := moment{m.Packet, m.Time}
	if m.Type != dissect.Close {
		s.alive[m.Dir] = at
	}
	switch m.Type {
	case dissect.Close:
		if !s.closed[m.Dir].known() {
			s.closed[m.Dir] = at
		}
	case dissect.Ping:
		if every, ok := at.since(s.pinged[m.Dir]); ok {
			s.pingEvery[m.Dir] = every
		}
		s.pinged[m.Dir] = at
	case dissect.Pong:
	default:
		if !m.Complete {
			s.unfinished[m.Dir], s.partial[m.Dir] = moment{m.FirstPacket, m.FirstTime}, true
		}
		s.messages[m.Dir]++
		s.latest[m.Dir], s.latestSize[m.Dir] = at, m.Wire
		if m.Wire > s.largest[m.Dir] {
			s.second[m.Dir], s.largest[m.Dir] = s.largest[m.Dir], m.Wire
		} else {
			s.second[m.Dir] = max(s.second[m.Dir], m.Wire)
		}
	}
}

func (s *story) signal(d flow.Direction, sig flow.Signal, at moment) {
	switch sig.Kind {
	case flow.Fin:
		s.over = true
		if !s.fins[d].known() {
			s.fins[d] = at
		}
	case flow.Reset:
		s.over = true
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
	if shut, ok := at.since(s.window[d]); ok && s.window[d].known() && shut > s.shut[d] {
		s.shut[d], s.shutSince[d] = shut, s.window[d]
	}
	s.window[d] = moment{}
}

// whole reports whether nothing of the conversation is known to be missing in
// direction d, so that what is not there was not sent.
func (s *story) whole(d flow.Direction, e *dissect.Ended) bool {
	return s.holes[d] == 0 && e.Heard[d] && e.Missing[d] == 0
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
	return e.Initiator != 0 && c != nil && (e.TCP.Kind == 0 || c.Packet <= e.TCP.Packet)
}

// both reports whether both ends sent a Close frame.
func both(e *dissect.Ended) bool {
	return e.Closes[flow.ClientToServer] != nil && e.Closes[flow.ServerToClient] != nil
}
