package capture

import (
	"encoding/binary"
	"math/bits"
)

// A byteOrder reads numbers as the machine that captured wrote them. It is
// not a binary.ByteOrder because calls through that interface cost more than
// the rest of a packet.
type byteOrder struct{ big bool }

func (o byteOrder) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if o.big {
		v = bits.ReverseBytes16(v)
	}
	return v
}

func (o byteOrder) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if o.big {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func (o byteOrder) uint64(b []byte) uint64 {
	v := binary.LittleEndian.Uint64(b)
	if o.big {
		v = bits.ReverseBytes64(v)
	}
	return v
}

// four reads four numbers in a row.
func (o byteOrder) four(b []byte) (first, second, third, fourth uint32) {
	b = b[:16]
	if o.big {
		e := binary.BigEndian
		return e.Uint32(b), e.Uint32(b[4:]), e.Uint32(b[8:]), e.Uint32(b[12:])
	}
	e := binary.LittleEndian
	return e.Uint32(b), e.Uint32(b[4:]), e.Uint32(b[8:]), e.Uint32(b[12:])
}
