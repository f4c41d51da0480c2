package tui

import (
	"context"
	"errors"
	"slices"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/dissect/websocket"
	"wsight/session"
)

// detail shows the selected row of the timeline, or the connection as a whole,
// in one of several ways.
type detail struct {
	list
	ui    *UI
	conv  int
	id    int // of the row; -1: none
	row   session.Row
	heads bool

	wanted  mode // that was chosen for messages; 0: whatever fits
	loaded  *loaded
	loading bool
	whole   bool // all of the payload was asked for
	cancel  func()

	page  page // what is drawn; nil: to be made
	width int  // that it was made for
	mode  mode // that it was made in
	seen  int  // findings when it was made
}

// A mode is a way to show a row. The numbers are ours.
type mode uint8

const (
	asJSON mode = iota + 1
	asText
	asHex
	asBits
	asHeads
	asAbout
	asFormat // what the format of the connection makes of it
)

var modeNames = [...]string{asFormat: "format", asJSON: "JSON", asText: "text", asHex: "hex", asBits: "bits", asHeads: "headers", asAbout: "diagnosis"}

// A page is what the detail draws: lines of some kind.
type page interface {
	count() int
	line(c canvas, y, i int)
	// enter folds or unfolds line i; it reports false when there is nothing to.
	enter(i int) bool
	// note says where line i is, for the caption.
	note(i int) string
}

// A grower is a page that is made a step at a time while it is shown: grow
// reports whether another step may follow.
type grower interface {
	grow() bool
}

// loaded is what was read again of a message.
type loaded struct {
	conv, id  int
	typ       dissect.MessageType
	payload   []byte
	length    int64
	truncated bool
	json      bool
	frames    []dissect.Frame
	more      int // frames that are not in frames
	message   dissect.Message
	err       error

	asked  bool            // it was asked what its format makes of it
	result *payload.Result // nil: nothing, or not yet
}

func newDetail(u *UI) *detail { return &detail{ui: u, id: -1} }

func (d *detail) rows() *list { return &d.list }

// show turns to a row.
func (d *detail) show(conv, id int) {
	if conv == d.conv && id == d.id {
		return
	}
	d.conv, d.id = conv, id
	d.row = session.Row{Peer: -1}
	if id >= 0 {
		d.row, _ = d.ui.rec.Row(conv, id)
	}
	d.whole = false
	d.reset()
	d.load()
}

func (d *detail) reset() {
	d.page = nil
	d.top, d.sel = 0, 0
}

// refresh draws anew what grows: the diagnosis.
func (d *detail) refresh() {
	if d.current() == asAbout || d.current() == asHeads {
		d.page = nil
	}
}

// payloadAtFirst is how much of a payload is read again at first.
const (
	payloadAtFirst = 1 << 20
	payloadWhole   = 1 << 30
	framesShown    = 256
)

// load reads the payload of the row again, if it has one.
func (d *detail) load() {
	if d.cancel != nil {
		d.cancel()
		d.cancel = nil
	}
	d.loading, d.loaded = false, nil
	n := d.row.N
	if d.row.Kind == session.RowFrame && n == 0 && !d.row.Reserved {
		n = d.messageOf(&d.row)
	}
	if d.row.Kind != session.RowMessage && d.row.Kind != session.RowFrame || n == 0 {
		return
	}
	d.loading = true
	limit := int64(payloadAtFirst)
	if d.whole {
		limit = payloadWhole
	}
	conv, id, row, rec := d.conv, d.id, d.row, d.ui.rec
	d.cancel = d.ui.work(func(ctx context.Context) func() {
		got := read(ctx, rec, session.ReplayRequest{Conversation: conv, First: n, Last: n, MaxPayload: limit}, &row)
		got.conv, got.id = conv, id
		return func() {
			if d.conv == conv && d.id == id && ctx.Err() == nil {
				d.loading, d.loaded = false, got
				d.page = nil
			}
		}
	})
}

