package filter

import "fmt"

// A SyntaxError says which word of an expression cannot be used.
type SyntaxError struct {
	Offset int    // of Word in the expression, in bytes; its length when something is missing at the end
	Word   string // as written; "" at the end of the expression
	Want   string // what would have been right there, or why the word is not
}

// Error says where the expression is wrong, and what would be right there.
func (e *SyntaxError) Error() string {
	if e.Word == "" {
		return "filter: the expression ends too early: " + e.Want
	}
	return fmt.Sprintf("filter: %q at column %d: %s", e.Word, e.Offset+1, e.Want)
}
