package export

import (
	"io"
	"strconv"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
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
	w    io.Writer
	opts JSONOptions
	buf  []byte
	err  error

	open bool // lines are written without the number of the conversation,
	gap  int  // which belongs here

	stamp stamp
}

// NewJSONL returns a writer of JSON lines to w.
func NewJSONL(w io.Writer, opts JSONOptions) *JSONL {
	return &JSONL{w: w, opts: opts, buf: make([]byte, 0, bufferSize+bufferSize/4), stamp: newStamp()}
}

// bufferSize is how much is collected before it is written.
const bufferSize = 64 << 10

// Event appends the line of e, if its kind has one. Call Flush when the lines
// have to be seen.
func (j *JSONL) Event(e dissect.Event) {
	j.buf = j.AppendEvent(j.buf, e)
	if len(j.buf) >= bufferSize {
		j.Flush()
	}
}

// Flush writes what was collected and returns the first error so far.
func (j *JSONL) Flush() error {
	if len(j.buf) > 0 && j.err == nil {
		_, j.err = j.w.Write(j.buf)
	}
	j.buf = j.buf[:0]
	return j.err
}

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
	j.buf = strconv.AppendInt(j.buf, int64(number), 10)
	j.buf = append(j.buf, after...)
	if len(j.buf) >= bufferSize {
		j.Flush()
	}
}

// head appends the fields that every event has. It begins with start, which
// ends where the time belongs.
func (j *JSONL) head(b []byte, start string, p dissect.Place) []byte {
	b = j.time(append(b, start...), p.Time)
	if p.Conv == nil {
		return b
	}
	if j.opts.Inputs > 1 {
		b = appendInt(b, "file", p.Conv.File)
	}
	if p.Packet == 0 {
		b = append(b, `,"packet":null,"conn":`...)
	} else {
		b = strconv.AppendInt(append(b, `,"packet":`...), int64(p.Packet), 10)
		b = append(b, `,"conn":`...)
	}
	if j.open {
		j.gap = len(b)
		return b
	}
	return strconv.AppendInt(b, int64(p.Conv.Number), 10)
}

// time appends t as RFC 3339 with nine decimals, or null.
func (j *JSONL) time(b []byte, t time.Time) []byte {
	if !j.stamp.set(t) {
		return append(b, "null"...)
	}
	return append(b, j.stamp.text[:]...)
}

func (j *JSONL) message(b []byte, m *dissect.Message) []byte {
	b = j.head(b, `{"event":"message","time":`, m.Place)
	b = strconv.AppendInt(append(b, `,"n":`...), int64(m.N), 10)
	b = append(append(b, `,"dir":"`...), m.Dir.String()...)
	b = append(append(b, `","type":"`...), m.Type.String()...)
	b = strconv.AppendInt(append(b, `","frames":`...), int64(m.Frames), 10)
	b = j.time(append(b, `,"first_time":`...), m.FirstTime)
	b = strconv.AppendInt(append(b, `,"first_packet":`...), int64(m.FirstPacket), 10)
	b = strconv.AppendInt(append(b, `,"wire":`...), m.Wire, 10)
	b = appendKnown(b, "length", m.Length)
	b = strconv.AppendBool(append(b, `,"compressed":`...), m.Compressed)
	b = strconv.AppendBool(append(b, `,"complete":`...), m.Complete)
	b = strconv.AppendInt(append(b, `,"lost":`...), m.Lost, 10)
	if m.Undecoded == "" {
		b = append(b, `,"undecoded":null`...)
	} else {
		b = appendWord(b, "undecoded", m.Undecoded)
	}
	if j.opts.Hash {
		b = append(b, `,"sha256":`...)
		if m.SHA256 == nil {
			b = append(b, "null"...)
		} else {
			b = append(appendHex(append(b, '"'), m.SHA256[:]), '"')
		}
	}
	b = j.payload(b, m)
	switch m.Type {
	case dissect.Close:
		b = append(b, `,"code":`...)
		b = appendCode(b, m.Code)
		b = append(b, `,"reason":`...)
		b = safe.AppendJSON(b, m.Reason)
	case dissect.Pong:
		b = append(b, `,"rtt":`...)
		b = appendDuration(b, m.RTT)
	}
	if j.opts.Decode && m.Decoded != nil {
		if m.Decoded.Answered > 0 {
			b = append(b, `,"rtt":`...)
			b = appendDuration(b, m.Decoded.RTT)
		}
		b = append(b, `,"payload":`...)
		b = payload.AppendJSON(b, *m.Decoded)
	}
	return append(b, '}', '\n')
}

