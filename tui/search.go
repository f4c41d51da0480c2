package tui

import (
	"context"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/session"
)

// A look is a search through the payloads of one connection for a word in
// lower case, in the background.
type look string

// run returns the numbers of the messages that have what is looked for.
func (k look) run(ctx context.Context, rec *session.Record, conv int) ([]int, error) {
	var hits []int
	err := rec.Replay(ctx, session.ReplayRequest{Conversation: conv, MaxPayload: searchPayload}, func(ev dissect.Event) bool {
		if m, ok := ev.(*dissect.Message); ok && k.has(m) {
			hits = append(hits, m.N)
		}
		return true
	})
	return hits, err
}

func (k look) has(m *dissect.Message) bool {
	p := m.Payload
	if m.Type == dissect.Close {
		p = m.Reason
	}
	return containsFold(p, string(k))
}

// search finds text in the payloads and goes to the next hit.
func (l *timeline) search(text string) {
	u, conv, rec := l.ui, l.conv, l.ui.rec
	l.found, l.foundText, l.foundConv = nil, strings.ToLower(text), conv
	u.flash = "looking for " + u.theme.form.Line(text, 40)
	k := look(l.foundText)
	u.work(func(ctx context.Context) func() {
		hits, err := k.run(ctx, rec, conv)
		return func() {
			if l.foundText != string(k) || l.foundConv != conv {
				return
			}
			l.found = hits
			if err != nil {
				u.flash = "Not all payloads could be searched: " + err.Error()
			}
			u.hit(1)
		}
	})
}

// hit goes to the next message that was found, round the end.
func (u *UI) hit(by int) {
	l := u.timeline
	if l.foundText == "" {
		u.flash = "Nothing was looked for; Ctrl-F does."
		return
	}
	if l.foundConv != l.conv {
		l.search(l.foundText)
		return
	}
	if len(l.found) == 0 {
		u.flash = "No payload of this connection has " + u.theme.form.Line(l.foundText, 40) + "."
		return
	}
	now := 0
	if r, ok := l.current(); ok {
		now = r.N
	}
	i, exact := slices.BinarySearch(l.found, now)
	switch {
	case by > 0 && exact:
		i++
	case by < 0:
		i--
	}
	i = (i + len(l.found)) % len(l.found)
	u.flash = "hit " + itoa(i+1) + " of " + itoa(len(l.found))
	u.remember()
	n := l.found[i]
	u.rowOf(func(r *session.Row) bool { return r.Kind == session.RowMessage && r.N == n })
}

// markHits underlines what was searched for in the preview of a row.
func (l *timeline) markHits(c canvas, y, from, to int, text string) {
	words := l.filter.words()
	if l.foundText != "" && l.foundConv == l.conv {
		words = append(words, l.foundText)
	}
	for _, w := range words {
		for at := 0; at < len(text); {
			i := indexFold(text[at:], w)
			if i < 0 {
				break
			}
			at += i
			if !isASCII(text[:at+len(w)]) {
				break // cells and bytes differ
			}
			for k := range len(w) {
				if x := from + at + k; x < to {
					c.screen.restyle(c.x+x, c.y+y, func(st style) style {
						_, _, attr := st.Decompose()
						return st.Attributes(attr | hitAttributes)
					})
				}
			}
			at += len(w)
		}
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] < ' ' {
			return false
		}
	}
	return true
}

// askSearch finds text in the payloads of the connection.
func (u *UI) askSearch() {
	u.ask(&prompt{label: "find in payloads:", history: &u.searches, done: func(text string) {
		if text != "" {
			u.timeline.search(text)
		}
	}})
}
