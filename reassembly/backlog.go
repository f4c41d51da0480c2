package reassembly

import (
	"bytes"
	"container/list"
	"slices"
	"time"

	"wsight/flow"
)

// A backlog is what waits behind a hole in one side. It exists as long as
// there is a hole.
type backlog struct {
	conn    *conn
	side    flow.Side
	parts   []part // in order; they neither overlap nor touch the next byte
	size    int    // what the parts count against the limits
	wait    int    // index in Assembler.waits; -1 before the first
	element *list.Element
	listed  time.Duration // when it was put there
	since   time.Duration // when the present wait began, and
	from    int           // what packets was then
	packets int           // of the connection so far
	fin     place         // of the FIN, when it was seen
}

// The reasons to wait for a hole to be filled. In each list of
// Assembler.waits the one that waits longest comes first.
const (
	waitAcked  = iota // the receiver has the bytes: the capture lacks them, or shows them late
	waitUnseen        // the receiver's packets are not in the capture
	waitOpen          // the receiver lacks them too: they will be sent again
	waitCount
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
	return h.backlog != nil && len(h.backlog.parts) > 0 || h.finSeen && !h.finDone
}

// hole returns the sequence number behind the first hole of h.
func (b *backlog) hole(h *half) uint32 {
	if len(b.parts) > 0 {
		return b.parts[0].seq
	}
	return h.fin
}

// end returns the sequence number behind the last byte that is known to exist.
func (b *backlog) end(h *half) uint32 {
	if n := len(b.parts); n > 0 {
		return b.parts[n-1].end()
	}
	return h.next
}

// overlaps reports whether bytes of p, which begins at the next byte, are
// waiting already.
func (b *backlog) overlaps(p part) bool {
	return len(b.parts) > 0 && b.parts[0].seq-p.seq < p.length
}

// take removes and returns the first part if it begins at next.
func (b *backlog) take(next uint32) (part, bool) {
	if len(b.parts) == 0 || b.parts[0].seq != next {
		return part{}, false
	}
	p := b.parts[0]
	b.parts[0].data = nil
	b.parts = b.parts[1:]
	b.size -= p.cost()
	return p, true
}

// queue keeps a copy of what is new in p, and signals what is not: the first
// copy counts. p does not begin before the next byte.
func (a *Assembler) queue(c *conn, side flow.Side, p part) {
	h := &c.sides[side]
	if h.backlog == nil {
		h.backlog = &backlog{conn: c, side: side, wait: -1}
	}
	b := h.backlog
	fresh := false
	i, _ := slices.BinarySearchFunc(b.parts, p.seq-h.next, func(q part, distance uint32) int {
		return int(int64(q.seq-h.next) - int64(distance))
	})
	if i > 0 {
		if before := b.parts[i-1]; p.seq-before.seq < before.length {
			i-- // p begins within it
		}
	}
	for p.length > 0 {
		if i == len(b.parts) || p.end()-h.next <= b.parts[i].seq-h.next {
			a.insert(b, i, p)
			fresh = true
			break
		}
		q := b.parts[i]
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
	b.parts = slices.Insert(b.parts, i, p)
	b.size += p.cost()
	a.queued += p.cost()
}
