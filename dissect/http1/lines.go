package http1

import (
	"encoding/binary"

	"wsight/dissect/header"
	"wsight/safe"
)

// Lines remember lines of heads, because the heads of one capture mostly
// repeat them: a line that is known is neither checked nor copied again, and
// all heads that have it share its text. The zero value remembers nothing yet;
// a nil *Lines never does. They keep less than 1 MiB, beside the text of the last
// heads, and belong to one goroutine.
type Lines struct {
	// Requests and responses have some lines in common, and those stand in
	// another order.
	requests, responses knownFields

	starts [16]string
	status knownStatus
	room   [32]header.Field // where heads are put together
}

// knownFields are the field lines of one kind of head that are known.
type knownFields struct {
	lines [256]knownField
	runs  [16]knownRun
	first uint8 // the place in lines of what mostly comes first
}

// A knownField is a field line that is what nearly every line is.
type knownField struct {
	line  string // with its end, CR LF; "" when there is none
	field header.Field
	print uint64 // see linePrint
	colon uint16 // its place
	role  role
	next  uint8 // the place of the line that came behind it last time
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

// at returns the place of what is known of a field line; raw stands with its
// end in text. It reports false when the line is not what nearly every line is,
// a token, a colon, and printable ASCII.
func (k *knownFields) at(raw, text []byte) (at uint8, plain bool) {
	at = uint8(place(raw))
	known := &k.lines[at]
	if known.line == string(text) {
		return at, true
	}
	same := known.names(raw)
	if !same && known.line != "" { // another field has the place: the one next to it will do
		at ^= 1
		if known = &k.lines[at]; known.line == string(text) {
			return at, true
		}
		same = known.names(raw)
	}
	line := string(text)
	colon, r := int(known.colon), known.role
	// Where a line is not known, its field mostly is, with another value.
	if !same {
		if colon = header.TokenLength(line[:len(raw)]); colon == 0 || line[colon] != ':' {
			return 0, false
		}
		r = roleOf(line[:colon])
	}
	value := line[colon+1 : len(raw)]
	if safe.Printable(value) < len(value) {
		return 0, false
	}
	// What came behind the line before will mostly come behind this one, too.
	*known = knownField{
		line: line, field: header.Field{Name: line[:colon], Value: header.Trim(value)},
		print: linePrint(line[:len(raw)]), colon: uint16(colon), role: r, next: known.next,
	}
	return at, true
}

// names reports whether line is another one of the same field.
func (k *knownField) names(line []byte) bool {
	return k.line != "" && startsWith(line, k.line[:k.colon+1])
}

// startsWith reports whether b starts with s.
func startsWith(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }
