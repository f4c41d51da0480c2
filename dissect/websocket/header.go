package websocket

import (
	"encoding/binary"
	"fmt"
)

// An Opcode says how to read the payload of a frame, §5.2.
type Opcode uint8

const (
	Continuation Opcode = 0x0
	Text         Opcode = 0x1
	Binary       Opcode = 0x2
	Close        Opcode = 0x8
	Ping         Opcode = 0x9
	Pong         Opcode = 0xA
)

var opcodeNames = [16]string{
	Continuation: "continuation",
	Text:         "text",
	Binary:       "binary",
	Close:        "close",
	Ping:         "ping",
	Pong:         "pong",
}

// Defined reports whether RFC 6455 gives o a meaning.
func (o Opcode) Defined() bool {
	const defined = 1<<Continuation | 1<<Text | 1<<Binary | 1<<Close | 1<<Ping | 1<<Pong
	return o <= 0xF && defined>>o&1 != 0
}

// Control reports whether o is a control opcode, §5.5.
func (o Opcode) Control() bool { return o&0x8 != 0 }

// String returns the name of o, "reserved" for the ones that §5.2 keeps for
// later, and the number for what does not fit four bits.
func (o Opcode) String() string {
	switch {
	case o > 0xF:
		return fmt.Sprintf("opcode(%#x)", uint8(o))
	case !o.Defined():
		return "reserved"
	}
	return opcodeNames[o]
}

// maxHeaderSize is that of a masked frame with a 64-bit length, §5.2.
const maxHeaderSize = 14

// A Header is the head of a frame, §5.2.
type Header struct {
	Fin              bool
	Rsv1, Rsv2, Rsv3 bool
	Opcode           Opcode
	Masked           bool
	Mask             [4]byte
	Length           uint64 // of the payload, as declared
	Size             int    // of the header itself, 2 to 14 bytes
}

// ParseHeader reads the header at the start of b.
// It reports false if b ends before the header does.
func ParseHeader(b []byte) (h Header, ok bool) {
	//  0                   1                   2                   3
	//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
	// +-+-+-+-+-------+-+-------------+-------------------------------+
	// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
	// |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
	// |N|V|V|V|       |S|             |   (if payload len==126/127)   |
	// | |1|2|3|       |K|             |                               |
	// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
	if len(b) < 2 {
		return Header{}, false
	}
	h = Header{
		Fin:    b[0]&0x80 != 0,
		Rsv1:   b[0]&0x40 != 0,
		Rsv2:   b[0]&0x20 != 0,
		Rsv3:   b[0]&0x10 != 0,
		Opcode: Opcode(b[0] & 0x0F),
		Masked: b[1]&0x80 != 0,
		Length: uint64(b[1] & 0x7F),
	}
	extended := 0
	switch h.Length {
	case 126:
		extended = 2
	case 127:
		extended = 8
	}
	h.Size = 2 + extended
	if h.Masked {
		h.Size += 4
	}
	if len(b) < h.Size {
		return Header{}, false
	}

	switch extended {
	case 2:
		h.Length = uint64(binary.BigEndian.Uint16(b[2:]))
	case 8:
		h.Length = binary.BigEndian.Uint64(b[2:])
	}
	if h.Masked {
		copy(h.Mask[:], b[2+extended:])
	}
	return h, true
}

// lengthSize returns how many bytes the extended length took on the wire.
func (h Header) lengthSize() int {
	n := h.Size - 2
	if h.Masked {
		n -= 4
	}
	return n
}

// extendedSize returns how many bytes a length of n needs after the first
// two, in its shortest form.
func extendedSize(n uint64) int {
	switch {
	case n <= 125:
		return 0
	case n <= 0xFFFF:
		return 2
	}
	return 8
}
