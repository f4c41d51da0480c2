package tui

import (
	"unicode/utf8"

	"wsight/safe"
)

// A span is a piece of text in one style.
type span struct {
	style style
	text  string
}

// spans is a page of lines that are made once.
type spans struct {
	theme *theme
	lines [][]span
}

func (p *spans) count() int { return len(p.lines) }

func (p *spans) line(c canvas, y, i int) {
	x := 1
	for _, s := range p.lines[i] {
		x = c.text(x, y, s.style, s.text)
	}
}

func (p *spans) enter(int) bool  { return false }
func (p *spans) note(int) string { return "" }

// add appends a line.
func (p *spans) add(parts ...span) { p.lines = append(p.lines, parts) }

// wrapped appends text over as many lines as it takes; indent is for all of
// them but the first, which lead begins.
func (p *spans) wrapped(lead []span, indent, width int, st style, text string) {
	for i, part := range wrap(p.theme.form.Text(text), width-indent-2) {
		if i == 0 && lead != nil {
			p.add(append(lead, span{st, part})...)
			continue
		}
		p.add(span{p.theme.plain, pad("", indent)}, span{st, part})
	}
}

func pad(s string, n int) string {
	for cells(s) < n {
		s += " "
	}
	return s
}

// note is a page with one remark.
func note(th *theme, text string, width int) page {
	p := &spans{theme: th}
	p.wrapped(nil, 0, width, th.dim, text)
	return p
}

// lines is a page of the lines of a text, cut to the width.
type lines struct {
	theme   *theme
	payload []byte
	starts  []uint32 // of each line
	more    string   // the first line, when there is one
}

// textPage lays out text: newlines break, and so does the width.
func textPage(th *theme, payload []byte, more string, width int) page {
	p := &lines{theme: th, payload: payload, more: more}
	width = max(width-3, 8)
	start, used := 0, 0
	for i := 0; i < len(payload); {
		b := payload[i]
		if b == '\n' {
			p.starts = append(p.starts, uint32(start))
			i++
			start, used = i, 0
			continue
		}
		n, w := 1, 1
		switch {
		case b >= utf8.RuneSelf || i+1 < len(payload) && payload[i+1] >= utf8.RuneSelf:
			n, w = firstCluster(th.form, payload[i:])
		case b < ' ' || b == 0x7F:
			w = safe.Width(th.form.Text(string(rune(b))))
		}
		if used+w > width && used > 0 {
			p.starts = append(p.starts, uint32(start))
			start, used = i, 0
		}
		used += w
		i += n
	}
	if start < len(payload) {
		p.starts = append(p.starts, uint32(start))
	}
	return p
}

// clusterLook is how far ahead a cluster is looked for: the longest emoji
// sequences are shorter.
const clusterLook = 96

func firstCluster(form safe.Form, p []byte) (n, width int) {
	some := string(p[:min(len(p), clusterLook)])
	first := true
	n = len(some)
	for c := range form.Clusters(some) {
		if !first {
			n = c.Offset
			break
		}
		width, first = c.Width, false
	}
	return max(n, 1), width
}

func (p *lines) count() int {
	n := len(p.starts)
	if p.more != "" {
		n++
	}
	return n
}

func (p *lines) line(c canvas, y, i int) {
	if p.more != "" {
		if i == 0 {
			c.text(1, y, p.theme.warning, p.more)
			return
		}
		i--
	}
	end := len(p.payload)
	if i+1 < len(p.starts) {
		end = int(p.starts[i+1])
	}
	text := p.payload[p.starts[i]:end]
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	c.text(1, y, p.theme.plain, string(text))
}

func (p *lines) enter(int) bool { return false }

func (p *lines) note(i int) string {
	if p.more != "" {
		i--
	}
	if i < 0 || i >= len(p.starts) {
		return ""
	}
	return "byte " + commas(int64(p.starts[i]))
}
