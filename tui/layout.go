package tui

import (
	"github.com/gdamore/tcell/v2"
)

// minimum is the smallest screen that shows anything of use.
const (
	minimumWidth  = 60
	minimumHeight = 12
)

// Draw implements tview.Primitive.
func (u *UI) Draw(screen tcell.Screen) {
	x, y, w, h := u.GetRect()
	grid, ok := screen.(*diffScreen)
	if !ok {
		// Not the one of Run: drawn whole, without what it sent before.
		grid = newDiffScreen(screen)
		grid.Clear()
		defer grid.Show()
	}
	c := canvas{rect{x, y, w, h}, grid, u.theme}
	grid.HideCursor()
	for row := range h {
		c.line(row, u.theme.plain)
	}
	if w < minimumWidth || h < minimumHeight {
		u.areas = nil
		c.text(0, 0, u.theme.plain, "wsight needs 60x12, has "+itoa(w)+"x"+itoa(h))
		return
	}
	u.causes.look()
	u.status(c.at(c.row(0)))
	u.crumbs(c.at(c.row(1)))
	top := 2
	if list := u.filtered(); list != nil && (list.inForce() != nil || u.prompt != nil && u.prompt.suggest != nil) {
		u.filterLine(c.at(c.row(top)), list)
		top++
	}
	u.layout(rect{x, y + top, w, h - top - 1})
	u.panes(c)
	u.bar(c.at(c.row(h - 1)))
	if u.overlay != nil {
		u.overlay.draw(u, c.at(rect{x, y + 2, w, h - 3}))
	}
	if u.prompt != nil {
		u.prompt.draw(u, c)
	}
}

// layout gives each pane its place.
func (u *UI) layout(body rect) {
	u.areas = map[place]rect{}
	if u.zoom {
		u.areas[u.focus] = body
		return
	}
	main := u.screen
	if main == atProblems || main == atCapture {
		u.areas[main] = body
		return
	}
	wide := body.w >= 160 && body.h >= 30 && u.snap.Conversations > 0
	switch {
	case wide:
		top := max(min(body.h/3, u.conns.n+2), 6)
		u.areas[atConnections] = rect{body.x, body.y, body.w, top}
		u.areas[atTimeline], u.areas[atDetail] = beside(body.below(top))
	case u.snap.Conversations == 0 && u.focus == main:
		u.areas[main] = body // what was seen instead needs the room
	case main == atConnections:
		strip := max(min(body.h/2-1, 12), 5)
		u.areas[atConnections] = rect{body.x, body.y, body.w, body.h - strip}
		u.areas[atDetail] = body.below(body.h - strip)
	case body.w >= 120:
		u.areas[atTimeline], u.areas[atDetail] = beside(body)
	default:
		strip := max(min(body.h*2/5, 16), 5)
		u.areas[atTimeline] = rect{body.x, body.y, body.w, body.h - strip}
		u.areas[atDetail] = body.below(body.h - strip)
	}
}

// beside divides a rect for ladder and detail.
func beside(r rect) (left, right rect) {
	w := r.w * 3 / 5
	return rect{r.x, r.y, w, r.h}, rect{r.x + w + 1, r.y, r.w - w - 1, r.h}
}

func (u *UI) panes(c canvas) {
	order := []place{atConnections, atTimeline, atProblems, atCapture, atDetail}
	for _, p := range order {
		r := u.areas[p]
		if r.empty() {
			continue
		}
		pc := c.at(r)
		focused := u.focus == p
		if p != atProblems && p != atCapture {
			defer u.caption(pc, p, focused) // which tells of what is drawn
			pc = c.at(r.below(1))
			if r.x > c.x {
				for row := range r.h {
					c.put(r.x-c.x-1, r.y-c.y+row, firstRune(u.theme.glyph.vertical), u.theme.frame)
				}
			}
		}
		u.pane(p).draw(pc, focused)
	}
}

// caption is the line above a pane; the one with the keys is bold and has a
// sign, so that no colour is needed to find it.
func (u *UI) caption(c canvas, p place, focused bool) {
	g, st, title := u.theme.glyph, u.theme.frame, u.theme.dim
	if focused {
		title = u.theme.bold
	}
	c.fill(0, 0, c.w, st, g.rule)
	x := 1
	if focused {
		c.text(x, 0, u.theme.key, g.sel)
		x++
	}
	c.until(x, 0, c.w-1, title, " "+u.pane(p).title()+" ")
}
