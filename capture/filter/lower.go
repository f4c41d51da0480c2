package filter

// A lowering turns a tree into tests for one layout. Its fields say where the
// words that come next are looked for; vlan, mpls and pppoes move them.
type lowering struct {
	layout   layout
	encoding encoding
	protocol uint32 // offset of the field that says which protocol comes next
	payload  uint32 // offset of what comes next
	labels   uint32 // bytes of MPLS labels before it

	// tagBeside: the outermost VLAN tag is beside the packet, and no vlan has
	// been asked for yet.
	tagBeside bool

	missing string // the first thing that was asked for and that the layout has not
	unfit   string // the first thing that no program for the kernel can ask for
}

// lack notes something that the layout does not have; the test for it fails.
func (l *lowering) lack(what string) test {
	if l.missing == "" {
		l.missing = what
	}
	return constant(false)
}

// at returns a load from the network header.
func (l *lowering) at(offset uint32, size uint8) load {
	return load{offset: l.payload + l.labels + offset, size: size}
}

// transport returns a load from behind the IPv4 header.
func (l *lowering) transport(offset uint32, size uint8) load {
	header := l.payload + l.labels
	return load{source: fromIPv4Data, header: header, offset: header + offset, size: size}
}

func masked(from load, mask, want uint32) test {
	full := ^uint32(0) >> (32 - 8*uint32(from.size))
	mask &= full
	switch {
	case want&^mask != 0:
		return constant(false)
	case mask == 0:
		return constant(true)
	}
	return comparison{value{load: from, mask: mask}, equals, want}
}

func equal(from load, want uint32) test { return masked(from, ^uint32(0), want) }

func compared(from load, c condition, with uint32) test {
	return comparison{value{load: from, mask: ^uint32(0) >> (32 - 8*uint32(from.size))}, c, with}
}

func (everything) lower(*lowering) test { return constant(true) }

func (e both) lower(l *lowering) test {
	left := e.left.lower(l)
	return and(left, e.right.lower(l))
}

func (e either) lower(l *lowering) test {
	left := e.left.lower(l)
	return or(left, e.right.lower(l))
}

func (e inverse) lower(l *lowering) test { return not(e.of.lower(l)) }

func (e linkProtocol) lower(l *lowering) test {
	number := uint32(e)
	field := load{offset: l.protocol, size: 2}
	switch l.encoding {
	case byEtherType:
		switch {
		case l.tagBeside && number != etherVLAN && number != etherQinQ:
			return constant(false) // the type of the frame is that of the tag
		case l.tagBeside:
			return equal(load{offset: ancillaryTagFamily, size: 4}, number)
		case l.protocol >= ancillary:
			field.size = 4
		}
		return equal(field, number)
	case byPPP:
		return equal(field, pppNumber(number))
	case byFamily, byHostFamily:
		return l.addressFamily(number)
	}
	switch {
	case number == etherIP && l.encoding == alwaysIPv4, number == etherIPv6 && l.encoding == alwaysIPv6:
		return constant(true)
	case number != etherIP && number != etherIPv6, l.encoding == alwaysIPv4, l.encoding == alwaysIPv6:
		return constant(false)
	}
	version := uint32(0x40)
	if number == etherIPv6 {
		version = 0x60
	}
	is := masked(l.at(0, 1), 0xf0, version)
	if l.encoding == byBottomLabel {
		// RFC 3032 §2.1: the bottom-of-stack bit of the label before.
		return and(masked(l.at(^uint32(1), 1), 0x01, 0x01), is)
	}
	return is
}

// pppNumber returns what PPP calls an EtherType,
// https://www.iana.org/assignments/ppp-numbers.
func pppNumber(etherType uint32) uint32 {
	switch etherType {
	case etherIP:
		return 0x0021
	case etherIPv6:
		return 0x0057
	case etherMPLS:
		return 0x0281
	}
	return etherType
}

// addressFamily compares the AF_ value of a loopback header. IPv6 has as many
// as there were systems: 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin,
// 10 Linux, 23 Windows.
func (l *lowering) addressFamily(etherType uint32) test {
	var families []uint32
	switch etherType {
	case etherIP:
		families = []uint32{2}
	case etherIPv6:
		families = []uint32{24, 28, 30, 10, 23}
	}
	var found test = constant(false)
	for _, family := range families {
		found = or(found, equal(load{size: 4}, family))
		if l.encoding == byHostFamily {
			// A file does not say in which order its header words are.
			found = or(found, equal(load{size: 4}, family<<24))
		}
	}
	return found
}

// compile returns the program of e for one layout, and the state in which
// lowering ended, which tells what could not be asked for.
func compile(e expression, f layout) (start *block, g *graph, l *lowering) {
	l = f.start()
	g = newGraph()
	start = e.lower(l).block(g, g.accept, g.reject)
	return shorten(start), g, l
}
