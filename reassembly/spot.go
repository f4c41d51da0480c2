package reassembly

import (
	"encoding/binary"
	"strconv"

	"wsight/capture"
	"wsight/flow"
)

// A spot is where a packet was captured: an interface, or one of those that a
// capture of all of them at once tells apart by their index.
type spot struct {
	from  *capture.Interface
	index uint32
}

// name returns what the capture calls the spot, "" when it has no word for it.
func (s spot) name() string {
	switch {
	case s.index != 0:
		return "index " + strconv.FormatUint(uint64(s.index), 10)
	case s.from != nil:
		return s.from.Name
	}
	return ""
}

// same reports whether nothing tells s and t apart. Interfaces without a name
// are not told apart: each file of one capture describes them anew.
func (s spot) same(t spot) bool {
	return s.index == t.index && (s.from == t.from || s.from == nil || t.from == nil || s.from.Name == t.from.Name)
}

// interfaceIndex returns the index of the interface of p where the link layer
// tells it: in the header of LINKTYPE_LINUX_SLL2. Elsewhere it is 0.
func (d *decoder) interfaceIndex(p *capture.Packet) uint32 {
	if p.Link != linkSLL2 || len(p.Data) < 8 {
		return 0
	}
	return binary.BigEndian.Uint32(p.Data[4:])
}

// elsewhere reports whether the packet at hand, which says what side has said
// before, is no repetition but the same packet, captured on another interface
// as well: a bridge and its port, both ends of a veth. It signals that.
func (a *Assembler) elsewhere(c *conn, side flow.Side) bool {
	h := &c.sides[side]
	if a.now-h.last >= duplicateTime || h.spot.same(a.at.spot) {
		return false
	}
	for _, s := range [...]spot{h.spot, a.at.spot} {
		if !s.same(c.spot) {
			a.signal(c, flow.Signal{Kind: flow.Elsewhere, From: side, Offset: h.offset, Interface: s.name()})
		}
	}
	return true
}
