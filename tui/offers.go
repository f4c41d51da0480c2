package tui

import "wsight/query"

// offers is the list above a prompt of what may stand at its cursor.
type offers struct {
	list []query.Candidate
	from int // byte of the text that they begin at
	at   int // the one that was taken; -1: none yet
	top  int
}

// newOffers asks for what may stand at the end of text. Unasked, nothing is
// offered where nothing has been begun, nor what stands there already.
func newOffers(suggest func(string) (int, []query.Candidate), text string, asked bool) offers {
	o := offers{at: -1}
	o.from, o.list = suggest(text)
	begun := text[o.from:]
	if !asked && (begun == "" && !value(text) || len(o.list) == 1 && o.list[0].Text == begun) {
		o.list = nil
	}
	return o
}

// value reports whether text ends where a value is due.
func value(text string) bool {
	return len(text) > 0 && (text[len(text)-1] == ':' || text[len(text)-1] == '=')
}

// turn takes the next offer, round the end.
func (o *offers) turn(by int) (string, bool) {
	n := len(o.list)
	if n == 0 {
		return "", false
	}
	if o.at < 0 && by < 0 {
		o.at = 0
	}
	o.at = (o.at + by + n) % n
	return o.list[o.at].Text, true
}

// offersShown is how many are on the screen at a time.
const offersShown = 8

// draw draws the list above line end.
func (o *offers) draw(u *UI, c canvas, end int) {
	n := min(len(o.list), offersShown, end-4)
	if n <= 0 {
		return
	}
	if o.at >= 0 {
		o.top = max(min(o.top, o.at), o.at-n+1)
	}
	th, wide := u.theme, 0
	for _, k := range o.list {
		wide = max(wide, cells(th.form.Text(k.Text)))
	}
	wide = min(wide, c.w/2)
	top := end - n
	c.fill(0, top-1, c.w, th.frame, th.glyph.rule)
	if more := len(o.list) - n; more > 0 {
		c.right(c.w-1, top-1, th.dim, " Tab: "+itoa(n)+" of "+itoa(len(o.list))+" ")
	} else {
		c.right(c.w-1, top-1, th.dim, " Tab ")
	}
	for y := range n {
		i := o.top + y
		line := c.at(c.row(top + y))
		line.line(0, th.plain)
		line.until(2, 0, 2+wide, th.name, o.list[i].Text)
		line.until(4+wide, 0, c.w-1, th.dim, o.list[i].Doc)
		if i == o.at {
			line.text(0, 0, th.bold, th.glyph.sel)
			line.restyle(0, reversed)
		}
	}
}
