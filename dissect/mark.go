package dissect

import (
	"slices"
	"time"

	"wsight/flow"
)

// Marks are the places where packets began in the bytes of a direction, while
// it is not known where frames begin: what is then found in bytes that came
// earlier is told as of the packets that brought it.
type marks struct {
	list []mark // by offset
}

type mark struct {
	offset int64
	packet flow.PacketID
	time   time.Time
}

// maxMarks bounds what very short segments can make marks cost; the oldest
// half goes first.
const maxMarks = 4096

// add notes where bytes, or a hole before them, begin.
func (m *marks) add(offset int64, packet flow.PacketID, at time.Time) {
	if len(m.list) == maxMarks {
		m.list = slices.Delete(m.list, 0, maxMarks/2)
	}
	m.list = append(m.list, mark{offset, packet, at})
}

// find returns the mark of the byte at offset. It reports false when none is
// known: it came with the packet in hand.
func (m *marks) find(offset int64) (mark, bool) {
	i, found := slices.BinarySearchFunc(m.list, offset, func(k mark, at int64) int { return int(min(max(k.offset-at, -1), 1)) })
	for found && i+1 < len(m.list) && m.list[i+1].offset == offset {
		i++ // an empty piece before it
	}
	if !found {
		i--
	}
	if i < 0 {
		return mark{}, false
	}
	return m.list[i], true
}

// feed gives the decoder the bytes of the chunk in hand.
func (h *half) feed(p []byte) {
	at := h.frames.Offset()
	if h.frames.Hunting() || len(h.marks.list) > 0 {
		h.feedMarked(p, at)
		return
	}
	h.frames.Feed(p, h)
	if h.frames.Hunting() {
		h.marks.add(at, h.c.packet, h.c.time)
	}
}

// feedMarked is feed where frames may begin in bytes that came earlier. p
// begins at offset at.
func (h *half) feedMarked(p []byte, at int64) {
	packet, now := h.c.packet, h.c.time
	hunting := h.frames.Hunting()
	if hunting {
		h.marks.add(at, packet, now)
	}
	h.frames.Feed(p, h)
	h.c.packet, h.c.time = packet, now
	switch {
	case !h.frames.Hunting():
		h.marks.list = h.marks.list[:0]
	case !hunting:
		h.marks.add(at, packet, now)
	}
}

// skip tells the decoder about n missing bytes.
func (h *half) skip(n int64) {
	packet, now := h.c.packet, h.c.time
	if h.frames.Hunting() {
		h.marks.add(h.frames.Offset(), packet, now)
	}
	h.frames.Skip(n, h)
	h.c.packet, h.c.time = packet, now
}

// endFrames tells the decoder that nothing follows.
func (h *half) endFrames() {
	packet, now := h.c.packet, h.c.time
	h.frames.End(h)
	h.c.packet, h.c.time = packet, now
	h.marks.list = h.marks.list[:0]
}

// seek makes the packet that brought the byte at offset the one in hand.
func (h *half) seek(offset int64) {
	if len(h.marks.list) == 0 {
		return
	}
	if m, ok := h.marks.find(offset); ok {
		h.c.packet, h.c.time = m.packet, m.time
	}
}
