package tui

import "fmt"

// hexPage shows bytes in hexadecimal and in ASCII. Line n is arithmetic, so
// that any size opens at once.
type hexPage struct {
	theme   *theme
	payload []byte
	more    string
	per     int // bytes on a line
}

// hexPerLine returns how many bytes a width has room for: 8, 16 or 32.
func hexPerLine(width int) int {
	switch {
	case width >= 32*4+14:
		return 32
	case width >= 16*4+13:
		return 16
	}
	return 8
}

func (p *hexPage) count() int {
	n := (len(p.payload) + p.per - 1) / p.per
	if p.more != "" {
		n++
	}
	return n
}

func (p *hexPage) line(c canvas, y, i int) {
	th := p.theme
	if p.more != "" {
		if i == 0 {
			c.text(1, y, th.warning, p.more)
			return
		}
		i--
	}
	from := i * p.per
	row := p.payload[from:min(from+p.per, len(p.payload))]
	x := c.text(1, y, th.dim, fmt.Sprintf("%08x", from)) + 2
	for k, b := range row {
		at := x + k*3 + k/8
		c.text(at, y, byteStyle(th, b), fmt.Sprintf("%02x", b))
	}
	x += p.per*3 + p.per/8 + 1
	for k, b := range row {
		sign := "."
		if b >= ' ' && b < 0x7F {
			sign = string(rune(b))
		}
		c.text(x+k, y, byteStyle(th, b), sign)
	}
}

// byteStyle tells zero bytes, text and the others apart.
func byteStyle(th *theme, b byte) style {
	switch {
	case b == 0:
		return th.dim
	case b >= ' ' && b < 0x7F:
		return th.text
	}
	return th.plain
}

func (p *hexPage) enter(int) bool { return false }

func (p *hexPage) note(i int) string {
	if p.more != "" {
		i--
	}
	return "byte " + commas(int64(max(i, 0)*p.per))
}
