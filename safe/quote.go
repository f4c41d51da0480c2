package safe

import "unicode/utf8"

// QuoteLimit is how many display cells of captured text [Quote] shows.
const QuoteLimit = 120

// Quote returns s in double quotes, exactly: quotes and backslashes in it are
// escaped, control characters are \n, \r, \t or \x1b, and everything else that
// [Text] replaces is escaped as there. Text wider than [QuoteLimit] is cut
// between clusters, and what was cut is counted:
//
//	"Mozilla/5.0 (X11; Linux x86_64) ..…" and 42 bytes more
func Quote[T Captured](s T) string { return quote(string(s), QuoteLimit) }

func quote(s string, limit int) string {
	dst := make([]byte, 0, min(len(s), limit)+32)
	dst = append(dst, '"')
	width := 0
	for c := range Clusters(s) {
		start := len(dst)
		switch {
		case c.Text == `"`:
			dst = append(dst, `\"`...)
			c.Width = 2
		case c.Text == `\`:
			dst = append(dst, `\\`...)
			c.Width = 2
		case c.Replaced:
			dst = appendExact(dst, s[c.Offset:])
			c.Width = len(dst) - start
		default:
			dst = append(dst, c.Text...)
		}
		if width += c.Width; width > limit {
			dst = append(dst[:start], `…" and `...)
			return string(append(appendCount(dst, len(s)-c.Offset), " more"...))
		}
	}
	return string(append(dst, '"'))
}

// appendExact appends the escape of the first rune of s.
func appendExact(dst []byte, s string) []byte {
	switch s[0] {
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	_, n := utf8.DecodeRuneInString(s)
	return appendEscape(dst, s[:n])
}
