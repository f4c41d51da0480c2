package websocket

import (
	"math/bits"

	"wsight/flow"
)

// oddities are the ways in which a header is illegal, as far as that makes it
// doubtful that it is a header at all.
type oddities uint16

const (
	oddReserved oddities = 1 << iota // RSV2, RSV3, or RSV1 without a meaning
	oddOpcode
	oddMask
	oddControl // fragmented, or too long
	oddLength  // not minimal
	oddOrder   // a continuation of nothing, or none where one is due
	oddOverflow
	oddEmpty // an empty fragment; legal, but odd beside another oddity
	oddText  // not odd by itself: the bytes read as HTTP or HTML
)

func (o oddities) count() int { return bits.OnesCount16(uint16(o)) }

// odd returns how h is illegal.
func odd(h *Header, dir flow.Direction, deflate bool, order opening) (o oddities) {
	control := h.Opcode.Control()
	if h.Rsv2 || h.Rsv3 || h.Rsv1 && (!deflate || control || h.Opcode == Continuation) {
		o |= oddReserved
	}
	if !h.Opcode.Defined() {
		o |= oddOpcode
	}
	if h.Masked == (dir == flow.ServerToClient) && dir != 0 {
		o |= oddMask
	}
	if control && (!h.Fin || h.Length > 125) {
		o |= oddControl
	}
	if h.lengthSize() > extendedSize(h.Length) {
		o |= oddLength
	}
	if h.Opcode == Continuation && order == closed || (h.Opcode == Text || h.Opcode == Binary) && order == open {
		o |= oddOrder
	}
	if h.Length>>63 != 0 {
		o |= oddOverflow
	}
	if o != 0 && h.Length == 0 && !h.Fin {
		o |= oddEmpty
	}
	return o
}

// foreign reports whether p begins with what proxies put between frames: the
// size of a chunk, an HTTP answer, a page.
func foreign(p []byte) bool {
	for _, prefix := range []string{"HTTP/1.", "<!", "<h", "<H", "\r\n"} {
		if len(p) >= len(prefix) && string(p[:len(prefix)]) == prefix {
			return true
		}
	}
	i := 0
	for i < min(len(p), 8) && (p[i] >= '0' && p[i] <= '9' || p[i]|0x20 >= 'a' && p[i]|0x20 <= 'f') {
		i++
	}
	return i > 0 && i+2 <= len(p) && p[i] == '\r' && p[i+1] == '\n'
}

// after returns what is known of fragmented messages behind a frame.
func (o opening) after(h *Header) opening {
	switch {
	case h.Opcode.Control() || !h.Opcode.Defined():
		return o
	case h.Opcode == Continuation && o == closed:
		return closed // it continues nothing, nor does the next one
	case h.Fin:
		return closed
	}
	return open
}

// A trial decides whether an illegal header is a header, by what comes where
// its frame would end. Endpoints break rules one at a time and stay in step;
// bytes that are no frames break several at once and lead nowhere.
type trial struct {
	start  int64 // of the first odd header
	next   int64 // of the header after the ones that were read
	odd    oddities
	order  opening
	frames int
	clean  int // evidence: legal headers, and segments that end with the frame
}

// A verdict on a trial. The numbers are ours.
type verdict uint8

const (
	undecided verdict = iota
	isFrame
	isNotFrame
)

const (
	// maxTrial is how many frames a trial follows.
	maxTrial = 8
	// maxOddities is how many kinds of oddity a trial of several frames takes.
	maxOddities = 2
)

// read goes on with the headers that u has. segmentEnd says that its bytes
// end with a segment.
func (t *trial) read(u *hunter, dir flow.Direction, deflate, segmentEnd bool) verdict {
	for t.next < u.end {
		p, hole := u.from(t.next)
		h, ok := ParseHeader(p)
		switch {
		case !ok && !hole:
			return undecided
		case !ok:
			return t.doubtful()
		}
		if t.frames > 0 && u.landing(t.next) > 0 {
			t.clean++
		}
		o := odd(&h, dir, deflate, t.order)
		if o != 0 && foreign(p) {
			o |= oddText
		}
		switch {
		case o&oddOverflow != 0 && o != oddOverflow:
			return isNotFrame
		case o == 0:
			t.clean++
		case t.frames > 0:
			t.clean = 0
			if o&^t.odd != 0 && (t.odd|o).count() > maxOddities {
				return isNotFrame
			}
		}
		if t.frames > 0 && t.enough() {
			return isFrame
		}
		t.odd |= o
		t.order = t.order.after(&h)
		t.frames++
		t.next += int64(h.Size) + int64(min(h.Length, 1<<62))
		if t.frames > maxTrial || t.next-t.start > heldLimit/2 {
			return t.doubtful()
		}
	}
	if segmentEnd && t.next == u.end && (t.odd.count() == 1 || t.frames == 1 && u.segment(t.start) > 0) {
		return isFrame
	}
	return undecided
}

// enough says whether the evidence is: one oddity needs little.
func (t *trial) enough() bool { return t.clean >= min(t.odd.count(), 2) }

// doubtful is the verdict when there is no more to go by.
func (t *trial) doubtful() verdict {
	if t.odd.count() == 1 {
		return isFrame
	}
	return isNotFrame
}

// end is the verdict once the direction is over: a frame that ends exactly
// with it is one; so is one that broke one rule and was cut off.
func (t *trial) end(u *hunter) verdict {
	if t.frames > 0 && (t.next == u.end || t.next > u.end && t.odd.count() == 1) {
		return isFrame
	}
	return isNotFrame
}
