package diagnose

import (
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A leg is what is remembered of one conversation while another one may turn
// out to be its continuation behind a proxy. With many at a time every line of
// the processor's cache is waited for: what every message touches is the first
// one, and what letting go of a leg does the second.
type leg struct {
	up    *joint   // towards the client
	down  *joint   // towards the server
	notes []note   // messages before the leg has a neighbour
	last  [3]int64 // when a message was last completed

	story          *story // nil when the conversation has ended
	conv           *dissect.Conversation
	older, newer   *leg // in the order of recognition
	same           *leg // see answers
	listed         bool
	forgot         bool           // some of the notes were let go
	ended          bool           // see end
	copy           bool           // of another leg, which is the one that is compared
	kind           handshake.Kind // 0: no handshake was seen
	client, server uint16         // of crowds: where its ends are counted
	agreed         agreement
	illegal        [3]bool // frames broke a rule since the last message
	torn           [3]bool // the capture misses bytes
	adrift         [3]bool // no frame was found behind bytes that are none

	expected string // Sec-WebSocket-Accept that fits the key
	answer   uint64 // its fingerprint
	accept   string // that came
	key      string

	request  *header.Request
	response *header.Response
	asked    moment
	answered moment

	passed  [3]int64 // bytes that are there and are no frames
	trouble [3]int64 // when TCP last sent again or could not send, by sender
	end     ending
}

// An agreement is what both sides of a handshake said.
type agreement struct {
	offered     bool // subprotocols were offered,
	subprotocol bool // and one was chosen
	offer       bool // extensions were offered,
	extensions  bool // and some agreed on
}

// An ending is what is kept of the end of a leg.
type ending struct {
	moment
	tcp       moment // zero: TCP did not end
	kind      flow.SignalKind
	by        flow.Direction
	initiator flow.Direction
	heard     [3]bool
	sealed    [3]bool
	torn      [3]bool // by direction: it ended inside a frame or a message
	codes     [3]int32
	closes    [3]moment // by direction: the first Close; zero: none was sent
}

// finish takes the end.
func (l *leg) finish(e *dissect.Ended) {
	l.ended = true
	end := &l.end
	end.moment, end.tcp = momentOf(e.Packet, e.Time), momentOf(e.TCP.Packet, e.TCP.Time)
	end.kind, end.by, end.initiator = e.TCP.Kind, e.TCP.By, e.Initiator
	end.heard, end.sealed, end.torn = e.Heard, e.Sealed, e.Unfinished
	for d, c := range e.Closes {
		if c != nil {
			end.closes[d], end.codes[d] = momentOf(c.Packet, c.Time), int32(c.Code)
		}
	}
}

// closed reports whether the sender of d sent a Close.
func (e *ending) closed(d flow.Direction) bool { return e.closes[d].known() }

// both reports whether both ends sent a Close frame.
func (e *ending) both() bool { return e.closed(flow.ClientToServer) && e.closed(flow.ServerToClient) }

// shake takes the handshake.
func (l *leg) shake(e *dissect.Handshake) {
	v := &e.Verdict
	l.kind = v.Kind
	l.asked = momentOf(e.RequestPacket, e.RequestTime)
	if l.response = e.Response; l.response != nil {
		l.answered = momentOf(e.Packet, e.Time)
	}
	l.request = e.Request
	l.key, l.expected, l.accept = text(v.Key), text(v.Accept.Expected), text(v.Accept.Actual)
	l.agreed = agreement{
		offered: len(v.Subprotocol.Offered) > 0, subprotocol: v.Subprotocol.Agreed != nil,
		offer: v.Extensions.Offered != nil, extensions: v.Extensions.Agreed != nil,
	}
}

// hole takes a place where bytes are missing or are no frames.
func (l *leg) hole(e *dissect.Hole) {
	l.torn[e.Dir] = l.torn[e.Dir] || e.Lost > 0
	if !l.late() || l.last[e.Dir] != 0 { // else it is the rest of a frame that had begun before the capture did
		l.passed[e.Dir] += e.Passed
	}
	l.adrift[e.Dir] = l.adrift[e.Dir] || !e.Resumed
}

// signal takes what TCP told.
func (l *leg) signal(e *dissect.Signalled) {
	switch e.Signal.Kind {
	case flow.Retransmitted:
		l.trouble[e.Dir] = nanos(e.Time)
	case flow.ZeroWindow, flow.WindowOpen:
		l.trouble[e.Dir.Reverse()] = nanos(e.Time)
	}
}

// fault takes what was found in one direction.
func (l *leg) fault(e *dissect.Finding) {
	if e.Code == finding.CaptureGap {
		l.torn[e.Dir] = true // the answer to the handshake may be among what is missing
	}
	if breaksFrames(e.Code) {
		l.illegal[e.Dir] = true
	}
}

// breaksFrames reports whether code says that frames as such are illegal.
func breaksFrames(code finding.Code) bool {
	switch code {
	case finding.FrameReservedBit, finding.DeflateReservedBit, finding.FrameReservedOpcode, finding.FrameControlFragmented,
		finding.FrameContinuationUnexpected, finding.FrameContinuationExpected, finding.FrameLengthNotMinimal:
		return true
	}
	return false
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// accepted reports whether the handshake on this leg was accepted.
func (l *leg) accepted() bool { return l.kind == handshake.Accepted }

// whole reports whether everything that was sent in direction d was captured.
func (l *leg) whole(d flow.Direction) bool {
	return !l.torn[d] && (!l.ended || l.end.heard[d] && !l.end.sealed[d])
}

// complete reports whether everything that both ends sent was captured.
func (l *leg) complete() bool { return l.whole(flow.ClientToServer) && l.whole(flow.ServerToClient) }

// late reports whether the beginning of the leg is not in the capture, or not
// the 101, with which the first messages may be lost.
func (l *leg) late() bool {
	return l.conv.Midstream && !l.conv.Bare || l.accepted() && l.response == nil
}

// until returns when the leg ended, or the last moment that is known of it.
func (l *leg) until() int64 {
	switch {
	case !l.ended:
		return 0
	case l.end.kind != 0:
		return l.end.tcp.at
	}
	return l.end.at
}

// compares reports whether messages of the leg are of use. What was once let
// go of it never comes back, and whatever is joined to it after that is blind.
func (l *leg) compares() bool { return !l.copy && (!l.forgot || l.up.sees() || l.down.sees()) }

// free reports whether nothing is joined to the leg.
func (l *leg) free() bool { return l.up == nil && l.down == nil && !l.copy }
