package reassembly

import (
	"time"

	"wsight/flow"
)

// A part is a run of bytes of one side with the packet that brought them.
type part struct {
	seq    uint32
	data   []byte // as far as captured
	length uint32 // data and what the snaplen cut off behind it
	packet flow.PacketID
	time   time.Time

	arrived time.Duration // and
	order   int           // what backlog.packets was then; for parts that wait
}

func (p *part) end() uint32 { return p.seq + p.length }

// from returns the part of p from seq on, which lies within it or at its end.
func (p part) from(seq uint32) part {
	skip := seq - p.seq
	p.data = p.data[min(int(skip), len(p.data)):]
	p.seq, p.length = seq, p.length-skip
	return p
}

// until returns the part of p before seq, which lies within it.
func (p part) until(seq uint32) part {
	p.length = seq - p.seq
	p.data = p.data[:min(int(p.length), len(p.data))]
	return p
}

// receive takes in the bytes of s.
func (a *Assembler) receive(c *conn, side flow.Side, s *segment) {
	h := &c.sides[side]
	if s.seq == h.next && h.known && h.backlog == nil && !h.finSeen && s.cut == 0 && len(s.data) > 0 && s.flags&flagSYN == 0 {
		// What nearly every segment is: the next one, whole.
		if c.list != listActive {
			a.table.move(c, listActive)
		}
		h.last, h.lastOne, h.spot = a.now, len(s.data) == 1, a.at.spot
		a.pass(c, side, s.data, a.at.packet, a.at.time)
		return
	}
	p := part{seq: s.seq, data: s.data, length: uint32(len(s.data) + s.cut), packet: a.at.packet, time: a.at.time}
	if s.flags&flagSYN != 0 {
		p.seq++ // the SYN takes the first number
	}
	if !h.known {
		if !s.joinable() {
			return
		}
		h.begin(p.seq)
	}
	if a.probe(c, side, p) || p.length == 0 {
		return
	}
	if len(s.data) > 0 && c.list != listActive {
		a.table.move(c, listActive)
	}

	if old := h.next - p.seq; old > 0 && old <= maxWindow && !h.synSeen && !h.finSeen && h.offset == 0 && h.backlog == nil {
		h.begin(p.seq) // an acknowledgement had to tell where the stream begins
	}
	if old := h.next - p.seq; old > 0 && old <= maxWindow {
		repeated := p
		if old < p.length {
			repeated = p.until(h.next)
		}
		a.repeat(c, side, repeated, h.history.differing(repeated, h))
		if old >= p.length {
			a.stats.Duplicates++
			return
		}
		p = p.from(h.next)
	}
	if h.finSeen && after(p.end(), h.fin) > 0 {
		if h.finDone || p.seq != h.next {
			a.stats.Misplaced++
			return
		}
		h.finSeen = false // bytes in their place are the better witness
	}
	h.last, h.lastOne, h.spot = a.now, p.length == 1, a.at.spot
	if p.seq == h.next && (h.backlog == nil || !h.backlog.overlaps(p)) {
		a.deliver(c, side, p)
	} else {
		a.stats.OutOfOrder++
		a.queue(c, side, p)
	}
	if h.backlog != nil {
		a.settle(c, side)
		a.bound(c, side)
	}
}

// probe reports whether p is a keep-alive probe (RFC 9293 §3.8.4): no byte, or
// one of no meaning, just before the next one. A segment of one byte that was
// captured or sent twice looks the same, and is none.
func (a *Assembler) probe(c *conn, side flow.Side, p part) bool {
	h := &c.sides[side]
	if p.length > 1 || h.next-p.seq != 1 || h.finSeen {
		return false
	}
	if h.lastOne {
		if a.now-h.last < duplicateTime {
			return false
		}
		if p.length == 1 && h.history.holds(p, h) {
			return false
		}
	}
	a.signal(c, flow.Signal{Kind: flow.KeepAlive, From: side, Offset: h.offset})
	return true
}

// repeat signals bytes that came again, and how many of them differ.
func (a *Assembler) repeat(c *conn, side flow.Side, p part, differing int64) {
	h := &c.sides[side]
	if differing == 0 && a.elsewhere(c, side) {
		return
	}
	offset := h.offset + int64(after(p.seq, h.next))
	a.signal(c, flow.Signal{Kind: flow.Retransmitted, From: side, Bytes: int64(p.length), Offset: offset})
	if differing > 0 {
		a.stats.Conflicts += differing
		a.signal(c, flow.Signal{Kind: flow.Conflict, From: side, Bytes: differing, Offset: offset})
	}
}

// deliver passes on p, which begins at the next byte of its side.
func (a *Assembler) deliver(c *conn, side flow.Side, p part) {
	h := &c.sides[side]
	if len(p.data) > 0 {
		a.pass(c, side, p.data, p.packet, p.time)
	}
	if cut := p.length - uint32(len(p.data)); cut > 0 {
		h.next += cut
		h.offset += int64(cut)
		h.lost += int64(cut)
		h.cut += int64(cut)
		a.stats.Lost += int64(cut)
		a.stats.Cut += int64(cut)
	}
}

// pass gives data, which is next and came with packet, to the sink. Nothing is
// copied but what later retransmissions are compared with.
func (a *Assembler) pass(c *conn, side flow.Side, data []byte, packet flow.PacketID, at time.Time) {
	h, ch := &c.sides[side], &a.chunk
	ch.From, ch.Data, ch.Packet, ch.Time = side, data, packet, at
	ch.Sequence, ch.Offset, ch.Lost, ch.Cut = h.next, h.offset, h.lost, h.cut
	h.next += uint32(len(data))
	h.offset += int64(len(data))
	h.lost, h.cut = 0, 0
	if after(h.next, h.acked) > maxWindow {
		h.acked = h.next // its acknowledgements are not in the capture: keep the two comparable
	}
	a.histories.record(&h.history, data, ch.Offset)
	if !c.sink.Chunk(ch) {
		c.refused = true
		a.forget(c)
	}
}

// settle delivers what has become due, and the FIN when it is next; it begins
// or ends the wait for a hole.
func (a *Assembler) settle(c *conn, side flow.Side) {
	h := &c.sides[side]
	for h.backlog != nil {
		p, ok := h.backlog.take(h.next)
		if !ok {
			break
		}
		a.queued -= p.cost()
		a.deliver(c, side, p)
		a.buffers.put(p.data)
	}
	if c.sink == nil {
		return
	}
	if h.finSeen && !h.finDone && h.next == h.fin {
		h.finDone = true
		sig := flow.Signal{Kind: flow.Fin, From: side, Offset: h.offset}
		if h.backlog != nil {
			sig.Packet, sig.Time = h.backlog.fin.packet, h.backlog.fin.time
		}
		a.signal(c, sig)
	}
	if !h.holed() {
		a.release(h)
		return
	}
	a.arm(h.backlog)
}
