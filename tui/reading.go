package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	"wsight/session"
)

// A reading is how far the messages of the timeline are decoded. The work is
// done in the background: until a message is decoded its payload stands there.
type reading struct {
	words  *session.Glossary // nil: they are not to be decoded
	busy   bool
	tried  [3]uint64 // what was asked for last: messages from, to, and the version of the record
	after  time.Time // not before
	spell  time.Duration
	fault  error
	cancel func()
}

// A spell is how long decoding goes on before what came of it is drawn; it
// grows while that is too short to come any farther.
const (
	spell = 150 * time.Millisecond
	// ahead and behind are how many messages beside those on the screen are
	// decoded with them.
	ahead  = 2000
	behind = 500
)

// decodeAnew forgets what was decoded.
func (l *timeline) decodeAnew() {
	if l.read != nil && l.read.cancel != nil {
		l.read.cancel()
	}
	l.read = nil
}

// prepare sees to it that what is on the screen gets decoded. It reports
// whether other rows are to be shown than before.
func (l *timeline) prepare() (changed bool) {
	first, last := 0, 0
	for i := range l.visible {
		if r := &l.visible[i]; r.Kind == session.RowMessage && !r.Control {
			if first == 0 {
				first = r.N
			}
			last = r.N
		}
	}
	if first == 0 && !l.noPings || l.conv == 0 {
		return false
	}
	if l.read == nil {
		l.read = &reading{words: l.ui.rec.Glossary(l.conv, l.ui.decoding(l.conv)), spell: spell}
	}
	d := l.read
	if d.words == nil || d.busy || d.fault != nil || !l.lacks() || l.ui.now().Before(d.after) {
		return false
	}
	ask := [3]uint64{uint64(first), uint64(last), l.ui.rec.Version()}
	if ask == d.tried {
		return false
	}
	d.tried, d.busy = ask, true
	n, all, limit := l.n, l.noPings, d.spell
	if !l.ui.waits {
		limit = time.Hour
	}
	d.cancel = l.ui.work(func(ctx context.Context) func() {
		_, from := d.words.Extent()
		begun := time.Now()
		within, stop := context.WithTimeout(ctx, limit)
		defer stop()
		var err error
		if first > 0 {
			err = d.words.Read(within, first-behind, last+ahead)
		}
		if err == nil && all {
			err = d.words.ReadAll(within)
		}
		took := time.Since(begun)
		return func() {
			if l.read != d {
				return
			}
			d.busy = false
			l.took(d, from, took, err)
		}
	})
	return l.n != n
}

// words returns what decodes the messages; nil: nothing does, or not yet.
func (l *timeline) words() *session.Glossary {
	if l.read == nil {
		return nil
	}
	return l.read.words
}

// unread reports whether messages are not decoded yet.
func (l *timeline) unread() bool {
	_, last := l.read.words.Extent()
	return int64(last) < l.over.Messages[1]+l.over.Messages[2]+l.over.Control[1]+l.over.Control[2]
}

// readOn decodes what is left of the connection, in the background, and does
// then; false when everything is decoded that can be.
func (l *timeline) readOn(then func()) bool {
	d := l.read
	if l.words() == nil || d.fault != nil || !l.unread() {
		return false
	}
	l.ui.flash = "decoding the rest of the connection..."
	l.ui.work(func(ctx context.Context) func() {
		err := d.words.ReadAll(ctx)
		return func() {
			if err != nil {
				d.fault = err
			}
			if l.read == d && ctx.Err() == nil {
				l.ui.flash = ""
				then()
			}
		}
	})
	return true
}

// lacks reports whether something on the screen, or with heartbeats hidden
// anything, is not decoded yet.
func (l *timeline) lacks() bool {
	for i := range l.visible {
		if r := &l.visible[i]; r.Kind == session.RowMessage && !r.Control {
			if _, ok := l.read.words.Look(r.N); !ok {
				return true
			}
		}
	}
	return l.noPings && l.unread()
}

// took takes in what a spell of decoding came to.
func (l *timeline) took(d *reading, from int, took time.Duration, err error) {
	_, to := d.words.Extent()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		d.tried = [3]uint64{} // there is more to do
		if to-from < ahead {
			d.spell *= 2
		}
	case err != nil && !errors.Is(err, context.Canceled):
		d.fault = err
	}
	if !l.ui.snap.Done && took > 20*time.Millisecond {
		d.after = l.ui.now().Add(4 * took)
	}
	if l.noPings {
		for n := from + 1; n <= to; n++ {
			if d.words.Heartbeat(n) {
				l.rescan()
				return
			}
		}
	}
}

// gloss returns what the format makes of a row; ok is false when there is
// nothing better to show than its payload.
func (l *timeline) gloss(r *session.Row) (g session.Gloss, ok bool) {
	if l.read == nil || l.read.words == nil || r.Kind != session.RowMessage || r.Control {
		return g, false
	}
	if g, ok = l.read.words.Look(r.N); !ok {
		return g, false
	}
	_, byHand := l.ui.chosenFormats[l.conv]
	switch g.Format {
	case "hex", "text":
		return g, byHand || len(l.ui.opts.Decode.Rules) > 0
	case "json": // as it was sent, when that is a line and right
		return g, g.Trouble > 0 || strings.ContainsAny(r.Preview, "\r\n")
	}
	return g, g.Summary != ""
}

// heartbeat reports whether a row is known to be nothing but a heartbeat of
// its format.
func (l *timeline) heartbeat(r *session.Row) bool {
	return l.read != nil && l.read.words != nil && r.Kind == session.RowMessage && l.read.words.Heartbeat(r.N)
}

// readingText says what the messages are decoded as, and what of that is
// missing.
func (l *timeline) readingText() string {
	d := l.read
	switch {
	case d == nil:
		return ""
	case d.words == nil:
		return "as they are"
	case d.fault != nil:
		return "not decoded: " + d.fault.Error()
	}
	first, last := d.words.Extent()
	format := d.words.Format()
	_, byHand := l.ui.chosenFormats[l.conv]
	text := ""
	switch {
	case format == "" || strings.EqualFold(format, l.over.Subprotocol):
	case byHand || format != "json" && format != "text" && format != "hex":
		text = "as " + format
	}
	if first > 1 {
		text += " from message " + commas(int64(first)) + " on: those before are not kept"
	}
	if d.busy && d.spell > spell {
		text += " as far as message " + commas(int64(last))
	}
	return strings.TrimSpace(text)
}
