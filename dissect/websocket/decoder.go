package websocket

import "wsight/flow"

// A Decoder cuts the bytes of one direction into frames. Set Dir; the rest of
// the zero value is ready.
//
// It is total: any bytes give frames or a [Skip]. A declared length never
// takes memory. A hole inside a payload of known length costs only the bytes
// that are missing; a hole that may hide a header makes the decoder hunt for
// the next chain of plausible frames. It also hunts when a header breaks
// rules and what follows does not confirm that it is one. A hunt keeps at
// most 64 KiB; frames that it found are given out from its memory.
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
	order    opening
	usual    oddities // what this direction does all the time

	hunt *hunt // nil while it is known where frames begin
}

// A hunt is what a decoder does when it does not know where frames begin.
type hunt struct {
	hunter
	skip    Skip
	first   [64]byte
	nFirst  int
	trial   trial
	onTrial bool
}

// Offset returns how many bytes of the direction have passed, lost ones
// included.
func (d *Decoder) Offset() int64 { return d.offset }

// Hunting reports whether the decoder does not know where frames begin.
func (d *Decoder) Hunting() bool { return d.hunt != nil }

// Midway reports whether the bytes so far end inside a frame.
func (d *Decoder) Midway() bool { return d.inFrame || d.headLen > 0 }

// Feed takes the next bytes of the direction: best the payload of one TCP
// segment at a time, because that helps a hunt. It does not change p and
// keeps no reference to it.
func (d *Decoder) Feed(p []byte, h Handler) { d.feed(p, edges{true, true}, h) }

// edges says whether some bytes begin and end with a segment.
type edges struct{ start, end bool }

func (d *Decoder) feed(p []byte, e edges, h Handler) {
	for whole := len(p); len(p) > 0; {
		e.start = e.start && len(p) == whole
		if d.hunt != nil {
			d.search(p, e, h)
			return
		}
		if !d.inFrame {
			if n := d.ordinary(p, h); n > 0 {
				p = p[n:]
				continue
			}
			n, ok := d.header(p)
			if !ok {
				return
			}
			if o := odd(&d.frame, d.Dir, d.Deflate, d.order); o&^d.usual != 0 && o != oddOverflow {
				d.try(p, d.frame.Size-n, e, h)
				return
			}
			p = p[n:]
			d.begin(h)
			continue
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
	n = d.frame.Size - had
	d.offset += int64(n)
	return n, true
}

// begin starts the frame whose header was read.
func (d *Decoder) begin(h Handler) {
	d.headLen = 0
	d.inFrame, d.pos, d.captured = true, 0, 0
	d.start = d.offset - int64(d.frame.Size)
	d.order = d.order.after(&d.frame)
	h.FrameStart(d.frame, d.start)
	if d.frame.Length>>63 != 0 {
		d.inFrame = false
		h.FrameEnd(d.frame, d.start, 0)
		d.lose(Overflow)
		return
	}
	d.endIfDone(h)
}

// payload takes p, all of which belongs to the current frame.
func (d *Decoder) payload(p []byte, h Handler) {
	plain := p
	if d.frame.Masked {
		plain = d.plain(p, d.pos)
	}
	h.Payload(plain, d.pos)
	d.pos += uint64(len(p))
	d.captured += uint64(len(p))
	d.offset += int64(len(p))
	d.endIfDone(h)
}

func (d *Decoder) endIfDone(h Handler) {
	if d.pos == d.frame.Length {
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
	if d.hunt == nil {
		head := d.head[:d.headLen]
		d.offset -= int64(len(head))
		d.lose(Hole)
		d.keep(head, false)
	}
	d.hunt.hunter.skip(n)
	d.hunt.skip.Lost += n
	d.offset += n
	d.settle(false, h)
}

// End says that the direction is over. A frame that is unfinished ends with
// what was captured of it.
func (d *Decoder) End(h Handler) {
	for d.hunt != nil {
		if d.hunt.onTrial && d.hunt.trial.end(&d.hunt.hunter) == isFrame {
			d.accept(true, h)
		} else if at, ok := d.hunt.foundAtEnd(); ok {
			d.resume(at, true, h)
		} else {
			d.giveUp(h)
		}
	}
	if d.inFrame {
		d.inFrame = false
		h.FrameEnd(d.frame, d.start, d.captured)
	}
	if d.headLen > 0 {
		head := d.head[:d.headLen]
		d.offset -= int64(len(head))
		d.lose(Unfinished)
		d.keep(head, false)
		d.giveUp(h)
	}
}
