package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/session"
)

// decoding says what the messages of a connection are decoded as: what was
// chosen here, else what the command line says, else what they are found to be.
func (u *UI) decoding(conv int) session.Decoding {
	if chosen, ok := u.chosenFormats[conv]; ok {
		return chosen
	}
	rules := append([]session.DecodeRule{{}}, u.opts.Decode.Rules...)
	return session.Decoding{Rules: rules, Protobuf: u.opts.Decode.Protobuf}
}

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

// findings returns what was found about a connection, and inside those of its
// messages that were decoded here.
func (u *UI) findings(conv int) []*dissect.Finding {
	list := u.rec.Findings(conv)
	inside, all := u.inside.of(conv)
	if l := u.timeline.side(conv); !all && l.conv == conv && l.words() != nil {
		inside = l.words().Findings()
	}
	return slices.Concat(list, untold(inside, list))
}

// untold returns the findings that are not in told: --decode may have found
// them, too.
func untold(found, told []*dissect.Finding) []*dissect.Finding {
	var out []*dissect.Finding
	for _, f := range found {
		same := func(g *dissect.Finding) bool { return g.Code == f.Code && g.Message == f.Message && g.Dir == f.Dir }
		if !slices.ContainsFunc(told, same) {
			out = append(out, f)
		}
	}
	return out
}

// resultLimit is how much of a message is decoded at most for the detail.
const resultLimit = 64 << 20

// decode asks what the format of the connection makes of the message that is
// shown, once.
func (d *detail) decode() {
	l, t := d.loaded, d.ui.timeline.side(d.conv)
	if t.read == nil {
		t.prepare() // the timeline is not on the screen
	}
	if l == nil || l.asked || l.err != nil || l.message.Type.Control() || t.conv != d.conv || t.read == nil || t.read.words == nil {
		return
	}
	l.asked = true
	words, n, limit := t.read.words, l.message.N, min(max(int64(len(l.payload)), payloadAtFirst), resultLimit)
	cancel := d.cancel
	stop := d.ui.work(func(ctx context.Context) func() {
		err := words.Read(ctx, n, n)
		var r payload.Result
		ok := false
		if err == nil {
			r, ok, err = words.Result(ctx, n, limit)
		}
		return func() {
			if d.loaded == l && err == nil && ok && telling(&r) {
				l.result, d.page = &r, nil
			}
		}
	})
	d.cancel = func() {
		if cancel != nil {
			cancel()
		}
		stop()
	}
}

// telling reports whether a result says more than the other ways to show a
// message do.
func telling(r *payload.Result) bool {
	switch r.Format {
	case "", "text", "hex":
		return false
	case "json":
		return len(r.Problems) > 0
	}
	return true
}

// askFormat offers what the messages of the connection could be decoded as.
func (u *UI) askFormat() {
	conv := u.timeline.conv
	if u.timeline.lanes != nil {
		conv, _ = u.timeline.lanes.current()
	}
	if conv == 0 {
		u.flash = noSelection
		return
	}
	choose := func(rules session.Decoding, chosen bool) func(*UI) {
		return func(u *UI) {
			delete(u.chosenFormats, conv)
			if chosen {
				u.chosenFormats[conv] = rules
			}
			u.inside.forget(conv)
			u.timeline.side(conv).decodeAnew()
			if u.timeline.conv == conv {
				u.timeline.decodeAnew()
				if f := u.timeline.filter; f != nil && f.decode {
					u.timeline.setFilter(f)
				}
				u.timeline.rescan()
			}
			if u.detail.conv == conv {
				u.detail.load()
				u.detail.reset()
			}
		}
	}
	all := []choice{
		{text: "automatic: what the subprotocol, the target or the first messages tell", run: choose(session.Decoding{}, false)},
		{text: "plain: the payloads as they are", run: choose(session.Decoding{}, true)},
	}
	for _, f := range payload.All() {
		rules := session.Decoding{Rules: []session.DecodeRule{{Format: f}}, Protobuf: u.opts.Decode.Protobuf}
		all = append(all, choice{text: f.Name + ": " + f.Title, run: choose(rules, true)})
	}
	u.overlay = newMenu("Decode the messages of #"+itoa(conv)+" as", all)
}
