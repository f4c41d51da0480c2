package http1

import (
	"encoding/binary"

	"wsight/dissect/header"
)

// Lines remember lines of heads, because the heads of one capture mostly
// repeat them: a line that is known is neither checked nor copied again, and
// all heads that have it share its text. The zero value remembers nothing yet;
// a nil *Lines never does. They keep at most 160 KiB and belong to one
// goroutine.
type Lines struct {
	fields [256]knownField
	starts [16]string
}

// A knownField is a field line that is what nearly every line is.
type knownField struct {
	line  string // "" when there is none
	field header.Field
}

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

// field reads a field line, which stands without its end. It reports false for
// a line that is not what nearly every line is: a token, a colon, and printable
// ASCII.
func (k *Lines) field(line []byte) (header.Field, bool) {
	if k == nil || !rememberable(line) {
		return plainField(string(line))
	}
	known := &k.fields[place(line)]
	if known.line == string(line) {
		return known.field, true
	}
	text := string(line)
	field, plain := plainField(text)
	if plain {
		*known = knownField{text, field}
	}
	return field, plain
}
