package session

import (
	"context"
	"encoding/binary"
	"errors"

	"wsight/capture"
	"wsight/reassembly"
)

// A KeptPacket is a packet as it was captured.
type KeptPacket struct {
	capture.Packet       // lent; Offset is -1
	TCP            int64 // Conversation.TCP of what it belongs to; 0: not known
	Nth            int64 // which packet of that connection it is, from 1; 0 for fragments
}

// Packets gives see the packets that are kept, in the order in which they were
// captured, up to the one that came last when it was called. Beyond the size
// of the spool the oldest go, also meanwhile. It returns how many there were,
// kept or not, and the first error of see.
//
// There are some only with RecordOptions.Packets, and only of connections that
// are WebSocket or may be.
func (r *Record) Packets(ctx context.Context, see func(*KeptPacket) error) (all int64, err error) {
	l := r.packets
	if l == nil {
		return 0, nil
	}
	spool, err := r.kept()
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	pass := packetPass{log: l, spool: spool, end: l.next, interfaces: l.interfaces[:len(l.interfaces):len(l.interfaces)], parts: map[reassembly.Part]int64{}}
	all = l.packets
	fragmented := l.fragmented
	l.mu.Unlock()
	if fragmented {
		if err := pass.read(ctx, func(*KeptPacket) error { return nil }); err != nil {
			return all, err
		}
	}
	return all, pass.read(ctx, see)
}

// A packetPass reads what a packetLog holds.
type packetPass struct {
	log        *packetLog
	spool      *capture.Spool
	end        int64 // where it ended at first
	interfaces []*capture.Interface
	parts      map[reassembly.Part]int64 // connections of packets that are fragments

	pos   int64 // of the next entry
	buf   []byte
	start int64 // place of buf
}

// maxParts bounds the fragments whose connection is remembered.
const maxParts = 1 << 20

// read goes through the entries once.
func (p *packetPass) read(ctx context.Context, see func(*KeptPacket) error) error {
	p.pos, p.buf = -1, nil
	if !p.skip() {
		return nil
	}
	var packet KeptPacket
	pending := false
	for p.pos < p.end {
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, body, err := p.entry()
		if errors.Is(err, capture.ErrNotKept) {
			// What is captured meanwhile has taken its place.
			if pending = false; !p.skip() {
				return nil
			}
			continue
		}
		if err != nil {
			return err
		}
		f := fields{b: body}
		switch kind {
		case entryPacket:
			if packet, pending = (KeptPacket{}), true; f.packet(&packet.Packet, p.interfaces) != nil {
				return errEntry
			}
			// The entries that follow are read into the same memory.
			packet.Data = append(make([]byte, 0, len(packet.Data)), packet.Data...)
		case entryBelongs:
			packet.TCP, packet.Nth = int64(f.number()), int64(f.number())
			if packet.TCP == 0 {
				packet.TCP = p.parts[reassembly.Part{File: packet.File, Packet: packet.Number}]
			}
			if pending {
				if err := see(&packet); err != nil {
					return err
				}
			}
			pending = false
		case entryParts:
			for tcp := int64(f.number()); len(f.b) > 0 && len(p.parts) < maxParts; {
				p.parts[reassembly.Part{File: int(f.number()), Packet: int(f.number())}] = tcp
			}
		}
	}
	return nil
}

// skip goes on at the first place behind pos where a packet begins that is
// still kept.
func (p *packetPass) skip() bool {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	for _, at := range p.log.marks {
		if at > p.pos && at >= p.log.next-p.log.limit() {
			p.pos, p.buf = at, p.buf[:0]
			return at < p.end
		}
	}
	return false
}

// entry returns the entry at pos, valid until the next call, and goes behind it.
func (p *packetPass) entry() (kind byte, body []byte, err error) {
	head, err := p.bytes(int(min(frameSize, p.end-p.pos)))
	if err != nil {
		return 0, nil, err
	}
	size, n := binary.Uvarint(head[1:])
	if n <= 0 || int64(size) > p.end-p.pos {
		return 0, nil, errEntry
	}
	whole, err := p.bytes(1 + n + int(size))
	if err != nil {
		return 0, nil, err
	}
	p.pos += int64(len(whole))
	return whole[0], whole[1+n:], nil
}

// bytes returns n bytes from pos on, and reads ahead.
func (p *packetPass) bytes(n int) ([]byte, error) {
	if at := p.pos - p.start; at >= 0 && at+int64(n) <= int64(len(p.buf)) {
		return p.buf[at : at+int64(n)], nil
	}
	size := max(n, int(min(windowSize, p.end-p.pos)))
	p.buf, p.start = grow(p.buf, size), p.pos
	if _, err := p.spool.ReadAt(p.buf, p.pos); err != nil {
		p.buf = p.buf[:0]
		return nil, err
	}
	return p.buf[:n], nil
}
