package reassembly

import (
	"encoding/binary"

	"wsight/capture"
)

// The link types that are understood, https://www.tcpdump.org/linktypes.html.
const (
	linkNull     capture.LinkType = 0
	linkEthernet capture.LinkType = 1
	linkPPP      capture.LinkType = 9
	linkRawBSD   capture.LinkType = 12 // DLT_RAW where a program wrote its own number
	linkRawOther capture.LinkType = 14 // DLT_RAW of OpenBSD, likewise
	linkPPPHDLC  capture.LinkType = 50
	linkPPPEther capture.LinkType = 51
	linkRaw      capture.LinkType = 101
	linkCHDLC    capture.LinkType = 104
	linkLoop     capture.LinkType = 108
	linkSLL      capture.LinkType = 113
	linkIPv4     capture.LinkType = 228
	linkIPv6     capture.LinkType = 229
	linkSLL2     capture.LinkType = 276
)

// link reads the header of any link type but Ethernet's, which has its own
// short way.
func (d *decoder) link(link capture.LinkType, b []byte, missing int) verdict {
	switch link {
	case linkNull, linkLoop:
		return d.family(b, missing)
	case linkRaw, linkRawBSD, linkRawOther, linkIPv4, linkIPv6:
		return d.ip(b, missing)
	case linkSLL:
		return d.cooked(b, missing, 16, 14, 2)
	case linkSLL2:
		return d.cooked(b, missing, 20, 0, 8)
	case linkPPP:
		return d.ppp(b, missing)
	case linkPPPHDLC:
		// The Cisco addresses 0x0f and 0x8f are allowed in this link type too.
		if len(b) > 0 && (b[0] == 0x0f || b[0] == 0x8f) {
			return d.cisco(b, missing)
		}
		return d.ppp(b, missing)
	case linkCHDLC:
		return d.cisco(b, missing)
	case linkPPPEther:
		return d.pppoe(b, missing)
	}
	return unknownLink
}

// family reads the four bytes with an address family that BSD loopbacks begin
// with: in the order of the host that captured (NULL) or of the network
// (LOOP). Files mix these up, and no family is valid in both orders.
func (d *decoder) family(b []byte, missing int) verdict {
	if len(b) < 4 {
		return malformed
	}
	family := binary.LittleEndian.Uint32(b)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(b)
	}
	switch family {
	case 2, 10, 23, 24, 28, 30: // AF_INET, and AF_INET6 of Linux, Windows, OpenBSD, FreeBSD, macOS
		return d.ip(b[4:], missing)
	}
	return other
}

// cooked reads the header of a Linux "any" capture. Protocol and hardware say
// where these two fields are.
func (d *decoder) cooked(b []byte, missing, header, protocol, hardware int) verdict {
	if len(b) < header {
		return malformed
	}
	const netlink = 824 // the protocol field then is no EtherType
	if binary.BigEndian.Uint16(b[hardware:]) == netlink {
		return other
	}
	return d.etherType(binary.BigEndian.Uint16(b[protocol:]), b[header:], missing)
}

// cisco reads a Cisco HDLC header: address, control, EtherType.
func (d *decoder) cisco(b []byte, missing int) verdict {
	if len(b) < 4 {
		return malformed
	}
	return d.etherType(binary.BigEndian.Uint16(b[2:]), b[4:], missing)
}

// ppp reads a PPP header, RFC 1661 §2, with or without the HDLC framing of
// RFC 1662 §3.1 and with compressed protocol fields, RFC 1661 §6.5.
func (d *decoder) ppp(b []byte, missing int) verdict {
	if len(b) >= 2 && b[0] == 0xff && b[1] == 0x03 {
		b = b[2:]
	}
	if len(b) < 2 {
		return malformed
	}
	protocol, header := binary.BigEndian.Uint16(b), 2
	if b[0]&1 != 0 {
		protocol, header = uint16(b[0]), 1
	}
	switch protocol {
	case 0x0021, 0x0057:
		return d.ip(b[header:], missing)
	case 0x0281, 0x0283:
		return d.mpls(b[header:], missing)
	}
	return other
}

// pppoe reads a PPPoE session header, RFC 2516 §4, and the PPP header in it.
func (d *decoder) pppoe(b []byte, missing int) verdict {
	if len(b) < 6 {
		return malformed
	}
	const session = 0
	if b[0] != 0x11 || b[1] != session {
		return other
	}
	return d.ppp(b[6:], missing)
}
