package tui

import (
	"unicode"

	"github.com/gdamore/tcell/v2"
)

// A diffScreen passes on only the cells that differ from what the terminal
// shows. tview clears and draws everything each time, and tcell would send
// every cell that is not blank again.
//
// It is also the last line against captured bytes: no control or format
// character passes, nor more than two marks on a cell, nor a link.
type diffScreen struct {
	tcell.Screen
	w, h         int
	next, shown  []cell
	all          bool     // the terminal may show anything
	painter      *painter // nil: the screen below is given cells
	cursor       [2]int
	cursorOn     bool
	wantCursorAt [2]int
	wantCursor   bool
}

// A cell is what stands in one place of the screen. A wide rune owns the cell
// after its own, whose rune is then wideTail.
type cell struct {
	r     rune
	marks [2]rune
	style tcell.Style
}

const wideTail = -1

func newDiffScreen(s tcell.Screen) *diffScreen { return &diffScreen{Screen: s} }

// paintItself has what changes painted by ourselves, where there is a terminal that
// takes the sequences for it; a simulated screen gets cells.
func (d *diffScreen) paintItself() {
	if tty, ok := d.Screen.Tty(); ok && tty != nil {
		d.painter = &painter{to: tty}
	}
}

// Clear implements tcell.Screen.
func (d *diffScreen) Clear() {
	w, h := d.Screen.Size()
	if w != d.w || h != d.h {
		d.w, d.h = w, h
		d.next, d.shown = make([]cell, w*h), make([]cell, w*h)
		d.all = true
	}
	for i := range d.next {
		d.next[i] = cell{r: ' '}
	}
	d.wantCursor = false
}

// SetContent implements tcell.Screen.
func (d *diffScreen) SetContent(x, y int, r rune, marks []rune, style tcell.Style) {
	if x < 0 || y < 0 || x >= d.w || y >= d.h {
		return
	}
	c := cell{r: harmless(r), style: style.Url("")}
	for i, m := range marks {
		if i < len(c.marks) && unicode.Is(unicode.M, m) {
			c.marks[i] = m
		}
	}
	d.next[y*d.w+x] = c
}

// harmless replaces what steers a terminal.
func harmless(r rune) rune {
	if r >= ' ' && r < 0x7F {
		return r
	}
	if r != wideTail && (r < ' ' || r == 0x7F || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)) {
		return '?'
	}
	return r
}

// restyle changes the style of a cell that has been drawn.
func (d *diffScreen) restyle(x, y int, change func(tcell.Style) tcell.Style) {
	if x >= 0 && y >= 0 && x < d.w && y < d.h {
		c := &d.next[y*d.w+x]
		c.style = change(c.style)
	}
}

// ShowCursor implements tcell.Screen.
func (d *diffScreen) ShowCursor(x, y int) { d.wantCursor, d.wantCursorAt = true, [2]int{x, y} }

// HideCursor implements tcell.Screen.
func (d *diffScreen) HideCursor() { d.wantCursor = false }

// Show implements tcell.Screen: it sends what changed, or nothing at all.
func (d *diffScreen) Show() {
	if d.painter != nil {
		d.painter.paint(d)
		return
	}
	changed := d.all
	for i := range d.next {
		c := &d.next[i]
		if !d.all && *c == d.shown[i] {
			continue
		}
		changed = true
		d.shown[i] = *c
		if c.r == wideTail {
			continue
		}
		var marks []rune
		for _, m := range c.marks {
			if m != 0 {
				marks = append(marks, m)
			}
		}
		d.Screen.SetContent(i%d.w, i/d.w, c.r, marks, c.style)
	}
	d.all = false
	if d.wantCursor != d.cursorOn || d.wantCursor && d.wantCursorAt != d.cursor {
		changed = true
		d.cursor, d.cursorOn = d.wantCursorAt, d.wantCursor
		if d.cursorOn {
			d.Screen.ShowCursor(d.cursor[0], d.cursor[1])
		} else {
			d.Screen.HideCursor()
		}
	}
	if changed {
		d.Screen.Show()
	}
}

// Sync implements tcell.Screen: it sends everything.
func (d *diffScreen) Sync() {
	d.all, d.cursorOn = true, false
	d.Show()
	if d.painter == nil {
		d.Screen.Sync()
	}
}

// EnableMouse implements tcell.Screen. Motion without a button is of no use
// here, and every one would be an event.
func (d *diffScreen) EnableMouse(...tcell.MouseFlags) {
	d.Screen.EnableMouse(tcell.MouseButtonEvents | tcell.MouseDragEvents)
}
