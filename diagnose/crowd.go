package diagnose

import (
	"encoding/binary"
	"net/netip"
)

// A crowd counts addresses, roughly: it may say that one is there because
// another one shares its counter, but never that one is not there which is.
type crowd [1 << 16]uint32

func (c *crowd) add(a netip.Addr) { c[slot(a)]++ }

func (c *crowd) remove(a netip.Addr) { c[slot(a)]-- }

// has reports whether a may be there.
func (c *crowd) has(a netip.Addr) bool { return c[slot(a)] > 0 }

// slot returns the counter of a.
func slot(a netip.Addr) uint64 {
	b := a.As16()
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	return (high*0x9E3779B185EBCA87 ^ low) * 0xC2B2AE3D27D4EB4F >> 48
}

// fingerprint returns a number for text that two texts share only by chance.
func fingerprint(text string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 0x100000001b3 // FNV-1a
	}
	return h
}
