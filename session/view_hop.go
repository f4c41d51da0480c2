package session

import (
	"slices"

	"wsight/diagnose"
)

// hop notes a pair of legs with both of them.
func (r *Record) hop(h *diagnose.Hop) {
	kept := *h
	kept.Conversations = slices.Clone(h.Conversations)
	for _, c := range kept.Conversations {
		if t := r.track(c.Number); t != nil {
			t.hops = append(t.hops, &kept)
			t.sum.Legs = true
			t.touch()
		}
	}
}

// Hops returns the pairs of legs that a conversation is one of: with the leg
// nearer to the client, with the one nearer to the server, or both. They must
// not be changed.
func (r *Record) Hops(conv int) []*diagnose.Hop {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.track(conv); t != nil {
		return t.hops[:len(t.hops):len(t.hops)]
	}
	return nil
}
