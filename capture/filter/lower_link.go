package filter

import "encoding/binary"

func (e macTest) lower(l *lowering) test {
	if !l.layout.hasMAC() {
		return l.lack("Ethernet addresses")
	}
	return e.direction.ends(e.at(6), e.at(0))
}

func (e macTest) at(offset uint32) test {
	return and(
		equal(load{offset: offset + 2, size: 4}, binary.BigEndian.Uint32(e.address[2:])),
		equal(load{offset: offset, size: 2}, uint32(binary.BigEndian.Uint16(e.address[:]))))
}

func (e macGroup) lower(l *lowering) test {
	receiver, known := l.layout.packetType()
	switch {
	case l.layout.hasMAC() && e.broadcast:
		return macTest{address: [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}.at(0)
	case l.layout.hasMAC():
		return compared(load{size: 1}, sharesBits, 0x01)
	case !known:
		return l.lack("Ethernet addresses")
	case e.broadcast:
		return equal(receiver, 1)
	}
	return or(equal(receiver, 1), equal(receiver, 2))
}

func (outbound) lower(l *lowering) test {
	receiver, known := l.layout.packetType()
	if !known {
		return l.lack("the direction of packets")
	}
	return equal(receiver, 4)
}

func (e vlanTag) lower(l *lowering) test {
	if l.encoding != byEtherType {
		return constant(false)
	}
	if l.tagBeside {
		l.tagBeside = false
		if !e.given {
			return constant(true)
		}
		return masked(load{offset: ancillaryTag, size: 4}, 0xfff, e.value)
	}
	var tagged test = constant(false)
	for _, tag := range []linkProtocol{etherVLAN, etherQinQ, etherOldQinQ} {
		tagged = or(tagged, tag.lower(l))
	}
	if e.given {
		tagged = and(tagged, masked(l.at(0, 2), 0xfff, e.value))
	}
	l.protocol, l.payload = l.payload+2, l.payload+4
	return tagged
}

func (e mplsLabel) lower(l *lowering) test {
	var labelled test
	switch l.encoding {
	case byEtherType, byPPP:
		labelled = linkProtocol(etherMPLS).lower(l)
	case byBottomLabel:
		labelled = masked(l.at(^uint32(1), 1), 0x01, 0)
	default:
		return constant(false)
	}
	if e.given {
		labelled = and(labelled, masked(l.at(0, 4), 0xfffff000, e.value<<12))
	}
	l.encoding = byBottomLabel
	l.labels += 4
	return labelled
}

func (e pppoeSession) lower(l *lowering) test {
	if l.encoding != byEtherType {
		return constant(false)
	}
	session := linkProtocol(etherPPPoES).lower(l)
	if e.given {
		session = and(session, masked(l.at(0, 4), 0xffff, e.value))
	}
	// RFC 2516 §4: six bytes of header, then what PPP carries.
	l.protocol, l.payload, l.encoding = l.payload+6, l.payload+8, byPPP
	return session
}
