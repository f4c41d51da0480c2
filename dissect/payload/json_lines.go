package payload

import "iter"

// A Line is one line of JSON text laid out for reading: a value, with its name
// when it is a member, or a bracket. Its pieces are byte ranges of the text, so
// that a message of many megabytes needs no second copy.
type Line struct {
	Depth int   // how far to indent
	Name  Token // Kind is 0 when the value has no name
	Value Token // BeginObject and BeginArray open a fold, EndObject and EndArray close it
	Empty bool  // Value begins an object or array with nothing in it: it ends on this line
	Comma bool  // another value follows in the same object or array
}

// Lines lays out JSON text, one value a line. Text that breaks is laid out as
// far as it goes; the last line is then a Garbage token with the rest.
func Lines(text []byte) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		s := NewScanner(text)
		var line Line
		pending := false
		for {
			t, ok := s.Next()
			if !ok {
				break
			}
			ends := t.Kind == EndObject || t.Kind == EndArray
			if ends && pending && !line.Empty && (line.Value.Kind == BeginObject || line.Value.Kind == BeginArray) {
				line.Empty = true
				line.Value.End = t.End
				continue
			}
			if t.Kind == Key || line.Name.Kind != Key || line.Value.Kind != 0 {
				if pending {
					opens := (line.Value.Kind == BeginObject || line.Value.Kind == BeginArray) && !line.Empty
					line.Comma = !ends && !opens && t.Depth > 0
					if !yield(line) {
						return
					}
				}
				line, pending = Line{Depth: t.Depth}, true
			}
			if t.Kind == Key {
				line.Name = t
			} else {
				line.Value = t
			}
		}
		if pending && !yield(line) {
			return
		}
		if err := s.Err(); err != nil {
			yield(Line{Value: Token{Kind: Garbage, Start: err.Offset, End: len(text)}})
		}
	}
}
