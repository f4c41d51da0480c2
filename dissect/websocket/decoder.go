package websocket

import "wsight/flow"

// A Decoder cuts the bytes of one direction into frames. Set Dir; the rest of
// the zero value is ready.
//
// It is total: any bytes give frames or a [Skip]. A declared length never
// takes memory. A hole inside a payload of known length costs only the bytes
// that are missing; a hole that may hide a header makes the decoder hunt.
type Decoder struct {
	Dir flow.Direction // tells whether frames should be masked, §5.1

	// Deflate says that RSV1 has a meaning (RFC 7692 §6).
	Deflate bool

	// Scratch holds unmasked payloads; nil means one of its own.
	Scratch *Scratch

	offset  int64 // of the next byte of the direction
	head    [maxHeaderSize]byte
	headLen int // bytes of head that are there

	frame    Header
	inFrame  bool
	start    int64  // offset of frame
	pos      uint64 // place in the payload of frame
	captured uint64 // payload bytes of frame that were there

	hunting bool
	skip    Skip
	first   [64]byte
	nFirst  int
}

// Offset returns how many bytes of the direction have passed, lost ones
// included.
func (d *Decoder) Offset() int64 { return d.offset }

// Hunting reports whether the decoder does not know where frames begin.
func (d *Decoder) Hunting() bool { return d.hunting }

// Feed takes the next bytes of the direction: best the payload of one TCP
// segment at a time, because segments often begin with a frame. It does not
// change p and keeps no reference to it.
func (d *Decoder) Feed(p []byte, h Handler) {
	for len(p) > 0 {
		if d.hunting {
			d.hunt(p)
			return
		}
		if !d.inFrame {
			n, ok := d.header(p)
			p = p[n:]
			if !ok {
				return
			}
			d.begin(h)
		}
		n := int(min(uint64(len(p)), d.frame.Length-d.pos))
		d.payload(p[:n], h)
		p = p[n:]
	}
}

// header takes bytes of p until a header is complete.
func (d *Decoder) header(p []byte) (n int, ok bool) {
	if d.headLen == 0 {
		if d.frame, ok = ParseHeader(p); ok {
			d.offset += int64(d.frame.Size)
			return d.frame.Size, true
		}
	}
	had := d.headLen
	d.headLen += copy(d.head[had:], p)
	if d.frame, ok = ParseHeader(d.head[:d.headLen]); !ok {
		d.offset += int64(len(p))
		return len(p), false
	}
	d.headLen = 0
	n = d.frame.Size - had
	d.offset += int64(n)
	return n, true
}

func (d *Decoder) begin(h Handler) {
	d.inFrame, d.pos, d.captured = true, 0, 0
	d.start = d.offset - int64(d.frame.Size)
	h.FrameStart(d.frame, d.start)
	if d.frame.Length>>63 != 0 {
		d.inFrame = false
		h.FrameEnd(d.frame, d.start, 0)
		d.lose(Overflow, d.offset)
		return
	}
	d.endIfDone(h)
}

// payload takes p, all of which belongs to the current frame.
func (d *Decoder) payload(p []byte, h Handler) {
	if len(p) == 0 {
		return
	}
	if d.frame.Masked {
		if d.Scratch == nil {
			d.Scratch = new(Scratch)
		}
		plain := d.Scratch.take(len(p))
		unmask(plain, p, d.frame.Mask, d.pos)
		h.Payload(plain, d.pos)
	} else {
		h.Payload(p, d.pos)
	}
	d.pos += uint64(len(p))
	d.captured += uint64(len(p))
	d.offset += int64(len(p))
	d.endIfDone(h)
}

func (d *Decoder) endIfDone(h Handler) {
	if d.inFrame && d.pos == d.frame.Length {
		d.inFrame = false
		h.FrameEnd(d.frame, d.start, d.captured)
	}
}

// Skip says that the next n bytes of the direction are missing from the
// capture.
func (d *Decoder) Skip(n int64, h Handler) {
	if n <= 0 {
		return
	}
	if d.inFrame {
		m := min(uint64(n), d.frame.Length-d.pos)
		h.Lost(int64(m))
		d.pos += m
		d.offset += int64(m)
		n -= int64(m)
		d.endIfDone(h)
		if n == 0 {
			return
		}
	}
	if !d.hunting {
		d.lose(Hole, d.offset-int64(d.headLen))
		d.nFirst = copy(d.first[:], d.head[:d.headLen])
		d.headLen = 0
	}
	d.skip.Lost += n
	d.offset += n
}

// Hunt says that the next byte may lie anywhere in a frame. It is for a
// direction whose beginning was not captured, before the first Feed.
func (d *Decoder) Hunt() { d.lose(Unaligned, d.offset) }

func (d *Decoder) lose(why Reason, from int64) {
	d.hunting, d.nFirst = true, 0
	d.skip = Skip{Why: why, From: from}
}

func (d *Decoder) hunt(p []byte) {
	d.nFirst += copy(d.first[d.nFirst:], p)
	d.offset += int64(len(p))
}

// End says that the direction is over. A frame that is unfinished ends with
// what was captured of it.
func (d *Decoder) End(h Handler) {
	switch {
	case d.inFrame:
		d.inFrame = false
		h.FrameEnd(d.frame, d.start, d.captured)
	case d.headLen > 0:
		d.lose(NotFrames, d.offset-int64(d.headLen))
		d.nFirst = copy(d.first[:], d.head[:d.headLen])
		d.headLen = 0
		fallthrough
	case d.hunting:
		d.hunting = false
		d.skip.Length = d.offset - d.skip.From
		d.skip.First = d.first[:d.nFirst]
		h.Skipped(d.skip)
	}
}