func (j *JSONL) payload(b []byte, m *dissect.Message) []byte {
	if j.opts.Payload == PayloadNone || m.Undecoded != "" {
		return b
	}
	switch {
	case j.opts.Payload == PayloadHex:
		b = append(b, `,"hex":"`...)
		b = append(appendHex(b, m.Payload), '"')
	case m.Valid:
		b = append(b, `,"text":`...)
		b = safe.AppendJSON(b, m.Payload)
	default:
		b = append(b, `,"base64":"`...)
		b = append(appendBase64(b, m.Payload), '"')
	}
	if m.Truncated {
		b = append(b, `,"truncated":true`...)
	}
	return b
}

func (j *JSONL) frame(b []byte, f *dissect.Frame) []byte {
	h := f.Header
	b = j.head(b, `{"event":"frame","time":`, f.Place)
	b = appendWord(b, "dir", f.Dir.String())
	b = appendBool(b, "fin", h.Fin)
	b = appendBool(b, "rsv1", h.Rsv1)
	b = appendBool(b, "rsv2", h.Rsv2)
	b = appendBool(b, "rsv3", h.Rsv3)
	b = appendBool(b, "masked", h.Masked)
	b = appendInt(b, "opcode", int(h.Opcode))
	name := "reserved"
	if h.Opcode.Defined() {
		name = h.Opcode.String()
	}
	b = appendWord(b, "type", name)
	b = append(b, `,"mask":`...)
	if h.Masked {
		b = append(appendHex(append(b, '"'), h.Mask[:]), '"')
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"length":`...)
	b = strconv.AppendUint(b, h.Length, 10)
	b = append(b, `,"captured":`...)
	b = strconv.AppendUint(b, f.Captured, 10)
	b = appendInt(b, "offset", f.Offset)
	b = appendInt(b, "header", h.Size)
	b = append(b, `,"message":`...)
	if f.Message == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(f.Message), 10)
	}
	return append(b, '}', '\n')
}

func (j *JSONL) finding(b []byte, f *dissect.Finding) []byte {
	rule, _ := f.Code.Rule()
	b = j.head(b, `{"event":"finding","time":`, f.Place)
	b = appendWord(b, "code", string(f.Code))
	b = appendWord(b, "severity", severity(f.Report, rule).String())
	b = appendDir(b, "dir", f.Dir)
	b = append(b, `,"message":`...)
	if f.Message == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(f.Message), 10)
	}
	b = appendText(b, "section", rule.Section)
	b = appendText(b, "title", either(f.Title, rule.Title))
	b = appendText(b, "detail", f.Detail)
	b = appendText(b, "advice", either(f.Advice, rule.Advice))
	b = append(b, `,"packets":[`...)
	for i, p := range f.Packets {
		if i > 0 {
			b = append(b, ',')
		}
		b = j.evidence(b, p)
	}
	b = append(b, `],"connections":[`...)
	b = strconv.AppendInt(b, int64(f.Conv.Number), 10)
	for _, other := range f.Others {
		b = strconv.AppendInt(append(b, ','), int64(other.Number), 10)
	}
	return append(b, ']', '}', '\n')
}

func (j *JSONL) evidence(b []byte, p dissect.Evidence) []byte {
	if j.opts.Inputs < 2 {
		return strconv.AppendInt(b, int64(p.Packet), 10)
	}
	b = strconv.AppendInt(append(b, '['), int64(p.File), 10)
	b = strconv.AppendInt(append(b, ','), int64(p.Packet), 10)
	return append(b, ']')
}

// severity returns that of the instance, else that of the rule.
func severity(r finding.Report, rule finding.Rule) finding.Severity {
	if r.Severity != 0 {
		return r.Severity
	}
	return rule.Severity
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func appendDir(b []byte, name string, d flow.Direction) []byte {
	if d == 0 {
		return append(appendName(b, name), "null"...)
	}
	return appendWord(b, name, d.String())
}
