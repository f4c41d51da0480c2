package reassembly

import (
	"wsight/flow"
)

// A beginning says how a connection comes into being.
type beginning struct {
	senderIsA bool // the sender of the first packet is side A
	opened    bool // because it, or the other end's SYN ACK, says who opened it
	list      uint8
}

// begin makes the connection that s belongs to.
func (a *Assembler) begin(s *segment, how beginning) *conn {
	a.makeRoom(how.list)
	c := a.table.add(s, how.list)
	c.lowIsA = s.forward == how.senderIsA
	c.opened = how.opened
	a.stats.Connections++
	c.id = a.stats.Connections
	ends := s.key.ends(s.v6)
	if !c.lowIsA {
		ends[0], ends[1] = ends[1], ends[0]
	}
	info := flow.Conn{
		ID: c.id, Ends: ends, Opened: how.opened,
		Start: a.at.time, Packet: a.at.packet, File: a.at.file, Vantage: a.at.vantage,
		Origin: a.origin(),
	}
	c.spot = a.at.spot
	switch {
	case how.opened && how.senderIsA:
		info.Sequence = s.seq
	case how.opened:
		info.Sequence = s.ack - 1
	}
	if a.at.from != nil {
		info.Interface = a.at.from.Name
	}
	if c.sink = a.open(info); c.sink == nil {
		c.refused = true
		a.table.move(c, listQuiet)
	}
	return c
}

// makeRoom lets connections go until there is room for one more.
func (a *Assembler) makeRoom(in uint8) {
	if half := &a.table.lists[listHalfOpen]; in == listHalfOpen && half.count >= a.limits.HalfOpen {
		a.evict(half.head, limitHalfOpen)
	}
	if a.table.followed() < a.limits.Connections {
		return
	}
	for i := listHalfOpen; i <= listActive; i++ {
		if oldest := a.table.lists[i].head; oldest != nil {
			a.evict(oldest, limitConnections)
			return
		}
	}
}

func (a *Assembler) evict(c *conn, limit int) {
	a.hits[limit]++
	a.stats.Evicted++
	a.finish(c, flow.EndEvicted)
	a.table.remove(c)
}

// synchronize takes in a SYN and returns the connection that it belongs to,
// which may be a new one; nil when the segment is of no use. c is the
// connection between the same ends, if there is one.
func (a *Assembler) synchronize(c *conn, s *segment) *conn {
	answer := s.flags&flagACK != 0
	if c == nil {
		return a.openBy(s, answer)
	}
	side := c.sideOf(s)
	h, o := c.both(side)
	first := s.seq + 1
	switch {
	case c.list == listEnded:
		if h.known && h.first == first {
			return nil // the SYN of the ended connection, late
		}
		a.table.remove(c)
		return a.openBy(s, answer)
	case h.known && h.first == first:
		if !h.synSeen || answer && !c.answered { // it comes after bytes that it precedes, or both opened
			a.establish(c, side, answer)
		} else if !a.elsewhere(c, side) && c.list == listHalfOpen && a.now-h.last >= duplicateTime {
			a.signal(c, flow.Signal{Kind: flow.SynRepeated, From: side})
		}
		h.synSeen, h.last, h.spot = true, a.now, a.at.spot
		return c
	case !h.known && answer && o.known && after(s.ack, o.first) >= 0 && after(s.ack, o.next) <= 0,
		!h.known && !answer && c.list == listHalfOpen: // both open at the same time, RFC 9293 §3.5
		h.begin(first)
		h.synSeen, h.last, h.spot = true, a.now, a.at.spot
		a.establish(c, side, answer)
		return c
	case answer && c.list == listHalfOpen:
		a.stats.Misplaced++ // answers a SYN of an earlier attempt
		return nil
	}
	a.finish(c, flow.EndReplaced)
	a.table.remove(c)
	return a.openBy(s, answer)
}

// openBy begins the connection that s, a SYN or a SYN ACK, tells of.
func (a *Assembler) openBy(s *segment, answer bool) *conn {
	c := a.begin(s, beginning{senderIsA: !answer, opened: true, list: listHalfOpen})
	side := c.sideOf(s)
	h := &c.sides[side]
	h.begin(s.seq + 1)
	h.synSeen, h.last, h.spot = true, a.now, a.at.spot
	if answer {
		c.sides[side.Other()].begin(s.ack)
		a.establish(c, side, answer)
	}
	return c
}

// establish signals a SYN ACK, once.
func (a *Assembler) establish(c *conn, side flow.Side, answer bool) {
	if answer && !c.answered {
		c.answered = true
		c.sides[side.Other()].ackSeen = true
		a.signal(c, flow.Signal{Kind: flow.Established, From: side, Sequence: c.sides[side].first})
	}
}
