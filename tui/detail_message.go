package tui

import (
	"context"
	"errors"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/dissect/websocket"
	"wsight/session"
)

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
