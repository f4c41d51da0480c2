package main

import (
	"slices"

	"wsight/internal/packets"
)

// damage says how likely each misfortune of a data segment is.
type damage struct{ gap, reorder, retransmit, overlap float64 }

// A latePacket waits until so many more packets of its direction went out.
type latePacket struct {
	data []byte
	wait int
}

// stream sends b in segments, of which every second is acknowledged.
func (g *generator) stream(c *conversation, d direction, b []byte) {
	for len(b) > 0 {
		n := min(len(b), packets.MSS)
		flags := packets.ACK
		if n == len(b) {
			flags |= packets.PSH
		}
		g.send(c, d, flags, b[:n])
		b = b[n:]
		s := &c.sides[d]
		if s.unanswered++; s.unanswered == 2 {
			s.unanswered = 0
			g.send(c, 1-d, packets.ACK, nil)
		}
	}
}

// send sends one segment, or whatever misfortune makes of it.
func (g *generator) send(c *conversation, d direction, flags packets.Flags, payload []byte) {
	s := &c.sides[d]
	g.packet = g.build(g.packet[:0], c, d, flags, s.seq, payload)
	if len(payload) > 0 && c.lossy && g.damage != (damage{}) {
		g.misfortune(c, d, payload)
	} else {
		g.write(g.packet)
	}
	g.release(s)
	s.seq += uint32(len(payload))
	if flags&(packets.SYN|packets.FIN) != 0 {
		s.seq++
	}
}

// misfortune writes the packet that was just built, or loses, delays or
// repeats it.
func (g *generator) misfortune(c *conversation, d direction, payload []byte) {
	s := &c.sides[d]
	switch {
	case g.strikes(g.damage.gap):
		g.truth.Missing++
	case g.strikes(g.damage.reorder):
		g.truth.Reordered++
		s.late = append(s.late, latePacket{slices.Clone(g.packet), 2 + g.random.IntN(6)})
	default:
		g.write(g.packet)
		if g.strikes(g.damage.retransmit) {
			g.truth.Retransmitted++
			s.late = append(s.late, latePacket{slices.Clone(g.packet), 2 + g.random.IntN(20)})
		}
		if len(s.previous) > 2 && s.previousSeq+uint32(len(s.previous)) == s.seq && g.strikes(g.damage.overlap) {
			// The second half of the segment before and the start of this one.
			half := len(s.previous) / 2
			joined := slices.Concat(s.previous[half:], payload)
			g.truth.Overlapping++
			again := g.build(nil, c, d, packets.ACK, s.previousSeq+uint32(half), joined[:min(len(joined), packets.MSS)])
			s.late = append(s.late, latePacket{again, 2 + g.random.IntN(4)})
		}
	}
	if g.damage.overlap > 0 {
		s.previous, s.previousSeq = append(s.previous[:0], payload...), s.seq
	}
}

func (g *generator) strikes(probability float64) bool {
	return probability > 0 && g.random.Float64() < probability
}

// release writes the late packets of a side whose time has come.
func (g *generator) release(s *side) {
	waiting := s.late[:0]
	for _, p := range s.late {
		if p.wait--; p.wait == 0 {
			g.write(p.data)
		} else {
			waiting = append(waiting, p)
		}
	}
	clear(s.late[len(waiting):])
	s.late = waiting
}

// flush writes every late packet of c.
func (g *generator) flush(c *conversation) {
	for i := range c.sides {
		for _, p := range c.sides[i].late {
			g.write(p.data)
		}
		c.sides[i].late = nil
	}
}

func (g *generator) build(dst []byte, c *conversation, d direction, flags packets.Flags, seq uint32, payload []byte) []byte {
	from, to := &c.sides[d], &c.sides[1-d]
	c.id++
	segment := packets.Segment{From: &from.end, To: &to.end, ID: c.id, Seq: seq, Flags: flags, Window: 501,
		Time: uint32(g.micros / 1000), Payload: payload}
	if flags&packets.ACK != 0 {
		segment.Ack, segment.Echo = to.seq, segment.Time
	}
	return segment.Append(dst)
}

// write puts one packet into the capture, a few microseconds after the last.
func (g *generator) write(packet []byte) {
	g.micros += 1 + int64(g.random.Uint32()%9)
	g.pcap.WriteAt(g.micros, packet)
	g.truth.Packets++
}
