package filter

func (e ipProtocol) lower(l *lowering) test {
	switch number := uint32(e.number); e.family {
	case ipv4:
		return and(linkProtocol(etherIP).lower(l), equal(l.at(9, 1), number))
	case ipv6:
		behindFragment := and(equal(l.at(6, 1), protocolFragment), equal(l.at(40, 1), number))
		return and(linkProtocol(etherIPv6).lower(l), or(equal(l.at(6, 1), number), behindFragment))
	}
	return or(ipProtocol{ipv4, e.number}.lower(l), ipProtocol{ipv6, e.number}.lower(l))
}

// ends combines the tests for the two ends of a packet.
func (d direction) ends(source, destination test) test {
	switch d {
	case sourceEnd:
		return source
	case destinationEnd:
		return destination
	case bothEnds:
		return and(source, destination)
	}
	return or(source, destination)
}

func (e addressTest) lower(l *lowering) test {
	// Where the two addresses are in each header.
	var in linkProtocol
	var source, destination uint32
	switch e.family {
	case anyFamily:
		e.family = ipv4
		found := e.lower(l)
		if l.encoding == byBottomLabel {
			return found
		}
		for _, e.family = range []family{arp, rarp} {
			found = or(found, e.lower(l))
		}
		return found
	case ipv4:
		in, source, destination = etherIP, 12, 16
	case arp:
		in, source, destination = etherARP, 14, 24
	case rarp:
		in, source, destination = etherRARP, 14, 24
	case ipv6:
		in, source, destination = etherIPv6, 8, 24
	}
	return and(in.lower(l), e.direction.ends(e.words4(l, source), e.words4(l, destination)))
}

func (e addressTest) words4(l *lowering, offset uint32) test {
	var same test = constant(true)
	for i, word := range e.words {
		same = and(same, masked(l.at(offset+4*uint32(i), 4), e.mask[i], word))
	}
	return same
}

func (e portTest) lower(l *lowering) test {
	var over4, over6 test = constant(false), constant(false)
	for _, transport := range e.transports {
		number := uint32(transport)
		// Later fragments have no ports, RFC 791 §3.1.
		first := not(compared(l.at(6, 2), sharesBits, 0x1fff))
		over4 = or(over4, and(and(equal(l.at(9, 1), number), first),
			e.direction.ends(e.between(l.transport(0, 2)), e.between(l.transport(2, 2)))))
		over6 = or(over6, and(equal(l.at(6, 1), number),
			e.direction.ends(e.between(l.at(40, 2)), e.between(l.at(42, 2)))))
	}
	over6 = and(linkProtocol(etherIPv6).lower(l), over6)
	return or(over6, and(linkProtocol(etherIP).lower(l), over4))
}

func (e portTest) between(port load) test {
	if e.low == e.high {
		return equal(port, uint32(e.low))
	}
	return and(compared(port, greaterOrEqual, uint32(e.low)), not(compared(port, greater, uint32(e.high))))
}

func (e groupTest) lower(l *lowering) test {
	if e.family == ipv6 {
		return and(linkProtocol(etherIPv6).lower(l), equal(l.at(24, 1), 0xff)) // RFC 4291 §2.7
	}
	return and(linkProtocol(etherIP).lower(l), compared(l.at(16, 1), greaterOrEqual, 224)) // RFC 1112 §4
}
