package tui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"

	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

type style = tcell.Style

// A column of the connections.
type column struct {
	name, title string
	letter      string // that chooses it in the menu
	large       bool   // sorted with the largest first
	width       int    // cells; of a flexible one the least
	grow        int    // share of what is left over
	need        int    // shown from this width of the screen on
	right       bool
	figure      bool                                              // gives way to the headline of what failed
	vacant      func(*connections) bool                           // nothing stands in it, and others take its room; nil: never
	text        func(*connections, *session.Overview, int) string // for so many cells; what does not fit is cut off
	style       func(*theme, *session.Overview) style
	compare     func(a, b *session.Overview) int
}

// columns stand in the order of the screen; to add one, name it here.
var columns = []column{
	{name: "problems first", letter: "p", title: "", width: 0, need: 1 << 20, compare: func(a, b *session.Overview) int { return cmp.Compare(rank(b), rank(a)) }},
	{name: "number", letter: "n", title: "#", width: 4, right: true,
		text:    func(_ *connections, o *session.Overview, _ int) string { return itoa(o.Number) },
		compare: func(a, b *session.Overview) int { return cmp.Compare(a.Number, b.Number) }},
	{name: "start", letter: "t", title: "start", width: 8,
		text:    func(_ *connections, o *session.Overview, _ int) string { return clock(o.Start, 0) },
		compare: func(a, b *session.Overview) int { return a.Start.Compare(b.Start) }},
	{name: "client", letter: "c", title: "client", width: 17, grow: 1, need: 100,
		text:    func(_ *connections, o *session.Overview, _ int) string { return o.Conv.Client.String() },
		compare: func(a, b *session.Overview) int { return a.Conv.Client.Compare(b.Conv.Client) }},
	{name: "server", letter: "v", title: "server", width: 17, grow: 1, need: 130,
		text:    func(_ *connections, o *session.Overview, _ int) string { return o.Conv.Server.String() },
		compare: func(a, b *session.Overview) int { return a.Conv.Server.Compare(b.Conv.Server) }},
	{name: "host", letter: "h", title: "host / path", width: leastHost, grow: 4,
		text:    func(_ *connections, o *session.Overview, _ int) string { return hostPath(o) },
		compare: func(a, b *session.Overview) int { return compareText(hostPath(a), hostPath(b)) }},
	{name: "protocol", letter: "r", title: "protocol", width: 10, need: 150,
		vacant: func(l *connections) bool { return l.protocols == 0 },
		text: func(_ *connections, o *session.Overview, _ int) string {
			if o.Subprotocol == "" && o.Deflate {
				return "deflate"
			}
			return o.Subprotocol
		},
		compare: func(a, b *session.Overview) int { return compareText(a.Subprotocol, b.Subprotocol) }},
	sums("u", "messages up", "msg ↑", flow.ClientToServer, 6, 0, func(o *session.Overview) *[3]int64 { return &o.Messages }),
	sums("d", "messages down", "msg ↓", flow.ServerToClient, 6, 0, func(o *session.Overview) *[3]int64 { return &o.Messages }),
	sums("U", "bytes up", "bytes ↑", flow.ClientToServer, 7, 120, func(o *session.Overview) *[3]int64 { return &o.Bytes }),
	sums("D", "bytes down", "bytes ↓", flow.ServerToClient, 7, 120, func(o *session.Overview) *[3]int64 { return &o.Bytes }),
	{name: "last", letter: "l", large: true, title: "last", width: 8, need: 110, figure: true, right: true,
		text:    func(_ *connections, o *session.Overview, _ int) string { return clock(o.Last, 0) },
		compare: func(a, b *session.Overview) int { return a.Last.Compare(b.Last) }},
	{name: "duration", letter: "k", large: true, title: "took", width: 7, need: 170, figure: true, right: true,
		text: func(_ *connections, o *session.Overview, _ int) string {
			if o.Start.IsZero() || o.Last.IsZero() {
				return ""
			}
			return spanText(o.Last.Sub(o.Start))
		},
		compare: func(a, b *session.Overview) int {
			return cmp.Compare(a.Last.Sub(a.Start), b.Last.Sub(b.Start))
		}},
	{name: "end", letter: "e", title: "how it stands", width: 14, grow: 6, need: 70, figure: true,
		text:    func(l *connections, o *session.Overview, width int) string { return l.outcome(o, width) },
		style:   func(th *theme, o *session.Overview) style { return outcomeStyle(th, o) },
		compare: func(a, b *session.Overview) int { return cmp.Compare(a.State, b.State) }},
}

