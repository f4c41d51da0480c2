package tui

import (
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"
)

// An action is something that a key does. The table of them makes the keys,
// the key bar, the help, the palette and docs/keys.md.
type action struct {
	id    string
	keys  []string
	short string  // for the key bar
	long  string  // for help and palette; one line, no period
	group string  // of the help
	where []place // nil: everywhere
	bar   int     // order on the key bar; 0: not there
	run   func(*UI)
	why   func(*UI) string // why it cannot be done now; "" when it can
}

// in reports whether the action works in a pane.
func (a *action) in(p place) bool { return a.where == nil || slices.Contains(a.where, p) }

// barKey is the key as the bar writes it.
func (a *action) barKey(g glyphs) string {
	if a.keys[0] == "Enter" {
		return g.enter
	}
	return a.keys[0]
}

// bind makes the keys of every pane from the table.
func bind(all []action) map[place]map[string]*action {
	keys := map[place]map[string]*action{}
	for p := atConnections; p <= atDetail; p++ {
		keys[p] = map[string]*action{}
		for i := range all {
			if !all[i].in(p) {
				continue
			}
			for _, k := range all[i].keys {
				if keys[p][k] == nil {
					keys[p][k] = &all[i]
				}
			}
		}
	}
	return keys
}

// barActions returns what the key bar shows, in its order.
func (u *UI) barActions() []*action {
	var out []*action
	for i := range u.actions {
		a := &u.actions[i]
		if a.bar > 0 && a.in(u.focus) && (a.why == nil || a.why(u) == "") {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *action) int { return a.bar - b.bar })
	return out
}

// do runs an action, or says why it cannot be run.
func (u *UI) do(a *action) {
	if a.why != nil {
		if why := a.why(u); why != "" {
			u.flash = why
			return
		}
	}
	a.run(u)
}

// keyName names a key as the table writes it.
func keyName(ev *tcell.EventKey) string {
	switch ev.Key() {
	case tcell.KeyRune:
		if ev.Rune() == ' ' {
			return "Space"
		}
		return string(ev.Rune())
	case tcell.KeyBackspace, tcell.KeyBackspace2:
		return "Backspace"
	case tcell.KeyBacktab:
		return "Shift-Tab"
	case tcell.KeyPgUp:
		return "PgUp"
	case tcell.KeyPgDn:
		return "PgDn"
	}
	name := tcell.KeyNames[ev.Key()]
	if rest, ok := strings.CutPrefix(name, "Ctrl-"); ok {
		return "Ctrl-" + strings.ToUpper(rest)
	}
	return name
}

func groups(all []action) []string {
	var out []string
	for _, a := range all {
		if !slices.Contains(out, a.group) {
			out = append(out, a.group)
		}
	}
	return out
}
