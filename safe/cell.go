package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cell returns [Text] of s for a cell of a table that a spreadsheet may open:
// text that a spreadsheet would take for a formula gets an apostrophe in
// front, wherever its first character that is no space begins one.
func Cell[T Captured](s T) string {
	text := Text(s)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, unicode.IsSpace))
	switch first {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠', '␉', '␊', '␍':
		return "'" + text
	}
	return text
}
