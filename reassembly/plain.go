package reassembly

import (
	"encoding/binary"

	"wsight/capture"
)

// plain reads p if it is what nearly every packet of nearly every capture is:
// a TCP segment in IPv4 without options in Ethernet, captured whole. Of what
// else there is it knows nothing; that is for a decoder, which says of a plain
// packet just the same.
func (s *segment) plain(p *capture.Packet) bool {
	const (
		ethernet, header = 14, 20
		noOptions        = 4<<4 | header/4
		fragments        = 0x3fff // more of them, or the offset of this one
	)
	b := p.Data
	if p.Link != linkEthernet || p.Length != len(b) || len(b) < ethernet+header ||
		binary.BigEndian.Uint16(b[12:]) != etherIPv4 {
		return false
	}
	b = b[ethernet:]
	total := int(binary.BigEndian.Uint16(b[2:]))
	if b[0] != noOptions || b[9] != protoTCP || binary.BigEndian.Uint16(b[6:])&fragments != 0 || total < header || total > len(b) {
		return false
	}
	s.hops = b[8]
	return s.tcp(b[header:total], 0, b[12:header]) == found
}
