package reassembly

import "wsight/flow"

// fin takes in the FIN of s. It counts once everything before it has.
func (a *Assembler) fin(c *conn, side flow.Side, s *segment) {
	h := &c.sides[side]
	at := s.seq + uint32(len(s.data)+s.cut)
	if s.flags&flagSYN != 0 {
		at++
	}
	if !h.known {
		h.begin(at)
	}
	if h.finSeen {
		return
	}
	distance := after(at, h.next)
	if distance < 0 || distance > maxWindow || h.backlog != nil && after(h.backlog.end(h), at) > 0 {
		a.stats.Misplaced++ // bytes behind it are known
		return
	}
	h.finSeen, h.fin, h.last = true, at, a.now
	if at != h.next {
		a.backlog(c, side).fin = a.at
	}
	a.settle(c, side)
}

// finishIfDone ends c when both sides have sent all.
func (a *Assembler) finishIfDone(c *conn) {
	if c.sink != nil && c.sides[flow.A].finDone && c.sides[flow.B].finDone {
		a.finish(c, flow.EndClosed)
	}
}

// reset takes in an RST. A receiver accepts one only within its window
// (RFC 9293 §3.5.3), and so does an observer: anybody can forge one that lies
// elsewhere.
func (a *Assembler) reset(c *conn, side flow.Side, s *segment) {
	h, o := c.both(side)
	kind := flow.Reset
	switch {
	case !h.known && o.known && c.list == listHalfOpen:
		// The answer to a SYN. It acknowledges the SYN and any data with it.
		if s.flags&flagACK == 0 || after(s.ack, o.first) < 0 || after(s.ack, o.next) > 0 {
			a.stats.RefusedResets++
			return
		}
		kind = flow.Refused
	case !h.known:
		if s.flags&flagACK != 0 && (after(s.ack, o.next) > resetWindow || after(s.ack, o.next) < -resetWindow) {
			a.stats.RefusedResets++
			return
		}
	default:
		if !h.accepts(s.seq) {
			a.stats.RefusedResets++
			return
		}
	}
	a.flush(c)
	if kind == flow.Reset && h.known {
		h.missing(s.seq, a.stats)
	}
	a.tellUnseen(c)
	a.signal(c, flow.Signal{Kind: kind, From: side, Offset: h.offset})
	a.finish(c, flow.EndClosed)
}

// accepts reports whether an RST at seq is one that the other end would take:
// at or after what it acknowledged, and not far beyond what it was sent.
func (h *half) accepts(seq uint32) bool {
	low, high := h.next-resetWindow, h.next
	if h.ackSeen && after(h.acked, low) > 0 {
		low = h.acked
		if after(low, h.next) > 0 {
			low = h.next
		}
	}
	if h.backlog != nil {
		high = h.backlog.end(h)
	}
	return after(seq, low) >= 0 && after(seq, high) <= resetWindow
}

// missing counts the bytes before seq that were sent but not captured. One
// sequence number may have been that of an uncaptured FIN.
func (h *half) missing(seq uint32, stats *Stats) {
	n := int64(after(seq, h.next))
	if h.finSeen || n <= 1 || n > maxWindow {
		return
	}
	h.lost += n
	h.offset += n
	h.next = seq
	stats.Lost += n
}

// flush delivers what waits behind holes, without waiting any longer.
func (a *Assembler) flush(c *conn) {
	for side := range c.sides {
		for c.sides[side].backlog != nil {
			a.giveUp(c.sides[side].backlog)
		}
	}
}

// finish says the last word on c and leaves it among the ended connections.
func (a *Assembler) finish(c *conn, ending flow.Ending) {
	a.finishAt(c, ending, moment{a.at.packet, a.at.time})
}

// finishAt is finish for what was over before the current packet.
func (a *Assembler) finishAt(c *conn, ending flow.Ending, at moment) {
	a.flush(c)
	a.tellUnseen(c)
	closed := flow.Closed{Ending: ending, Packet: at.packet, Time: at.time}
	for side := range c.sides {
		h := &c.sides[side]
		if h.known && h.ackSeen && c.sink != nil {
			h.missing(h.acked, a.stats)
		}
		closed.Lost[side] = h.lost
	}
	a.table.move(c, listEnded)
	if sink := c.sink; sink != nil {
		a.forget(c)
		sink.Closed(closed)
	}
	if ended := &a.table.lists[listEnded]; ended.count > lateCount || a.now-ended.head.last > lateTime {
		if ended.head != c {
			a.table.remove(ended.head)
		}
	}
}

// forget lets go of all that is kept for the sake of the sink.
func (a *Assembler) forget(c *conn) {
	c.sink = nil
	for side := range c.sides {
		h := &c.sides[side]
		a.release(h)
		a.dropUnseen(h)
		a.histories.put(&h.history)
	}
	if c.list != listEnded {
		a.table.move(c, listQuiet)
	}
}
