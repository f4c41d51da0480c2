package diagnose

import (
	"encoding/binary"
	"net/netip"
)

// A crowd counts addresses by their slots, roughly: it may say that one is
// there because another one shares its counter, but never that one is not
// there which is.
type crowd [1 << 16]uint32

// slot returns the counter of a.
func slot(a netip.Addr) uint16 {
	b := a.As16()
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	return uint16((high*0x9E3779B185EBCA87 ^ low) * 0xC2B2AE3D27D4EB4F >> 48)
}
