package dissect

import (
	"fmt"
	"slices"
	"time"

	"wsight/finding"
	"wsight/flow"
)

// A talk is what is going on in one conversation: who the ends are, how far
// it has come, and what has been said about it.
type talk struct {
	conv     *Conversation
	client   flow.Side
	ended    bool
	first    flow.Direction // of the first Close
	fins     [3]bool
	torn     [3]bool        // TCP was ended by the sender inside a frame or a message
	n        int            // messages so far
	closes   [3]*CloseFrame // into said; nil while it is not known what the conversation carries
	totals   [3]Totals
	lost     int64
	said     [3]CloseFrame
	tcp      TCPEnd
	pings    [3]pings
	reported []told
}

// told counts what was reported of one code in one direction.
type told struct {
	code  finding.Code
	dir   flow.Direction
	count int
}

// open begins conv, of which it fills in what the connection says, and tells
// about it.
func (c *Connection) open(conv *Conversation, client flow.Side) *talk {
	t := c.talks.Get()
	*t = talk{}
	t.conv, t.client = conv, client
	conv.TCP, conv.File, conv.Interface = c.flow.ID, c.flow.File, c.flow.Interface
	conv.Client, conv.Server = c.flow.Ends[client], c.flow.Ends[client.Other()]
	conv.Opener, conv.Sequence = c.flow.Opened, c.flow.Sequence
	conv.Vantage, conv.Origin = c.flow.Vantage, c.flow.Origin
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		conv.Reached[d], conv.ReachedKnown[d] = c.reached[t.side(d)], c.placed[t.side(d)]
	}
	if conv.Start.IsZero() {
		conv.Start, conv.StartPacket = c.flow.Start, c.flow.Packet
	}
	c.convs++
	e := &c.opened
	c.locate(&e.Place, t)
	e.Copies = c.copies(t)
	c.emit(e)
	return t
}

// place returns where t has come to.
func (c *Connection) place(t *talk) (p Place) {
	c.locate(&p, t)
	return p
}

// locate makes p the place that t has come to. For the events that come most
// often it is written where it stands: a processor is slow to copy what it has
// only just written.
func (c *Connection) locate(p *Place, t *talk) { p.Conv, p.Packet, p.Time = t.conv, c.packet, c.time }

// dir returns the direction of what side sends.
func (t *talk) dir(side flow.Side) flow.Direction {
	if side == t.client {
		return flow.ClientToServer
	}
	return flow.ServerToClient
}

// side returns who sends in direction d.
func (t *talk) side(d flow.Direction) flow.Side {
	if d == flow.ClientToServer {
		return t.client
	}
	return t.client.Other()
}

// report tells about r. Without packets the evidence is the current one. The
// instances of a code beyond the limit are counted, and told at the end.
func (c *Connection) report(t *talk, r finding.Report, dir flow.Direction, message int, packets ...flow.PacketID) {
	i := 0
	for i < len(t.reported) && (t.reported[i].code != r.Code || t.reported[i].dir != dir) {
		i++
	}
	if i == len(t.reported) {
		t.reported = append(t.reported, told{code: r.Code, dir: dir})
	}
	t.reported[i].count++
	if t.reported[i].count > c.opts.MaxReports {
		return
	}
	c.tell(t, r, dir, message, packets...)
}

func (c *Connection) tell(t *talk, r finding.Report, dir flow.Direction, message int, packets ...flow.PacketID) {
	if len(packets) == 0 {
		packets = []flow.PacketID{c.packet}
	}
	c.emit(&Finding{Place: c.place(t), Report: r, Dir: dir, Message: message, Packets: slices.Clone(packets)})
}

// signal notes what TCP told and passes it on.
func (t *talk) signal(c *Connection, s flow.Signal) {
	if t.ended {
		return
	}
	dir := t.dir(s.From)
	if s.Kind == flow.Fin {
		t.fins[dir] = true
	}
	if (s.Kind == flow.Fin || s.Kind == flow.Reset) && (t.tcp.Kind == 0 || t.precedes(s)) {
		t.tcp = TCPEnd{Kind: s.Kind, By: dir, Unseen: s.Unseen, Packet: s.Packet, Time: s.Time}
	}
	switch s.Kind {
	case flow.Conflict:
		c.report(t, finding.Report{
			Code:   finding.CaptureConflict,
			Detail: fmt.Sprintf("%d bytes were sent again with other content; the first copy captured is the one that is read", s.Bytes),
		}, dir, 0)
	case flow.QueueFull:
		c.report(t, finding.Report{
			Code:   finding.CaptureLimit,
			Detail: fmt.Sprintf("the limit on bytes that wait behind a hole was reached: %d bytes were given up as lost", s.Bytes),
		}, dir, 0)
	}
	e := &c.signalled
	c.locate(&e.Place, t)
	e.Dir, e.Signal = dir, s
	c.emit(e)
}

