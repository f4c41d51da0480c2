package payload

import (
	"unicode/utf8"

	"wsight/safe"
)

// hexFormat shows messages as bytes.
var hexFormat = Format{
	Name:  "hex",
	Title: "Bytes",
	About: "Length and first bytes in hexadecimal, with the text they spell when it is text.",
	New:   func(Hint) Decoder { return hexDecoder{} },
}

type hexDecoder struct{}

// Decode takes a message as bytes, whatever it is.
func (hexDecoder) Decode(m Message) Result {
	var r Result
	r.Summary = quantity(len(m.Data), "byte")
	if len(m.Data) > 0 {
		r.Summary += ": " + clipHex(m.Data, 64)
	}
	shown := m.Data
	if len(shown) > 32 {
		for shown = shown[:32]; len(shown) > 32-utf8.UTFMax && !utf8.Valid(shown); {
			shown = shown[:len(shown)-1]
		}
	}
	if len(shown) > 0 && printable(shown) {
		r.Summary += " " + safe.Quote(shown)
	}
	r.Tree = bytesNode("", m.Data, 0, len(m.Data))
	r.part(Part{Type: "bytes", Body: r.Tree, Summary: r.Summary})
	return r
}

// printable reports whether b is text without controls.
func printable(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n < 2 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7F {
			return false
		}
		b = b[n:]
	}
	return true
}
