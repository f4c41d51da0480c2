package tui

import (
	"wsight/session"
)

// enter turns to a screen.
func (u *UI) enter(p place) {
	u.screen, u.focus, u.zoom = p, p, false
	if p == atTimeline {
		u.conns.follow = false // a new connection must not take this one away
	}
	if p == atProblems {
		u.problems.rebuild()
	}
	u.detail.page = nil
}

// open goes deeper from the pane that has the keys.
func (u *UI) open() {
	switch u.focus {
	case atConnections:
		if u.conns.current() != nil {
			u.enter(atTimeline)
			u.timeline.choose()
		}
	case atTimeline:
		u.focus = atDetail
	case atProblems:
		if p, ok := u.problems.current(); ok {
			if p.conv == 0 {
				u.flash = "That is about the capture as a whole, and about no connection."
				return
			}
			if p.cause != nil {
				u.toCause(p.cause)
				return
			}
			u.remember()
			if p.convs > 0 {
				f, _ := u.newFilter("code:" + string(p.code))
				u.conns.setFilter(f)
				u.enter(atConnections)
				return
			}
			u.toFinding(p)
		}
	case atDetail:
		if u.detail.page != nil {
			u.detail.page.enter(u.detail.sel)
		}
	}
}

// toFinding shows the row of a problem in its timeline.
func (u *UI) toFinding(p problem) {
	u.conns.pick(p.conv)
	u.timeline.show(p.conv)
	u.enter(atTimeline)
	if p.inside {
		u.rowOf(func(r *session.Row) bool { return r.Kind == session.RowMessage && r.N == p.first.Message })
		return
	}
	u.rowOf(func(r *session.Row) bool { return r.Finding != nil && r.Finding.Code == p.code })
}

// rowOf selects the first row that see wants, without the filter if it has to.
func (u *UI) rowOf(see func(*session.Row) bool) bool {
	l := u.timeline
	id := -1
	u.rec.Scan(l.conv, 0, func(r *session.Row) bool {
		if see(r) {
			id = r.ID
		}
		return id < 0
	})
	if id < 0 {
		return false
	}
	u.pickRow(id)
	return true
}

// pickRow selects a row by its ID; when the filter hides it the filter goes.
func (u *UI) pickRow(id int) {
	l := u.timeline
	l.lanes = nil
	l.follow = false
	l.pick(id)
	if l.chosen != id && (l.filter != nil || l.noPings) {
		l.noPings = false
		l.setFilter(nil)
		l.pick(id)
		u.flash = "The filter hid that row and was cleared."
	}
	l.choose()
}

// stepBack undoes one step: filter, zoom, pane, screen.
func (u *UI) stepBack() {
	switch {
	case u.saving != nil && !u.leaving:
		if u.saving.cancel != nil {
			u.saving.cancel()
		}
	case u.screen == atTimeline && u.timeline.ranged:
		u.timeline.ranged = false
	case u.zoom:
		u.zoom = false
	case u.focus == atDetail && u.screen != u.focus:
		u.focus = u.screen
	case u.screen == atTimeline && u.timeline.lanes != nil:
		u.toggleLanes()
	case u.undoFilter():
	case u.screen != atConnections:
		u.enter(atConnections)
	default:
		u.flash = "This is the top; q leaves."
	}
}

// turnPane gives the keys to the next pane that is on the screen.
func (u *UI) turnPane(by int) {
	order := []place{atConnections, atTimeline, atDetail}
	at := 0
	for i, p := range order {
		if p == u.focus {
			at = i
		}
	}
	for range order {
		at = (at + by + len(order)) % len(order)
		if !u.areas[order[at]].empty() && !u.zoom || u.zoom && (order[at] == u.screen || order[at] == atDetail) {
			break
		}
	}
	if u.screen == atProblems || u.screen == atCapture {
		return
	}
	u.focus = order[at]
	if u.focus != atDetail {
		u.screen = u.focus
	}
}
