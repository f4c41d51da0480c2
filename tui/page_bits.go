package tui

import (
	"fmt"
	"strings"

	"wsight/dissect"
	"wsight/dissect/websocket"
)

// A bitField is one field of a frame header.
type bitField struct {
	bits  int
	label []string // one line each; the first row of the figure has room for four
	value string
}

// bitsPage draws the headers of the frames of a message as RFC 6455 §5.2
// draws them: 32 bits a line, with the values in their place.
func bitsPage(th *theme, l *loaded, width int) page {
	p := &spans{theme: th}
	for i := range l.frames {
		f := &l.frames[i]
		h := f.Header
		text := fmt.Sprintf("frame %d of %d: %v, header %d B, payload %s, at offset %s from the %s",
			i+1, len(l.frames)+l.more, h.Opcode, h.Size, sizeText(int64(min(h.Length, 1<<62))), commas(f.Offset), fromText(f.Dir))
		if f.Captured < h.Length {
			text += fmt.Sprintf(", of which %s were captured", sizeText(int64(f.Captured)))
		}
		if h.Masked {
			text += fmt.Sprintf(", mask %x", h.Mask)
		}
		p.wrapped(nil, 0, width, th.bold, text)
		if width >= 68 && i < 16 {
			p.figure(headerFields(f))
		} else {
			p.table(headerFields(f))
		}
		p.add()
	}
	if l.more > 0 {
		p.add(span{th.dim, "and " + plural(int64(l.more), "frame") + " more"})
	}
	if len(l.frames) == 0 {
		p.add(span{th.dim, "Its frames could not be read again."})
	}
	return p
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// headerFields lists the fields in the order of the wire.
func headerFields(f *dissect.Frame) []bitField {
	h := f.Header
	short := h.Length
	extended := 0
	switch h.Size - 4*btoi(h.Masked) {
	case 4:
		short, extended = 126, 16
	case 10:
		short, extended = 127, 64
	}
	fields := []bitField{
		{1, []string{"F", "I", "N"}, bit(h.Fin)}, {1, []string{"R", "S", "V", "1"}, bit(h.Rsv1)},
		{1, []string{"R", "S", "V", "2"}, bit(h.Rsv2)}, {1, []string{"R", "S", "V", "3"}, bit(h.Rsv3)},
		{4, []string{"opcode", "(4)"}, fmt.Sprintf("%X %s", uint8(h.Opcode), opcodeShort(h.Opcode))},
		{1, []string{"M", "A", "S", "K"}, bit(h.Masked)}, {7, []string{"Payload len", "(7)"}, fmt.Sprint(short)},
	}
	if extended > 0 {
		fields = append(fields, bitField{extended, []string{"Extended payload length", fmt.Sprintf("(%d)", extended)}, commas(int64(min(h.Length, 1<<62)))})
	}
	if h.Masked {
		fields = append(fields, bitField{32, []string{"Masking-key"}, fmt.Sprintf("%x", h.Mask)})
	}
	return fields
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// opcodeShort fits the four bits of the figure.
func opcodeShort(o websocket.Opcode) string {
	return map[websocket.Opcode]string{websocket.Continuation: "cont", websocket.Text: "text", websocket.Binary: "bin", websocket.Close: "clos", websocket.Ping: "ping", websocket.Pong: "pong"}[o]
}

// A segment is the part of a field that stands on one line of the figure.
type segment struct {
	from, to int
	field    *bitField
	first    bool
}

// segments lays the fields out over lines of 32 bits.
func segments(fields []bitField) [][]segment {
	var out [][]segment
	var line []segment
	at := 0
	for i := range fields {
		f := &fields[i]
		for left := f.bits; left > 0; {
			n := min(left, 32-at)
			line = append(line, segment{at, at + n, f, left == f.bits})
			at, left = at+n, left-n
			if at == 32 {
				out, line, at = append(out, line), nil, 0
			}
		}
	}
	if line != nil {
		out = append(out, line)
	}
	return out
}

func (p *spans) figure(fields []bitField) {
	th := p.theme
	tens, ones := "", ""
	for i := range 32 {
		if i%10 == 0 {
			tens += " " + itoa(i/10)
		} else {
			tens += "  "
		}
		ones += " " + itoa(i%10)
	}
	p.add(span{th.dim, tens})
	p.add(span{th.dim, ones})
	layout := segments(fields)
	for _, line := range layout {
		p.border(line)
		height := 1
		for _, s := range line {
			if s.first {
				height = max(height, len(s.field.label))
			}
		}
		for k := range height {
			var row []span
			for _, s := range line {
				label := ""
				if s.first && k < len(s.field.label) {
					label = s.field.label[k]
				} else if k == 0 && !s.first {
					label = s.field.label[0] + " continued"
				}
				row = append(row, span{th.frame, "|"}, span{th.dim, centred(label, 2*(s.to-s.from)-1)})
			}
			p.add(append(row, span{th.frame, "|"})...)
		}
		var row []span
		for _, s := range line {
			value := ""
			if s.first {
				value = s.field.value
			}
			row = append(row, span{th.frame, "|"}, span{th.bold, centred(value, 2*(s.to-s.from)-1)})
		}
		p.add(append(row, span{th.frame, "|"})...)
	}
	p.border(layout[len(layout)-1])
}

// border is the line above or below a line of the figure.
func (p *spans) border(line []segment) {
	var b strings.Builder
	for _, s := range line {
		b.WriteString("+" + strings.Repeat("-", 2*(s.to-s.from)-1))
	}
	p.add(span{p.theme.frame, b.String() + "+"})
}

func centred(s string, width int) string {
	s = s[:min(len(s), width)]
	left := (width - len(s)) / 2
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", width-len(s)-left)
}

// table lists the fields where the figure has no room.
func (p *spans) table(fields []bitField) {
	for _, f := range fields {
		join := " "
		if len(f.label) > 2 {
			join = ""
		}
		name := strings.Join(f.label, join)
		p.add(span{p.theme.dim, pad("  "+name, 34)}, span{p.theme.bold, f.value})
	}
}
