package websocket

import (
	"encoding/binary"
	"fmt"
	"strings"

	"wsight/flow"
)

// A record is what a Decoder told, to be compared.
type record struct {
	frames []recorded
	skips  []Skip
	open   bool
	pieces int // calls of Payload
	wholes int // calls of Whole
}

type recorded struct {
	Header
	offset   int64
	payload  []byte // lost bytes are '?'
	captured uint64
	ended    bool
}

func (r *record) FrameStart(h Header, offset int64) {
	if r.open {
		panic("a frame begins inside a frame")
	}
	r.open = true
	r.frames = append(r.frames, recorded{Header: h, offset: offset})
}

func (r *record) Payload(p []byte, at uint64) {
	f := r.last()
	if at != uint64(len(f.payload)) || len(p) == 0 {
		panic(fmt.Sprintf("payload at %d; want %d", at, len(f.payload)))
	}
	r.pieces++
	f.payload = append(f.payload, p...)
}

func (r *record) Lost(n int64) {
	f := r.last()
	if n <= 0 || uint64(len(f.payload))+uint64(n) > f.Length {
		panic("more lost than there was")
	}
	if n < 1<<20 {
		f.payload = append(f.payload, strings.Repeat("?", int(n))...)
	}
}

func (r *record) FrameEnd(h Header, offset int64, captured uint64) {
	f := r.last()
	if h != f.Header || offset != f.offset {
		panic("another frame ends than began")
	}
	f.captured, f.ended, r.open = captured, true, false
}

func (r *record) Whole(h *Header, offset int64, payload []byte) {
	if uint64(len(payload)) != h.Length {
		panic("a whole frame lacks something")
	}
	r.wholes++
	r.FrameStart(*h, offset)
	if len(payload) > 0 {
		r.Payload(payload, 0)
	}
	r.FrameEnd(*h, offset, h.Length)
}

func (r *record) Skipped(s Skip) {
	if r.open {
		panic("bytes skipped inside a frame")
	}
	s.First = append([]byte(nil), s.First...)
	r.skips = append(r.skips, s)
}

func (r *record) last() *recorded {
	if !r.open {
		panic("payload outside of a frame")
	}
	return &r.frames[len(r.frames)-1]
}

// String lists everything in order of offset.
func (r *record) String() string {
	var b strings.Builder
	skips := r.skips
	for _, f := range r.frames {
		for len(skips) > 0 && skips[0].From <= f.offset && skips[0].Length > 0 {
			describeSkip(&b, skips[0])
			skips = skips[1:]
		}
		fmt.Fprintf(&b, "%d %v", f.offset, f.Opcode)
		if !f.Fin {
			b.WriteString(" unfinished")
		}
		if f.Rsv1 {
			b.WriteString(" rsv1")
		}
		fmt.Fprintf(&b, " %q", f.payload)
		if f.captured != f.Length {
			fmt.Fprintf(&b, " %d of %d", f.captured, f.Length)
		}
		b.WriteByte('\n')
	}
	for _, s := range skips {
		describeSkip(&b, s)
	}
	return b.String()
}

func describeSkip(b *strings.Builder, s Skip) {
	fmt.Fprintf(b, "%d skipped %d, lost %d, %v", s.From, s.Length, s.Lost, s.Why)
	if !s.Resumed {
		b.WriteString(", to the end")
	}
	fmt.Fprintf(b, " %q\n", s.First[:min(len(s.First), 8)])
}

// A step is a segment, or a hole.
type step struct {
	data []byte
	lost int64
}

// decode feeds the steps to a new Decoder.
func decode(d Decoder, steps ...step) *record {
	r := new(record)
	for _, s := range steps {
		d.Skip(s.lost, r)
		d.Feed(s.data, r)
	}
	d.End(r)
	return r
}

// appendFrame appends a frame with the shortest length, masked for
// flow.ClientToServer with a key that differs from frame to frame.
func appendFrame(dst []byte, dir flow.Direction, first byte, payload []byte) []byte {
	dst = append(dst, first)
	bit := byte(0)
	if dir == flow.ClientToServer {
		bit = 0x80
	}
	switch n := len(payload); {
	case n <= 125:
		dst = append(dst, bit|byte(n))
	case n <= 0xFFFF:
		dst = binary.BigEndian.AppendUint16(append(dst, bit|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, bit|127), uint64(n))
	}
	if bit == 0 {
		return append(dst, payload...)
	}
	key := [4]byte{byte(len(dst)) * 31, byte(len(payload)) * 17, 0xA5, byte(len(dst)>>8) ^ 0x3C}
	dst = append(dst, key[:]...)
	for i, b := range payload {
		dst = append(dst, b^key[i%4])
	}
	return dst
}
