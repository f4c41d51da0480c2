package reassembly

import "encoding/binary"

// The protocol numbers that lead to TCP, and the extension headers of IPv6.
const (
	protoHopByHop    = 0
	protoIPv4        = 4
	protoTCP         = 6
	protoUDP         = 17
	protoIPv6        = 41
	protoRouting     = 43
	protoFragment    = 44
	protoGRE         = 47
	protoAH          = 51
	protoDestination = 60
	protoMobility    = 135
	protoHIP         = 139
	protoShim6       = 140
)

// ip reads an IP header of either version.
func (d *decoder) ip(b []byte, missing int) verdict {
	if len(b) == 0 {
		return malformed
	}
	switch b[0] >> 4 {
	case 4:
		return d.ipv4(b, missing)
	case 6:
		return d.ipv6(b, missing)
	}
	return malformed
}

// trim cuts b to length, and returns how many bytes it lacks of that.
func trim(b []byte, length int) ([]byte, int) {
	if length <= len(b) {
		return b[:length], 0
	}
	return b, length - len(b)
}

// ipv4 reads an IPv4 header, RFC 791 §3.1.
func (d *decoder) ipv4(b []byte, missing int) verdict {
	if len(b) < 20 || b[0]>>4 != 4 {
		return malformed
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		// The network card was to cut this packet up and fill in lengths (TSO).
		total = len(b) + missing
	}
	if header < 20 || header > len(b) || total < header {
		return malformed
	}
	b, missing = trim(b, total)
	protocol, addresses := b[9], b[12:20]
	d.segment.hops = b[8]
	const moreFragments, offset = 0x2000, 0x1fff
	if part := binary.BigEndian.Uint16(b[6:]); part&(moreFragments|offset) != 0 {
		return d.fragment(piece{
			datagram: datagramOf(protocol, uint32(binary.BigEndian.Uint16(b[4:])), addresses),
			offset:   int(part&offset) * 8,
			more:     part&moreFragments != 0,
			data:     b[header:],
			missing:  missing,
		}, addresses)
	}
	if protocol == protoTCP {
		return d.segment.tcp(b[header:], missing, addresses)
	}
	return d.transport(protocol, b[header:], missing, addresses)
}

// ipv6 reads an IPv6 header, RFC 8200 §3, and the extension headers behind it.
func (d *decoder) ipv6(b []byte, missing int) verdict {
	if len(b) < 40 || b[0]>>4 != 6 {
		return malformed
	}
	next, addresses := b[6], b[8:40]
	d.segment.hops = b[7]
	length := int(binary.BigEndian.Uint16(b[4:]))
	b = b[40:]
	if length == 0 && next == protoHopByHop {
		length = jumboLength(b)
	}
	if length == 0 {
		// Segmentation is left to the network card (TSO, "BIG TCP").
		length = len(b) + missing
	}
	b, missing = trim(b, length)
	if next == protoTCP {
		return d.segment.tcp(b, missing, addresses)
	}
	return d.transport(next, b, missing, addresses)
}

// jumboLength returns the payload length of the Jumbo Payload option in the
// hop-by-hop header b, RFC 2675 §2; 0 when there is none.
func jumboLength(b []byte) int {
	const pad1, jumbo, jumboSize = 0, 0xc2, 4
	if len(b) < 2 {
		return 0
	}
	options := b[2:min(len(b), 8+int(b[1])*8)]
	for len(options) >= 2 {
		if options[0] == pad1 {
			options = options[1:]
			continue
		}
		size := int(options[1])
		if options[0] == jumbo && size == jumboSize && len(options) >= 2+size {
			return int(binary.BigEndian.Uint32(options[2:]))
		}
		options = options[min(len(options), 2+size):]
	}
	return 0
}

// transport reads what the protocol or next-header number names.
func (d *decoder) transport(protocol uint8, b []byte, missing int, addresses []byte) verdict {
	const maxExtensions = 16
	for range maxExtensions {
		switch protocol {
		case protoTCP:
			return d.segment.tcp(b, missing, addresses)
		case protoUDP, protoGRE, protoIPv4, protoIPv6:
			return d.tunnel(protocol, b, missing)
		case protoFragment:
			return d.fragmentHeader(b, missing, addresses)
		case protoHopByHop, protoRouting, protoDestination, protoMobility, protoHIP, protoShim6, protoAH:
			if len(b) < 8 {
				return malformed
			}
			size := 8 + int(b[1])*8
			if protocol == protoAH { // counted in words of four, RFC 4302 §2.2
				size = 8 + int(b[1])*4
			}
			if size > len(b) {
				return malformed
			}
			protocol, b = b[0], b[size:]
		default:
			return other
		}
	}
	return malformed
}

// fragmentHeader reads the fragment header of RFC 8200 §4.5. A fragment that
// is the whole datagram ("atomic", RFC 6946) is taken by itself.
func (d *decoder) fragmentHeader(b []byte, missing int, addresses []byte) verdict {
	if len(b) < 8 {
		return malformed
	}
	next, part := b[0], binary.BigEndian.Uint16(b[2:])
	const offset, moreFragments = 0xfff8, 1
	if part&(offset|moreFragments) == 0 {
		d.depth++ // a chain of these must end
		if d.depth > maxDepth {
			return malformed
		}
		return d.transport(next, b[8:], missing, addresses)
	}
	return d.fragment(piece{
		datagram: datagramOf(next, binary.BigEndian.Uint32(b[4:]), addresses),
		offset:   int(part & offset),
		more:     part&moreFragments != 0,
		data:     b[8:],
		missing:  missing,
	}, addresses)
}
