package export

import (
	"errors"
	"fmt"
	"io"

	"wsight/dissect"
	"wsight/flow"
	"wsight/session"
)

// Raw writes nothing but payloads, one after the other: of one message, or of
// one direction of one connection. Control frames are left out unless asked
// for.
type Raw struct {
	pen
	control bool
	conv    *dissect.Conversation
	dir     flow.Direction
	written int

	// Incomplete counts messages of which bytes are missing; Undecoded those
	// that are missing altogether, because they could not be inflated.
	Incomplete, Undecoded int
}

// NewRaw returns a writer of payloads to w.
func NewRaw(w io.Writer, control bool) *Raw { return &Raw{pen: pen{w: w}, control: control} }

var (
	errSeveral   = errors.New("raw: what was selected is of several connections or directions; narrow it down, as in --where 'conn:1 dir:s2c'")
	errNothing   = errors.New("raw: no message was selected")
	errTruncated = errors.New("raw: a message is longer than --max-payload")
)

// Event implements Writer.
func (w *Raw) Event(e dissect.Event) {
	m, ok := e.(*dissect.Message)
	if !ok || m.Type.Control() && !w.control {
		return
	}
	switch {
	case w.conv == nil:
		w.conv, w.dir = m.Conv, m.Dir
	case w.err != nil:
		return
	case w.conv != m.Conv || w.dir != m.Dir:
		w.err = errSeveral
		return
	}
	switch {
	case m.Undecoded != "":
		w.Undecoded++
		return
	case m.Truncated:
		w.err = fmt.Errorf("%w: message %d of connection %d has %d bytes", errTruncated, m.N, m.Conv.Number, m.Length)
		return
	case !m.Complete:
		w.Incomplete++
	}
	w.written++
	w.buf = append(w.buf, m.Payload...)
	w.rest()
}

// Close implements Writer. It is an error when nothing was selected, or
// messages of both directions or several connections.
func (w *Raw) Close(session.Summary) error {
	if w.err == nil && w.conv == nil {
		w.err = errNothing
	}
	return w.flush()
}
