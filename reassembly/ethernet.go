package reassembly

import "encoding/binary"

// The EtherTypes that lead to TCP.
const (
	etherIPv4      = 0x0800
	etherIPv6      = 0x86dd
	etherVLAN      = 0x8100
	etherProvider  = 0x88a8 // 802.1ad
	etherQinQ      = 0x9100 // QinQ before 802.1ad
	etherQinQ2     = 0x9200
	etherBridging  = 0x6558 // Ethernet in GRE, Geneve
	etherMPLS      = 0x8847
	etherMPLSMulti = 0x8848
	etherPPPoE     = 0x8864
	etherPPP       = 0x880b // PPP in GRE
	etherERSPAN2   = 0x88be
	etherERSPAN3   = 0x22eb
)

// ethernet reads a frame from its destination address on.
func (d *decoder) ethernet(b []byte, missing int) verdict {
	if len(b) < 14 {
		return malformed
	}
	kind := binary.BigEndian.Uint16(b[12:])
	if kind == etherIPv4 {
		return d.ipv4(b[14:], missing)
	}
	return d.etherType(kind, b[14:], missing)
}

// etherType reads what follows an EtherType field.
func (d *decoder) etherType(kind uint16, b []byte, missing int) verdict {
	const maxTags = 8
	for tags := 0; kind == etherVLAN || kind == etherProvider || kind == etherQinQ || kind == etherQinQ2; tags++ {
		if len(b) < 4 || tags == maxTags {
			return malformed
		}
		kind, b = binary.BigEndian.Uint16(b[2:]), b[4:]
	}
	switch kind {
	case etherIPv4:
		return d.ipv4(b, missing)
	case etherIPv6:
		return d.ipv6(b, missing)
	case etherMPLS, etherMPLSMulti:
		return d.mpls(b, missing)
	case etherPPPoE:
		return d.pppoe(b, missing)
	}
	const maxLength = 1500 // an IEEE 802.3 length, not a type
	if kind <= maxLength {
		return d.logicalLink(b, missing)
	}
	return other
}

// logicalLink reads an IEEE 802.2 header that carries an EtherType (SNAP).
func (d *decoder) logicalLink(b []byte, missing int) verdict {
	if len(b) < 8 || [6]byte(b) != [6]byte{0xaa, 0xaa, 0x03} {
		return other
	}
	kind := binary.BigEndian.Uint16(b[6:])
	if kind <= 1500 {
		return other
	}
	return d.etherType(kind, b[8:], missing)
}

// mpls skips a label stack, RFC 3032 §2.1. What is below it is nowhere named:
// an IP version, a pseudowire's control word (RFC 4385 §3), or nothing to be
// guessed at.
func (d *decoder) mpls(b []byte, missing int) verdict {
	if d.depth++; d.depth > maxDepth {
		return malformed
	}
	const maxLabels = 16
	for labels := 0; ; labels++ {
		if len(b) < 4 || labels == maxLabels {
			return malformed
		}
		bottom := b[2]&1 != 0
		b = b[4:]
		if bottom {
			break
		}
	}
	if len(b) == 0 {
		return malformed
	}
	switch b[0] >> 4 {
	case 4, 6:
		return d.ip(b, missing)
	case 0:
		if len(b) < 4 {
			return malformed
		}
		return d.ethernet(b[4:], missing)
	}
	return other
}
