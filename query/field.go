package query

import (
	"slices"
	"strconv"
	"strings"

	"wsight/finding"
	"wsight/safe"
)

// A Field is something that can be asked of a row.
type Field struct {
	Name  string
	Type  Type
	Kinds Kind
	Doc   string // one sentence without a period

	// Words are all the values of a field whose values are words of ours; nil
	// for other fields.
	Words []string

	number func(*Row) (float64, bool)
	text   func(*Row) (string, bool)
	flag   func(*Row) (bool, bool)
	raw    func(*Row) ([]byte, bool) // instead of text, for what would have to be copied
}

// Fields returns the table, in the order of the JSON output. It must not be
// changed.
func Fields() []Field { return table }

// Lookup returns the field of that name.
func Lookup(name string) (*Field, bool) {
	if i, ok := byName[name]; ok {
		return &table[i], true
	}
	return nil, false
}

var table = slices.Concat(connectionFields, handshakeFields, messageFields, frameFields, findingFields, endFields)

var byName = func() map[string]int {
	names := make(map[string]int, len(table))
	for i := range table {
		names[table[i].Name] = i
	}
	return names
}()

// ofLevel reports whether f holds for a connection as a whole.
func (f *Field) ofLevel() bool { return f.Kinds&^level == 0 }

// words returns all that the field can be as text, nil when that is open.
func (f *Field) words() []string {
	if f.Name != "code" {
		return f.Words
	}
	var codes []string
	for _, r := range finding.All() {
		codes = append(codes, string(r.Code))
	}
	return codes
}

// suggest says which words of f may have been meant.
func suggest(f *Field, word string) string {
	words := f.words()
	if len(words) <= 12 {
		return "it is " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	}
	var near []string
	for _, w := range words {
		if strings.Contains(w, word) || distance(w, word) <= max(len(word)/4, 1) {
			near = append(near, w)
		}
	}
	if len(near) == 0 {
		return "'wsight findings' lists them"
	}
	return "did you mean " + strings.Join(near[:min(len(near), 3)], " or ") + "?"
}

// value returns the value of f in r, nil when there is none.
func (f *Field) value(r *Row) any {
	if f.number != nil {
		if v, ok := f.number(r); ok {
			return v
		}
	}
	if f.text != nil {
		if v, ok := f.text(r); ok {
			return v
		}
	}
	if f.raw != nil {
		if v, ok := f.raw(r); ok {
			return string(v)
		}
	}
	if f.flag != nil {
		if v, ok := f.flag(r); ok {
			return v
		}
	}
	return nil
}

// Append appends the value of f in r to dst as it stands in the JSON output,
// text without quotes. It reports false, and appends nothing, where there is
// no value. The text may hold anything that was captured.
func (f *Field) Append(dst []byte, r *Row) ([]byte, bool) {
	if f.number != nil {
		if v, ok := f.number(r); ok {
			if whole := int64(v); float64(whole) == v {
				return strconv.AppendInt(dst, whole, 10), true
			}
			return strconv.AppendFloat(dst, v, 'f', -1, 64), true
		}
	}
	if f.text != nil {
		if v, ok := f.text(r); ok {
			return append(dst, v...), true
		}
	}
	if f.raw != nil {
		if v, ok := f.raw(r); ok {
			return append(dst, v...), true
		}
	}
	if f.flag != nil {
		if v, ok := f.flag(r); ok {
			return strconv.AppendBool(dst, v), true
		}
	}
	return dst, false
}

// nearest returns the names of fields that a wrong name may have meant, the
// most likely first.
func nearest(name string) []string {
	lower := strings.ToLower(name)
	var found []string
	for i := range table {
		have := table[i].Name
		last := have[strings.LastIndexByte(have, '.')+1:]
		if have == lower || last == lower || strings.HasSuffix(lower, "."+have) {
			found = append(found, have)
		}
	}
	if len(found) > 0 {
		return found[:min(len(found), 3)]
	}
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	return Near(name, names)
}

// unknownField says that there is no such field, and which come close.
func unknownField(name string, offset int) *SyntaxError {
	e := &SyntaxError{Offset: offset, Want: "there is no field " + safe.Quote(name), Hint: "'wsight fields' lists them"}
	if near := nearest(name); len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return e
}
