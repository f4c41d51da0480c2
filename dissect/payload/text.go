package payload

import (
	"strings"
	"unicode/utf8"
)

// textFormat shows messages as text.
var textFormat = Format{
	Name:  "text",
	Title: "Plain text",
	About: "The first line as the summary, and how many lines there are.",
	New:   func(Hint) Decoder { return textDecoder{} },
}

type textDecoder struct{}

// Decode takes a message as text, whatever it is.
func (textDecoder) Decode(m Message) Result {
	var r Result
	if m.Whole && !m.Text && !utf8.Valid(m.Data) { // of a text message its framing is to blame, RFC 6455 §8.1
		r.invalid("not UTF-8")
	}
	r.Summary = firstLine(m.Data)
	body := textNode("", m.Data, 0, len(m.Data))
	r.part(Part{Type: "text", Body: body, Summary: r.Summary})
	r.Tree = body
	return r
}

// firstLine returns the first line of b that is not empty, clipped, and how
// many lines there are beside it.
func firstLine(b []byte) string {
	s := strings.TrimSpace(string(b[:clipAt(b, 4*summaryLimit)]))
	line, _, more := strings.Cut(s, "\n")
	line = clip(strings.TrimRight(line, "\r"), summaryLimit)
	if more {
		line += " (" + quantity(strings.Count(string(b), "\n")+1, "line") + ")"
	}
	return line
}
