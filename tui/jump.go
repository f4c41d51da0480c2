package tui

import (
	"time"

	"wsight/session"
)

// A jump is a place to come back to.
type jump struct {
	screen   place
	conv, id int
}

const jumpsKept = 100

// remember notes where the view is, before it jumps.
func (u *UI) remember() {
	u.back = append(u.back, u.here())
	if len(u.back) > jumpsKept {
		u.back = u.back[1:]
	}
	u.forth = nil
}

func (u *UI) here() jump { return jump{u.screen, u.conns.chosen, u.timeline.chosen} }

// jumpTo goes to the last place of from, and notes this one in to.
func (u *UI) jumpTo(from, to *[]jump) {
	n := len(*from)
	if n == 0 {
		u.flash = "There is nowhere to go back to."
		return
	}
	j := (*from)[n-1]
	*from = (*from)[:n-1]
	*to = append(*to, u.here())
	u.conns.pick(j.conv)
	u.enter(j.screen)
	if j.screen == atTimeline {
		u.pickRow(j.id)
	}
}

// largest goes to the message with the most payload.
func (u *UI) largest() {
	u.most("There is no data message here.", func(r *session.Row) int64 {
		if r.Kind != session.RowMessage || r.Control {
			return -1
		}
		return max(r.Length, r.Wire)
	})
}

// slowest goes to the pong, or the answer that the format knows, that took
// longest.
func (u *UI) slowest() {
	if u.timeline.readOn(u.slowest) {
		return
	}
	words := u.timeline.words()
	pings, asked := map[int]time.Time{}, map[int]time.Time{} // by ID, by number
	u.most("Nothing here answers anything.", func(r *session.Row) int64 {
		switch {
		case r.Kind != session.RowMessage:
		case r.Control && r.Peer > r.ID:
			pings[r.ID] = r.Time
		case r.Control && r.Peer >= 0:
			if sent, ok := pings[r.Peer]; ok {
				delete(pings, r.Peer)
				return int64(r.Time.Sub(sent))
			}
		case words == nil || r.Control:
		case words.Partner(r.N) > r.N:
			asked[r.N] = r.Time
		default:
			if sent, ok := asked[words.Partner(r.N)]; ok {
				return int64(r.Time.Sub(sent))
			}
		}
		return -1
	})
}

// most goes to the first row for which of is the largest; below zero it does
// not count.
func (u *UI) most(none string, of func(*session.Row) int64) {
	best, id := int64(-1), -1
	u.rec.Scan(u.timeline.conv, 0, func(r *session.Row) bool {
		if n := of(r); n > best {
			best, id = n, r.ID
		}
		return true
	})
	if id < 0 {
		u.flash = none
		return
	}
	u.remember()
	u.pickRow(id)
}

// problem goes to the next problem, from the rows of this connection on to
// those of the next that has any.
func (u *UI) problem(by int) {
	if u.screen == atProblems {
		u.problems.move(by)
		u.problems.follow = false
		u.problems.choose()
		return
	}
	if u.screen == atTimeline {
		u.timeline.lanes = nil
		if i, ok := u.timeline.find(u.timeline.sel, by, bad); ok {
			u.remember()
			u.timeline.to(i)
			u.timeline.choose()
			return
		}
	}
	l := u.conns
	for i := l.sel + by; i >= 0 && i < l.n; i += by {
		o := &l.all[l.shown[i]]
		if !o.Problem() && !o.Failed() {
			continue
		}
		u.remember()
		l.to(i)
		l.choose()
		if u.screen == atTimeline {
			from := -1
			if by < 0 {
				from = u.timeline.n
			}
			if at, ok := u.timeline.find(from, by, bad); ok {
				u.timeline.to(at)
				u.timeline.choose()
			}
			u.flash = "connection #" + itoa(o.Number)
		}
		return
	}
	u.flash = "No further problem in the connections shown."
	if u.conns.problems == 0 {
		u.flash = "No problem was found" + u.soFarText() + "."
	}
}

// peer goes to what belongs to the selected row.
func (u *UI) peer() {
	r, ok := u.timeline.current()
	if !ok {
		return
	}
	id, ok := u.timeline.peer(&r)
	if !ok && r.Kind == session.RowMessage && !r.Control && u.timeline.readOn(u.peer) {
		return
	}
	if !ok {
		u.flash = "Nothing belongs to this row: peers are ping and pong, the two Closes, request and answer, frames and message."
		return
	}
	u.remember()
	if p, kept := u.rec.Row(u.timeline.conv, id); kept && (p.Kind == session.RowFrame && !p.Reserved) != u.timeline.frames && (p.Kind == session.RowFrame || p.Frames > 1) {
		u.toggleFrames()
	}
	u.pickRow(id)
}
