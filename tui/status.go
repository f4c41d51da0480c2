package tui

import (
	"strings"
)

// status draws the first line: what is read, how far, how much, and whether
// the view moves.
func (u *UI) status(c canvas) {
	th, g, s := u.theme, u.theme.glyph, u.snap
	x := c.text(1, 0, th.bold, u.stateText())
	right := u.modeText()
	end := c.w - cells(right) - 2
	if right != "" {
		c.right(c.w-1, 0, th.bold, right)
	}
	sep := func(text string) (fits bool) {
		if fits = text != "" && x+cells(text)+3 < end; fits {
			x = c.text(x, 0, th.frame, " "+g.vertical+" ")
			x = c.until(x, 0, end, th.plain, text)
		}
		return fits
	}
	count := plural(int64(len(u.conns.all)), "connection")
	if u.conns.failed > 0 {
		count += " " + g.fail + commas(int64(u.conns.failed))
	}
	if u.conns.troubled > 0 {
		count += " " + g.warn + commas(int64(u.conns.troubled))
	}
	sep(count)
	live := u.live()
	if live {
		rate, lost := u.paceText()
		if !sep(strings.TrimSpace(lost + "  " + rate)) {
			sep(lost)
		}
	}
	if n := len(u.loose()); n > 0 {
		sep(g.warn + " " + plural(int64(n), "finding") + " about the capture")
	}
	if s.Dropped > 0 {
		sep(commas(s.Dropped) + " rows no longer kept")
	}
	if s.Stripped > 0 {
		sep("findings of " + plural(s.Stripped, "connection") + " kept in short")
	}
	if s.Summary.Dropped > 0 && !live {
		sep(g.warn + " kernel dropped " + commas(s.Summary.Dropped))
	}
	if s.Summary.Evicted > 0 {
		sep(g.warn + " let go " + plural(s.Summary.Evicted, "connection"))
	}
	if s.Summary.Truncated > 0 {
		sep(commas(s.Summary.Truncated) + " packets cut by the snaplen")
	}
	if s.TLSWithoutKeys > 0 {
		sep(commas(s.TLSWithoutKeys) + " in TLS without keys")
	}
	sep(plural(s.Packets, "packet"))
	if !s.First.IsZero() {
		sep(spanText(s.Duration()))
	}
}

// stateText says what is read and how that stands.
func (u *UI) stateText() string {
	g, s := u.theme.glyph, u.snap
	title := u.theme.form.Line(u.opts.Title, 40)
	switch {
	case u.frozen != nil:
		return "= FROZEN " + title
	case s.Done && s.Err != nil:
		return g.fail + " CUT SHORT " + title
	case s.Done && u.opts.Growing:
		return "ENDED " + title
	case s.Done && !s.Complete:
		return g.warn + " STOPPED " + title + u.progress()
	case s.Done:
		return "FILE " + title
	case u.opts.Growing:
		return g.open + " LIVE " + title
	}
	return g.opening + " LOADING " + title + u.progress()
}

// progress says how far a file was read, when that is known.
func (u *UI) progress() string {
	if u.opts.Progress == nil {
		return ""
	}
	p := u.opts.Progress()
	if p.Total <= 0 {
		return "  " + sizeText(p.Read)
	}
	const steps = 12
	full := int(min(p.Read, p.Total) * steps / p.Total)
	return "  " + itoa(int(min(p.Read, p.Total)*100/p.Total)) + "% " + strings.Repeat("#", full) + strings.Repeat(".", steps-full)
}

// modeText says whether lists move by themselves.
func (u *UI) modeText() string {
	switch {
	case u.frozen != nil:
		snap := u.rec.Snapshot()
		return "+" + commas(max(snap.Rows+snap.Dropped-u.frozen.rows, 0)) + " new, p goes on"
	case u.snap.Done:
		return ""
	}
	if l := u.pane(u.focus).rows(); l != nil && l.follow {
		return "FOLLOW"
	}
	return "G newest"
}

// crumbs draws the second line: the screens, where this is, and the verdict on
// the capture as a whole.
func (u *UI) crumbs(c canvas) {
	th := u.theme
	x := 1
	main := []place{atConnections, atTimeline, atProblems, atCapture}
	for i, p := range main {
		st := th.dim
		name := itoa(i+1) + " " + p.String()
		if p == atProblems {
			name += " (" + commas(int64(u.found())) + ")"
		}
		if p == u.screen {
			st = th.bold.Underline(true)
		}
		if c.w < 80 && p != u.screen {
			name = itoa(i + 1)
		}
		x = c.text(x, 0, st, name) + 2
	}
	if room := c.w - 1 - x; room > 0 {
		text, st := u.causes.word(room)
		c.right(c.w-1, 0, st, u.theme.form.Line(text, room))
	}
}

// filterLine draws the line below these: the filter in force, and how much it
// shows and hides.
func (u *UI) filterLine(c canvas, list filtered) {
	th := u.theme
	c.line(0, th.plain)
	x := c.text(1, 0, th.key, "/ ")
	if list.inForce() == nil {
		c.text(x, 0, th.dim, "no filter is in force")
		return
	}
	tally := list.tally()
	switch {
	case u.prompt != nil:
	case list.busy():
		tally += ", Esc stops"
	case c.w < 100:
		tally += ", Esc clears"
	default:
		tally += "; Esc clears the filter"
	}
	end := max(c.w-1-cells(tally), x+10)
	c.until(x, 0, end-2, th.bold, list.inForce().text)
	c.until(end, 0, c.w, th.warning, tally)
}

// bar draws the last line: what the keys do here, or what just happened.
func (u *UI) bar(c canvas) {
	th := u.theme
	if s := u.saving; s != nil && u.flash == "" {
		c.line(0, th.plain)
		c.until(1, 0, c.w-1, th.bold, "Writing "+s.name+": "+sizeText(s.written.Load())+" so far; Esc stops")
		return
	}
	if u.flash != "" {
		c.line(0, th.plain)
		c.until(1, 0, c.w-1, th.bold, u.flash)
		return
	}
	help := "? help"
	end := c.w - 1 - cells(help)
	x := 1
	for _, a := range u.barActions() {
		key := a.barKey(u.theme.glyph)
		w := cells(key) + 1 + cells(a.short) + 2
		if x+w > end {
			break
		}
		x = c.text(x, 0, th.key, key)
		x = c.text(x+1, 0, th.plain, a.short) + 2
	}
	c.right(c.w-1, 0, th.key, help)
}
