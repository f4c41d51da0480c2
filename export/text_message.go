package export

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf8"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/safe"
)

func (t *Text) frame(e *dissect.Frame) {
	h := e.Header
	flags := ""
	for _, f := range []struct {
		set  bool
		name string
	}{{h.Fin, "FIN"}, {h.Rsv1, "RSV1"}, {h.Rsv2, "RSV2"}, {h.Rsv3, "RSV3"}} {
		if f.set {
			flags += " " + f.name
		}
	}
	if h.Masked {
		flags += fmt.Sprintf(" mask %x", h.Mask)
	}
	mark, _ := t.arrow(e.Dir)
	text := fmt.Sprintf("  frame %v %d B%s at %d", h.Opcode, h.Length, flags, e.Offset)
	if e.Captured < h.Length {
		text += fmt.Sprintf(", %d B captured", e.Captured)
	}
	t.line(e.Place, mark, faint, text)
}

func (t *Text) message(e *dissect.Message) {
	b := append(t.told[:0], e.Type.String()...)
	for len(b) < len("binary") {
		b = append(b, ' ')
	}
	b = append(b, ' ')
	switch {
	case e.Type == dissect.Close && e.Code >= 0:
		b = strconv.AppendInt(b, int64(e.Code), 10)
		if len(e.Reason) > 0 {
			b = append(append(b, ' '), safe.Quote(e.Reason)...)
		}
	case e.Length >= 0:
		b = append(b, size(e.Length)...)
	default:
		b = append(append(b, size(e.Wire)...), " on the wire"...)
	}
	if e.Compressed && e.Length >= 0 {
		b = append(append(append(b, " ("...), size(e.Wire)...), " compressed)"...)
	}
	if e.RTT >= 0 && e.Type == dissect.Pong {
		b = append(append(b, "  rtt "...), t.duration(e.RTT)...)
	}
	switch {
	case e.Undecoded == "context-lost":
		b = append(b, "  [not decoded: it needs bytes that the capture missed]"...)
	case e.Undecoded != "":
		b = append(append(append(b, "  [not decoded: "...), e.Undecoded...), ']')
	case !e.Complete && e.Lost > 0:
		b = append(append(append(b, "  [incomplete: "...), size(e.Lost)...), " missing]"...)
	case !e.Complete:
		b = append(b, "  [incomplete]"...)
	}
	if t.opts.Hash && e.SHA256 != nil {
		b = hex.AppendEncode(append(b, "  sha256 "...), e.SHA256[:])
	}
	switch r := e.Decoded; {
	case r != nil:
		b = append(b, t.decoded(r)...)
	case e.Type != dissect.Close && len(e.Payload) > 0 && e.Undecoded == "":
		b = t.payload(b, e)
	}
	t.told = b
	mark, color := t.arrow(e.Dir)
	t.write(e.Place, mark, color)
}

// previewBytes is how much of a payload a line shows.
const previewBytes = 400

// PreviewPayload is how many bytes of a payload are enough for [Text]: what a
// line shows, and a rune that may be cut at its end.
const PreviewPayload = previewBytes + utf8.UTFMax

// payload appends the beginning of what e holds.
func (t *Text) payload(b []byte, e *dissect.Message) []byte {
	p := e.Payload[:min(len(e.Payload), previewBytes)]
	cut := len(p) < len(e.Payload) || e.Truncated
	switch {
	case t.opts.Payload == PayloadNone:
		return b
	case t.opts.Payload == PayloadHex || !e.Valid:
		p = p[:min(len(p), 64)]
		cut = cut || len(p) < len(e.Payload)
		b = fmt.Appendf(b, "  % x", p)
	default:
		b = t.form.Append(append(b, "  "...), string(p))
	}
	if cut {
		b = append(b, t.mark("…", "...")...)
	}
	return b
}

func (t *Text) hole(e *dissect.Hole) {
	text := ""
	switch {
	case e.Lost > 0:
		text = size(e.Lost) + " missing from the capture"
		if e.Cut > 0 {
			text += ", " + size(e.Cut) + " cut off by the snaplen"
		}
	default:
		text = size(e.Passed) + " that are no frames"
	}
	if e.Lost > 0 && e.Passed > 0 {
		text += ", " + size(e.Passed) + " passed over"
	}
	if !e.Resumed {
		text += "; reading did not resume"
	}
	mark, _ := t.arrow(e.Dir)
	t.line(e.Place, mark, caution, t.mark("⋯ ", "~ ")+text)
}

// decoded is what a format makes of a payload, in place of the payload.
func (t *Text) decoded(r *payload.Result) string {
	text := ""
	if r.Answered > 0 {
		text = fmt.Sprintf("  answers %d", r.Answered)
		if r.RTT >= 0 {
			text += " after " + t.duration(r.RTT)
		}
	}
	text += "  " + r.Format
	if t.opts.Payload == PayloadNone {
		return text
	}
	return text + ": " + t.form.Text(r.Summary)
}
