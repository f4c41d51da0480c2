package capture

import (
	"math"
	"time"
)

// packet reads the body of a block that holds a packet into p.
func (f *pcapngFile) packet(w *window, kind uint32, body []byte, p *Packet) error {
	p.Comments, p.Direction = nil, 0
	switch kind {
	case blockEnhancedPacket:
		return f.enhanced(w, body, p)
	case blockPacket:
		return f.obsolete(w, body, p)
	}
	return f.simple(w, body, p)
}

// enhanced reads an Enhanced Packet Block, §4.3.
func (f *pcapngFile) enhanced(w *window, b []byte, p *Packet) error {
	// | interface | time stamp, high | low | captured length | length | data ...
	if len(b) < 20 {
		return f.short(w, "an enhanced packet block", 20, uint64(len(b)))
	}
	var lost *losses
	if id := f.order.uint32(b); uint64(id) < uint64(len(f.interfaces)) {
		i := f.interfaces[id]
		lost = &i.lost
		p.Interface, p.Time = &i.Interface, i.time(f.order.uint32(b[4:]), f.order.uint32(b[8:]))
	} else {
		f.stray(p)
	}
	return f.data(w, lost, b, p)
}

// obsolete reads a Packet Block, appendix A.
func (f *pcapngFile) obsolete(w *window, b []byte, p *Packet) error {
	// | interface, drops | time stamp, high | low | captured length | length | data ...
	if len(b) < 20 {
		return f.short(w, "a packet block", 20, uint64(len(b)))
	}
	var lost *losses
	if id := f.order.uint16(b); int(id) < len(f.interfaces) {
		i := f.interfaces[id]
		lost = &i.lost
		if drops := f.order.uint16(b[2:]); drops != math.MaxUint16 {
			lost.known = true
			lost.beside += int64(drops)
		}
		p.Interface, p.Time = &i.Interface, i.time(f.order.uint32(b[4:]), f.order.uint32(b[8:]))
	} else {
		f.stray(p)
	}
	return f.data(w, lost, b, p)
}

// data reads what both blocks have from their twelfth byte on.
func (f *pcapngFile) data(w *window, lost *losses, b []byte, p *Packet) error {
	captured, length := f.order.uint32(b[12:]), f.order.uint32(b[16:])
	if uint64(captured) > uint64(len(b)-20) {
		return f.short(w, "a packet block", 20+uint64(captured), uint64(len(b)))
	}
	n := int(captured)
	p.Link = p.Interface.Link
	p.Data = b[20 : 20+n : 20+n]
	p.Length = int(max(length, captured))
	p.Offset += 20

	options := b[min(20+padded(n), len(b)):]
	for o, rest, ok := nextOption(f.order, options); ok; o, rest, ok = nextOption(f.order, rest) {
		switch {
		case o.code == optionComment:
			p.Comments = comment(p.Comments, o.value)
		case o.code == packetFlags && len(o.value) == 4:
			if d := Direction(f.order.uint32(o.value) & 3); d <= Out {
				p.Direction = d
			}
		case o.code == packetDropped && len(o.value) == 8 && lost != nil:
			lost.known = true
			lost.beside += int64(min(f.order.uint64(o.value), math.MaxInt32))
		}
	}
	return nil
}

// simple reads a Simple Packet Block, §4.4: it has no time, and its interface
// is the first.
func (f *pcapngFile) simple(w *window, b []byte, p *Packet) error {
	if len(b) < 4 {
		return f.short(w, "a simple packet block", 4, uint64(len(b)))
	}
	f.stray(p)
	length := uint64(f.order.uint32(b))
	captured := length
	if len(f.interfaces) > 0 {
		first := &f.interfaces[0].Interface
		p.Interface = first
		if first.Snaplen > 0 {
			captured = min(captured, uint64(first.Snaplen))
		}
	}
	if captured > uint64(len(b)-4) {
		return f.short(w, "a simple packet block", 4+captured, uint64(len(b)))
	}
	n := int(captured)
	p.Link = p.Interface.Link
	p.Data = b[4 : 4+n : 4+n]
	p.Length = int(length)
	p.Offset += 4
	return nil
}

// stray makes p a packet of an interface that the section does not declare.
// The packet is still worth counting, and those after it worth reading.
func (f *pcapngFile) stray(p *Packet) {
	p.Interface, p.Time = &f.unknown, time.Time{}
}
