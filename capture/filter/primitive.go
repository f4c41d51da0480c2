package filter

// Qualifiers say what the value of a primitive means:
// "tcp", "src" and "port" in "tcp src port 80".
type qualifiers struct {
	protocol  token // its text is "" when none is given
	direction direction
	directed  bool
	kind      string // host, net, port, portrange, proto; "" when there is no primitive to take over from
	from      token  // where the kind, or the direction that implies it, was written
}

// linkAliases are other words for the link layer.
var linkAliases = map[string]bool{"ether": true, "link": true, "fddi": true, "tr": true}

// protocolNumbers are the protocols inside IP that are words of the language,
// with the families in which they are looked for.
var protocolNumbers = map[string]ipProtocol{
	"tcp": {anyFamily, protocolTCP}, "udp": {anyFamily, protocolUDP}, "sctp": {anyFamily, protocolSCTP},
	"icmp": {ipv4, protocolICMP}, "igmp": {ipv4, protocolIGMP}, "icmp6": {ipv6, protocolICMP6},
	"ah": {anyFamily, protocolAH}, "esp": {anyFamily, protocolESP},
	"pim": {anyFamily, protocolPIM}, "vrrp": {ipv4, protocolVRRP},
}

// linkProtocols are the protocols behind the link layer that are words of the language.
var linkProtocols = map[string]linkProtocol{"ip": etherIP, "ip6": etherIPv6, "arp": etherARP, "rarp": etherRARP}

func protocolWord(text string) bool {
	_, inIP := protocolNumbers[text]
	_, inLink := linkProtocols[text]
	return inIP || inLink || linkAliases[text]
}

// primitive reads one test that begins with a word of the language.
func (p *parser) primitive() (expression, error) {
	if reason, ok := refused[p.peek().text]; ok && !p.peek().name {
		return nil, p.fail(reason)
	}
	start := p.peek()
	if p.is("vlan", "mpls", "pppoes", "pppoed", "less", "greater", "inbound", "outbound") {
		p.at++
		p.last = qualifiers{}
		return p.special(start)
	}
	var q qualifiers
	if protocolWord(start.text) && !start.name {
		p.at++
		q.protocol = start
	}
	if err := p.hidden(start); err != nil {
		return nil, err
	}
	switch {
	case p.is("broadcast", "multicast"):
		return p.groupAddress(q)
	case p.is("proto"):
		q.kind, q.from = "proto", p.peek()
		p.at++
		return p.values(q)
	case p.is("src", "dst"):
		p.direction(&q)
	}
	switch t := p.peek(); {
	case p.accept("host", "net", "port", "portrange"):
		q.kind, q.from = t.text, t
	case q.directed && (p.valueAhead() || p.is("(")):
		q.kind = "host"
	case q.directed:
		return nil, p.failUnless("want host, net, port, portrange or an address")
	case q.protocol.text == "":
		return nil, p.failUnless("want a test such as host, net, port, tcp or vlan")
	case linkAliases[q.protocol.text]:
		return nil, p.failUnless("want src, dst, host, proto, broadcast or multicast, or an offset in brackets")
	case refused[p.peek().text] != "":
		return nil, p.fail(refused[p.peek().text])
	default:
		p.last = qualifiers{}
		if number, ok := protocolNumbers[q.protocol.text]; ok {
			return number, nil
		}
		return linkProtocols[q.protocol.text], nil
	}
	return p.values(q)
}

// hidden says why word cannot be told apart behind the tags to the left of it.
func (p *parser) hidden(word token) error {
	switch {
	case p.mpls && (word.text == "arp" || word.text == "rarp"), p.mpls && linkAliases[word.text]:
		return wrong(word, "cannot be looked for behind mpls")
	case p.pppoe && (linkAliases[word.text] || word.text == "broadcast" || word.text == "multicast"):
		return wrong(word, "cannot be looked for behind pppoes")
	}
	return nil
}

// failUnless points at the next token; what is refused says why itself.
func (p *parser) failUnless(want string) error {
	if reason, ok := refused[p.peek().text]; ok && !p.peek().name {
		want = reason
	}
	return p.fail(want)
}

// direction reads "src", "dst", and either joined with the other one.
func (p *parser) direction(q *qualifiers) {
	q.from, q.directed, q.direction = p.peek(), true, sourceEnd
	other := "dst"
	if q.from.text == "dst" {
		q.direction, other = destinationEnd, "src"
	}
	p.at++
	joined := eitherEnd
	if p.is("and", "&&") {
		joined = bothEnds
	}
	if !p.is("and", "&&", "or", "||") {
		return
	}
	if next := p.tokens[p.at+1]; next.text == other && !next.name {
		q.direction = joined
		p.at += 2
	}
}

// special reads the tests that take no qualifiers, behind their first word.
func (p *parser) special(word token) (expression, error) {
	switch word.text {
	case "less", "greater":
		n, err := p.number(1<<32 - 1)
		operator := map[string]string{"less": "<=", "greater": ">="}[word.text]
		return relation{operator, packetLength{}, literal(n)}, err
	case "inbound":
		return inverse{outbound{}}, nil
	case "outbound":
		return outbound{}, nil
	case "pppoed":
		return linkProtocol(etherPPPoED), nil
	}
	limit := map[string]uint32{"vlan": 0xfff, "mpls": 0xfffff, "pppoes": 0xffff}[word.text]
	var tag number
	if c := p.peek().text; c != "" && '0' <= c[0] && c[0] <= '9' {
		value, err := p.number(limit)
		if err != nil {
			return nil, err
		}
		tag = number{value, true}
	}
	switch {
	case word.text == "mpls" && !p.pppoe:
		p.mpls = true
		return mplsLabel{tag}, nil
	case word.text == "vlan" && !p.mpls && !p.pppoe:
		return vlanTag{tag}, nil
	case word.text == "pppoes" && !p.mpls && !p.pppoe:
		p.pppoe = true
		return pppoeSession{tag}, nil
	}
	return nil, wrong(word, "cannot be looked for behind mpls or pppoes")
}

func (p *parser) groupAddress(q qualifiers) (expression, error) {
	word := p.peek()
	p.at++
	p.last = qualifiers{}
	switch {
	case q.protocol.text == "" || linkAliases[q.protocol.text]:
		return macGroup{broadcast: word.text == "broadcast"}, nil
	case word.text == "multicast" && q.protocol.text == "ip":
		return groupTest{ipv4}, nil
	case word.text == "multicast" && q.protocol.text == "ip6":
		return groupTest{ipv6}, nil
	case q.protocol.text == "ip":
		return nil, wrong(word, "the netmask is not known; name the address with dst host")
	}
	return nil, wrong(word, "cannot be told by "+q.protocol.text)
}
