package filter

import "golang.org/x/net/bpf"

// An instruction of the classic BPF machine.
type instruction = bpf.RawInstruction

func (e relation) lower(l *lowering) test {
	// a <= b is not a > b, and so on.
	var c condition
	negated := false
	switch e.operator {
	case "==":
		c = equals
	case "!=":
		c, negated = equals, true
	case ">":
		c = greater
	case "<=":
		c, negated = greater, true
	case ">=":
		c = greaterOrEqual
	case "<":
		c, negated = greaterOrEqual, true
	}
	var holds test
	left, leftKnown := e.left.(literal)
	right, rightKnown := e.right.(literal)
	switch {
	case leftKnown && rightKnown:
		holds = constant(c.holds(uint32(left), uint32(right)))
	case rightKnown && l.layout != socketTagged && e.left == arithmetic(packetLength{}):
		holds = comparison{value{load: load{source: wireLength}, mask: ^uint32(0)}, c, uint32(right)}
	default:
		calculation := &calculation{indexed: !rightKnown}
		e.left.compute(l, calculation)
		if !rightKnown {
			calculation.beside(l, e.right)
		}
		holds = comparison{value{computed: calculation}, c, uint32(right)}
	}
	if negated {
		holds = not(holds)
	}
	for _, guards := range [][]test{e.right.guards(l), e.left.guards(l)} {
		for i := len(guards) - 1; i >= 0; i-- {
			holds = and(guards[i], holds)
		}
	}
	return holds
}

func (literal) guards(*lowering) []test      { return nil }
func (packetLength) guards(*lowering) []test { return nil }

func (o operation) guards(l *lowering) []test {
	return append(o.left.guards(l), o.right.guards(l)...)
}

func (a accessor) guards(l *lowering) []test {
	index := a.index.guards(l)
	if a.protocol == "ether" {
		return index
	}
	if in, ok := linkProtocols[a.protocol]; ok {
		return append(index, in.lower(l))
	}
	inIP := protocolNumbers[a.protocol]
	if inIP.family == ipv6 {
		return append(index, linkProtocol(etherIPv6).lower(l), equal(l.at(6, 1), uint32(inIP.number)))
	}
	return append(append([]test{linkProtocol(etherIP).lower(l)}, index...),
		equal(l.at(9, 1), uint32(inIP.number)), not(compared(l.at(6, 2), sharesBits, 0x1fff)))
}

func (n literal) compute(_ *lowering, c *calculation) {
	c.append(opLoadConstant, uint32(n))
}

func (packetLength) compute(l *lowering, c *calculation) {
	c.append(opLoadLength, 0)
	if l.layout == socketTagged {
		c.append(opAdd, vlanTagSize)
	}
}

// vlanTagSize is what a packet is longer with its tag put back, IEEE 802.1Q §9.6.
const vlanTagSize = 4

func (o operation) compute(l *lowering, c *calculation) {
	o.left.compute(l, c)
	code := operationCodes[o.operator]
	if n, known := o.right.(literal); known {
		c.append(code, uint32(n))
		return
	}
	c.beside(l, o.right)
	c.append(code|withIndex, 0)
}

// beside computes a into the index register and leaves the accumulator as it was.
func (c *calculation) beside(l *lowering, a arithmetic) {
	register := c.registers
	c.registers++
	c.append(opStore, register)
	a.compute(l, c)
	c.append(opToIndex, 0)
	c.append(opLoadRegister, register)
	c.registers--
}

func (a accessor) compute(l *lowering, c *calculation) {
	base := l.payload + l.labels
	inTransport := false
	switch inIP, ok := protocolNumbers[a.protocol]; {
	case a.protocol == "ether":
		base = l.frame(a)
	case ok && inIP.family == ipv6:
		base += 40
	case ok:
		inTransport = true
	}
	n, fixed := a.index.(literal)
	if fixed {
		base += uint32(n)
	} else {
		a.index.compute(l, c)
	}
	switch {
	case inTransport && fixed:
		c.append(opLoadHeaderLength, l.payload+l.labels)
	case inTransport:
		c.append(opLoadHeaderLength, l.payload+l.labels)
		c.append(opAdd|withIndex, 0)
		c.append(opToIndex, 0)
	case fixed:
		c.append(loadCodes[a.size], base)
		return
	default:
		c.append(opToIndex, 0)
	}
	c.append(loadCodes[a.size]^relativeToIndex, base)
}

// frame returns where the first byte of a frame is for a.
func (l *lowering) frame(a accessor) uint32 {
	n, fixed := a.index.(literal)
	switch {
	case l.layout == socketNetwork:
		return networkHeader
	case l.layout != socketTagged, fixed && uint32(n)+uint32(a.size) <= 12:
		return 0
	case fixed && n >= 12+vlanTagSize:
		return ^uint32(vlanTagSize) + 1
	}
	if l.unfit == "" {
		l.unfit = "an offset into the frame that may lie in a VLAN tag"
	}
	return 0
}

func (c *calculation) append(op uint16, k uint32) {
	c.code = append(c.code, instruction{Op: op, K: k})
}
