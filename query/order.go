package query

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wsight/safe"
)

// order refuses comparisons by the alphabet that would hold, or fail, for
// every row: of words that have another order, and of times that lack their
// beginning.
func (b *builder) order(f *Field, operator string, value *ast.StringNode) error {
	if !slices.Contains([]string{"<", ">", "<=", ">="}, operator) {
		return nil
	}
	at := b.source.runeOffset(value.Location().From)
	if words := f.words(); len(words) > 0 {
		return &SyntaxError{Offset: at, Want: f.Name + " has no order", Hint: "name what it may be, as in " + f.Name + " in [\"" + strings.Join(words[:min(len(words), 2)], `", "`) + "\"]"}
	}
	if f.isTime() && !beginsTime(value.Value) {
		return &SyntaxError{Offset: at, Want: safe.Quote(value.Value) + " begins no time", Hint: "times begin with the year and are in UTC, such as \"2026-01-02T03:04\""}
	}
	return nil
}

// isTime reports whether the text of f is a time.
func (f *Field) isTime() bool { return f.Name == "time" || strings.HasSuffix(f.Name, "_time") }

// beginsTime reports whether text is the beginning of a time as RFC 3339 writes
// it, from the year on.
func beginsTime(text string) bool {
	const form = "0000-00-00T00:00:00.000000000Z"
	if len(text) < len("0000") || len(text) > len(form) {
		return false
	}
	for i := range len(text) {
		digit := '0' <= text[i] && text[i] <= '9'
		switch {
		case form[i] == '0' && digit, form[i] == text[i] && !digit, text[i] == 'Z' && i == len(text)-1:
		default:
			return false
		}
	}
	return true
}
