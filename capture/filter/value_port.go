package filter

import (
	"strings"
)

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
