package http1

import (
	"encoding/binary"

	"wsight/dissect/header"
)

// Lines remember lines of heads, because the heads of one capture mostly
// repeat them: a line that is known is neither checked nor copied again, and
// all heads that have it share its text. The zero value remembers nothing yet;
// a nil *Lines never does. They keep at most 180 KiB and belong to one
// goroutine.
type Lines struct {
	fields [256]knownField
	starts [16]string
	status knownStatus

	// What stands before the first field line of each kind of head: its next
	// is the line that mostly comes first.
	request, response knownField

	room [32]header.Field // where heads are put together
}

// A knownField is a field line that is what nearly every line is.
type knownField struct {
	line  string // with its end, CR LF; "" when there is none
	field header.Field
	role  role
	next  *knownField // the line that came behind it last time; nil: none that is known
}

// A knownStatus is the last status line without a defect, and what it says.
type knownStatus struct {
	line            string // as in knownField
	version, reason string
	status          int
}

const lineEnd = "\r\n"

// A line is remembered if it is no shorter than shortestKnown, so that its
// place can be told by a word, and no longer than longestKnown, which nearly
// every line that is sent again and again is not.
const shortestKnown, longestKnown = 8, 512

func rememberable(line []byte) bool { return shortestKnown <= len(line) && len(line) <= longestKnown }

// place returns a number from 0 to 255 for a line that is rememberable: the
// same for lines that begin alike and are of the same length. Lines that never
// come again, such as keys, so take each other's place and no one else's.
func place(line []byte) uint64 {
	return (binary.LittleEndian.Uint64(line) ^ uint64(len(line))) * 0x9E3779B97F4A7C15 >> 56
}

// start returns the text of a start line.
func (k *Lines) start(line []byte) string {
	if k == nil || !rememberable(line) {
		return string(line)
	}
	known := &k.starts[place(line)%uint64(len(k.starts))]
	if *known != string(line) {
		*known = string(line)
	}
	return *known
}

// field returns what is known of a field line, raw, which stands with its end
// in text: nil when it is not what nearly every line is, a token, a colon, and
// printable ASCII.
func (k *Lines) field(raw, text []byte) *knownField {
	known := &k.fields[place(raw)]
	if known.line == string(text) {
		return known
	}
	line := string(text)
	field, plain := plainField(line[:len(raw)])
	if !plain {
		return nil
	}
	// What came behind the line before will mostly come behind this one: it is
	// the same field with another value.
	*known = knownField{line, field, roleOf(field.Name), known.next}
	return known
}

// startsWith reports whether b starts with s.
func startsWith(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }
