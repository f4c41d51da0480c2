package tui

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"
)

// A painter writes the cells that changed to a terminal, in sequences that
// all terminals of today share (ECMA-48). tcell would do that too, but cannot
// move lines: a list that goes up by one line would be sent whole.
type painter struct {
	to    io.Writer
	buf   bytes.Buffer
	style tcell.Style
	known bool // style is that of the terminal
	x, y  int  // of the terminal's cursor; -1: unknown
}

// synchronized updates are shown at once by terminals that know them.
const beginUpdate, endUpdate = "\x1b[?2026h", "\x1b[?2026l"

// paint sends what changed from d.shown to d.next.
func (p *painter) paint(d *diffScreen) {
	p.buf.Reset()
	p.x, p.y, p.known = -1, -1, false
	p.buf.WriteString(beginUpdate)
	head := p.buf.Len()
	switch {
	case d.all:
		p.buf.WriteString("\x1b[0m\x1b[2J")
		for i := range d.shown {
			d.shown[i] = cell{r: ' '}
		}
	default:
		p.scroll(d)
	}
	for y := range d.h {
		p.row(d, y)
	}
	d.all = false
	p.cursor(d)
	if p.buf.Len() == head {
		return
	}
	p.buf.WriteString("\x1b[0m" + endUpdate)
	// What cannot be written to a terminal that went away is not missed.
	_, _ = p.to.Write(p.buf.Bytes())
}

func (p *painter) cursor(d *diffScreen) {
	if d.wantCursor == d.cursorOn && (!d.wantCursor || d.wantCursorAt == d.cursor && p.x < 0) {
		return
	}
	d.cursor, d.cursorOn = d.wantCursorAt, d.wantCursor
	if !d.cursorOn {
		p.buf.WriteString("\x1b[?25l")
		return
	}
	p.move(d.cursor[0], d.cursor[1])
	p.buf.WriteString("\x1b[?25h")
}

// near is how many unchanged cells are written again rather than jumped over.
const near = 4

// row sends the cells of a line that changed.
func (p *painter) row(d *diffScreen, y int) {
	next, shown := d.next[y*d.w:(y+1)*d.w], d.shown[y*d.w:(y+1)*d.w]
	for x := 0; x < d.w; x++ {
		if next[x] == shown[x] {
			continue
		}
		from := x
		if p.y == y && p.x >= 0 && x > p.x && x-p.x <= near && !hasWide(next[p.x:x]) {
			from = p.x
		}
		for from > 0 && next[from].r == wideTail {
			from--
		}
		for ; from <= x; from++ {
			p.cell(next[from], from, y)
			shown[from] = next[from]
		}
	}
}

func hasWide(cells []cell) bool {
	for _, c := range cells {
		if c.r == wideTail || c.r > 0x10ff {
			return true
		}
	}
	return false
}

func (p *painter) cell(c cell, x, y int) {
	if c.r == wideTail {
		return // its owner has drawn it
	}
	p.move(x, y)
	p.dress(c.style)
	p.buf.WriteRune(c.r)
	for _, m := range c.marks {
		if m != 0 {
			p.buf.WriteRune(m)
		}
	}
	p.x++
	if c.r >= utf8.RuneSelf && cells(string(c.r)) != 1 || c.marks[0] != 0 {
		p.x = -1 // where the terminal stands now is its own opinion
	}
}

// move puts the cursor to a place, if it is not there.
func (p *painter) move(x, y int) {
	switch {
	case p.x == x && p.y == y:
		return
	case p.y == y && p.x >= 0 && x > p.x:
		fmt.Fprintf(&p.buf, "\x1b[%dC", x-p.x)
	default:
		fmt.Fprintf(&p.buf, "\x1b[%d;%dH", y+1, x+1)
	}
	p.x, p.y = x, y
}

// dress sets colour and attributes.
func (p *painter) dress(st tcell.Style) {
	if p.known && st == p.style {
		return
	}
	p.style, p.known = st, true
	fg, _, attr := st.Decompose()
	p.buf.WriteString("\x1b[0")
	for _, a := range []struct {
		bit  tcell.AttrMask
		code string
	}{{tcell.AttrBold, ";1"}, {tcell.AttrDim, ";2"}, {tcell.AttrUnderline, ";4"}, {tcell.AttrReverse, ";7"}} {
		if attr&a.bit != 0 {
			p.buf.WriteString(a.code)
		}
	}
	if n := fg &^ tcell.ColorValid; fg&tcell.ColorValid != 0 && n < 8 {
		p.buf.WriteString(";3" + strconv.Itoa(int(n)))
	}
	p.buf.WriteByte('m')
}

// scroll moves lines within the terminal when that leaves less to send.
func (p *painter) scroll(d *diffScreen) {
	best, from, to, by := 0, 0, 0, 0
	stay := make([]int, d.h)
	for y := range d.h {
		stay[y] = d.differ(y, y)
	}
	for _, k := range []int{1, -1, 2, -2, 3, -3} {
		sum, start := 0, 0
		for y := range d.h {
			if y+k < 0 || y+k >= d.h {
				sum, start = 0, y+1
				continue
			}
			if sum <= 0 {
				sum, start = 0, y
			}
			if sum += stay[y] - d.differ(y, y+k); sum > best {
				best, from, to, by = sum, start, y, k
			}
		}
	}
	if best < 2*d.w {
		return
	}
	// Lines from to to come from by further down: the region has both.
	top, bottom := min(from, from+by), max(to, to+by)
	fmt.Fprintf(&p.buf, "\x1b[0m\x1b[%d;%dr", top+1, bottom+1)
	region := d.shown[top*d.w : (bottom+1)*d.w]
	blank := region[len(region)-by*d.w*btoi(by > 0):]
	if by > 0 {
		fmt.Fprintf(&p.buf, "\x1b[%dS", by)
		copy(region, region[by*d.w:])
	} else {
		fmt.Fprintf(&p.buf, "\x1b[%dT", -by)
		copy(region[-by*d.w:], region)
		blank = region[:-by*d.w]
	}
	for i := range blank {
		blank[i] = cell{r: ' '}
	}
	p.buf.WriteString("\x1b[r")
}

// differ counts the cells in which line y is to be other than line z is now.
func (d *diffScreen) differ(y, z int) int {
	n := 0
	next, shown := d.next[y*d.w:(y+1)*d.w], d.shown[z*d.w:(z+1)*d.w]
	for x := range next {
		if next[x] != shown[x] {
			n++
		}
	}
	return n
}