// sums is a column of messages or bytes of one direction.
func sums(letter, name, title string, d flow.Direction, width, need int, of func(*session.Overview) *[3]int64) column {
	format := countText
	if name[0] == 'b' {
		format = bytesText
	}
	return column{name: name, letter: letter, large: true, title: title, width: width, need: need, right: true, figure: true,
		text:    func(_ *connections, o *session.Overview, _ int) string { return format(of(o)[d]) },
		compare: func(a, b *session.Overview) int { return cmp.Compare(of(a)[d], of(b)[d]) }}
}

// rank orders connections by how much they need to be looked at.
func rank(o *session.Overview) int {
	switch {
	case o.Failed():
		return 4
	case o.Findings[finding.Error] > 0:
		return 3
	case o.Findings[finding.Warning] > 0:
		return 2
	case o.State == session.Open:
		return 1
	}
	return 0
}

// hostPath names what a connection was opened to.
func hostPath(o *session.Overview) string {
	switch {
	case o.Host != "" || o.Target != "":
		return o.Host + o.Target
	case o.Midstream():
		return "(joined midway)"
	}
	return ""
}

// outcome says in a word or two how a connection stands, if it can in so many
// cells.
func (l *connections) outcome(o *session.Overview, width int) string {
	if o.Problem() && o.Worst != nil {
		if text := l.ui.headline(o).within(width); text != "" {
			return text
		}
		return o.Worst.Rule().Title
	}
	switch {
	case o.CloseBy != 0 && o.CloseCode > 0:
		return itoa(o.CloseCode) + " by " + fromText(o.CloseBy)
	case o.TCPEnd == flow.Reset:
		return "RST by " + fromText(o.TCPBy)
	case o.TCPEnd == flow.Fin:
		return "FIN by " + fromText(o.TCPBy)
	}
	return o.State.String()
}

func outcomeStyle(th *theme, o *session.Overview) style {
	if o.Problem() && o.Worst != nil {
		_, st := th.level(o.Worst.Rule().Severity)
		return st
	}
	return th.plain
}

// fit returns the columns that a width has room for, with their widths.
func (l *connections) fit(width int) []column {
	var fit []column
	used, shares := 4, 0
	for _, col := range columns {
		if width >= col.need && col.text != nil && (col.vacant == nil || !col.vacant(l)) {
			if l.ui.opts.ASCII {
				col.title = strings.NewReplacer("\u2191", "^", "\u2193", "v").Replace(col.title)
			}
			fit = append(fit, col)
			used += col.width + 1
			shares += col.grow
		}
	}
	rest := width - used
	for i := range fit {
		if shares > 0 && rest > 0 {
			fit[i].width += rest * fit[i].grow / shares
		}
	}
	l.even(fit)
	return fit
}

// calm is how many cells say how a connection stands that nothing is wrong
// with.
const calm = 15

// leastHost is how many cells a host and path have at least.
const leastHost = 18

// even lets the hosts and how things stand have what the other has no use for.
func (l *connections) even(fit []column) {
	at := func(name string) *column {
		if i := slices.IndexFunc(fit, func(col column) bool { return col.name == name }); i >= 0 {
			return &fit[i]
		}
		return nil
	}
	host, end := at("host"), at("end")
	if host == nil || end == nil {
		return
	}
	more := max(l.widest, leastHost) - host.width // below 0: it has more than it needs
	switch {
	case more > 0 && l.failed+l.troubled > 0:
		return
	case more > 0:
		more = max(min(more, end.width-calm), 0)
	}
	host.width += more
	end.width -= more
}

func compareText(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }
