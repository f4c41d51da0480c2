package websocket

import (
	"encoding/binary"

	"wsight/flow"
)

// beginners are the opcodes of frames that may stand alone, one bit each.
const beginners = 1<<Text | 1<<Binary | 1<<Close | 1<<Ping | 1<<Pong

// ordinary reads a frame from the start of p, outside of any other, and tells
// it with [Handler.Whole]. It returns how many bytes the frame takes: 0, and
// nothing was done, where the frame is not all there, where it is anything but
// what nearly every frame is, and where its direction is not known.
func (d *Decoder) ordinary(p []byte, h Handler) int {
	if len(p) < 2 || p[0]&^0x0F != 0x80 || beginners>>(p[0]&0x0F)&1 == 0 || d.Dir == 0 || d.headLen > 0 {
		return 0
	}
	f := &d.frame
	length, size := uint64(p[1]&0x7F), 2
	data := p[0]&0x08 == 0
	switch {
	case data && d.order == open:
		return 0
	case length <= 125:
	case length == 126 && data && len(p) >= 4:
		length, size = uint64(binary.BigEndian.Uint16(p[2:])), 4
		if length <= 125 {
			return 0
		}
	default: // what is longer than a segment is seldom there in one piece
		return 0
	}
	masked := p[1]&0x80 != 0
	if masked != (d.Dir == flow.ClientToServer) {
		return 0
	}
	*f = Header{Fin: true, Opcode: Opcode(p[0] & 0x0F), Masked: masked, Length: length}
	if masked {
		if len(p) < size+4 {
			return 0
		}
		copy(f.Mask[:], p[size:])
		size += 4
	}
	f.Size = size
	if length > uint64(len(p)-size) {
		return 0
	}
	payload := p[size : size+int(length)]
	if masked && length > 0 {
		payload = d.plain(payload, 0)
	}
	start := d.offset
	d.offset += int64(size) + int64(length)
	if data {
		d.order = closed
	}
	h.Whole(f, start, payload)
	return size + int(length)
}

// plain returns p, which stands at offset at of the payload of the current
// frame, with the mask removed.
func (d *Decoder) plain(p []byte, at uint64) []byte {
	if d.Scratch == nil {
		d.Scratch = new(Scratch)
	}
	plain := d.Scratch.take(len(p))
	unmask(plain, p, d.frame.Mask, at)
	return plain
}