// precedes reports whether s ended TCP before what is known to have ended it:
// what waited behind a hole comes late. A packet that acknowledges a FIN, and
// has one, is the answer to it.
func (t *talk) precedes(s flow.Signal) bool {
	order := flow.ComparePackets(s.Packet, s.Time, t.tcp.Packet, t.tcp.Time)
	return order < 0 || order == 0 && s.Unseen
}

// end tells the last word of a conversation.
func (t *talk) end(c *Connection, state EndState) { t.endWith(c, state, nil) }

// endWith is end where the server sent something in place of an answer; see
// Ended.Foreign.
func (t *talk) endWith(c *Connection, state EndState, foreign []byte) {
	if t.ended {
		return
	}
	t.ended = true
	for _, r := range t.reported {
		if more := r.count - c.opts.MaxReports; more > 0 {
			c.tell(t, finding.Report{Code: r.code, Detail: fmt.Sprintf("and %d more of the same in this direction, not listed singly", more)}, r.dir, 0)
		}
	}
	if state == StateEvicted {
		c.report(t, finding.Report{
			Code:   finding.CaptureLimit,
			Detail: "the limit on connections or on idle time was reached: this connection is no longer followed, and packets that come later make a new one",
		}, 0, 0)
	}
	e := &c.ended
	*e = Ended{}
	c.locate(&e.Place, t)
	e.State, e.Initiator, e.Copies = state, t.first, c.copies(t)
	e.Closes, e.TCP, e.Totals, e.Lost, e.Unfinished, e.Foreign = t.closes, t.tcp, t.totals, t.lost, t.torn, foreign
	e.Duration = -1
	both := t.closes[flow.ClientToServer] != nil && t.closes[flow.ServerToClient] != nil
	e.CleanKnown = t.tcp.Kind != 0 && (both || c.sealed == [2]bool{})
	e.Clean = e.CleanKnown && both
	if !t.conv.Start.IsZero() && !c.time.IsZero() {
		e.Duration = max(0, c.time.Sub(t.conv.Start))
	}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if t.pings[d].sent > 0 {
			e.Pings[d] = t.pings[d].sum()
		}
		e.Heard[d], e.Sealed[d] = c.heard[t.side(d)], c.sealed[t.side(d)]
		e.Last[d], e.Missing[d] = c.last[t.side(d)], c.lost[t.side(d)]
	}
	c.emit(e)
}

// tcpState names the end of a conversation that was established.
func (t *talk) tcpState(end flow.Closed) EndState {
	switch {
	case t.tcp.Kind == flow.Reset:
		return StateReset
	case t.tcp.Kind == flow.Fin:
		return StateClosed
	case end.Ending == flow.EndEvicted, end.Ending == flow.EndIdle:
		return StateEvicted
	case end.Ending == flow.EndReplaced, end.Ending == flow.EndClosed:
		return StateClosed // its ports serve another connection: the capture missed how it ended
	}
	return StateOpen
}

// pings are the ones of one direction that no pong has answered.
type pings struct {
	open     []ping
	sent     int
	answered int
	unlike   int // pongs while pings were open, with the payload of none
}

type ping struct {
	payload string
	n       int
	packet  flow.PacketID
	time    time.Time
}

// maxPings bounds how many unanswered pings are remembered.
const maxPings = 256

func (p *pings) add(payload []byte, n int, packet flow.PacketID, at time.Time) {
	p.sent++
	if len(p.open) == maxPings {
		p.open = append(p.open[:0], p.open[1:]...)
	}
	p.open = append(p.open, ping{string(payload), n, packet, at})
}

// answer finds the ping that a pong with payload answers. The older ones
// count as answered too: §5.5.3 allows one pong for several pings.
func (p *pings) answer(payload []byte) (ping, bool) {
	for i := len(p.open) - 1; i >= 0; i-- {
		if p.open[i].payload == string(payload) {
			found := p.open[i]
			p.answered += i + 1
			p.open = append(p.open[:0], p.open[i+1:]...)
			return found, true
		}
	}
	if len(p.open) > 0 {
		p.unlike++
	}
	return ping{}, false
}

func (p *pings) sum() Pings {
	s := Pings{Sent: p.sent, Answered: p.answered, Unlike: p.unlike}
	if len(p.open) > 0 {
		s.FirstUnanswered, s.Packet, s.Time = p.open[0].n, p.open[0].packet, p.open[0].time
	}
	return s
}
