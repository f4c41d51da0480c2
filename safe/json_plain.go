package safe

import (
	"encoding/binary"
	"math/bits"
)

// escapePlain writes s to out as far as its words of eight bytes are printable
// ASCII, and says how many bytes it wrote and read.
func escapePlain(out, s []byte) (o, i int) {
	for ; i+8 <= len(s); i += 8 {
		w := binary.LittleEndian.Uint64(s[i:])
		// In ASCII the highest bit is free to mark what is to be told apart.
		const low = 0x7f * ones
		if (w|^(w+0x60*ones)|(w+ones))&tops != 0 {
			break
		}
		room := (*[16]byte)(out[o:])
		binary.LittleEndian.PutUint64(room[:], w)
		// Each backslash pushes the rest of the word along by one.
		for marks := ^((w ^ '"'*ones + low) & (w ^ '\\'*ones + low)) & tops; marks != 0; marks &= marks - 1 {
			k := bits.TrailingZeros64(marks) &^ 7
			out[o+k/8] = '\\'
			binary.LittleEndian.PutUint64(out[o+k/8+1:], w>>k)
			o++
		}
		o += 8
	}
	return o, i
}
