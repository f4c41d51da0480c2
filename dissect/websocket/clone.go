package websocket

import (
	"bytes"
	"slices"
)

// Clone returns a Decoder in the same state that shares nothing with d. It
// takes scratch for its own, as [Decoder.Scratch].
func (d *Decoder) Clone(scratch *Scratch) Decoder {
	c := *d
	c.Scratch = scratch
	if d.hunt == nil {
		return c
	}
	u := *d.hunt
	u.bytes, u.runs, u.cuts = bytes.Clone(u.bytes), slices.Clone(u.runs), slices.Clone(u.cuts)
	u.chains, u.skip.First = slices.Clone(u.chains), bytes.Clone(u.skip.First)
	c.hunt = &u
	return c
}

// Held returns roughly how many bytes of memory d takes beside itself: none
// unless it hunts.
func (d *Decoder) Held() int {
	u := d.hunt
	if u == nil {
		return 0
	}
	const fixed, run, chain = 512, 16, 80
	return fixed + len(u.bytes) + run*len(u.runs) + 8*len(u.cuts) + chain*len(u.chains)
}
