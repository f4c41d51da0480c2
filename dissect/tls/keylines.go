package tls

import (
	"encoding/hex"
	"slices"
)

// AppendLines appends the lines of the log about the connection with that
// client random to dst, in the format of RFC 9850 and a fixed order.
func (k *KeyLog) AppendLines(dst []byte, random [32]byte) []byte {
	s := k.byRandom[random]
	if s == nil {
		return dst
	}
	names := make([]string, 0, len(labels))
	for name := range labels {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		secret := s.get(labels[name])
		if secret == nil {
			continue
		}
		dst = append(append(dst, name...), ' ')
		dst = append(hex.AppendEncode(dst, random[:]), ' ')
		dst = append(hex.AppendEncode(dst, secret), '\n')
	}
	return dst
}
