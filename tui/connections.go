package tui

import (
	"slices"
	"time"

	"wsight/finding"
	"wsight/session"
)

// connections is the list of every WebSocket connection and attempt.
type connections struct {
	list
	ui    *UI
	all   []session.Overview // by number
	shown []int              // indexes in all, sorted and filtered
	judging
	sort    int // which of columns
	down    bool
	chosen  int // number of the selected one; 0: none yet
	marked  map[int]bool
	rebuilt time.Time
	took    time.Duration
	late    bool // it has to be rebuilt

	onlyMarked bool

	failed, troubled, problems int   // connections with errors, with warnings; findings that are either
	protocols                  int   // connections with a subprotocol or compression
	messages                   int64 // of all connections
	widest                     int   // cells at most of a host and path
}

func newConnections(u *UI) *connections {
	c := &connections{ui: u, judging: judging{ui: u}, marked: map[int]bool{}, sort: 1}
	return c
}

func (l *connections) rows() *list { return &l.list }

func (l *connections) title() string {
	order := columns[l.sort].name
	if l.down {
		order += " " + l.ui.theme.glyph.down
	} else {
		order += " " + l.ui.theme.glyph.up
	}
	dot := l.ui.theme.glyph.dot
	text := "Connections" + dot + "sorted by " + order
	if n := len(l.marked); n > 0 {
		text += dot + itoa(n) + " marked"
	}
	if l.onlyMarked {
		text += ", only these shown"
	}
	return text
}

// refresh takes in what changed. With very many connections putting them in
// order takes a while, so that it is done at most every tenth of the time.
func (l *connections) refresh() {
	changed := false
	l.ui.rec.Changed(l.all == nil, func(o *session.Overview) {
		for len(l.all) < o.Number {
			l.all = append(l.all, session.Overview{})
		}
		before := &l.all[o.Number-1]
		l.judging.changed(o.Number-1, before, o)
		l.count(before, -1)
		*before = *o
		l.count(o, 1)
		changed = true
	})
	changed = l.judging.run(l.all) || changed
	now := l.ui.now()
	if !changed && !l.late {
		return
	}
	if l.took > 3*time.Millisecond && now.Sub(l.rebuilt) < 10*l.took && !l.ui.snap.Done {
		l.late = true
		l.ui.wake() // come again
		return
	}
	l.rebuild()
	l.late = false
	l.rebuilt, l.took = now, l.ui.now().Sub(now)
}

// count adds a connection to the totals, or takes it away.
func (l *connections) count(o *session.Overview, by int) {
	switch {
	case o.Failed() || o.Findings[finding.Error] > 0:
		l.failed += by
	case o.Findings[finding.Warning] > 0:
		l.troubled += by
	}
	if o.Subprotocol != "" || o.Deflate {
		l.protocols += by
	}
	l.messages += int64(by) * messages(o)
	l.widest = max(l.widest, len(o.Host)+len(o.Target))
	l.problems += by * (o.Findings[finding.Error] + o.Findings[finding.Warning])
}

// rebuild sorts and filters anew, and keeps the selected connection.
func (l *connections) rebuild() {
	l.shown = l.shown[:0]
	for i := range l.all {
		if l.all[i].Conv == nil {
			continue
		}
		if l.passes(i) && (!l.onlyMarked || l.marked[l.all[i].Number]) {
			l.shown = append(l.shown, i)
		}
	}
	if compare := columns[l.sort].compare; compare != nil && (l.sort != 1 || l.down) {
		slices.SortStableFunc(l.shown, func(a, b int) int {
			if l.down {
				a, b = b, a
			}
			return compare(&l.all[a], &l.all[b])
		})
	}
	l.n = len(l.shown)
	if l.sel < l.n && l.sel >= 0 && l.all[l.shown[l.sel]].Number == l.chosen {
		// as nearly always
	} else if l.chosen > 0 && !l.follow {
		if i := slices.IndexFunc(l.shown, func(i int) bool { return l.all[i].Number == l.chosen }); i >= 0 {
			l.moved(i)
		}
	}
	l.clamp()
	l.choose()
}

// setFilter filters from now on by f.
func (l *connections) setFilter(f *filter) {
	l.judging.begin(f, l.all)
	l.judging.run(l.all)
	l.rebuild()
}

// choose follows a move of the selection: the timeline shows what is selected.
func (l *connections) choose() {
	if o := l.current(); o != nil {
		l.chosen = o.Number
		l.ui.timeline.show(o.Number)
	}
}

// numbers returns the connections that are shown.
func (l *connections) numbers() []int {
	var out []int
	for _, i := range l.shown {
		out = append(out, l.all[i].Number)
	}
	return out
}

// current returns the selected connection, nil when there is none.
func (l *connections) current() *session.Overview {
	if l.sel < 0 || l.sel >= len(l.shown) {
		return nil
	}
	return &l.all[l.shown[l.sel]]
}

// select selects a connection by its number, also when the filter hides it.
func (l *connections) pick(number int) bool {
	at := func() int {
		return slices.IndexFunc(l.shown, func(i int) bool { return l.all[i].Number == number })
	}
	i := at()
	if i < 0 {
		l.onlyMarked = false
		l.setFilter(nil)
		i = at()
	}
	if i < 0 {
		return false
	}
	if i != l.sel {
		l.to(i)
	}
	l.choose()
	return true
}

func (l *connections) draw(c canvas, focused bool) {
	if len(l.all) == 0 {
		l.empty(c)
		return
	}
	th := l.ui.theme
	fit := l.fit(c.w)
	x := 4
	for _, col := range fit {
		st, name := th.dim, col.title
		if columns[l.sort].name == col.name {
			st = th.bold
		}
		if col.right {
			c.right(x+col.width, 0, st, name)
		} else {
			c.until(x, 0, x+col.width, st, name)
		}
		x += col.width + 1
	}
	body := c.at(c.rect.below(1))
	l.height = body.h
	l.clamp()
	for row := range min(body.h, l.n-l.top) {
		o := &l.all[l.shown[l.top+row]]
		l.row(body, row, o, fit, l.top+row == l.sel && (focused || l.ui.screen != atConnections))
	}
	l.ui.scrollbar(body, &l.list)
	if l.n == 0 {
		body.text(2, 1, th.plain, l.nothing())
	}
}
