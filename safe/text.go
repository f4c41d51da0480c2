package safe

import (
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// Captured is what captured text comes as.
type Captured interface{ ~string | ~[]byte }

// A Form says how captured text is shown; the zero Form on one line, in Unicode.
type Form struct {
	ASCII     bool // nothing but printable ASCII comes out; all else is escaped
	Multiline bool // newlines are kept; other control characters are not
}

// Text returns s made fit to show on one line; see the package comment for
// what is replaced by what.
func Text[T Captured](s T) string { return Form{}.Text(string(s)) }

// Text returns s as f shows it. Printable ASCII comes back without a copy.
func (f Form) Text(s string) string {
	if Printable(s) == len(s) {
		return s
	}
	return string(f.Append(make([]byte, 0, len(s)+len(s)/4+16), s))
}

// Append appends s as f shows it to dst.
func (f Form) Append(dst []byte, s string) []byte {
	lead := false
	for s != "" {
		// A mark may follow the last byte of a plain run, so that byte is
		// left to next.
		if n := Printable(s); n == len(s) {
			return append(dst, s...)
		} else if n > 1 {
			dst, s, lead = append(dst, s[:n-1]...), s[n-1:], false
		}
		n, kept := f.next(s, lead)
		lead = false
		if kept {
			dst = append(dst, s[:n]...)
			r, size := utf8.DecodeRuneInString(s)
			lead = size == n && leads(r)
		} else {
			dst = f.appendReplaced(dst, s[:n])
		}
		s = s[n:]
	}
	return dst
}

// Printable returns how many bytes at the start of s are printable ASCII.
func Printable(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if bad := unprintable(load(s[i : i+8])); bad != 0 {
			return i + bits.TrailingZeros64(bad)/8
		}
	}
	if last := len(s) - 8; last >= 0 && unprintable(load(s[last:])) == 0 { // overlaps the word before it
		return len(s)
	}
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x7f {
		i++
	}
	return i
}

const ones, tops = 0x0101010101010101, 0x8080808080808080

// unprintable returns a word whose lowest set bit lies in the first byte of w
// that is not printable ASCII. Bits above that one mean nothing.
func unprintable(w uint64) uint64 {
	// 0x7f to 0xfe show in the first sum; 0xff, and what is below 0x20, in the other.
	return (w + (0x80-0x7f)*ones | ^(w + (0x80-0x20)*ones)) & tops
}

// load reads 8 bytes, the first one into the lowest bits. The compiler makes
// one instruction of it.
func load[T Captured](s T) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// appendReplaced appends what is shown for s, one rune or one invalid byte.
func (f Form) appendReplaced(dst []byte, s string) []byte {
	if b := s[0]; b < utf8.RuneSelf && !f.ASCII {
		if b == 0x7f {
			return utf8.AppendRune(dst, 0x2421)
		}
		return utf8.AppendRune(dst, 0x2400+rune(b))
	}
	return appendEscape(dst, s)
}

// appendEscape appends s, one rune or one invalid byte, as \x1b, \u202e or
// \U000e0041.
func appendEscape(dst []byte, s string) []byte {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && n == 1, r < utf8.RuneSelf:
		return appendHex(append(dst, `\x`...), uint32(s[0]), 2)
	case r <= 0xffff:
		return appendHex(append(dst, `\u`...), uint32(r), 4)
	}
	return appendHex(append(dst, `\U`...), uint32(r), 8)
}

func appendHex(dst []byte, v uint32, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}

// appendCount appends a count of bytes in words.
func appendCount(dst []byte, n int) []byte {
	dst = strconv.AppendInt(dst, int64(n), 10)
	if n == 1 {
		return append(dst, " byte"...)
	}
	return append(dst, " bytes"...)
}