// messageOf returns the number of the message that a frame which is not its
// last belongs to: that of the next last one in its direction.
func (d *detail) messageOf(row *session.Row) int {
	n := 0
	d.ui.rec.Scan(d.conv, row.ID, func(r *session.Row) bool {
		if r.Dir == row.Dir && r.Kind == session.RowMessage && !r.Control {
			n = r.N
		}
		return n == 0
	})
	return n
}

// read reads a message again. What comes has to be what the row says.
func read(ctx context.Context, rec *session.Record, q session.ReplayRequest, row *session.Row) *loaded {
	for {
		got := &loaded{}
		found := false
		err := rec.Replay(ctx, q, func(ev dissect.Event) bool {
			switch e := ev.(type) {
			case *dissect.Frame:
				if e.Dir != row.Dir || e.Header.Opcode.Control() && !row.Control {
					return true
				}
				if len(got.frames) < framesShown {
					got.frames = append(got.frames, *e)
				} else {
					got.more++
				}
				if e.Header.Fin && e.Message > 0 && e.Message < q.First {
					got.frames, got.more = nil, 0
				}
			case *dissect.Message:
				if e.N < q.First {
					got.frames, got.more = nil, 0
					return true
				}
				if e.N == q.First {
					found = row.Kind == session.RowFrame || e.Packet == row.Packet && e.Wire == row.Wire
					got.message = *e
					got.typ, got.length, got.truncated = e.Type, e.Length, e.Truncated
					got.payload = e.Payload // the replay ends here, and nothing writes to it any more
					got.json = e.Valid && looksJSON(got.payload)
					return false
				}
			}
			return true
		})
		switch {
		case err != nil && !errors.Is(err, context.Canceled):
			got.err = err
		case !found && !q.Whole && err == nil:
			q.Whole = true
			continue
		case !found:
			got.err = capture.ErrNotKept
		}
		return got
	}
}

// modes returns the ways to show the row, the best first.
func (d *detail) modes() []mode {
	switch {
	case d.ui.screen == atConnections && d.ui.focus != atTimeline && d.ui.areas[atTimeline].empty(), d.ui.screen == atConnections && d.ui.focus == atConnections:
		return []mode{asAbout, asHeads}
	case d.row.Kind == session.RowRequest, d.row.Kind == session.RowResponse:
		return []mode{asHeads, asAbout}
	case d.row.Kind != session.RowMessage && d.row.Kind != session.RowFrame:
		return []mode{asAbout, asHeads}
	}
	all := []mode{asText, asHex, asBits, asHeads, asAbout}
	l := d.loaded
	switch {
	case l == nil:
	case l.json:
		all = append([]mode{asJSON}, all...)
	case l.typ == dissect.Binary || !l.message.Valid && l.typ != dissect.Close:
		all = []mode{asHex, asText, asBits, asHeads, asAbout}
	}
	if l != nil && l.result != nil {
		all = append([]mode{asFormat}, all...)
	}
	return all
}

// current returns the mode in use.
func (d *detail) current() mode {
	all := d.modes()
	if d.ui.screen == atTimeline || !d.ui.areas[atTimeline].empty() {
		if slices.Contains(all, d.wanted) {
			return d.wanted
		}
	} else if d.heads {
		return asHeads
	}
	return all[0]
}

// turn takes the next mode, or the one before.
func (d *detail) turn(by int) {
	all := d.modes()
	i := slices.Index(all, d.current())
	d.choose(all[(i+by+len(all))%len(all)])
}

func (d *detail) choose(m mode) {
	d.wanted, d.heads = m, m == asHeads
	d.reset()
}

