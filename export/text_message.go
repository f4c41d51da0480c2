package export

import (
	"fmt"
	"unicode/utf8"

	"wsight/dissect"
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
	mark, color := t.arrow(e.Dir)
	text := pad(e.Type.String(), 6) + " "
	switch {
	case e.Type == dissect.Close && e.Code >= 0:
		text += fmt.Sprintf("%d", e.Code)
		if len(e.Reason) > 0 {
			text += " " + safe.Quote(string(e.Reason))
		}
	case e.Length >= 0:
		text += size(e.Length)
	default:
		text += size(e.Wire) + " on the wire"
	}
	if e.Compressed && e.Length >= 0 {
		text += fmt.Sprintf(" (%s compressed)", size(e.Wire))
	}
	if e.RTT >= 0 && e.Type == dissect.Pong {
		text += "  rtt " + t.duration(e.RTT)
	}
	switch {
	case e.Undecoded == "context-lost":
		text += "  [not decoded: it needs bytes that the capture missed]"
	case e.Undecoded != "":
		text += "  [not decoded: " + e.Undecoded + "]"
	case !e.Complete && e.Lost > 0:
		text += fmt.Sprintf("  [incomplete: %s missing]", size(e.Lost))
	case !e.Complete:
		text += "  [incomplete]"
	}
	if t.opts.Hash && e.SHA256 != nil {
		text += fmt.Sprintf("  sha256 %x", *e.SHA256)
	}
	switch r := e.Decoded; {
	case r != nil:
		text += t.decoded(r)
	case e.Type != dissect.Close && len(e.Payload) > 0 && e.Undecoded == "":
		text += t.payload(e)
	}
	t.line(e.Place, mark, color, text)
}

// previewBytes is how much of a payload a line shows.
const previewBytes = 400

// PreviewPayload is how many bytes of a payload are enough for [Text]: what a
// line shows, and a rune that may be cut at its end.
const PreviewPayload = previewBytes + utf8.UTFMax

func (t *Text) payload(e *dissect.Message) string {
	p := e.Payload[:min(len(e.Payload), previewBytes)]
	cut := len(p) < len(e.Payload) || e.Truncated
	var text string
	switch {
	case t.opts.Payload == PayloadNone:
		return ""
	case t.opts.Payload == PayloadHex || !e.Valid:
		p = p[:min(len(p), 64)]
		cut = cut || len(p) < len(e.Payload)
		text = fmt.Sprintf("% x", p)
	default:
		text = t.form.Text(string(p))
	}
	if cut {
		text += t.mark("…", "...")
	}
	return "  " + text
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
