package filter

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

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
