package dissect

import (
	"bytes"
	"slices"

	"wsight/dissect/deflate"
	"wsight/flow"
)

// streamMemory is about what a stream takes in a Checkpoint without its
// histories: itself and its conversation.
const streamMemory = 3 << 10

func (s *stream) each(see func(*stream)) { see(s) }

func (s *stream) copyTo(to *copier) (layer, bool) {
	kept := &stream{c: to.conn, deflate: s.deflate, unlike: s.unlike}
	s.talk.copyTo(&kept.talk, to)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if !s.half(d).copyTo(kept.half(d), kept, to) {
			return nil, false
		}
	}
	return kept, to.pay(streamMemory)
}

// copyTo makes kept a copy of h in the stream of.
func (h *half) copyTo(kept *half, of *stream, to *copier) bool {
	*kept = *h
	kept.stream = of
	kept.raw, kept.marks.list = bytes.Clone(h.raw), slices.Clone(h.marks.list)
	kept.data.kept, kept.data.sum, kept.data.headless = nil, nil, h.open
	kept.control.kept, kept.control.sum = bytes.Clone(h.control.kept), nil
	switch h.current {
	case &h.data:
		kept.current = &kept.data
	case &h.control:
		kept.current = &kept.control
	}
	if d := to.dissector; d != nil {
		kept.inflater, kept.saved = nil, nil
		if h.saved != nil {
			kept.inflater = new(deflate.Inflater)
			d.limit(kept.inflater, &h.deflate, h.dir)
			kept.inflater.Restore(h.saved)
		}
		kept.frames = h.frames.Clone(&d.scratch)
		return true
	}
	kept.inflater, kept.saved = nil, nil
	if h.inflater != nil {
		kept.saved = h.inflater.Snapshot()
		to.left -= kept.saved.Size()
	}
	kept.frames = h.frames.Clone(nil)
	const mark = 48 // bytes
	return to.pay(kept.frames.Held() + len(kept.raw) + mark*len(kept.marks.list) + len(kept.control.kept))
}

// copyTo makes kept a copy of what is known of a conversation. What others
// point to is copied, too, so that they see neither what comes later nor a
// replay.
func (t *talk) copyTo(kept *talk, to *copier) {
	*kept = *t
	conv := *t.conv
	if conv.TLS != nil && to.tls != nil {
		conv.TLS = to.tls
	}
	kept.conv = &conv
	for d := range t.closes {
		if t.closes[d] != nil {
			kept.closes[d] = &kept.said[d]
		}
		kept.pings[d].open = slices.Clone(t.pings[d].open)
	}
	kept.reported = slices.Clone(t.reported)
	for d := range kept.pings {
		for i := range kept.pings[d].open {
			to.left -= 64 + len(kept.pings[d].open[i].payload)
		}
	}
}
