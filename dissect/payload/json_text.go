package payload

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unquoteJSON returns the text of a JSON string that is given with its quotes,
// at most limit bytes of it (0: all). It forgives what a scanner would not: an
// unfinished string, and escapes that are none stand for themselves. An escaped
// surrogate without its other half becomes U+FFFD.
func unquoteJSON(raw []byte, limit int) string {
	if len(raw) > 0 && raw[0] == '"' {
		raw = raw[1:]
	}
	var out []byte
	for i := 0; i < len(raw); {
		if limit > 0 && len(out) > limit {
			break
		}
		c := raw[i]
		switch {
		case c == '"':
			return clip(string(out), limit)
		case c != '\\':
			j := i + 1
			for j < len(raw) && raw[j] != '"' && raw[j] != '\\' && (limit <= 0 || j-i <= limit) {
				j++
			}
			out = append(out, raw[i:j]...)
			i = j
		default:
			n := escapeLength(raw[i:])
			if n == 0 {
				out = append(out, c)
				i++
				continue
			}
			if n == 2 {
				out = append(out, unescape(raw[i+1]))
				i += 2
				continue
			}
			r, _ := hexQuad(raw[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if escapeLength(raw[i:]) == 6 {
					low, _ = hexQuad(raw[i+2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return clip(string(out), limit)
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// hexQuad reads the four digits of a \u escape.
func hexQuad(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// firstRune returns the first character of b, U+FFFD when it is none.
func firstRune(b []byte) rune {
	r, _ := utf8.DecodeRune(b)
	return r
}
