package reassembly

import (
	"bytes"
	"slices"
	"time"

	"wsight/flow"
)

// A backlog is what waits behind a hole in one side. It exists as long as
// there is a hole.
type backlog struct {
	conn    *conn
	side    flow.Side
	parts   []part // in order from first on; they neither overlap nor touch the next byte
	first   int
	size    int // what the parts count against the limits
	packets int // of the connection so far
	fin     place
	waiting
}

// waiting is a backlog's place among those that wait.
type waiting struct {
	links[backlog]
	wait   int           // index in Assembler.waits; waitNone before the first
	listed time.Duration // when it was put there
	since  time.Duration // when the present wait began, and
	from   int           // what packets was then
}

// The reasons to wait for a hole to be filled. In each list of
// Assembler.waits the one that was listed first comes first.
const (
	waitAcked  = iota // the receiver has the bytes: the capture lacks them, or shows them late
	waitUnseen        // the receiver's packets are not in the capture
	waitOpen          // the receiver lacks them too: they will be sent again
	waitCount

	waitNone = -1
)

// patience is how long a hole may stay open, in time or in packets of its
// connection. A hole that the receiver acknowledged is only given that long
// because captures reorder packets; one whose acknowledgements cannot be seen
// must outlast a retransmission. One that the receiver has too ends with the
// connection or by a limit.
var patience = [waitCount]struct {
	time    time.Duration
	packets int
}{
	waitAcked:  {200 * time.Millisecond, 32},
	waitUnseen: {time.Second, 256},
}

// partOverhead is what a part costs beside its bytes, so that one-byte
// segments cannot take more memory than they count.
const partOverhead = 128

func (p *part) cost() int { return len(p.data) + partOverhead }

// holed reports whether h lacks bytes before ones that are known to exist.
func (h *half) holed() bool {
	return h.backlog != nil && len(h.backlog.live()) > 0 || h.finSeen && !h.finDone
}

// live returns the parts that wait.
func (b *backlog) live() []part { return b.parts[b.first:] }

// hole returns the sequence number behind the first hole of h.
func (b *backlog) hole(h *half) uint32 {
	if parts := b.live(); len(parts) > 0 {
		return parts[0].seq
	}
	return h.fin
}

// end returns the sequence number behind the last byte that is known to exist.
func (b *backlog) end(h *half) uint32 {
	if parts := b.live(); len(parts) > 0 {
		return parts[len(parts)-1].end()
	}
	return h.next
}

// overlaps reports whether bytes of p, which begins at the next byte, are
// waiting already.
func (b *backlog) overlaps(p part) bool {
	parts := b.live()
	return len(parts) > 0 && parts[0].seq-p.seq < p.length
}

// take removes and returns the first part if it begins at next.
func (b *backlog) take(next uint32) (part, bool) {
	parts := b.live()
	if len(parts) == 0 || parts[0].seq != next {
		return part{}, false
	}
	p := parts[0]
	parts[0].data = nil
	if b.first++; b.first == len(b.parts) {
		b.parts, b.first = b.parts[:0], 0
	}
	b.size -= p.cost()
	return p, true
}

// queue keeps a copy of what is new in p, and signals what is not: the first
// copy counts. p does not begin before the next byte.
func (a *Assembler) queue(c *conn, side flow.Side, p part) {
	h := &c.sides[side]
	b := a.backlog(c, side)
	fresh := false
	i, _ := slices.BinarySearchFunc(b.live(), p.seq-h.next, func(q part, distance uint32) int {
		return int(int64(q.seq-h.next) - int64(distance))
	})
	if i > 0 {
		if before := b.live()[i-1]; p.seq-before.seq < before.length {
			i-- // p begins within it
		}
	}
	for p.length > 0 {
		if i == len(b.live()) || p.end()-h.next <= b.live()[i].seq-h.next {
			a.insert(b, i, p)
			fresh = true
			break
		}
		q := b.live()[i]
		if p.seq-h.next < q.seq-h.next {
			a.insert(b, i, p.until(q.seq))
			fresh = true
			i++
			p = p.from(q.seq)
		}
		overlap := p
		if p.end()-h.next > q.end()-h.next {
			overlap = p.until(q.end())
		}
		a.repeat(c, side, overlap, differing(q.from(overlap.seq).data, overlap.data))
		p = p.from(overlap.end())
		i++
	}
	if !fresh {
		a.stats.Duplicates++
	}
}

// differing counts the bytes that differ, as far as both reach.
func differing(p, q []byte) int64 {
	n := min(len(p), len(q))
	if bytes.Equal(p[:n], q[:n]) {
		return 0
	}
	var count int64
	for i := range n {
		if p[i] != q[i] {
			count++
		}
	}
	return count
}

// insert makes a copy of p the i-th part.
func (a *Assembler) insert(b *backlog, i int, p part) {
	p.arrived, p.order = a.now, b.packets
	p.data = append(a.buffers.get(len(p.data)), p.data...)
	if b.first > 0 && len(b.parts) == cap(b.parts) {
		b.parts, b.first = append(b.parts[:0], b.live()...), 0
	}
	b.parts = slices.Insert(b.parts, b.first+i, p)
	b.size += p.cost()
	a.queued += p.cost()
}

// backlog returns the backlog of a side, which it makes when there is none.
func (a *Assembler) backlog(c *conn, side flow.Side) *backlog {
	h := &c.sides[side]
	if h.backlog == nil {
		b := a.spare
		if b != nil {
			a.spare = b.next
			a.spares--
			*b = backlog{parts: b.parts[:0]}
		} else {
			b = new(backlog)
		}
		b.conn, b.side, b.wait = c, side, waitNone
		h.backlog = b
	}
	return h.backlog
}

// release lets the backlog of h go.
func (a *Assembler) release(h *half) {
	b := h.backlog
	if b == nil {
		return
	}
	if b.wait != waitNone {
		a.waits[b.wait].remove(b)
	}
	a.queued -= b.size
	parts := b.live()
	for i := range parts {
		a.buffers.put(parts[i].data)
		parts[i].data = nil
	}
	h.backlog = nil
	const maxParts, maxSpares = 64, 256
	if cap(b.parts) <= maxParts && a.spares < maxSpares {
		b.conn, b.next = nil, a.spare
		a.spare = b
		a.spares++
	}
}
