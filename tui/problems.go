package tui

import (
	"slices"
	"strings"

	judge "wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/export"
	"wsight/finding"
)

// problems lists what was found in all connections: one row for each code and
// connection, the worst first; what many connections share is one row.
type problems struct {
	list
	ui     *UI
	filter *filter
	found  []problem
	all    int // findings, shown or not
	passed int // findings that are shown
	chosen problem
}

// A problem is the findings of one code in one connection.
type problem struct {
	conv  int
	code  finding.Code
	level finding.Severity
	first *dissect.Finding
	cause *judge.Diagnosis // in its place: what the doctor says of all of them; nil: this is a finding
	count int
	convs int // that have it, when they share this row

	// inside says that it is about a message that was decoded here alone, so
	// that no row of a timeline tells of it.
	inside bool
}

// sharedBy is how many connections have a code when it gets one row for all.
const sharedBy = 4

// problemsShown bounds the list: who has more of them needs a filter.
const problemsShown = 20_000

func newProblems(u *UI) *problems { return &problems{ui: u} }

func (l *problems) rows() *list { return &l.list }

func (l *problems) title() string {
	return "Problems, errors first"
}

// refresh lists the findings anew.
func (l *problems) refresh() {
	if l.ui.screen == atProblems {
		l.rebuild()
	}
}

func (l *problems) rebuild() {
	l.found, l.all, l.passed = l.found[:0], 0, 0
	l.loose()
	for i := range l.ui.conns.all {
		o := &l.ui.conns.all[i]
		within, _ := l.ui.inside.of(o.Number)
		if o.Worst == nil && within == nil || len(l.found) > problemsShown {
			continue
		}
		from := len(l.found)
		var s *subject
		for _, f := range l.ui.findings(o.Number) {
			l.all++
			if l.filter != nil {
				if s == nil {
					s = l.filter.subject(l.ui.rec, o)
				}
				if !l.filter.finds(s, f) {
					continue
				}
			}
			l.passed++
			at := slices.IndexFunc(l.found[from:], func(p problem) bool { return p.code == f.Code })
			if at < 0 {
				l.found = append(l.found, problem{conv: o.Number, code: f.Code, level: f.Rule().Severity, first: f, count: 1, inside: slices.Contains(within, f)})
			} else {
				l.found[from+at].count++
			}
		}
	}
	causes := l.causes()
	l.share()
	slices.SortStableFunc(l.found, func(a, b problem) int { return int(b.level) - int(a.level) })
	l.found = append(causes, l.found...)
	l.n = len(l.found)
	if i := slices.IndexFunc(l.found, func(p problem) bool {
		return p.conv == l.chosen.conv && p.code == l.chosen.code && (p.cause == nil) == (l.chosen.cause == nil)
	}); i >= 0 {
		l.moved(i)
	}
	l.clamp()
	l.choose()
}

// causes returns a row for each cause, if a finding of its connections is
// shown.
func (l *problems) causes() []problem {
	shown := map[int]bool{}
	for _, p := range l.found {
		shown[p.conv] = true
	}
	var rows []problem
	for i := range l.ui.causes.broken() {
		d := &l.ui.causes.list[i]
		if len(d.Connections) == 0 || !slices.ContainsFunc(d.Connections, func(c *dissect.Conversation) bool { return shown[c.Number] }) {
			continue
		}
		p := problem{conv: d.Connections[0].Number, code: d.Code, level: d.Severity, cause: d, count: 1}
		if n := max(d.Count, 1); n > 1 {
			p.convs = n
		}
		rows = append(rows, p)
	}
	return rows
}

// loose lists what belongs to no connection.
func (l *problems) loose() {
	for _, f := range l.ui.loose() {
		l.all++
		if l.filter == nil || l.filter.finds(new(subject), f) {
			l.passed++
			l.found = append(l.found, problem{code: f.Code, level: f.Rule().Severity, first: f, count: 1})
		}
	}
}

// looseProblems returns how many findings of no connection are more than a
// note.
func (u *UI) looseProblems() int {
	n := 0
	for _, f := range u.loose() {
		if f.Rule().Severity >= finding.Warning {
			n++
		}
	}
	return n
}

// setFilter filters from now on by f.
func (l *problems) setFilter(f *filter) {
	l.filter = f
	l.rebuild()
}

