package tui

import "wsight/export"

// figures is the screen about the capture itself.
type figures struct {
	list
	ui *UI
}

func (f *figures) rows() *list { return &f.list }

func (f *figures) title() string { return "Capture" }

func (f *figures) draw(c canvas, _ bool) {
	th, s := f.ui.theme, f.ui.snap
	p := &spans{theme: th}
	row := func(name, value string) { p.add(span{th.dim, pad(name, 26)}, span{th.plain, value}) }
	row("source", th.form.Text(f.ui.opts.Title))
	state := "being read"
	switch {
	case s.Done && s.Err != nil:
		state = "reading stopped: " + th.form.Text(s.Err.Error())
	case s.Done && !s.Complete:
		state = "stopped before its end"
	case s.Done:
		state = "read to its end"
	}
	row("state", state)
	if !s.First.IsZero() {
		row("first packet", s.First.UTC().Format("2006-01-02 15:04:05.000000")+" UTC")
		row("last packet", s.Last.UTC().Format("2006-01-02 15:04:05.000000")+" UTC, "+spanText(s.Duration())+" later")
	}
	row("packets", commas(s.Packets)+", "+sizeText(s.Bytes))
	if f.ui.live() {
		rate, _ := f.ui.paceText()
		row("coming in", rate)
	}
	row("TCP connections", commas(s.TCP))
	row("WebSocket", connectionsText(int64(s.Conversations)))
	row("other TCP", commas(s.Other))
	row("TLS without keys", commas(s.TLSWithoutKeys))
	dropped := "not known"
	if s.Summary.Dropped >= 0 {
		dropped = commas(s.Summary.Dropped)
	}
	row("dropped by the kernel", dropped)
	row("cut by the snaplen", commas(s.Truncated))
	row("could not be read", commas(s.Undecoded))
	row("connections let go", commas(s.Evicted))
	row("rows kept", commas(s.Rows))
	row("rows no longer kept", commas(s.Dropped))
	if s.Stripped > 0 {
		row("findings kept in short", "those of "+plural(s.Stripped, "connection")+"; --max-kept sets how much is kept")
	}
	for _, name := range s.Limits {
		row("limit reached", name)
	}
	p.sealed(f.ui.rec.Sealed(), export.Quality(s.Summary), c.w)
	f.n, f.height = len(p.lines), c.h
	f.clamp()
	for y := range min(c.h, f.n-f.top) {
		p.line(c, y, f.top+y)
	}
}
