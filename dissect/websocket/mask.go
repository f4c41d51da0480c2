package websocket

import (
	"encoding/binary"
	"math/bits"
)

// unmask writes src with the mask removed to dst, which is at least as long,
// §5.3. The first byte of src stands at offset at of the payload.
func unmask(dst, src []byte, key [4]byte, at uint64) {
	k32 := bits.RotateLeft32(binary.LittleEndian.Uint32(key[:]), -int(at%4)*8)
	k := uint64(k32)<<32 | uint64(k32)

	dst = dst[:len(src)]
	for len(src) >= 32 && len(dst) >= 32 {
		binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src)^k)
		binary.LittleEndian.PutUint64(dst[8:], binary.LittleEndian.Uint64(src[8:])^k)
		binary.LittleEndian.PutUint64(dst[16:], binary.LittleEndian.Uint64(src[16:])^k)
		binary.LittleEndian.PutUint64(dst[24:], binary.LittleEndian.Uint64(src[24:])^k)
		dst, src = dst[32:], src[32:]
	}
	for len(src) >= 8 && len(dst) >= 8 {
		binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src)^k)
		dst, src = dst[8:], src[8:]
	}
	for i, b := range src {
		dst[i] = b ^ byte(k>>(i*8))
	}
}

// Scratch is memory for unmasked payloads. Decoders that are never fed at the
// same time may share one, so that a connection at rest holds none.
type Scratch struct{ buf []byte }

// take returns n bytes of it, with whatever they held before.
func (s *Scratch) take(n int) []byte {
	if n > len(s.buf) {
		s.buf = make([]byte, max(n, 2048))
	}
	return s.buf[:n]
}