// share makes one row of the rows of a code that many connections have.
func (l *problems) share() {
	convs := map[finding.Code]int{}
	for _, p := range l.found {
		if p.conv > 0 && !p.inside { // the connections could not be filtered by it
			convs[p.code]++
		}
	}
	at := map[finding.Code]int{}
	kept := l.found[:0]
	for _, p := range l.found {
		if p.conv == 0 || p.inside || convs[p.code] < sharedBy {
			kept = append(kept, p)
			continue
		}
		if i, ok := at[p.code]; ok {
			kept[i].count += p.count
			continue
		}
		at[p.code] = len(kept)
		p.convs = convs[p.code]
		kept = append(kept, p)
	}
	l.found = kept
}

// soFarText is what is added to a sentence that may not hold for ever.
func (u *UI) soFarText() string {
	if u.snap.Done && !u.inside.busy {
		return ""
	}
	return " so far"
}

func (l *problems) choose() {
	if l.sel < len(l.found) {
		l.chosen = l.found[l.sel]
	}
}

// current returns the selected problem; ok is false when there is none.
func (l *problems) current() (problem, bool) {
	if l.sel < 0 || l.sel >= len(l.found) {
		return problem{}, false
	}
	return l.found[l.sel], true
}

func (l *problems) draw(c canvas, focused bool) {
	th, g := l.ui.theme, l.ui.theme.glyph
	l.ui.inside.look()
	about := max(min(c.h*2/5, 12), 4)
	upper := max(min(c.h-about, l.n+3), 4) // what the rows leave is for the words about one
	body := c.at(rect{c.x, c.y, c.w, upper})
	text := l.ui.inside.text()
	if l.n > 0 && l.ui.causes.later() {
		text = strings.TrimPrefix(text+"; causes are told once all is read", "; ")
	}
	if text != "" {
		body.until(2, upper-1, c.w-1, th.dim, text)
		body = c.at(rect{c.x, c.y, c.w, upper - 1})
	}
	l.height = body.h
	l.clamp()
	if l.n == 0 {
		if l.filter != nil && l.all > 0 {
			body.text(2, 1, th.plain, "No finding passes the filter. Esc clears it.")
		} else {
			body.text(2, 1, th.good, "Nothing wrong was found"+l.ui.soFarText()+".")
		}
		return
	}
	for y := range min(body.h, l.n-l.top) {
		p := &l.found[l.top+y]
		sign, st := th.level(p.level)
		selected := l.top+y == l.sel
		if selected {
			body.text(0, y, th.bold, g.sel)
		}
		body.text(2, y, st, sign)
		switch {
		case p.cause != nil:
			body.right(9, y, th.bold, "cause")
		case p.conv > 0:
			body.right(9, y, th.plain, "#"+itoa(p.conv))
		}
		host := ""
		switch {
		case p.convs > 0:
			host = plural(int64(p.convs), "connection")
			if p.cause == nil {
				body.text(3, y, th.plain, "      ")
			}
		case p.conv == 0:
			host = "the capture"
		case p.conv <= len(l.ui.conns.all):
			host = hostPath(&l.ui.conns.all[p.conv-1])
		}
		wide := max(c.w/5, 18) // "12,510 connections"
		body.until(10, y, 10+wide, th.dim, host)
		times := ""
		if p.count > max(p.convs, 1) {
			times = " (" + itoa(p.count) + "x)"
		}
		if p.cause != nil {
			body.until(11+wide, y, body.w-1, st, export.MaskText(p.cause.Headline))
		} else {
			body.until(11+wide, y, body.w-1, st, p.first.Rule().Title+times+detailOf(p.first))
		}
		if selected {
			body.restyle(y, reversed)
		}
	}
	l.ui.scrollbar(body, &l.list)
	lower := c.at(c.rect.below(upper))
	lower.fill(0, 0, c.w, th.frame, g.rule)
	if p, ok := l.current(); ok {
		page := &spans{theme: th}
		if p.cause != nil {
			page.diagnosis(p.cause, c.w)
		} else {
			page.finding(p.first, c.w, true)
		}
		for i := range min(page.count(), lower.h-1) {
			page.line(lower, 1+i, i)
		}
	}
}
