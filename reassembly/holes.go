package reassembly

import (
	"cmp"
	"slices"

	"wsight/flow"
)

// arm puts b where its first hole belongs. A wait of the same kind goes on.
func (a *Assembler) arm(b *backlog) {
	h := &b.conn.sides[b.side]
	wait := waitOpen
	switch {
	case !h.ackSeen:
		wait = waitUnseen
	case after(h.acked, b.hole(h)) >= 0:
		wait = waitAcked
	}
	if wait != b.wait {
		b.since, b.from = a.now, b.packets
		a.list(b, wait)
	}
}

// list puts b at the end of a list of waits.
func (a *Assembler) list(b *backlog, wait int) {
	if b.wait != waitNone {
		a.waits[b.wait].remove(b)
	}
	b.wait, b.listed = wait, a.now
	a.waits[wait].push(b)
}

// patience counts a packet of the connection of b, and gives up the holes
// that were open for too long.
func (a *Assembler) patience(b *backlog) {
	b.packets++
	c, h := b.conn, &b.conn.sides[b.side]
	for h.backlog == b && c.sink != nil && b.wait != waitOpen {
		limit := patience[b.wait]
		if b.packets-b.from <= limit.packets && a.now-b.since <= limit.time {
			return
		}
		a.giveUp(b)
	}
}

// waiting reports whether anything is there for giveUpLate to look at: seldom,
// and that is asked at every packet.
func (a *Assembler) waiting() bool {
	return a.unseen.head != nil || a.waits[waitAcked].head != nil || a.waits[waitUnseen].head != nil
}

// giveUpLate gives up holes that were open for too long, also where the
// connection has fallen silent, and ends the connections that only wait for
// what would contradict an unseen FIN.
//
// The connections take turns in the order in which they appeared, so that what
// is told does not depend on which assembler follows which.
func (a *Assembler) giveUpLate() {
	late := a.late[:0]
	for i := range waitOpen {
		for b := a.waits[i].head; b != nil && a.now-b.listed > patience[i].time; b = b.next {
			late = append(late, stream{b.conn, b.side})
		}
	}
	for u := a.unseen.head; u != nil && a.now-u.since > unseenPatience; u = u.next {
		late = append(late, u.stream)
	}
	if len(late) == 0 {
		return
	}
	if len(late) > 1 {
		slices.SortFunc(late, func(x, y stream) int {
			return cmp.Or(cmp.Compare(x.conn.id, y.conn.id), cmp.Compare(x.side, y.side))
		})
	}
	for _, s := range late {
		if u := s.conn.sides[s.side].unseen; u != nil && u.listed && a.now-u.since > unseenPatience {
			a.endUnseen(u)
			continue
		}
		// The other side may have ended the connection.
		if b := s.conn.sides[s.side].backlog; b != nil {
			a.giveUp(b)
			a.finishIfDone(s.conn)
		}
	}
	clear(late)
	a.late = late
}

// A stream is one side of a connection.
type stream struct {
	conn *conn
	side flow.Side
}

// giveUp counts the bytes of the first hole of b as lost and delivers what
// waited behind it. The wait for the next hole counts from when that was seen.
func (a *Assembler) giveUp(b *backlog) {
	c, side := b.conn, b.side
	h := &c.sides[side]
	lost := int64(b.hole(h) - h.next)
	h.next = b.hole(h)
	h.offset += lost
	h.lost += lost
	a.stats.Lost += lost
	a.settle(c, side)
	if c.sink == nil || h.backlog != b {
		return
	}
	if parts := b.live(); len(parts) > 0 {
		b.since, b.from = parts[0].arrived, parts[0].order
	}
	a.list(b, b.wait)
}

// bound gives up holes until the limits hold again, after bytes of a side had
// to wait.
func (a *Assembler) bound(c *conn, side flow.Side) {
	for h := &c.sides[side]; h.backlog != nil && h.backlog.size > a.limits.QueuedSide; {
		a.overflow(h.backlog, limitQueuedSide)
	}
	for a.queued > a.limits.Queued {
		a.overflow(a.oldest(), limitQueued)
	}
}

// overflow gives a hole up because of a limit, and says so.
func (a *Assembler) overflow(b *backlog, limit int) {
	a.hits[limit]++
	c, h := b.conn, &b.conn.sides[b.side]
	a.signal(c, flow.Signal{
		Kind: flow.QueueFull, From: b.side, Bytes: int64(b.hole(h) - h.next), Offset: h.offset,
	})
	a.giveUp(b)
	a.finishIfDone(c)
}

// oldest returns the backlog that has waited longest among those whose holes
// are least likely to be filled; nil when nothing waits.
func (a *Assembler) oldest() *backlog {
	for i := range a.waits {
		if b := a.waits[i].head; b != nil {
			return b
		}
	}
	return nil
}
