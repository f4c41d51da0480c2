package payload

import "iter"

// A Line is one line of JSON text laid out for reading: a value, with its name
// when it is a member, or a bracket. Its pieces are byte ranges of the text, so
// that a message of many megabytes needs no second copy.
type Line struct {
	Depth int   // how far to indent
	Name  Token // Kind is 0 when the value has no name
	Value Token // BeginObject and BeginArray open a fold, EndObject and EndArray close it
	Empty bool  // Value is an object or array with nothing in it, with both brackets
	Comma bool  // another value follows in the same object or array
}

// Lines lays out JSON text, one value a line. Text that breaks is laid out as
// far as it goes; the last line is then a Garbage token with the rest.
func Lines(text []byte) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		l := NewLayout(text)
		for line, ok := l.Next(); ok && yield(line); line, ok = l.Next() {
		}
	}
}

// A Layout lays out JSON text as [Lines] does, for who wants some lines now and
// the others later.
type Layout struct {
	scan    *Scanner
	size    int
	line    Line
	pending bool // line may change with the next token
	over    bool
}

// NewLayout returns the layout of text, which it refers to.
func NewLayout(text []byte) *Layout { return &Layout{scan: NewScanner(text), size: len(text)} }

// Err returns why the text breaks, once all lines were laid out; nil when it
// does not.
func (l *Layout) Err() *SyntaxError { return l.scan.Err() }

// Next returns the next line; ok is false when there is none.
func (l *Layout) Next() (line Line, ok bool) {
	for !l.over {
		t, more := l.scan.Next()
		if !more {
			break
		}
		at := &l.line
		begins := at.Value.Kind == BeginObject || at.Value.Kind == BeginArray
		ends := t.Kind == EndObject || t.Kind == EndArray
		if ends && l.pending && !at.Empty && begins {
			at.Empty = true
			at.Value.End = t.End
			continue
		}
		if l.pending && t.Kind != Key && at.Name.Kind == Key && at.Value.Kind == 0 {
			at.Value = t
			continue
		}
		done := l.pending
		if done {
			line = *at
			line.Comma = !ends && (!begins || at.Empty) && t.Depth > 0
		}
		*at, l.pending = Line{Depth: t.Depth}, true
		if t.Kind == Key {
			at.Name = t
		} else {
			at.Value = t
		}
		if done {
			return line, true
		}
	}
	l.over = true
	if l.pending {
		l.pending = false
		return l.line, true
	}
	if err := l.scan.Err(); err != nil && l.size >= 0 {
		line = Line{Value: Token{Kind: Garbage, Start: err.Offset, End: l.size}}
		l.size = -1 // it is told once
		return line, true
	}
	return line, false
}
