package tui

import (
	"errors"

	"wsight/capture"
	"wsight/dissect"
	"wsight/session"
)

// detail shows the selected row of the timeline, or the connection as a whole,
// in one of several ways.
type detail struct {
	list
	ui    *UI
	conv  int
	id    int // of the row; -1: none
	row   session.Row
	heads bool

	wanted  mode // that was chosen for messages; 0: whatever fits
	loaded  *loaded
	loading bool
	whole   bool // all of the payload was asked for
	cancel  func()

	page  page // what is drawn; nil: to be made
	width int  // that it was made for
	mode  mode // that it was made in
	seen  int  // findings when it was made
}

// A page is what the detail draws: lines of some kind.
type page interface {
	count() int
	line(c canvas, y, i int)
	// enter folds or unfolds line i; it reports false when there is nothing to.
	enter(i int) bool
	// note says where line i is, for the caption.
	note(i int) string
}

// A grower is a page that is made a step at a time while it is shown: grow
// reports whether another step may follow.
type grower interface {
	grow() bool
}

func newDetail(u *UI) *detail { return &detail{ui: u, id: -1} }

func (d *detail) rows() *list { return &d.list }

// show turns to a row.
func (d *detail) show(conv, id int) {
	if conv == d.conv && id == d.id {
		return
	}
	d.conv, d.id = conv, id
	d.row = session.Row{Peer: -1}
	if id >= 0 {
		d.row, _ = d.ui.rec.Row(conv, id)
	}
	d.whole = false
	d.reset()
	d.load()
}

func (d *detail) reset() {
	d.page = nil
	d.top, d.sel = 0, 0
}

// refresh draws anew what grows: the diagnosis.
func (d *detail) refresh() {
	if d.current() == asAbout || d.current() == asHeads {
		d.page = nil
	}
}

func (d *detail) draw(c canvas, focused bool) {
	d.height = c.h
	d.decode()
	seen := len(d.ui.findings(d.conv))
	if m := d.current(); d.page == nil || d.width != c.w || d.mode != m || d.seen != seen {
		if d.mode != m {
			d.top, d.sel = 0, 0
		}
		d.width, d.mode, d.seen = c.w, m, seen
		d.page = d.make(m, c.w)
	}
	if p, ok := d.page.(grower); ok && p.grow() {
		d.ui.wake()
	}
	d.n = d.page.count()
	d.sel = max(min(d.sel, d.n-1), 0)
	d.top = max(min(d.top, d.n-c.h), 0)
	if focused {
		d.clamp()
	}
	for y := range min(c.h, d.n-d.top) {
		d.page.line(c, y, d.top+y)
		if focused && d.top+y == d.sel {
			c.text(0, y, d.ui.theme.bold, d.ui.theme.glyph.sel)
		}
	}
	d.ui.scrollbar(c, &d.list)
}

// make makes the page of a mode.
func (d *detail) make(m mode, width int) page {
	th := d.ui.theme
	switch m {
	case asHeads:
		return headsPage(d.ui, d.conv, width)
	case asAbout:
		return aboutPage(d.ui, d.conv, &d.row, width)
	}
	l := d.loaded
	switch {
	case l == nil && d.loading:
		return textPage(th, []byte(d.row.Preview), "reading...", width)
	case l == nil:
		return note(th, "There is no payload.", width)
	case errors.Is(l.err, capture.ErrNotKept):
		return note(th, "The bytes of this message are no longer kept.", width)
	case l.err != nil:
		return note(th, "The message could not be read again: "+l.err.Error(), width)
	}
	if m == asBits {
		return bitsPage(th, l, width)
	}
	more := l.remark()
	switch {
	case m == asFormat:
		return newTreePage(th, l.result, more, width)
	case m == asJSON:
		return newJSONPage(th, l.payload, more)
	case m == asHex:
		return &hexPage{theme: th, payload: l.payload, more: more, per: hexPerLine(width)}
	}
	if l.typ == dissect.Close && len(l.payload) >= 2 {
		return textPage(th, l.payload[2:], more, width) // the code is in the remark
	}
	return textPage(th, l.payload, more, width)
}
