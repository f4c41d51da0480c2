package http1

import (
	"encoding/binary"
	"math/bits"
)

// linePrint returns a fingerprint of a line, which stands without its end. It
// tells lines apart; it does not withstand somebody who makes collisions on
// purpose.
func linePrint(line string) uint64 {
	const step = 16
	h, n := uint64(len(line)), len(line)
	if n < step {
		var room [step]byte
		copy(room[:], line)
		return h ^ fold(binary.LittleEndian.Uint64(room[:]), binary.LittleEndian.Uint64(room[8:]))
	}
	for i := 0; i < n-step; i += step {
		h = fold(h^load(line[i:]), load(line[i+8:]))
	}
	return fold(h^load(line[n-16:]), load(line[n-8:])) // some bytes again, mostly
}

// load returns the first eight bytes of s.
func load(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// mix adds the fingerprint of the next line, or that the line ends otherwise
// than others. What several lines add can be known before.
func (p *parser) mix(line uint64) { p.print = p.print*printBase + line }

const printBase = 0x165667B19E3779F9

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9E3779B185EBCA87, b^0xC2B2AE3D27D4EB4F)
	return hi ^ lo
}
