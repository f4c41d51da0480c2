package export

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
)

// appendBase64 appends data in base64 (RFC 4648 §4), padded. It writes four
// pairs of characters at a time, for which encoding/base64 takes twice as long.
func appendBase64(b, data []byte) []byte {
	b = slices.Grow(b, base64.StdEncoding.EncodedLen(len(data)))
	out, n := b[len(b):cap(b)], 0
	for len(data) >= 8 && len(out)-n >= 8 {
		w := binary.BigEndian.Uint64(data) // the last two of its bytes belong to the next turn
		binary.LittleEndian.PutUint64(out[n:], uint64(base64Pairs[w>>52])|uint64(base64Pairs[w>>40&0xfff])<<16|
			uint64(base64Pairs[w>>28&0xfff])<<32|uint64(base64Pairs[w>>16&0xfff])<<48)
		data, n = data[6:], n+8
	}
	return base64.StdEncoding.AppendEncode(b[:len(b)+n], data)
}

// base64Pairs holds the two characters for twelve bits, the first in the low byte.
var base64Pairs = func() (t [1 << 12]uint16) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range t {
		t[i] = uint16(alphabet[i>>6]) | uint16(alphabet[i&63])<<8
	}
	return t
}()
