package capture

import (
	"errors"
	"strconv"
	"strings"
)

// What an [*Error] wraps says which kind of failure it was.
var (
	// ErrTruncated: the input ends in the middle of something.
	ErrTruncated = errors.New("truncated")
	// ErrEmpty: the input has not one byte.
	ErrEmpty = errors.New("empty")
	// ErrNotCapture: the input is of another kind.
	ErrNotCapture = errors.New("not a capture")
	// ErrCorrupt: the input breaks a rule of its format.
	ErrCorrupt = errors.New("corrupt")
	// ErrTooLarge: something in the input is beyond a limit.
	ErrTooLarge = errors.New("too large")
)

// An Error says where an input could not be read further, and why. Everything
// before the place has been given.
type Error struct {
	File     string // as it was named; "standard input" for "-"
	Offset   int64  // in bytes from the start of the input, after decompression
	Packed   string // the compression that Offset looks through; "" for none
	Expected string // what should have stood there
	Found    string // what stood there instead
	Hint     string // what to do next; "" when nothing helps
	Err      error  // one of the Err values of this package, or the error of the system
}

// Error names the file, the place, and what was expected and found.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("read " + e.File)
	if e.Offset > 0 {
		b.WriteString(": byte " + strconv.FormatInt(e.Offset, 10))
		if e.Packed != "" {
			b.WriteString(" of what " + e.Packed + " holds")
		}
	}
	if e.Expected != "" {
		b.WriteString(": expected " + e.Expected)
	}
	switch {
	case e.Found == "":
		b.WriteString(": " + e.Err.Error())
	case e.Expected == "":
		b.WriteString(": " + e.Found)
	default:
		b.WriteString(", found " + e.Found)
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Unwrap returns the kind of the failure, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }
