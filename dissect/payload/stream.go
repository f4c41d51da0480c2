package payload

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// streamLimit is how many bytes of a unit that is spread over messages are kept.
const streamLimit = 1 << 20

// A stream joins the messages of one direction for formats whose units may be
// spread over several messages. The zero value is at the start of a unit.
type stream struct {
	kept []byte // of a unit that is not finished
	lost bool   // bytes are missing, so that a unit may begin anywhere
}

// lose forgets the unit that was not finished.
func (s *stream) lose() { s.kept, s.lost = nil, true }

// feed returns what m adds to, together with it. The result stays as it is.
func (s *stream) feed(m Message) window {
	carried := len(s.kept)
	if carried == 0 {
		return window{data: m.Data}
	}
	s.kept = append(s.kept, m.Data...)
	return window{data: s.kept, carried: carried}
}

// keep remembers what follows offset at of w for the next message; ok is false
// when that is too much.
func (s *stream) keep(w window, at int) (ok bool) {
	switch {
	case len(w.data)-at > streamLimit:
		s.kept = nil
		return false
	case at == len(w.data):
		s.kept = nil
	case at > 0 || w.carried == 0:
		s.kept = bytes.Clone(w.data[at:])
	}
	return true
}

// A window is data of which the first bytes came with earlier messages. The
// nodes that it makes say where they stand in the last message; those that do
// not stand there as a whole have no place.
type window struct {
	data    []byte
	carried int
}

func (w window) place(n Node, start, end int) Node {
	n.Start, n.End = start-w.carried, end-w.carried
	if n.Start < 0 {
		n.Start, n.End = 0, 0
	}
	return n
}

func (w window) label(name, text string, start, end int) Node {
	return w.place(label(name, text, 0, 0), start, end)
}

func (w window) text(name string, start, end int) Node {
	return w.place(textNode(name, w.data, start, end), start, end)
}

func (w window) bytes(name string, start, end int) Node {
	return w.place(bytesNode(name, w.data, start, end), start, end)
}

func (w window) group(name string, start, end int, parts ...Node) Node {
	return w.place(group(name, 0, slices.Clone(parts)...), start, end)
}

// body makes a node of the application's data: JSON, text or bytes, whichever
// it looks like.
func (w window) body(name string, start, end int) Node {
	data := w.data[start:end]
	if i := skipSpace(data, 0); i < len(data) && (data[i] == '{' || data[i] == '[') {
		base := start - w.carried
		if base < 0 {
			base = -1
		}
		if root, err := parseJSON(data, base); err == nil {
			return root.named(name)
		}
	}
	if utf8.Valid(data) && printable(data) {
		return w.text(name, start, end)
	}
	return w.bytes(name, start, end)
}
