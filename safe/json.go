package safe

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// jsonShort is the longest text that is looked through before it is copied, in
// the hope that it can be copied whole.
const jsonShort = 256

// jsonChunk is how many bytes are escaped between two looks at the room that
// is left; no byte of a chunk becomes more than jsonGrowth.
const (
	jsonChunk  = 512
	jsonGrowth = 6
)

// AppendJSON appends s to dst as a JSON string with its quotes (RFC 8259 §7).
// Control characters, U+007F to U+009F, bidirectional controls and the two
// line separators of Unicode are always escaped, so that a line of output
// stays one and shows in any terminal what it holds. A byte that is not valid
// UTF-8 becomes U+FFFD; who must not lose it calls AppendValidJSON.
func AppendJSON[T Captured](dst []byte, s T) []byte { return appendJSON(dst, []byte(s)) }

// AppendValidJSON is AppendJSON for who must not lose a byte: of what is not
// valid UTF-8 it appends nothing, and reports false.
func AppendValidJSON[T Captured](dst []byte, s T) (_ []byte, valid bool) {
	return appendValidJSON(dst, []byte(s))
}

// appendJSON is AppendJSON of bytes. It does not change them: so the compiler
// can let it read those of a string.
func appendJSON(dst, s []byte) []byte {
	if len(s) > jsonShort || !asIs(s) {
		return appendEscaped(dst, s)
	}
	dst = append(append(dst, '"'), s...)
	return append(dst, '"')
}

func appendValidJSON(dst, s []byte) (_ []byte, valid bool) {
	if len(s) > jsonShort || !asIs(s) {
		if !utf8.Valid(s) {
			return dst, false
		}
		return appendEscaped(dst, s), true
	}
	dst = append(append(dst, '"'), s...)
	return append(dst, '"'), true
}

func appendEscaped(dst, s []byte) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		n := min(len(s)-i, jsonChunk)
		dst = slices.Grow(dst, jsonGrowth*n+wordRoom) // words and runes reach beyond the chunk
		written, read := escapeChunk(dst[len(dst):cap(dst)], s[i:], n)
		dst = dst[:len(dst)+written]
		i += read
	}
	return append(dst, '"')
}

// escapeChunk writes the first n bytes of s to out, or up to three more where
// a rune crosses that border, and says how many bytes it wrote and read.
func escapeChunk(out, s []byte, n int) (o, i int) {
	for i < n {
		if s[i] < utf8.RuneSelf {
			written, read := escapePlain(out[o:], s[i:n])
			o += written
			if i += read; i == n {
				break
			}
		}
		b := s[i]
		if e := jsonEscapes[b]; e != 0 {
			binary.LittleEndian.PutUint16(out[o:], e)
			o += 1 + (int(e>>8)+255)>>8
			i++
			continue
		}
		// Most letters of most scripts need no closer look.
		switch {
		case 0xc3 <= b && b <= 0xdf && b != 0xd8 && i+1 < len(s) && s[i+1]&0xc0 == 0x80:
			out[o], out[o+1] = b, s[i+1]
			o += 2
			i += 2
		case 0xe1 <= b && b != 0xe2 && b != 0xed && b <= 0xef && i+2 < len(s) && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80:
			out[o], out[o+1], out[o+2] = b, s[i+1], s[i+2]
			o += 3
			i += 3
		default:
			r, size := utf8.DecodeRune(s[i:])
			i += size
			if r < 0xa0 || r < 0xffff && escaped(r) {
				o += len(appendHex(append(out[o:o], `\u`...), uint32(r), 4))
			} else {
				o += utf8.EncodeRune(out[o:o+utf8.UTFMax], r) // U+FFFD for what was invalid
			}
		}
	}
	return o, i
}

// jsonEscapes holds what an ASCII byte becomes, the first character in the
// low bits; zero where that is more than two characters.
var jsonEscapes = func() (t [256]uint16) {
	for b := uint16(0x20); b < 0x7f; b++ {
		t[b] = b
	}
	for b, second := range map[byte]uint16{'"': '"', '\\': '\\', '\n': 'n', '\r': 'r', '\t': 't'} {
		t[b] = '\\' | second<<8
	}
	return t
}()

// escaped reports whether the rune, which is not ASCII, is escaped in JSON.
func escaped(r rune) bool {
	switch {
	case r < 0xa0:
		return true
	case r < 0x2000:
		return r == 0x61c
	case r > 0x2069:
		return false
	}
	return r == 0x200e || r == 0x200f || 0x2028 <= r && r <= 0x202e || r >= 0x2066
}
