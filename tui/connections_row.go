package tui

import (
	"wsight/export"
	"wsight/finding"
	"wsight/session"
)

func (l *connections) row(c canvas, y int, o *session.Overview, fit []column, selected bool) {
	th, g := l.ui.theme, l.ui.theme.glyph
	sign, st := l.sign(o)
	if selected {
		c.text(0, y, th.bold, g.sel)
	}
	if l.marked[o.Number] {
		c.text(1, y, th.bold, "*")
	}
	c.text(2, y, st, sign)
	x := 4
	var headline said
	if o.Failed() || o.Messages == [3]int64{} && o.Problem() {
		headline = l.headline(o)
	}
	for i, col := range fit {
		if headline.whole != "" && col.figure {
			// What failed has no figures: the reason stands in their place.
			end := x
			for _, rest := range fit[i:] {
				end += rest.width + 1
			}
			c.until(x+1, y, end-1, st, headline.within(min(end-1, c.w)-x-1))
			break
		}
		style := th.plain
		if col.style != nil {
			style = col.style(th, o)
		}
		text := col.text(l, o, col.width)
		if col.right {
			c.right(x+col.width, y, style, text)
		} else {
			c.until(x, y, x+col.width, style, text)
		}
		x += col.width + 1
	}
	if selected {
		c.restyle(y, reversed)
	}
}

// headline says in a few words why a connection failed.
func (l *connections) headline(o *session.Overview) said {
	if text := l.ui.headline(o); text.whole != "" {
		return text
	}
	text := ""
	switch {
	case o.State == session.Rejected:
		text = "got " + itoa(o.Status) + ", wanted 101"
	case o.State == session.Unanswered:
		text = "no answer"
	}
	if o.Worst != nil {
		if text != "" {
			text += ": "
		}
		text += o.Worst.Rule().Title
	}
	return said{whole: text, brief: text}
}

// sign is how a connection is doing, in one cell.
func (l *connections) sign(o *session.Overview) (string, style) {
	th, g := l.ui.theme, l.ui.theme.glyph
	switch {
	case o.Failed() || o.Findings[finding.Error] > 0:
		return g.fail, th.err
	case o.Findings[finding.Warning] > 0:
		return g.warn, th.warning
	case o.State == session.Opening:
		return g.opening, th.plain
	case o.State == session.Open:
		return g.open, th.good
	}
	return g.closed, th.dim
}

// empty explains a list without a row: what was seen instead.
func (l *connections) empty(c canvas) {
	th, s := l.ui.theme, l.ui.snap
	lines := []string{"No WebSocket traffic yet.", ""}
	if s.Done {
		lines[0] = "There is no WebSocket traffic in this capture."
		if s.TLSWithoutKeys > 0 {
			lines[0] = "There is no WebSocket traffic in this capture that can be read."
		}
	}
	lines = append(lines, plural(s.Packets, "packet")+" read, "+plural(s.TCP, "TCP connection")+".", "")
	if s.TLSWithoutKeys > 0 {
		lines = append(lines, "  "+commas(s.TLSWithoutKeys)+" in TLS, which cannot be read without keys (4 lists them)")
	}
	if s.PassedOver > 0 {
		lines = append(lines, "  "+plural(s.PassedOver, "packet")+" left out by the filter")
	}
	if n := s.Other - s.TLSWithoutKeys; n > 0 {
		lines = append(lines, "  "+commas(n)+" without any WebSocket handshake or frames")
	}
	if s.Undecoded > 0 {
		lines = append(lines, "  "+plural(s.Undecoded, "packet")+" could not be read: an unknown link layer, or cut too short")
	}
	if s.Truncated > 0 {
		lines = append(lines, "  "+plural(s.Truncated, "packet")+" cut by the snaplen")
	}
	if s.Done || l.ui.opts.Growing {
		for _, r := range export.Quality(s.Summary).Remedies() {
			if lines[len(lines)-1] != "" {
				lines = append(lines, "")
			}
			lines = append(lines, r.Say)
		}
	}
	if s.Err != nil {
		lines = append(lines, "", "Reading stopped: "+s.Err.Error())
	}
	for _, f := range l.ui.loose() {
		rule := f.Rule()
		lines = append(lines, "", rule.Title, "  "+f.Detail, "  "+rule.Advice)
	}
	y := 1
	for _, line := range lines {
		for _, part := range wrap(th.form.Text(line), c.w-6) {
			c.text(3, y, th.plain, part)
			y++
		}
	}
}

// nothing says why no connection is shown.
func (l *connections) nothing() string {
	switch {
	case l.judging.progress() < 100:
		return "Nothing found so far."
	case l.filter == nil && l.onlyMarked:
		return "No connection is marked. M shows all again."
	}
	return "No connection passes the filter. Esc clears it."
}
