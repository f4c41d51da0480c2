package tui

import (
	"slices"

	"wsight/dissect"
	"wsight/session"
)

// setFilter filters from now on by f.
func (l *timeline) setFilter(f *filter) {
	l.hunt.stop()
	l.filter, l.hunt = f, nil
	if f != nil && f.exact && l.conv > 0 {
		l.hunt = &hunt{filter: f.text, conv: l.conv}
	}
	l.rescan()
}

// rescan looks at all rows anew: the filter or the form has changed.
func (l *timeline) rescan() {
	chosen := l.chosen
	l.index, l.scanned, l.n = l.index[:0], 0, 0
	l.frameRow = frameKey{}
	if l.filter != nil {
		l.filter.pings = l.filter.pings[:0]
	}
	l.refresh()
	if chosen >= 0 {
		l.pick(chosen)
	}
	l.choose()
}

// How many rows are looked at before something is drawn again: without a
// filter, and with one, which takes longer.
const (
	scanAtOnce   = 256 << 10
	filterAtOnce = 64 << 10
)

// refresh takes in the rows that came, and lets those go that are no longer
// kept.
func (l *timeline) refresh() {
	if l.conv == 0 {
		return
	}
	before := l.over
	l.over, _ = l.ui.rec.Overview(l.conv)
	l.know(&before)
	first, end := l.ui.rec.Extent(l.conv)
	l.kept, l.gone = end-first, first
	if drop, _ := slices.BinarySearch(l.index, uint32(first)); drop > 0 {
		l.index = slices.Delete(l.index, 0, drop)
		l.moved(max(l.sel-drop, 0))
	}
	limit := scanAtOnce
	if l.filter != nil {
		limit = filterAtOnce
	}
	n, waits := 0, -1
	next := l.ui.rec.Scan(l.conv, l.scanned, func(r *session.Row) bool {
		pass, known := l.passes(r)
		if !known {
			waits = r.ID
			return false
		}
		if pass {
			l.index = append(l.index, uint32(r.ID))
		}
		n++
		return n < limit
	})
	if l.waiting = waits >= 0; l.waiting {
		next = waits
	}
	l.scanned = next
	switch {
	case l.waiting && l.hunt.due(l.ui.now()):
		l.ui.hunt(l.hunt)
	case l.waiting && l.hunt.stopped:
	case l.scanned < end:
		l.ui.wake() // there is more to look at
	}
	l.n = len(l.index)
	l.clamp()
	if l.follow || l.chosen < 0 {
		l.choose()
	}
}

// know brings up to date what the filter is told of the connection; rows that
// were looked at are looked at anew when that changes what it says of them.
func (l *timeline) know(before *session.Overview) {
	f := l.filter
	if f == nil || l.over.Conv == nil {
		l.subject = nil
		return
	}
	news := l.subject == nil || l.subject.conv != l.over.Conv || before.State != l.over.State || before.Ended != l.over.Ended || before.Findings != l.over.Findings
	if !news {
		return
	}
	again := l.subject != nil && l.subject.conv == l.over.Conv && f.shifts() && l.scanned > 0
	l.subject = f.subject(l.ui.rec, &l.over)
	if again {
		l.index, l.scanned, l.frameRow = l.index[:0], 0, frameKey{}
	}
}

// passes reports whether a row is shown; known is false while that has still
// to be found out.
func (l *timeline) passes(r *session.Row) (pass, known bool) {
	f, frames := l.filter, l.frames || l.filter != nil && l.filter.frames
	switch {
	case r.Kind == session.RowFrame && !frames && !r.Reserved:
		return false, true
	case r.Kind == session.RowMessage && frames && r.Frames > 1:
		return false, true // its frames are there
	case l.noPings && r.Kind == session.RowMessage && (r.Type == dissect.Ping || r.Type == dissect.Pong):
		return false, true
	case l.noPings && l.heartbeat(r):
		return false, true
	case l.onlyMarked && !l.marks[l.conv][r.ID]:
		return false, true
	case f == nil:
		return true, true
	case l.subject == nil:
		return false, true
	case f.exact && r.Kind == session.RowMessage:
		return l.hunt.selected(r, 0)
	case f.frames && r.Kind == session.RowFrame:
		key := frameKey{packet: r.Packet, dir: r.Dir}
		if key.packet == l.frameRow.packet && key.dir == l.frameRow.dir {
			key.nth = l.frameRow.nth + 1
		}
		if pass, known = l.hunt.selected(r, key.nth); known {
			l.frameRow = key
		}
		return pass, known
	}
	return f.selects(l.subject, r) || frames && r.Kind == session.RowMessage && f.selectsFrame(l.subject, r), true
}
