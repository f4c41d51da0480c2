package tui

import (
	"strconv"
	"strings"
	"time"

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

// back1 undoes one step: filter, zoom, pane, screen.
func (u *UI) back1() {
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

// leave goes back, and at the top ends the program.
func (u *UI) leave() {
	if u.screen == atConnections && u.focus == atConnections && !u.zoom {
		u.quit()
		return
	}
	u.leaving = true
	u.back1()
	u.leaving = false
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
		u.flash = "No problem was found so far."
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

// goNumber goes to the message, connection or line with a number.
func (u *UI) goNumber(n int) {
	u.remember()
	switch {
	case u.focus == atConnections:
		if !u.conns.pick(n) {
			u.flash = "There is no connection " + itoa(n) + "."
		}
	case u.focus == atDetail:
		u.detail.to(n - 1)
	case u.screen == atTimeline:
		if !u.rowOf(func(r *session.Row) bool { return r.Kind == session.RowMessage && r.N == n }) {
			u.flash = "There is no message " + itoa(n) + " here."
		}
	}
}

// goTime goes to the first row at or after a time: seconds as the list shows
// them, or a time of day.
func (u *UI) goTime(text string) bool {
	from := u.timeline.over.Start
	if u.timeline.clock == sinceCapture {
		from = u.snap.First
	}
	var at time.Time
	if v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimPrefix(text, "+"), "s"), 64); err == nil && v >= 0 && v < 1e9 {
		at = from.Add(time.Duration(v * 1e9))
	} else {
		for _, layout := range []string{"15:04:05.999999999", "15:04:05", "15:04"} {
			if t, err := time.Parse(layout, text); err == nil {
				y, m, d := from.UTC().Date()
				at = time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
				if at.Before(from) {
					at = at.AddDate(0, 0, 1)
				}
				break
			}
		}
	}
	if at.IsZero() {
		return false
	}
	u.remember()
	if !u.rowOf(func(r *session.Row) bool { return r.Kind != session.RowIdle && !r.Time.Before(at) }) {
		u.flash = "Nothing came after that."
	}
	return true
}
