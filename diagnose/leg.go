package diagnose

import (
	"slices"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A leg is what is remembered of one conversation while another one may turn
// out to be its continuation behind a proxy. What every message touches
// stands first: it is in one line of the processor's cache, or two.
type leg struct {
	up      *joint   // towards the client
	down    *joint   // towards the server
	end     *ending  // nil until it has ended
	forgot  bool     // some of the notes were let go
	copy    bool     // of another leg, which is the one that is compared
	illegal [3]bool  // frames broke a rule since the last message
	notes   []note   // messages before the leg has a neighbour
	last    [3]int64 // when a message was last completed

	story  *story // nil when the conversation has ended
	conv   *dissect.Conversation
	listed bool
	torn   [3]bool        // the capture misses bytes
	adrift [3]bool        // no frame was found behind bytes that are none
	kind   handshake.Kind // 0: no handshake was seen

	request  *header.Request
	response *header.Response
	asked    moment
	answered moment
	key      string
	expected string // Sec-WebSocket-Accept that fits the key
	answer   uint64 // its fingerprint
	accept   string // that came
	agreed   agreement

	same         *leg // see answers
	older, newer *leg // in the order of recognition

	client, server uint16 // of crowds: where its ends are counted

	passed  [3]int64              // bytes that are there and are no frames
	trouble [3]int64              // when TCP last sent again or could not send, by sender
	ending  ending                // what end points at,
	closes  [3]dissect.CloseFrame // and its Closes
}

// agreement is what a handshake settled.
type agreement struct {
	offered     []string // subprotocols
	subprotocol *string
	extensions  *string // that the answer agreed on
	offer       *string // of extensions
}

// An ending is what is kept of the end of a leg.
type ending struct {
	dissect.Place
	TCP       dissect.TCPEnd
	Initiator flow.Direction
	Closes    [3]*dissect.CloseFrame
	Heard     [3]bool
	Sealed    [3]bool
	torn      [3]bool // by direction: it ended inside a frame or a message
}

// finish takes the end.
func (l *leg) finish(e *dissect.Ended) {
	l.ending = ending{Place: e.Place, TCP: e.TCP, Initiator: e.Initiator, Closes: e.Closes, Heard: e.Heard, Sealed: e.Sealed, torn: e.Unfinished}
	l.end = &l.ending
	for d, c := range e.Closes {
		if c != nil {
			l.closes[d] = *c
			l.end.Closes[d] = &l.closes[d]
		}
	}
}

// both reports whether both ends sent a Close frame.
func (e *ending) both() bool {
	return e.Closes[flow.ClientToServer] != nil && e.Closes[flow.ServerToClient] != nil
}

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
	if p, x := &v.Subprotocol, &v.Extensions; len(p.Offered) > 0 || p.Agreed != nil || x.Offered != nil || x.Agreed != nil {
		l.agreed = agreement{offered: slices.Clone(p.Offered), subprotocol: kept(p.Agreed), extensions: kept(x.Agreed), offer: kept(x.Offered)}
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

// kept returns a copy of s that outlives the event.
func kept(s *string) *string {
	if s == nil {
		return nil
	}
	t := *s
	return &t
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
	return !l.torn[d] && (l.end == nil || l.end.Heard[d] && !l.end.Sealed[d])
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
	case l.end == nil:
		return 0
	case l.end.TCP.Kind != 0:
		return nanos(l.end.TCP.Time)
	}
	return nanos(l.end.Time)
}

// compares reports whether messages of the leg are of use. What was once let
// go of it never comes back, and whatever is joined to it after that is blind.
func (l *leg) compares() bool { return !l.copy && (!l.forgot || l.up.sees() || l.down.sees()) }

// free reports whether nothing is joined to the leg.
func (l *leg) free() bool { return l.up == nil && l.down == nil && !l.copy }
