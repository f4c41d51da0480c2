package dissect

import (
	"bytes"
	"time"

	"wsight/flow"
)

// A hold keeps chunks until it is known what they are.
type hold struct {
	chunks  []flow.Chunk
	bytes   int
	waiting bool // for what decides
	given   bool // it was decided once: do not wait again
}

// add keeps a copy of ch. It reports false when limit is passed; ch is kept
// all the same, so that nothing is lost on the way to whoever takes over.
func (h *hold) add(ch flow.Chunk, limit int) bool {
	ch.Data = bytes.Clone(ch.Data)
	h.chunks = append(h.chunks, ch)
	h.bytes += len(ch.Data)
	return h.bytes <= limit && len(h.chunks) <= maxHeldChunks
}

// maxHeldChunks bounds what one-byte segments can make a hold cost.
const maxHeldChunks = 4096

// precedes reports whether what is kept was sent before a packet that was
// captured at that time. The numbers alone do not tell: a capture of several
// interfaces or cores puts packets into the file out of order, and what was
// lost may be taken for late.
func (h *hold) precedes(packet flow.PacketID, at time.Time) bool {
	if len(h.chunks) == 0 {
		return false
	}
	first := &h.chunks[0]
	return flow.ComparePackets(first.Packet, first.Time, packet, at) <= 0 && !first.Time.After(at)
}

// take returns what was kept and forgets it.
func (h *hold) take() []flow.Chunk {
	chunks := h.chunks
	*h = hold{given: true}
	return chunks
}
