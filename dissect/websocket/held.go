package websocket

import (
	"cmp"
	"math/bits"
	"slices"
)

// held keeps bytes of a direction while it is not known how to read them,
// with the holes between them and the places where segments began.
type held struct {
	bytes []byte
	runs  []run
	cuts  []int64 // offsets at which segments began, in order
	end   int64   // offset of the next byte
}

// A run is bytes without a hole.
type run struct {
	offset int64
	at     int // index of its first byte in bytes
}

// reset empties h; the next byte has the given offset.
func (h *held) reset(offset int64) {
	h.bytes, h.runs, h.cuts, h.end = h.bytes[:0], h.runs[:0], h.cuts[:0], offset
}

// add appends p. cut says that a segment begins with it.
func (h *held) add(p []byte, cut bool) {
	if n := len(h.runs); n == 0 || h.runs[n-1].offset+int64(len(h.bytes)-h.runs[n-1].at) != h.end {
		h.runs = append(h.runs, run{h.end, len(h.bytes)})
	}
	if cut {
		h.cuts = append(h.cuts, h.end)
	}
	h.bytes = append(h.bytes, p...)
	h.end += int64(len(p))
}

// hole notes that n bytes are missing.
func (h *held) hole(n int64) { h.end += n }

// from returns the bytes from offset on, up to the next hole or the end, and
// whether what follows them is a hole. It returns nil, true inside a hole.
func (h *held) from(offset int64) (p []byte, hole bool) {
	for i := len(h.runs) - 1; i >= 0; i-- {
		r := h.runs[i]
		if offset < r.offset {
			continue
		}
		stop := len(h.bytes)
		if i+1 < len(h.runs) {
			stop = h.runs[i+1].at
		}
		runEnd := r.offset + int64(stop-r.at)
		if offset > runEnd || offset == runEnd && runEnd < h.end {
			return nil, offset < h.end
		}
		return h.bytes[r.at+int(offset-r.offset) : stop], runEnd < h.end
	}
	return nil, offset < h.end
}

// start returns the offset of the first byte that is kept.
func (h *held) start() int64 {
	if len(h.runs) == 0 {
		return h.end
	}
	return h.runs[0].offset
}

// drop forgets the first n bytes.
func (h *held) drop(n int) {
	for len(h.runs) > 1 && h.runs[1].at <= n {
		h.runs = slices.Delete(h.runs, 0, 1)
	}
	h.runs[0].offset += int64(n - h.runs[0].at)
	h.runs[0].at = n
	for i := range h.runs {
		h.runs[i].at -= n
	}
	h.bytes = h.bytes[:copy(h.bytes, h.bytes[n:])]
	i, _ := slices.BinarySearch(h.cuts, h.runs[0].offset)
	h.cuts = slices.Delete(h.cuts, 0, i)
}

// landing returns how much it says, in bits, that a frame ends or begins at
// offset: nothing inside a segment, and between two of them the more the
// longer the one before is, because chance finds its end more rarely.
func (h *held) landing(offset int64) int {
	i, found := slices.BinarySearch(h.cuts, offset)
	if !found && offset != h.end || i == 0 {
		return 0
	}
	return bits.Len64(uint64(offset-h.cuts[i-1])) - 1
}

// segment returns the length of the segment that begins at offset, 0 when
// none does.
func (h *held) segment(offset int64) int64 {
	i, found := slices.BinarySearch(h.cuts, offset)
	switch {
	case !found:
		return 0
	case i+1 < len(h.cuts):
		return h.cuts[i+1] - offset
	}
	return h.end - offset
}

// piece returns the bytes from offset on that lie in one segment, and which
// ends of a segment they have; or, inside a hole, how many bytes of it follow.
func (h *held) piece(offset int64) (p []byte, e edges, lost int64) {
	p, hole := h.from(offset)
	if len(p) == 0 {
		i, _ := slices.BinarySearchFunc(h.runs, offset, func(r run, at int64) int { return cmp.Compare(r.offset, at) })
		if i < len(h.runs) {
			return nil, e, h.runs[i].offset - offset
		}
		return nil, e, h.end - offset
	}
	i, found := slices.BinarySearch(h.cuts, offset)
	e = edges{start: found, end: hole}
	if found {
		i++
	}
	if i < len(h.cuts) && h.cuts[i] < offset+int64(len(p)) {
		p, e.end = p[:h.cuts[i]-offset], true
	}
	return p, e, 0
}

// lostFrom returns how many bytes from offset on are missing.
func (h *held) lostFrom(offset int64) (n int64) {
	for offset < h.end {
		p, _, lost := h.piece(offset)
		n += lost
		offset += lost + int64(len(p))
	}
	return n
}
