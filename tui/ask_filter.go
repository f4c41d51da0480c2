package tui

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"wsight/query"
)

// A filtered is a list that has a filter.
type filtered interface {
	setFilter(*filter)
	inForce() *filter
	// busy reports whether bytes are read for the filter, which halt stops.
	busy() bool
	halt()
	// tally says how much the filter shows and hides.
	tally() string
}

func (l *connections) inForce() *filter { return l.filter }
func (l *timeline) inForce() *filter    { return l.filter }
func (l *problems) inForce() *filter    { return l.filter }

// filtered returns the list of this screen that has a filter, nil when there
// is none.
func (u *UI) filtered() filtered {
	switch u.screen {
	case atConnections:
		return u.conns
	case atTimeline:
		return u.timeline
	case atProblems:
		return u.problems
	}
	return nil
}

// typingPause is how long nobody types before a filter that reads payloads is
// put in force: each letter would begin a search of its own.
const typingPause = 250 * time.Millisecond

// A pause waits before it does something, unless it is told to do otherwise.
type pause struct {
	until time.Time
	do    func()
}

// over does what waits, once the time has come.
func (p *pause) over(u *UI) {
	switch {
	case p.do == nil:
	case u.now().Before(p.until):
		u.wake()
	default:
		do := p.do
		p.do = nil
		do()
	}
}

// askFilter filters the list of this screen while the filter is typed. While
// that is no expression, the last one that was stays in force.
func (u *UI) askFilter() {
	list := u.filtered()
	if list == nil {
		return
	}
	before := list.inForce()
	text := before.String()
	if text != "" {
		text += " "
	}
	p := &prompt{label: "/", text: []rune(text), history: &u.filters, hint: filterHint, faultAt: -1}
	p.suggest = func(text string) (int, []query.Candidate) { return query.Complete(text, u.seen) }
	p.change = func(text string) {
		f, err := u.newFilter(text)
		p.fault, p.faultAt, p.hint = "", -1, filterHint
		if text != "" {
			p.hint = ""
		}
		u.waiting.do = nil
		var syntax *query.SyntaxError
		switch {
		case errors.As(err, &syntax):
			p.fault, p.faultAt = err.Error(), len([]rune(text[:min(max(syntax.Offset, 0), len(text))]))
		case f.String() == list.inForce().String():
		case f != nil && f.exact && u.typing > 0:
			u.waiting = pause{u.now().Add(u.typing), func() { list.setFilter(f) }}
			u.wake()
		default:
			list.setFilter(f)
		}
	}
	p.done = func(string) {
		if do := u.waiting.do; do != nil {
			u.waiting.do = nil
			do()
		}
	}
	p.cancel = func() {
		u.waiting.do = nil
		if list.inForce() != before {
			list.setFilter(before)
		}
	}
	if before != nil {
		p.hint = ""
	}
	u.ask(p)
}

const filterHint = "words search payloads; is:problem, host:api, dir:c2s, length > 1KiB; Tab lists"

// undoFilter stops what the filter of this screen looks for, or else clears
// it. It reports false when there is no filter.
func (u *UI) undoFilter() bool {
	list := u.filtered()
	if list == nil || list.inForce() == nil || u.leaving {
		return false
	}
	if list.busy() {
		list.halt()
		u.flash = "Stopped: what was found so far is shown. Esc clears the filter."
		return true
	}
	list.setFilter(nil)
	return true
}

func (l *connections) busy() bool { return l.search != nil && l.search.running && !l.search.stopped }
func (l *timeline) busy() bool    { return l.hunt != nil && l.hunt.running && !l.hunt.stopped }
func (l *problems) busy() bool    { return false }

func (l *connections) halt() { l.search.stop() }
func (l *timeline) halt()    { l.hunt.stop() }
func (l *problems) halt()    {}

func (l *connections) tally() string {
	text := tallyText(int64(l.n), int64(len(l.all)), "")
	if l.search != nil && l.search.stopped {
		return text + ", stopped at " + itoa(l.progress()) + "%"
	}
	if n := l.progress(); n < 100 {
		return text + ", " + itoa(n) + "% looked at"
	}
	return text
}

func (l *timeline) tally() string {
	text := tallyText(int64(l.n), int64(l.kept), " rows")
	switch {
	case l.hunt != nil && l.hunt.stopped && l.waiting:
		return text + ", stopped at " + itoa(l.hunt.progress()) + "%"
	case l.busy():
		return text + ", " + itoa(l.hunt.progress()) + "% looked at"
	}
	return text
}

func (l *problems) tally() string { return tallyText(int64(l.passed), int64(l.all), " findings") }

// tallyText says how many are shown, of how many, and how many are not.
func tallyText(shown, all int64, of string) string {
	return commas(shown) + " of " + commas(all) + of + " shown, " + commas(max(all-shown, 0)) + " hidden"
}

// How many connections are asked for the values of a field, and how many
// values are few enough to be offered.
const (
	askedForValues = 2000
	fewValues      = 50
)

// seen returns the values that a field of connections has, the most frequent
// first, when they are few.
func (u *UI) seen(field *query.Field) []string {
	const level = query.Connection | query.Handshake | query.End | query.Process
	if field.Kinds&^level != 0 {
		return nil
	}
	asked, counts := new(filter), map[string]int{}
	var buf []byte
	for i := range u.conns.all[:min(len(u.conns.all), askedForValues)] {
		o := &u.conns.all[i]
		if o.Conv == nil {
			continue
		}
		s := asked.subject(u.rec, o)
		row := query.Row{Event: eventOf(s), Handshake: s.handshake, Ended: s.ended, Problems: s.problems}
		var ok bool
		if buf, ok = field.Append(buf[:0], &row); ok && len(buf) > 0 && len(buf) < 80 {
			if counts[string(buf)]++; len(counts) > fewValues {
				return nil
			}
		}
	}
	values := make([]string, 0, len(counts))
	for v := range counts {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return values
}
