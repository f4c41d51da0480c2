package tui

import (
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

// rungs says where the columns of the ladder stand.
type rungs struct {
	number, time, delta int // where each ends; delta 0: not shown
	left, right         int // the lanes
	length              int // where it ends
}

func layRungs(w int, ofDay bool) rungs {
	r := rungs{number: 8, time: 18}
	if ofDay {
		r.time = 21
	}
	next := r.time
	if w >= 72 {
		r.delta = r.time + 9
		next = r.delta
	}
	r.left, r.right, r.length = next+1, w-9, w-1
	return r
}

func (l *timeline) draw(c canvas, focused bool) {
	if l.lanes != nil {
		l.lanes.draw(c, focused)
		return
	}
	th := l.ui.theme
	at := layRungs(c.w, l.clock == ofDay)
	l.header(c, at)
	body := c.at(c.rect.below(1))
	l.height = body.h
	l.clamp()
	if l.conv == 0 || l.n == 0 {
		text := "Nothing is known of this connection yet."
		switch {
		case l.conv == 0:
			text = noSelection
		case l.busy():
			text = "Nothing found so far."
		case l.filter == nil && l.onlyMarked:
			text = "No row is marked. M shows all again."
		case l.filter != nil:
			text = "No row passes the filter. Esc clears it."
		}
		body.text(at.left, 1, th.plain, th.form.Text(text))
		return
	}
	from := l.look(body.h)
	if l.prepare() {
		from = l.look(body.h)
	}
	low, high, ranged := l.ends()
	var before time.Time
	for i := range l.visible {
		row := &l.visible[i]
		y := from + i - l.top
		if y >= 0 {
			l.row(body, y, row, at, before)
			if ranged && from+i >= low && from+i <= high {
				body.text(0, y, th.bold, th.glyph.thumb)
				body.restyle(y, emboldened)
			}
			if row.ID == l.chosen {
				body.text(0, y, th.bold, th.glyph.sel)
				if focused || l.ui.focus == atDetail {
					body.restyle(y, reversed)
				}
			}
		}
		if !row.Time.IsZero() && row.Kind != session.RowIdle {
			before = row.Time
		}
	}
	l.ui.scrollbar(body, &l.list)
}

// look takes the rows that are to be drawn, and the one above, and returns
// which that is.
func (l *timeline) look(height int) (from int) {
	l.clamp()
	from = max(l.top-1, 0)
	l.ids = l.ids[:0]
	for i := from; i < min(l.top+height, l.n); i++ {
		l.ids = append(l.ids, int(l.index[i]))
	}
	l.visible = l.ui.rec.AppendRows(l.visible[:0], l.conv, l.ids)
	return from
}

// row draws one rung.
func (l *timeline) row(c canvas, y int, r *session.Row, at rungs, before time.Time) {
	th, g := l.ui.theme, l.ui.theme.glyph
	if l.marks[l.conv][r.ID] {
		c.text(1, y, th.bold, "m")
	}
	gloss, _ := l.gloss(r)
	if trouble := max(r.Trouble, gloss.Trouble); trouble >= finding.Warning || r.Kind == session.RowFinding {
		sign, st := th.level(trouble)
		c.text(2, y, st, sign)
	}
	if r.N > 0 && (r.Kind == session.RowMessage || r.Kind == session.RowFrame) {
		c.right(at.number, y, th.plain, itoa(r.N))
	}
	if r.Kind != session.RowIdle && r.Kind != session.RowFinding {
		c.right(at.time, y, th.plain, l.timeText(r.Time))
		if at.delta > 0 && !before.IsZero() && !r.Time.IsZero() {
			c.right(at.delta, y, th.dim, "+"+spanText(r.Time.Sub(before)))
		}
	}
	lane := g.lane
	if r.Kind == session.RowIdle {
		lane = g.faint
	}
	c.text(at.left, y, th.dim, lane)
	if r.Kind != session.RowFinding { // which has more to say than fits between
		c.text(at.right, y, th.dim, lane)
	}
	switch r.Kind {
	case session.RowMessage, session.RowFrame, session.RowRequest, session.RowResponse:
		l.arrow(c, y, r, at)
	case session.RowIdle:
		l.middle(c, y, at, th.dim, l.idleText(r))
	case session.RowHole:
		l.middle(c, y, at, th.warning, g.missing+g.missing+" "+l.holeText(r)+" "+g.missing+g.missing)
	case session.RowSignal:
		c.until(at.left+3, y, at.right-1, th.plain, l.signalText(r))
	case session.RowFinding:
		_, st := th.level(r.Trouble)
		c.until(at.left+2, y, at.length, st, r.Finding.Rule().Title+detailOf(r.Finding))
	case session.RowEnd:
		l.middle(c, y, at, th.bold, endText(&l.over))
	}
	if text := l.lengthText(r); text != "" {
		c.right(at.length, y, th.plain, text)
	}
}

func (l *timeline) lengthText(r *session.Row) string {
	switch r.Kind {
	case session.RowMessage:
		if r.Length < 0 {
			return bytesText(r.Wire)
		}
		return bytesText(r.Length)
	case session.RowFrame:
		return bytesText(r.Length)
	case session.RowRequest, session.RowResponse:
		if r.Length > 0 {
			return bytesText(r.Length)
		}
	}
	return ""
}

// middle centres text between the lanes.
func (l *timeline) middle(c canvas, y int, at rungs, st style, text string) {
	text = l.ui.theme.form.Text(text)
	c.until(at.left+1+max((at.right-at.left-1-cells(text))/2, 1), y, at.right, st, text)
}

// arrow draws what was sent: the label stands in the arrow, on the left for
// both directions so that eyes can compare.
func (l *timeline) arrow(c canvas, y int, r *session.Row, at rungs) {
	th, g := l.ui.theme, l.ui.theme.glyph
	st, shaft := th.way(r.Dir), g.line
	if r.Kind == session.RowMessage && r.Control {
		shaft = g.dots
		if r.Type == dissect.Close {
			shaft, st = g.double, st.Bold(true)
		} else {
			st = th.control
		}
	}
	c.fill(at.left+1, y, at.right, st, shaft)
	x := at.left + 2
	if r.Dir == flow.ServerToClient {
		c.text(at.left+1, y, st, g.left)
		c.text(at.right, y, st, g.teeLeft)
		x++
	} else {
		c.text(at.left, y, st, g.tee)
		c.text(at.right-1, y, st, g.right)
	}
	c.text(x, y, th.plain, " ")
	end := l.label(c, x+1, y, at.right-3, r, st)
	c.text(end, y, th.plain, " ")
}

// header names the columns and the two ends.
func (l *timeline) header(c canvas, at rungs) {
	th := l.ui.theme
	c.right(at.number, 0, th.dim, "#")
	c.right(at.time, 0, th.dim, "time")
	if at.delta > 0 {
		c.right(at.delta, 0, th.dim, "delta")
	}
	if l.over.Conv != nil {
		half := (at.left + at.right) / 2
		client, server := l.over.Conv.Client.String(), l.over.Conv.Server.String()
		if at.right-at.left > 60 {
			client, server = "client "+client, server+" server"
		}
		c.until(at.left, 0, half, th.toServer, client)
		c.until(max(at.right+1-cells(server), half+1), 0, at.right+1, th.toClient, server)
	}
	c.right(at.length, 0, th.dim, "length")
}
