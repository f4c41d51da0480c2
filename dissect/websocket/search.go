package websocket

import "wsight/flow"

// Hunt says that the next byte may lie anywhere in a frame. It is for a
// direction whose beginning was not captured, before the first Feed.
func (d *Decoder) Hunt() {
	if d.hunt == nil {
		d.lose(Unaligned)
	}
}

// lose begins a hunt at the current offset.
func (d *Decoder) lose(why Reason) {
	u := new(hunt)
	u.skip = Skip{Why: why, From: d.offset}
	switch d.Dir {
	case flow.ClientToServer:
		u.mask = masked
	case flow.ServerToClient:
		u.mask = unmasked
	}
	if d.Deflate {
		u.rsv1 = rsv1Agreed
	}
	u.restart(d.offset)
	d.hunt, d.headLen, d.order = u, 0, openUnknown
}

// keep gives bytes to the hunt. cut says that a segment begins with them.
func (d *Decoder) keep(p []byte, cut bool) {
	if len(p) == 0 {
		return
	}
	u := d.hunt
	u.nFirst += copy(u.first[u.nFirst:], p)
	u.hunter.feed(p, cut)
	d.offset += int64(len(p))
}

// try begins a hunt at an odd header, which is complete: its first had bytes
// are in d.head, and p holds the others. The hunt's first candidate is that
// header itself.
func (d *Decoder) try(p []byte, had int, e edges, h Handler) {
	order, head := d.order, d.head
	d.offset -= int64(d.frame.Size)
	d.lose(NotFrames)
	d.hunt.onTrial = true
	d.hunt.trial = trial{start: d.offset, next: d.offset, order: order}
	d.keep(head[:had], false)
	d.search(p, e, h)
}

// search looks for frames in p.
func (d *Decoder) search(p []byte, e edges, h Handler) {
	for len(p) > 0 {
		if d.hunt == nil {
			d.feed(p, e, h)
			return
		}
		n := min(len(p), huntStep)
		d.keep(p[:n], e.start)
		p, e.start = p[n:], false
		d.settle(e.end && len(p) == 0, h)
	}
}

// settle resumes if it has become clear where.
func (d *Decoder) settle(segmentEnd bool, h Handler) {
	u := d.hunt
	if u.onTrial {
		switch u.trial.read(&u.hunter, d.Dir, d.Deflate, segmentEnd) {
		case isFrame:
			d.accept(segmentEnd, h)
			return
		case isNotFrame:
			u.onTrial = false
		}
	}
	at, ok := u.found(segmentEnd)
	switch {
	case !ok:
	case u.onTrial && at >= u.trial.next && u.leads(u.trial.next):
		d.accept(segmentEnd, h)
	default:
		d.resume(at, segmentEnd, h)
	}
}

// accept ends a trial: the odd frame was one, and its oddities are no longer
// doubted in this direction.
func (d *Decoder) accept(segmentEnd bool, h Handler) {
	u := d.hunt
	d.hunt = nil
	d.usual |= u.trial.odd
	d.replay(u, u.trial.start, segmentEnd, h)
}

// resume ends a hunt at offset.
func (d *Decoder) resume(offset int64, segmentEnd bool, h Handler) {
	u := d.hunt
	d.hunt = nil
	d.tell(u, offset, true, h)
	d.replay(u, offset, segmentEnd, h)
}

// giveUp ends a hunt without success.
func (d *Decoder) giveUp(h Handler) {
	u := d.hunt
	d.hunt = nil
	d.tell(u, d.offset, false, h)
}

// tell says what u skipped up to end.
func (d *Decoder) tell(u *hunt, end int64, resumed bool, h Handler) {
	s := u.skip
	s.Length = end - s.From
	s.Lost -= u.lostFrom(end)
	s.Resumed = resumed
	s.First = u.first[:min(int64(u.nFirst), s.Length-s.Lost)]
	if s.Length > 0 {
		h.Skipped(s)
	}
}

// replay reads what u kept from offset on.
func (d *Decoder) replay(u *hunt, offset int64, segmentEnd bool, h Handler) {
	d.offset = offset
	for offset < u.end {
		p, e, lost := u.piece(offset)
		if lost > 0 {
			d.Skip(lost, h)
			offset += lost
			continue
		}
		offset += int64(len(p))
		d.feed(p, edges{e.start, e.end || offset == u.end && segmentEnd}, h)
	}
}
