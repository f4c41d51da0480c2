package tui

import (
	"strconv"
	"strings"
)

// askFilter filters the list of this screen while the filter is typed. What
// is wrong is said beside it, and left out.
func (u *UI) askFilter() {
	timeline := u.screen == atTimeline
	before, apply := u.conns.filter, u.filterConnections
	if timeline {
		before, apply = u.timeline.filter, u.filterRows
	}
	text := before.text
	if text != "" {
		text += " "
	}
	p := &prompt{label: "/", text: []rune(text), history: &u.filters, complete: completeFilter, hint: filterHint}
	p.change = func(text string) {
		f, err := parseFilter(text)
		p.fault, p.hint = "", filterHint
		if err != nil {
			p.fault = err.Error()
		}
		if text != "" {
			p.hint = ""
		}
		apply(f)
	}
	p.done = func(string) {}
	p.cancel = func() { apply(before) }
	if before.text != "" {
		p.hint = ""
	}
	u.ask(p)
}

const filterHint = "words, is:problem, dir:c2s, kind:text, len>1k, host:, code:; Tab completes, - turns round"

func (u *UI) filterConnections(f filter) {
	u.conns.filter = f
	u.conns.rebuild()
}

// filterRows filters the timeline; words are looked for in the payloads, in
// the background.
func (u *UI) filterRows(f filter) {
	u.timeline.filter = f
	u.timeline.lookFor(f)
	u.timeline.rescan()
}

// completeFilter completes the last word: names of fields, then their values.
func completeFilter(text string) string {
	cut := strings.LastIndexAny(text, " -") + 1
	word := text[cut:]
	name, value, ok := strings.Cut(word, ":")
	var found []string
	for _, f := range fields {
		if !ok && strings.HasPrefix(f.name, word) {
			if f.parse == nil {
				found = append(found, f.name+">")
			} else {
				found = append(found, f.name+":")
			}
		}
		if ok && f.name == name {
			for _, v := range f.values {
				if strings.HasPrefix(v, value) {
					found = append(found, name+":"+v)
				}
			}
			for i, v := range f.values { // a whole value goes on to the next
				if v == value {
					found = []string{name + ":" + f.values[(i+1)%len(f.values)]}
				}
			}
		}
	}
	if len(found) == 0 || word == "" {
		return text
	}
	return text[:cut] + found[0]
}

// askSearch finds text in the payloads of the connection.
func (u *UI) askSearch() {
	u.ask(&prompt{label: "find in payloads:", history: &u.searches, done: func(text string) {
		if text != "" {
			u.timeline.search(text)
		}
	}})
}

// askPlace goes to a number or a time.
func (u *UI) askPlace() {
	u.ask(&prompt{label: "go to number, seconds (1.5s) or time of day (14:03:20):", done: func(text string) {
		if !u.goAny(text) {
			u.flash = "That is no number and no time."
		}
	}})
}

// goAny goes to what text names: a number, seconds or a time of day.
func (u *UI) goAny(text string) bool {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		u.goNumber(n)
		return true
	}
	if u.screen != atTimeline {
		return false
	}
	return u.goTime(text)
}
