package export

import (
	"io"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/session"
)

// JSONOptions say what the lines hold.
type JSONOptions struct {
	Frames  bool        // a line for every frame too
	Hash    bool        // the member sha256 of messages
	Payload PayloadForm // how the payload of messages is written
	Decode  bool        // the member payload of messages that were decoded
	Masked  bool        // credentials in the authority of a tunnel are masked; Masked masks those in events
	Inputs  int         // how many inputs there are; the member file is absent with one
}

// A PayloadForm says how payloads are written. The numbers are ours.
type PayloadForm uint8

const (
	PayloadText PayloadForm = iota + 1 // text when it is UTF-8, else base64
	PayloadHex                         // always hex digits, in the member hex
	PayloadNone                        // not at all
)

// JSONL writes events as JSON lines: the contract of wsight's machine output.
// It is not safe for use by several goroutines.
type JSONL struct {
	pen
	opts JSONOptions

	open bool // lines are written without the number of the conversation,
	gap  int  // which belongs here

	stamp               stamp
	fields              fieldLines
	requests, responses headLines
}

// NewJSONL returns a writer of JSON lines to w.
func NewJSONL(w io.Writer, opts JSONOptions) *JSONL {
	return &JSONL{pen: pen{w: w, buf: make([]byte, 0, bufferSize+bufferSize/4)}, opts: opts, stamp: newStamp()}
}

// Event appends the line of e, if its kind has one. Call Flush when the lines
// have to be seen.
func (j *JSONL) Event(e dissect.Event) {
	if _, ok := e.(*dissect.Frame); ok && !j.opts.Frames {
		return
	}
	j.buf = j.AppendEvent(j.buf, e)
	j.rest()
}

// Flush writes what was collected and returns the first error so far.
func (j *JSONL) Flush() error { return j.flush() }

// AppendEvent appends the line of e to b, or nothing when e has none.
func (j *JSONL) AppendEvent(b []byte, e dissect.Event) []byte {
	switch e := e.(type) {
	case *dissect.Message:
		return j.message(b, e)
	case *dissect.Frame:
		if j.opts.Frames {
			return j.frame(b, e)
		}
	case *dissect.Opened:
		return j.opened(b, e)
	case *dissect.Handshake:
		return j.handshake(b, e)
	case *dissect.Finding:
		return j.finding(b, e)
	case *dissect.Ended:
		return j.ended(b, e)
	case *diagnose.Hop:
		return j.hop(b, e)
	}
	return b
}

// Writer returns another one with the same options, for the lines of AppendOpen
// in another goroutine.
func (j *JSONL) Writer() *JSONL {
	return &JSONL{opts: j.opts, stamp: j.stamp}
}

// AppendOpen appends the line of a message or a frame without the number of its
// conversation, which may not be known yet, and returns where in it that
// belongs. Other events have no such line.
func (j *JSONL) AppendOpen(b []byte, e dissect.Event) (line []byte, gap int) {
	j.open, j.gap = true, len(b)
	switch e := e.(type) {
	case *dissect.Message:
		b = j.message(b, e)
	case *dissect.Frame:
		if j.opts.Frames {
			b = j.frame(b, e)
		}
	}
	j.open = false
	return b, j.gap
}

// Line takes a line that AppendOpen has written, in parts: what stands before
// the gap, the number of the conversation, and the rest.
func (j *JSONL) Line(before []byte, number int, after []byte) {
	j.buf = append(j.buf, before...)
	j.buf = appendInt(j.buf, "", number)
	j.buf = append(j.buf, after...)
	j.rest()
}

// head appends the fields that every event has. It begins with start, which
// ends where the time belongs.
//
//go:noinline
func (j *JSONL) head(b []byte, start string, p *dissect.Place) []byte {
	b = j.stamp.append(b, start, &p.Time)
	if p.Conv == nil {
		return b
	}
	if j.opts.Inputs > 1 {
		b = appendInt(b, `,"file":`, inputOf(p))
	}
	before := `,"packet":null,"conn":`
	if p.Packet != 0 {
		b = appendInt(b, `,"packet":`, p.Packet.Number())
		before = `,"conn":`
	}
	if j.open {
		b = append(b, before...)
		j.gap = len(b)
		return b
	}
	return appendInt(b, before, p.Conv.Number)
}

// inputOf returns the index of the input that has the packet of p, or where
// there is none the one in which its conversation begins.
func inputOf(p *dissect.Place) int {
	if p.Packet == 0 {
		return p.Conv.File
	}
	return p.Packet.Input()
}

// Close implements Writer: the last line says what the capture held.
func (j *JSONL) Close(s session.Summary) error {
	j.Capture(s)
	return j.Flush()
}
