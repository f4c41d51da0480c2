package export

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wsight/flow"
	"wsight/safe"
)

// text writes the figures for people: everything in some lines, then a table
// for each kind of group.
func (s *Stats) text(conns []*statsConn) {
	f := &s.all.figures
	s.printf("%s, %d accepted, %d failed\n", count(f.connections, "connection or attempt", "connections or attempts"), f.accepted, f.failed)
	if f.connections == 0 {
		return
	}
	to, from := "→", "←"
	if s.opts.ASCII {
		to, from = "->", "<-"
	}
	c2s, s2c := flow.ClientToServer, flow.ServerToClient
	s.row("messages", "%s %d with %s   %s %d with %s   %d control", to, f.messages[c2s], size(f.bytes[c2s]), from, f.messages[s2c], size(f.bytes[s2c]), both(f.control))
	if wire := both(f.wire); wire > 0 {
		head := max(wire-both(f.payload), 0)
		s.row("on the wire", "%s, of which %s (%s) are headers of frames", size(wire), size(head), percent(head, wire))
	}
	if data := both(f.messages); data > 0 {
		s.row("as HTTP", "about %s, %s times as much: with heads for every message", size(f.http), factor(f.http, both(f.wire)))
	}
	if f.compressed > 0 {
		s.row("compressed", "%s: %s became %s, ratio %s", count(f.compressed, "message", "messages"), size(f.inflated), size(f.deflated), factor(f.inflated, f.deflated))
	}
	if f.lost > 0 {
		s.row("lost", "%s missing from the capture", size(f.lost))
	}
	s.spread("length", &f.length, func(v int64) string { return size(v) })
	clock := func(v int64) string { return duration(time.Duration(v)) }
	s.spread("gap", &f.gap, clock)
	s.spread("handshake", &f.latency, clock)
	s.spread("ping to pong", &f.ping, clock)
	s.spread("answers", &f.answer, clock)
	if active := f.active(); active > 0 {
		s.row("rate", "%s a second, %s at most", rate(float64(both(f.messages))/active.Seconds()), rate(f.peak()))
		s.row("", "|%s|", f.plot(timelineBins, active, s.opts.ASCII))
		s.row("", "each column is %s", duration(active/timelineBins))
	}
	for i, kind := range groupings {
		if groups := s.sorted(i); len(groups) > 1 || groups[0].name != "" {
			s.table("by "+kind, statsColumns, len(groups), func(i int) (string, *figures) { return groups[i].title(), &groups[i].figures })
		}
	}
	s.table("by connection", statsColumns[1:], len(conns), func(i int) (string, *figures) {
		c := conns[i]
		state := c.state
		if c.copies > 0 {
			state += fmt.Sprintf(" (captured %dx)", c.copies+1)
		}
		return fmt.Sprintf("#%d %s %s", c.conv.Number, state, safe.Text(c.host+c.path)), &c.figures
	})
	if s.omitted > 0 {
		s.printf("%s are not listed\n", count(int64(s.omitted), "connection", "connections"))
	}
}

func (g *statsGroup) title() string {
	switch {
	case g.rest:
		return "(all others)"
	case g.name == "":
		return "(none)"
	}
	return safe.Text(g.name)
}

// tableRows is how many rows a table has on a screen; --json has all.
const tableRows = 50

// A statsColumn is a column of the tables. Its cells are empty where there is
// nothing to say, and it is left out where all are.
type statsColumn struct {
	title string
	width int
	cell  func(*figures) string
}

var statsColumns = []statsColumn{
	{"conns", 6, func(f *figures) string { return strconv.FormatInt(f.connections, 10) }},
	{"messages", 9, func(f *figures) string { return strconv.FormatInt(both(f.messages), 10) }},
	{"bytes", 10, func(f *figures) string { return size(both(f.bytes)) }},
	{"ratio", 6, func(f *figures) string {
		if f.compressed == 0 {
			return ""
		}
		return factor(f.inflated, f.deflated)
	}},
	{"rate/s", 7, func(f *figures) string {
		active := f.active()
		if active <= 0 {
			return ""
		}
		return rate(float64(both(f.messages)) / active.Seconds())
	}},
	{"ping p50", 9, func(f *figures) string { return median(&f.ping) }},
	{"answer p50", 11, func(f *figures) string { return median(&f.answer) }},
}

func median(h *histogram) string {
	if h.n == 0 {
		return ""
	}
	return duration(time.Duration(h.quantiles(0.5)[0]))
}

// table writes a line for each of n groups, as wide as the screen: names get
// what figures and the plot leave.
func (s *Stats) table(title string, columns []statsColumn, n int, group func(int) (string, *figures)) {
	total := s.opts.Width
	if total == 0 {
		total = 100
	}
	shown := min(n, tableRows)
	used := 0
	columns = slices.DeleteFunc(slices.Clone(columns), func(c statsColumn) bool {
		for i := range shown {
			if _, f := group(i); c.cell(f) != "" {
				used += c.width
				return false
			}
		}
		return true
	})
	const gap = 2
	plot := min(max((total-used-gap)/3, 8), 24)
	name := min(max(total-used-gap-plot, 12), 60)
	s.printf("\n%s", pad(title, name))
	for _, c := range columns {
		s.printf("%*s", c.width, c.title)
	}
	s.buf = append(s.buf, '\n')
	for i := range shown {
		label, f := group(i)
		label = safe.Line(label, name)
		line := label + strings.Repeat(" ", max(name-safe.Width(label), 0))
		for _, c := range columns {
			cell := c.cell(f)
			line += strings.Repeat(" ", max(c.width-safe.Width(cell), 0)) + cell
		}
		line += "  " + f.plot(plot, s.all.width*time.Duration(len(s.all.bins)), s.opts.ASCII)
		s.printf("%s\n", strings.TrimRight(line, " "))
	}
	if n > tableRows {
		s.printf("(%d more; --json lists them)\n", n-tableRows)
	}
}

func (s *Stats) spread(name string, h *histogram, show func(int64) string) {
	if h.n == 0 {
		return
	}
	q := h.quantiles(0.5, 0.9, 0.99)
	s.row(name, "median %s   90 %% %s   99 %% %s   most %s", show(q[0]), show(q[1]), show(q[2]), show(h.max))
}

func (s *Stats) row(name, format string, args ...any) {
	s.printf("  %s %s\n", pad(name, 12), fmt.Sprintf(format, args...))
}

func (s *Stats) printf(format string, args ...any) { s.buf = fmt.Appendf(s.buf, format, args...) }
