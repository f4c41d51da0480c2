package payload

import (
	"encoding/binary"
	"strconv"
)

// A packedError says where binary data breaks, and why.
type packedError struct {
	offset int
	reason string
}

func (e *packedError) Error() string { return "offset " + strconv.Itoa(e.offset) + ": " + e.reason }

// varint reads a number in groups of seven bits, the lowest first, of at most
// limit bytes. n is 0 when it does not end.
func varint(b []byte, limit int) (v uint64, n int) {
	for n < len(b) && n < limit {
		v |= uint64(b[n]&0x7F) << (7 * n)
		n++
		if b[n-1] < 0x80 {
			return v, n
		}
	}
	return 0, 0
}

// bigEndian reads a number of 1, 2, 4 or 8 bytes.
func bigEndian(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	case 8:
		return binary.BigEndian.Uint64(b)
	}
	return 0
}
