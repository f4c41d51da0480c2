package websocket

import (
	"encoding/binary"
	"unicode/utf8"
)

// UTF8 validates text that arrives in pieces, §8.1. The zero value is ready.
type UTF8 struct {
	at   int64             // bytes seen before the ones in part
	part [utf8.UTFMax]byte // a character that has not arrived in full
	n    int
	bad  bool
}

// Write takes the next bytes. It reports false once the text is known to be
// invalid; what is written after that is ignored.
func (u *UTF8) Write(p []byte) bool {
	if u.bad {
		return false
	}
	for u.n > 0 && len(p) > 0 {
		u.part[u.n] = p[0]
		u.n++
		p = p[1:]
		switch r, size := utf8.DecodeRune(u.part[:u.n]); {
		case r == utf8.RuneError && size == 1 && utf8.FullRune(u.part[:u.n]):
			u.bad = true
			return false
		case size == u.n && utf8.FullRune(u.part[:u.n]):
			u.at += int64(u.n)
			u.n = 0
		}
	}
	i := 0
	for i < len(p) {
		if p[i] < utf8.RuneSelf {
			i += ASCIIPrefix(p[i:])
			continue
		}
		r, size := utf8.DecodeRune(p[i:])
		if r == utf8.RuneError && size == 1 {
			if utf8.FullRune(p[i:]) {
				u.bad = true
			} else {
				u.n = copy(u.part[:], p[i:])
			}
			break
		}
		i += size
	}
	u.at += int64(i)
	return !u.bad
}

// Bad reports whether the text so far is invalid, and the offset of the first
// byte of the character that breaks it. A character that may still be
// completed is not held against it.
func (u *UTF8) Bad() (offset int64, bad bool) { return u.at, u.bad }

// End is Bad once the text is over: a character that was not completed is
// invalid, too.
func (u *UTF8) End() (offset int64, bad bool) { return u.at, u.bad || u.n > 0 }

// ASCIIPrefix returns how many bytes at the start of p are ASCII.
func ASCIIPrefix(p []byte) int {
	const high = 0x8080808080808080
	rest := p
	for len(rest) >= 64 {
		a := binary.LittleEndian.Uint64(rest) | binary.LittleEndian.Uint64(rest[8:])
		b := binary.LittleEndian.Uint64(rest[16:]) | binary.LittleEndian.Uint64(rest[24:])
		c := binary.LittleEndian.Uint64(rest[32:]) | binary.LittleEndian.Uint64(rest[40:])
		d := binary.LittleEndian.Uint64(rest[48:]) | binary.LittleEndian.Uint64(rest[56:])
		if (a|b|c|d)&high != 0 {
			break
		}
		rest = rest[64:]
	}
	for len(rest) >= 32 {
		a := binary.LittleEndian.Uint64(rest) | binary.LittleEndian.Uint64(rest[8:])
		b := binary.LittleEndian.Uint64(rest[16:]) | binary.LittleEndian.Uint64(rest[24:])
		if (a|b)&high != 0 {
			break
		}
		rest = rest[32:]
	}
	for len(rest) >= 8 && binary.LittleEndian.Uint64(rest)&high == 0 {
		rest = rest[8:]
	}
	for len(rest) > 0 && rest[0] < utf8.RuneSelf {
		rest = rest[1:]
	}
	return len(p) - len(rest)
}
