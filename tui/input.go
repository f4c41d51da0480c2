package tui

import (
	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

const (
	reverse       = tcell.AttrReverse
	dimmed        = tcell.AttrDim
	hitAttributes = tcell.AttrUnderline | tcell.AttrBold
)

// InputHandler implements tview.Primitive.
func (u *UI) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	return func(ev *tcell.EventKey, _ func(tview.Primitive)) { u.key(ev) }
}

// key gives a key to whoever has them now.
func (u *UI) key(ev *tcell.EventKey) {
	u.flash = ""
	switch {
	case u.prompt != nil:
		u.prompt.key(u, ev)
		return
	case u.overlay != nil:
		u.overlay.key(u, ev)
		return
	}
	name := keyName(ev)
	a := u.keys[u.focus][name]
	if a != nil {
		u.do(a)
	}
}

// PasteHandler implements tview.Primitive: text is pasted into a prompt.
func (u *UI) PasteHandler() func(string, func(tview.Primitive)) {
	return func(text string, _ func(tview.Primitive)) {
		if u.prompt == nil {
			return
		}
		u.prompt.insert(text)
		u.prompt.changed(false)
	}
}

// MouseHandler implements tview.Primitive: a click selects, a second one on
// the same row opens, the wheel moves the pane under it.
func (u *UI) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return func(act tview.MouseAction, ev *tcell.EventMouse, _ func(tview.Primitive)) (bool, tview.Primitive) {
		x, y := ev.Position()
		if m, ok := u.overlay.(*menu); ok && act == tview.MouseScrollDown {
			m.step(3)
			return true, nil
		} else if ok && act == tview.MouseScrollUp {
			m.step(-3)
			return true, nil
		}
		if u.prompt != nil || u.overlay != nil {
			return false, nil
		}
		for p, r := range u.areas {
			if !r.has(x, y) {
				continue
			}
			switch act {
			case tview.MouseScrollDown:
				u.wheel(p, 3)
			case tview.MouseScrollUp:
				u.wheel(p, -3)
			case tview.MouseLeftClick, tview.MouseLeftDoubleClick:
				u.click(p, r, x, y, act == tview.MouseLeftDoubleClick)
			default:
				return false, nil
			}
			return true, nil
		}
		return false, nil
	}
}

func (u *UI) wheel(p place, by int) {
	focus := u.focus
	u.focus = p
	l := u.pane(p).rows()
	if p == atDetail {
		l.top = max(min(l.top+by, l.n-l.height), 0)
		l.sel = max(min(l.sel, l.top+l.height-1), l.top)
	} else {
		u.move(by)
	}
	u.focus = focus
}

// click selects the row under the mouse; on the scroll bar it goes there.
func (u *UI) click(p place, r rect, x, y int, open bool) {
	if p != atDetail && p != u.screen {
		u.screen = p
	}
	u.focus = p
	u.flash = ""
	l := u.pane(p).rows()
	first := r.y + r.h - l.height
	if p == atProblems {
		first = r.y
	}
	if y < first || l.height <= 0 || l.n == 0 {
		return
	}
	if x == r.x+r.w-1 && l.n > l.height {
		l.to((y - first) * (l.n - 1) / max(l.height-1, 1))
		u.chosen()
		return
	}
	row := l.top + y - first
	if row >= l.n {
		return
	}
	l.follow = false
	l.sel = row
	l.clamp()
	u.chosen()
	if open {
		u.open()
	}
}

// scrollbar draws where the rows of a list stand among all.
func (u *UI) scrollbar(c canvas, l *list) {
	from, to := l.bar()
	for y := from; y < to; y++ {
		c.put(c.w-1, y, firstRune(u.theme.glyph.thumb), u.theme.dim)
	}
}
