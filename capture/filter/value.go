package filter

import (
	"fmt"
	"strconv"
	"strings"
)

// values reads one value, its negation, or a list of them in parentheses:
// "port (80 or not 443)".
func (p *parser) values(q qualifiers) (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	p.last = q
	switch {
	case p.depth > maxDepth:
		return nil, p.fail("nested too deeply")
	case p.accept("not", "!"):
		e, err := p.values(q)
		return inverse{e}, err
	case p.is("("):
		return p.group((*parser).valueList)
	}
	return p.value(q)
}

func (p *parser) valueList() (expression, error) {
	q := p.last
	left, err := p.values(q)
	for err == nil {
		var right expression
		switch {
		case p.accept("and", "&&"):
			right, err = p.values(q)
			left = both{left, right}
		case p.accept("or", "||"):
			right, err = p.values(q)
			left = either{left, right}
		default:
			return left, nil
		}
	}
	return nil, err
}

// value reads one value and says what it means under q.
func (p *parser) value(q qualifiers) (expression, error) {
	switch q.kind {
	case "proto":
		return p.protocol(q)
	case "port", "portrange":
		return p.port(q)
	}
	if linkAliases[q.protocol.text] {
		return p.mac(q)
	}
	return p.address(q)
}

// number reads a decimal, octal (0...) or hexadecimal (0x...) number up to limit.
func (p *parser) number(limit uint32) (uint32, error) {
	t := p.peek()
	n, ok := parseNumber(t.text)
	if !ok || t.name {
		return 0, p.fail("want a number")
	}
	if n > limit {
		return 0, p.fail(fmt.Sprintf("want a number up to %d", limit))
	}
	p.at++
	return n, nil
}

func parseNumber(s string) (uint32, bool) {
	if strings.ContainsAny(s, "_oObB") && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X") || strings.Contains(s, "_") {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 0, 32)
	return uint32(n), err == nil
}

func (p *parser) protocol(q qualifiers) (expression, error) {
	if q.directed {
		return nil, wrong(q.from, "a protocol has no direction")
	}
	t := p.peek()
	n, numeric := parseNumber(t.text)
	if linkAliases[q.protocol.text] {
		if named, ok := etherProtocols[t.text]; ok {
			p.at++
			return linkProtocol(named), nil
		}
		switch {
		case !numeric:
			return nil, p.fail("want the number of an Ethernet protocol, or ip, ip6, arp, rarp")
		case n > 0xffff:
			return nil, p.fail("want a number up to 65535")
		case n <= maxLengthField || n == 0x809b || n == 0x80f3 || n == 0x8137:
			// These also stand for frames with IEEE 802.2 headers.
			return nil, p.fail(notIP)
		}
		p.at++
		return linkProtocol(n), nil
	}
	var in family
	switch q.protocol.text {
	case "":
	case "ip":
		in = ipv4
	case "ip6":
		in = ipv6
	default:
		return nil, wrong(q.protocol, "want ip, ip6 or ether before proto")
	}
	if named, ok := ipProtocols[t.text]; ok {
		n, numeric = named, true
	}
	if !numeric || n > 255 {
		return nil, p.fail("want the name or number of a protocol inside IP, up to 255")
	}
	p.at++
	return ipProtocol{in, uint8(n)}, nil
}

// maxLengthField is the greatest value that the type field of an Ethernet
// header takes as a length, IEEE 802.3 §3.2.6.
const maxLengthField = 1500
