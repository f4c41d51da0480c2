package export

import (
	"io"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/safe"
)

// TextOptions say how lines for people look.
type TextOptions struct {
	Color   bool
	ASCII   bool
	Frames  bool
	Hash    bool
	Payload PayloadForm
	Width   int // cells of a line; 0: as long as it gets
}

// Text writes one line per event, for people. Captured bytes are made safe;
// colour repeats what words say.
type Text struct {
	pen
	opts TextOptions
	form safe.Form
	told []byte // what a line says of its event

	stamp stamp
	day   string // that the lines before were of
}

// NewText returns a writer of lines to w.
func NewText(w io.Writer, opts TextOptions) *Text {
	return &Text{pen: pen{w: w}, opts: opts, form: safe.Form{ASCII: opts.ASCII}, stamp: newStamp()}
}

// Flush writes what was collected and returns the first error so far.
func (t *Text) Flush() error { return t.flush() }

// Event appends the line of e, if its kind has one.
func (t *Text) Event(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Opened:
		t.opened(e)
	case *dissect.Handshake:
		t.handshake(e)
	case *dissect.Frame:
		if t.opts.Frames {
			t.frame(e)
		}
	case *dissect.Message:
		t.message(e)
	case *dissect.Hole:
		t.hole(e)
	case *dissect.Finding:
		t.finding(e)
	case *dissect.Ended:
		t.ended(e)
	case *diagnose.Hop:
		t.hop(e)
	}
	t.rest()
}
