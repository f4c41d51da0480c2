package dissect

import (
	"encoding/binary"
	"math/bits"
)

// A digest is a 64-bit fingerprint of a payload, by which messages of two
// connections are compared. It tells different payloads apart; it does not
// withstand somebody who makes collisions on purpose.
//
// How the payload was cut into pieces does not show in the result. The zero
// value is ready.
type digest struct {
	lanes  [2]uint64
	length uint64
	held   [32]byte // the beginning of a block that is not complete
	n      int
}

const (
	prime1 = 0x9E3779B185EBCA87
	prime2 = 0xC2B2AE3D27D4EB4F
	prime3 = 0x165667B19E3779F9
	prime4 = 0x27D4EB2F165667C5
)

func (d *digest) write(p []byte) {
	d.length += uint64(len(p))
	if d.n > 0 {
		took := copy(d.held[d.n:], p)
		d.n += took
		p = p[took:]
		if d.n < len(d.held) {
			return
		}
		d.blocks(d.held[:])
	}
	d.n = copy(d.held[:], d.blocks(p))
}

// blocks mixes whole blocks of p, in two lanes, so that the multiplications
// overlap. It returns what is left.
func (d *digest) blocks(p []byte) (rest []byte) {
	a, b := d.lanes[0], d.lanes[1]
	for len(p) >= len(d.held) {
		q := (*[32]byte)(p) // its bounds are checked once
		a = fold(binary.LittleEndian.Uint64(q[:])^prime1^a, binary.LittleEndian.Uint64(q[8:])^prime2) + a*prime3
		b = fold(binary.LittleEndian.Uint64(q[16:])^prime3^b, binary.LittleEndian.Uint64(q[24:])^prime4) + b*prime1
		p = p[len(d.held):]
	}
	d.lanes = [2]uint64{a, b}
	return p
}

// sum ends the payload and returns the fingerprint, never 0: that means
// "unknown".
func (d *digest) sum() uint64 {
	clear(d.held[d.n:])
	d.blocks(d.held[:])
	h := fold(d.lanes[0]^prime4^d.length, bits.RotateLeft64(d.lanes[1], 29)^prime2)
	return max(h, 1)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