// title is the caption: the modes, and what the row is.
func (d *detail) title() string {
	text := ""
	for _, m := range d.modes() {
		name := modeNames[m]
		if m == asFormat {
			name = d.loaded.result.Format
		}
		if m == d.current() {
			name = "[" + name + "]"
		}
		text += name + " "
	}
	if d.current() == asAbout || d.current() == asHeads {
		if d.conv == 0 {
			return text
		}
		return text + " #" + itoa(d.conv)
	}
	r := &d.row
	text += " #" + itoa(r.N)
	if l := d.loaded; l != nil && l.err == nil {
		text += " " + l.typ.String() + " " + sizeText(l.length)
		if l.message.Compressed {
			text += " (" + sizeText(l.message.Wire) + " deflated)"
		}
		if len(l.frames)+l.more > 1 {
			text += " in " + itoa(len(l.frames)+l.more) + " frames"
		}
	}
	text += " from " + fromText(r.Dir)
	if d.page != nil && d.ui.focus == atDetail {
		if note := d.page.note(d.sel); note != "" {
			text += d.ui.theme.glyph.dot + note
		}
	}
	return text
}

func (d *detail) draw(c canvas, focused bool) {
	d.height = c.h
	d.decode()
	seen := len(d.ui.findings(d.conv))
	if m := d.current(); d.page == nil || d.width != c.w || d.mode != m || d.seen != seen {
		if d.mode != m {
			d.top, d.sel = 0, 0
		}
		d.width, d.mode, d.seen = c.w, m, seen
		d.page = d.make(m, c.w)
	}
	if p, ok := d.page.(grower); ok && p.grow() {
		d.ui.wake()
	}
	d.n = d.page.count()
	d.sel = max(min(d.sel, d.n-1), 0)
	d.top = max(min(d.top, d.n-c.h), 0)
	if focused {
		d.clamp()
	}
	for y := range min(c.h, d.n-d.top) {
		d.page.line(c, y, d.top+y)
		if focused && d.top+y == d.sel {
			c.text(0, y, d.ui.theme.bold, d.ui.theme.glyph.sel)
		}
	}
	d.ui.scrollbar(c, &d.list)
}

// make makes the page of a mode.
func (d *detail) make(m mode, width int) page {
	th := d.ui.theme
	switch m {
	case asHeads:
		return headsPage(d.ui, d.conv, width)
	case asAbout:
		return aboutPage(d.ui, d.conv, &d.row, width)
	}
	l := d.loaded
	switch {
	case l == nil && d.loading:
		return textPage(th, []byte(d.row.Preview), "reading...", width)
	case l == nil:
		return note(th, "There is no payload.", width)
	case errors.Is(l.err, capture.ErrNotKept):
		return note(th, "The bytes of this message are no longer kept.", width)
	case l.err != nil:
		return note(th, "The message could not be read again: "+l.err.Error(), width)
	}
	if m == asBits {
		return bitsPage(th, l, width)
	}
	more := l.remark()
	switch {
	case m == asFormat:
		return newTreePage(th, l.result, more, width)
	case m == asJSON:
		return newJSONPage(th, l.payload, more)
	case m == asHex:
		return &hexPage{theme: th, payload: l.payload, more: more, per: hexPerLine(width)}
	}
	if l.typ == dissect.Close && len(l.payload) >= 2 {
		return textPage(th, l.payload[2:], more, width) // the code is in the remark
	}
	return textPage(th, l.payload, more, width)
}

// remark says what is not on the page, and what is odd.
func (l *loaded) remark() string {
	switch m := &l.message; {
	case l.truncated:
		return "the first " + sizeText(int64(len(l.payload))) + " of " + sizeText(l.length) + "; A reads all"
	case m.Undecoded != "":
		return "not decoded (" + m.Undecoded + ")"
	case !m.Complete:
		return "incomplete: " + sizeText(m.Lost) + " are known to be missing"
	case m.Type == dissect.Close && m.Code >= 0:
		text := "close code " + itoa(m.Code)
		if c, ok := websocket.LookupClose(m.Code); ok {
			text += " " + c.Name + ": " + c.Meaning
		}
		return text
	case len(l.payload) == 0:
		return "the payload is empty"
	}
	return ""
}
