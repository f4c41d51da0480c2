package tui

import (
	"context"
	"errors"
	"time"

	"wsight/dissect"
	"wsight/finding"
)

// An inside looks for what is wrong inside the messages of all connections,
// while the Problems screen is looked at: decoding costs nothing to who does
// not. It goes on in spells, one at a time, so that leaving the screen ends it.
type inside struct {
	ui    *UI
	found map[int][]*dissect.Finding // by connection, without what --decode has found
	done  []bool                     // by number-1: there is nothing more to do
	first int                        // the first index that may not be done
	busy  bool
	after time.Time // not before
	spell time.Duration
	under []*inspection // the spell that is under way
	left  *inspection   // the last one ended in it

	decoded int // connections
	large   int // that are not decoded because there is too much in them
	cut     int // whose first messages are no longer kept
	failed  int // that could not be read again
	open    int // that were still open when the last spell began
	counted int // findings
	serious int // of these, warnings and worse

	messages, bytes int64 // that were decoded
}

// How much is decoded without being asked for by --decode, and how many
// findings are kept of it.
const (
	insideMessages = 1_000_000
	insideBytes    = 1 << 30
	insideFindings = 20_000
	insideAtOnce   = 256 // connections in a spell at most
	insideSpell    = 10 * time.Second
)

func newInside(u *UI) *inside {
	return &inside{ui: u, found: map[int][]*dissect.Finding{}, spell: spell}
}

// asked reports whether --decode decodes everything, so that all there is to
// find was found.
func (i *inside) asked() bool {
	for _, r := range i.ui.opts.Decode.Rules {
		if r.Host == "" && r.Path == "" {
			return true
		}
	}
	return false
}

// of returns what was found in a connection, and whether it was decoded.
func (i *inside) of(conv int) ([]*dissect.Finding, bool) {
	return i.found[conv], conv > 0 && conv <= len(i.done) && i.done[conv-1]
}

// forget has a connection decoded again, since its format was chosen.
func (i *inside) forget(conv int) {
	if i.left != nil && i.left.conv == conv {
		i.left = nil
	}
	for _, one := range i.under {
		one.void = one.void || one.conv == conv
	}
	if _, done := i.of(conv); !done {
		return
	}
	for _, f := range i.found[conv] {
		i.count(f, -1)
	}
	delete(i.found, conv)
	i.done[conv-1], i.first = false, min(i.first, conv-1)
	i.decoded--
}

// next returns what the next spell is to decode.
func (i *inside) next() []*inspection {
	all := i.ui.conns.all
	for len(i.done) < len(all) {
		i.done = append(i.done, false)
	}
	for i.first < len(all) && i.done[i.first] {
		i.first++
	}
	i.open = 0
	var out []*inspection
	messages, bytes := i.messages, i.bytes
	for at := i.first; at < len(all); at++ {
		o := &all[at]
		if i.done[at] || o.Conv == nil || len(out) == insideAtOnce {
			continue
		}
		if !o.Ended && !i.ui.snap.Done {
			i.open++
			continue
		}
		if i.left != nil && i.left.conv == o.Number {
			out = append(out, i.left)
			continue
		}
		n, size := o.Messages[1]+o.Messages[2], o.Bytes[1]+o.Bytes[2]
		switch {
		case n == 0:
			i.done[at] = true
		case messages+n > insideMessages || bytes+size > insideBytes || i.counted >= insideFindings:
			i.done[at] = true
			i.large++
		default:
			messages, bytes = messages+n, bytes+size
			out = append(out, &inspection{conv: o.Number, rules: i.ui.decoding(o.Number), messages: n, bytes: size})
		}
	}
	return out
}

// look sees to it that decoding goes on; it is called when the screen is drawn.
func (i *inside) look() {
	u := i.ui
	if i.busy || u.frozen != nil || i.asked() || u.now().Before(i.after) {
		return
	}
	todo := i.next()
	if len(todo) == 0 {
		return
	}
	i.busy, i.under = true, todo
	limit := i.spell
	if !u.waits {
		limit = time.Hour
	}
	u.work(func(ctx context.Context) func() {
		begun := time.Now()
		within, stop := context.WithTimeout(ctx, limit)
		defer stop()
		came := 0
		for _, one := range todo {
			came += one.run(within, u.rec)
			if within.Err() != nil {
				break
			}
		}
		took := time.Since(begun)
		return func() {
			i.busy, i.under = false, nil
			if !u.snap.Done && took > 20*time.Millisecond {
				i.after = u.now().Add(4 * took) // reading the capture comes first
			}
			if came == 0 {
				i.spell = min(2*i.spell, insideSpell) // to get anywhere a spell has to be longer than finding the place again takes
			}
			i.left = nil
			for _, one := range todo {
				i.take(one)
			}
			u.problems.rebuild()
			u.wake()
		}
	})
}

// take takes in what came of an inspection.
func (i *inside) take(one *inspection) {
	if one.void {
		return
	}
	if !one.over {
		if one.words != nil {
			i.left = one
		}
		return
	}
	if _, done := i.of(one.conv); done {
		return
	}
	i.done[one.conv-1] = true
	i.decoded++
	if one.words == nil {
		return
	}
	i.messages, i.bytes = i.messages+one.messages, i.bytes+one.bytes
	switch first, _ := one.words.Extent(); {
	case one.err != nil && !errors.Is(one.err, context.Canceled):
		i.failed++
	case first > 1:
		i.cut++
	}
	if found := untold(one.words.Findings(), i.ui.rec.Findings(one.conv)); len(found) > 0 {
		i.found[one.conv] = found
		for _, f := range found {
			i.count(f, 1)
		}
	}
}

func (i *inside) count(f *dissect.Finding, by int) {
	i.counted += by
	if f.Rule().Severity >= finding.Warning {
		i.serious += by
	}
}

// text says how far decoding is, and what is left out of it; "" when there is
// nothing to decode, or --decode has done it.
func (i *inside) text() string {
	if i.asked() || i.decoded+i.large+i.open == 0 && !i.busy {
		return ""
	}
	text := "Messages decoded: those of " + plural(int64(i.decoded), "connection")
	if i.busy {
		text += " so far"
	}
	if i.open > 0 {
		text += "; " + commas(int64(i.open)) + " still open"
	}
	if i.cut > 0 {
		text += "; the first of " + commas(int64(i.cut)) + " no longer kept"
	}
	if i.failed > 0 {
		text += "; " + commas(int64(i.failed)) + " could not be read again"
	}
	if i.large > 0 {
		text += "; " + commas(int64(i.large)) + " left out, too much: start with --decode auto for all"
	}
	return text
}
