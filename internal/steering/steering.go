// Package steering finds in an output what would steer a terminal or mislead
// its reader. Tests judge by it what package safe is there to prevent, so it
// shares nothing with that.
package steering

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Find says what the first place in text is that a terminal might obey, and
// what stands around it: a control character that is not among the allowed
// ones, a character that turns the direction of text or ends a line, or bytes
// that are not UTF-8. It returns "" when there is none.
func Find(text []byte, allowed string) string {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 || steers(c) && !strings.ContainsRune(allowed, c) {
			return fmt.Sprintf("%q at byte %d: %q", text[i:i+size], i, text[max(0, i-40):min(len(text), i+20)])
		}
		i += size
	}
	return ""
}

func steers(c rune) bool {
	switch {
	case c < ' ', 0x7f <= c && c <= 0x9f:
		return true
	case c == 0x061c, 0x200e <= c && c <= 0x200f, 0x202a <= c && c <= 0x202e, 0x2066 <= c && c <= 0x2069:
		return true // directions of text: UAX 9
	}
	return c == 0x2028 || c == 0x2029 // ends of lines
}
