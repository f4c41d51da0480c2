package safe

import (
	"encoding/binary"
	"math/bits"
)

// escapable marks the quotes and backslashes of w, which is ASCII: there the
// highest bit of a byte is free for it.
func escapable(w uint64) uint64 {
	const low = 0x7f * ones
	return ^((w ^ '"'*ones + low) & (w ^ '\\'*ones + low)) & tops
}

// asIs reports whether s is ASCII that stands in JSON as it is.
func asIs(s []byte) bool {
	last := len(s) - 8
	if last < 0 {
		for _, b := range s {
			if e := jsonEscapes[b]; e == 0 || e>>8 != 0 {
				return false
			}
		}
		return true
	}
	plain := unescaped(binary.LittleEndian.Uint64(s[last:])) // overlaps the word before it
	for i := 0; i < last; i += 8 {
		plain &= unescaped(binary.LittleEndian.Uint64(s[i:]))
	}
	return plain&tops == tops
}

// unescaped marks the bytes of w that stand in JSON as they are, by their
// highest bits. Above a byte that is not ASCII, which is never marked, the marks
// mean nothing.
func unescaped(w uint64) uint64 {
	const low = 0x7f * ones
	return (w + (0x80-0x20)*ones) & (w ^ '"'*ones + low) & (w ^ '\\'*ones + low) &^ (w + (0x80-0x7f)*ones)
}

// escapePlain writes s to out as far as its words of eight bytes are printable
// ASCII, and says how many bytes it wrote and read.
func escapePlain(out, s []byte) (o, i int) {
	for len(s)-i >= 8 && len(out)-o >= wordRoom {
		w := binary.LittleEndian.Uint64(s[i:])
		if unprintable(w) != 0 {
			break
		}
		room := (*[wordRoom]byte)(out[o:])
		binary.LittleEndian.PutUint64(room[:], w)
		// Each backslash pushes the rest of the word along by one.
		added := 0
		for marks := escapable(w); marks != 0; marks &= marks - 1 {
			k := bits.TrailingZeros64(marks) &^ 7
			at := (added + k/8) & 15 // it is that small: now the compiler knows, too
			room[at] = '\\'
			binary.LittleEndian.PutUint64(room[at+1:at+9], w>>(k&63))
			added++
		}
		o += 8 + added
		i += 8
	}
	return o, i
}

// wordRoom is how far behind its start the escaping of a word may write: eight
// bytes behind the last of eight backslashes.
const wordRoom = 24
