package tui

import (
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/uniseg"
)

// A rect is a part of the screen.
type rect struct{ x, y, w, h int }

func (r rect) empty() bool { return r.w <= 0 || r.h <= 0 }

func (r rect) has(x, y int) bool { return x >= r.x && y >= r.y && x < r.x+r.w && y < r.y+r.h }

// row returns the i-th line of r.
func (r rect) row(i int) rect {
	if i < 0 || i >= r.h {
		return rect{x: r.x, y: r.y + i}
	}
	return rect{r.x, r.y + i, r.w, 1}
}

// below returns r without its first n lines.
func (r rect) below(n int) rect { return rect{r.x, r.y + n, r.w, max(r.h-n, 0)} }

// A canvas draws on a part of the screen. Nothing is drawn outside of it.
type canvas struct {
	rect
	screen *diffScreen
	theme  *theme
}

func (c canvas) at(r rect) canvas { c.rect = r; return c }

// put draws one rune of our own in a cell.
func (c canvas) put(x, y int, r rune, st tcell.Style) {
	if x >= 0 && x < c.w && y >= 0 && y < c.h {
		c.screen.SetContent(c.x+x, c.y+y, r, nil, st)
	}
}

// text draws s, captured or ours, from x on and returns where it ends. What
// does not fit is cut off.
func (c canvas) text(x, y int, st tcell.Style, s string) int { return c.until(x, y, c.w, st, s) }

// until is text that ends before column end; where it is cut off an ellipsis
// says so.
func (c canvas) until(x, y, end int, st tcell.Style, s string) int {
	end = min(end, c.w)
	if y < 0 || y >= c.h || x >= end {
		return x
	}
	for i := 0; i < len(s); {
		// What nearly everything is: printable ASCII followed by more of it.
		if b := s[i]; b >= ' ' && b < 0x7F && (i+1 == len(s) || s[i+1] < utf8.RuneSelf) {
			if x >= end {
				c.cut(end, y, st)
				return end
			}
			c.put(x, y, rune(b), st)
			x++
			i++
			continue
		}
		rest := s[i:]
		n := asciiAhead(rest)
		for cl := range c.theme.form.Clusters(rest[:n]) {
			if x+cl.Width > end {
				c.cut(end, y, st)
				return end
			}
			c.cluster(x, y, st, cl.Text, cl.Width, cl.Replaced)
			x += cl.Width
		}
		i += n
	}
	return x
}

// asciiAhead returns how much of s lies before the next two printable ASCII
// characters in a row: a cluster never reaches over those.
func asciiAhead(s string) int {
	for i := 1; i+1 < len(s); i++ {
		if plainASCII(s[i]) && plainASCII(s[i+1]) {
			return i
		}
	}
	return len(s)
}

func plainASCII(b byte) bool { return b >= ' ' && b < 0x7F }

func (c canvas) cut(end, y int, st tcell.Style) {
	for _, r := range c.theme.glyph.ellipsis {
		c.put(end-1, y, r, st)
	}
}

func (c canvas) cluster(x, y int, st tcell.Style, text string, width int, replaced bool) {
	if replaced {
		_, _, attr := st.Decompose()
		st = st.Attributes(attr | tcell.AttrUnderline)
		for _, r := range text {
			c.put(x, y, r, st)
			x++
		}
		return
	}
	if x < 0 || x+width > c.w || width < 1 {
		return
	}
	r, n := utf8.DecodeRuneInString(text)
	c.screen.SetContent(c.x+x, c.y+y, r, []rune(text[n:]), st)
	for i := 1; i < width; i++ {
		c.screen.SetContent(c.x+x+i, c.y+y, wideTail, nil, st)
	}
}

// right draws s so that it ends before column end.
func (c canvas) right(end, y int, st tcell.Style, s string) {
	c.until(end-cells(s), y, end, st, s)
}

// fill draws the one-rune text s from x to end.
func (c canvas) fill(x, y, end int, st tcell.Style, s string) {
	r, _ := utf8.DecodeRuneInString(s)
	for ; x < min(end, c.w); x++ {
		c.put(x, y, r, st)
	}
}

// line gives the whole line y the style st.
func (c canvas) line(y int, st tcell.Style) { c.fill(0, y, c.w, st, " ") }

// cells returns the width of text of our own, or that is safe.
func cells(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return uniseg.StringWidth(s)
		}
	}
	return len(s)
}

// restyle changes the style of the cells of a line, which are drawn already.
func (c canvas) restyle(y int, change func(tcell.Style) tcell.Style) {
	for x := range c.w {
		c.screen.restyle(c.x+x, c.y+y, change)
	}
}
