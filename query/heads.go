package query

import (
	"cmp"

	"wsight/dissect"
)

// maxHeads is how many bytes of heads are held of connections of which
// nothing has been selected yet, unless Filter.Keep says otherwise.
const maxHeads = 64 << 20

// heads hold handshakes within a bound: beyond it, the oldest go.
type heads struct {
	queue []*story // oldest first; those that need no room stay until they come first
	room  int64    // the bound in bytes; 0: maxHeads
	bytes int
	lost  int64 // handshakes that went
}

// hold keeps a copy of e with st.
func (h *heads) hold(st *story, e *dissect.Handshake) {
	h.release(st)
	const rest = 1 << 10 // beside the text
	st.handshake, st.size = e.Clone(), rest
	if e.Request != nil {
		st.size += e.Request.Size
	}
	if e.Response != nil {
		st.size += e.Response.Size
	}
	h.bytes += st.size
	h.queue = append(h.queue, st)
	for int64(h.bytes) > cmp.Or(h.room, maxHeads) && len(h.queue) > 1 {
		oldest := h.queue[0]
		if oldest.size > 0 {
			h.lost++
			h.release(oldest)
			oldest.handshake = nil
		}
		h.queue = h.queue[1:]
	}
	const some = 1024
	if live := h.bytes / rest; len(h.queue) > 2*live+some {
		h.compact()
	}
}

// release takes st out of the account; its handshake stays as long as st.
func (h *heads) release(st *story) {
	h.bytes -= st.size
	st.size = 0
}

// compact forgets the stories that need no room.
func (h *heads) compact() {
	kept := h.queue[:0]
	for _, st := range h.queue {
		if st.size > 0 {
			kept = append(kept, st)
		}
	}
	clear(h.queue[len(kept):])
	h.queue = kept
}
