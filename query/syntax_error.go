package query

import (
	"fmt"
	"strings"

	"wsight/safe"
)

// A SyntaxError says what is wrong with an expression and where.
type SyntaxError struct {
	Text   string // the expression
	Offset int    // in bytes
	Want   string // what is wrong, or what was expected
	Hint   string // what to write instead; "" when that is not known
}

// Error names the column, counted in characters from 1.
func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("column %d: %s", e.column()+1, e.Want)
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Caret returns two lines: the expression, and a mark below the place.
func (e *SyntaxError) Caret() string {
	const before, after = 50, 30
	runes := []rune(e.Text)
	at := min(e.column(), len(runes))
	from, to := max(at-before, 0), min(at+after, len(runes))
	head, tail := safe.Text(string(runes[from:at])), safe.Text(string(runes[at:to]))
	return head + tail + "\n" + strings.Repeat(" ", safe.Width(head)) + "^"
}

func (e *SyntaxError) column() int {
	return len([]rune(e.Text[:min(max(e.Offset, 0), len(e.Text))]))
}
