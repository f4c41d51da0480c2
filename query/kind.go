package query

import "strings"

// A Kind says what a field belongs to. Kinds are joined by |. The numbers are
// ours.
type Kind uint8

const (
	Connection Kind = 1 << iota
	Handshake
	End
	Process
	Message
	Frame
	Finding
	Any // event: every line has it
)

// level are the kinds that hold for a connection as a whole.
const level = Connection | Handshake | End | Process

var kindNames = [...]string{"connection", "handshake", "end", "process", "message", "frame", "finding", "any"}

// String returns the words of the JSON output, joined by commas.
func (k Kind) String() string {
	var words []string
	for i, name := range kindNames {
		if k&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	return strings.Join(words, ", ")
}

// A Type says what values a field has. The numbers are ours.
type Type uint8

const (
	Number Type = iota + 1
	Text
	Bool
	Mixed // numbers in some rows, text in others
)

// String returns a word for people.
func (t Type) String() string {
	switch t {
	case Number:
		return "number"
	case Text:
		return "text"
	case Bool:
		return "true or false"
	case Mixed:
		return "number or text"
	}
	return "unknown"
}
