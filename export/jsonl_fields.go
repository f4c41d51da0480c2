package export

import (
	"encoding/base64"

	"wsight/dissect/header"
	"wsight/safe"
)

// fieldLines hold the JSON of field lines that were written before, because
// the heads of one capture mostly repeat them, with the same text in memory.
// The zero value holds none yet.
type fieldLines [64]fieldLine

type fieldLine struct {
	field header.Field
	json  []byte // of field, and a comma; its memory is used again
}

// longestLine is the longest JSON of a field line that is held.
const longestLine = 512

// place returns where the JSON of f is held, if it is. What comes again and again
// differs in its lengths mostly; a key, which never does, takes the place of
// another key.
func (l *fieldLines) place(f *header.Field) *fieldLine {
	return &l[uint(len(f.Name)*5+len(f.Value)*3)%uint(len(l))]
}

// append appends f and a comma.
func (l *fieldLines) append(b []byte, f *header.Field) []byte {
	if known := l.place(f); known.field == *f && len(known.json) > 0 {
		return append(b, known.json...)
	}
	return appendField(b, f)
}

// learn is append, which copies f from then on.
func (l *fieldLines) learn(b []byte, f *header.Field) []byte {
	from := len(b)
	b = l.append(b, f)
	if known := l.place(f); known.field != *f && len(b)-from <= longestLine {
		known.field, known.json = *f, append(known.json[:0], b[from:]...)
	}
	return b
}

func appendField(b []byte, f *header.Field) []byte {
	b = append(safe.AppendJSON(append(b, '['), f.Name), ',')
	b, valid := safe.AppendValidJSON(b, f.Value)
	if !valid {
		b = append(b, `null,"`...)
		b = append(base64.StdEncoding.AppendEncode(b, []byte(f.Value)), '"')
	}
	return append(b, ']', ',')
}
