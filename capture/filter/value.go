package filter

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
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

func (p *parser) port(q qualifiers) (expression, error) {
	e := portTest{direction: q.direction}
	switch q.protocol.text {
	case "":
		e.transports = []uint8{protocolTCP, protocolUDP, protocolSCTP}
	case "tcp", "udp", "sctp":
		e.transports = []uint8{protocolNumbers[q.protocol.text].number}
	default:
		return nil, wrong(q.protocol, "has no ports; want tcp, udp or sctp")
	}
	t := p.peek()
	low, high, isRange := strings.Cut(t.text, "-")
	first, ok := portNumber(low)
	last := first
	if isRange && ok {
		last, ok = portNumber(high)
	}
	if ok && isRange && q.kind == "port" {
		return nil, p.fail("want one port; a range needs portrange")
	}
	if named, known := services[t.text]; !ok && known {
		first, last, ok = named.port, named.port, true
		if e.transports = e.narrow(named, q.protocol.text); e.transports == nil {
			return nil, p.fail("no such service of " + q.protocol.text)
		}
	}
	if !ok {
		return nil, p.fail("want a port: a number up to 65535, or the name of a common service")
	}
	p.at++
	e.low, e.high = min(first, last), max(first, last)
	return e, nil
}

// narrow leaves the transports that the service has.
func (e portTest) narrow(s service, protocol string) []uint8 {
	switch {
	case protocol == "" && s.tcp && s.udp:
		return e.transports
	case s.tcp && (protocol == "" || protocol == "tcp"):
		return []uint8{protocolTCP}
	case s.udp && (protocol == "" || protocol == "udp"):
		return []uint8{protocolUDP}
	}
	return nil
}

func portNumber(s string) (uint16, bool) {
	n, ok := parseNumber(s)
	return uint16(n), ok && n <= 0xffff
}

func (p *parser) mac(q qualifiers) (expression, error) {
	if q.kind != "host" {
		return nil, wrong(q.from, "not known of Ethernet; want host")
	}
	address, err := net.ParseMAC(padMAC(p.peek().text))
	if err != nil || len(address) != 6 {
		return nil, p.fail("want an Ethernet address such as 00:00:5e:00:53:01")
	}
	p.at++
	return macTest{direction: q.direction, address: [6]byte(address)}, nil
}

// padMAC writes the bytes of an address with two digits each.
func padMAC(s string) string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '-' })
	if len(parts) != 6 {
		return s
	}
	for i, part := range parts {
		if len(part) == 1 {
			parts[i] = "0" + part
		}
	}
	return strings.Join(parts, ":")
}

// address reads an address or network of IPv4, IPv6, ARP or RARP.
func (p *parser) address(q qualifiers) (expression, error) {
	t := p.peek()
	e := addressTest{direction: q.direction}
	switch q.protocol.text {
	case "":
	case "ip":
		e.family = ipv4
	case "ip6":
		e.family = ipv6
	case "arp":
		e.family = arp
	case "rarp":
		e.family = rarp
	default:
		return nil, wrong(q.protocol, "has no addresses; want ip, ip6, arp or rarp")
	}
	if !p.valueAhead() {
		return nil, p.fail("want an address; names are not looked up")
	}
	if strings.Contains(t.text, ":") {
		if e.family != anyFamily && e.family != ipv6 {
			return nil, p.fail("want an IPv4 address")
		}
		e.family = ipv6
		return p.address6(q, e)
	}
	if e.family == ipv6 {
		return nil, p.fail("want an IPv6 address")
	}
	return p.address4(q, e)
}

func (p *parser) address6(q qualifiers, e addressTest) (expression, error) {
	t := p.peek()
	a, err := netip.ParseAddr(t.text)
	if err != nil || a.Zone() != "" {
		return nil, p.fail("want an address; names are not looked up")
	}
	p.at++
	bits := 128
	if q.kind == "net" && p.accept("/") {
		n, err := p.number(128)
		if err != nil {
			return nil, err
		}
		bits = int(n)
	}
	if netip.PrefixFrom(a, bits).Masked().Addr() != a {
		return nil, wrong(t, fmt.Sprintf("has bits set behind the first %d", bits))
	}
	b := a.As16()
	for i := range 4 {
		e.words = append(e.words, binary.BigEndian.Uint32(b[4*i:]))
		e.mask = append(e.mask, leadingOnes(bits-32*i))
	}
	return e, nil
}

func (p *parser) address4(q qualifiers, e addressTest) (expression, error) {
	t := p.peek()
	word, bits, ok := shortAddress(t.text)
	if !ok || q.kind == "host" && bits == 8 {
		return nil, p.fail("want an address; names are not looked up")
	}
	p.at++
	mask := leadingOnes(bits)
	switch {
	case q.kind == "net" && p.accept("/"):
		n, err := p.number(32)
		if err != nil {
			return nil, err
		}
		mask = leadingOnes(int(n))
	case q.kind == "net" && p.accept("mask"):
		m, bits, ok := shortAddress(p.peek().text)
		if !ok || bits == 8 {
			return nil, p.fail("want a mask such as 255.255.255.0")
		}
		p.at++
		mask = m
	}
	if word&^mask != 0 {
		return nil, wrong(t, "has bits set that the mask leaves out")
	}
	e.words, e.mask = []uint32{word}, []uint32{mask}
	return e, nil
}

// shortAddress reads one to four decimal bytes; the missing ones are zero, and
// bits says how many were given.
func shortAddress(s string) (word uint32, bits int, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return 0, 0, false
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return 0, 0, false
		}
		word |= uint32(n) << (24 - 8*i)
	}
	return word, 8 * len(parts), true
}

func leadingOnes(n int) uint32 {
	return ^uint32(0) << (32 - max(0, min(32, n)))
}
