package filter

import "slices"

// arithmeticAhead reports whether a relation begins here: "tcp[13]", "len",
// "-1", "(ip[0] & 15) * 4", or a number that an operator follows.
func (p *parser) arithmeticAhead() bool {
	t := p.peek()
	if t.text == "" || t.name {
		return false
	}
	next := p.tokens[p.at+1]
	_, numeric := parseNumber(t.text)
	_, constant := constants[t.text]
	switch {
	case t.text == "-" || t.text == "len":
		return true
	case t.text == "(":
		return arithmeticOperator(p.tokens[t.closer+1])
	case next.text == "[":
		return true
	case numeric && p.last.kind == "net" && next.text == "/":
		return false
	}
	return (numeric || constant) && arithmeticOperator(next)
}

var comparisons = []string{"==", "=", "!=", "<", "<=", ">", ">="}

// precedence of the operators; those of 0 have none in the grammar of
// tcpdump, which reads a%b*c as a%(b*c): here they need parentheses.
var precedence = map[string]int{"|": 1, "&": 2, "<<": 3, ">>": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 0, "^": 0}

func arithmeticOperator(t token) bool {
	_, computes := precedence[t.text]
	return !t.name && (computes || slices.Contains(comparisons, t.text))
}

func (p *parser) relation() (expression, error) {
	start := p.peek()
	left, err := p.arithmetic(1)
	if err != nil {
		return nil, err
	}
	operator := p.peek().text
	if !p.accept(comparisons...) {
		return nil, p.fail("want a comparison: = != < <= > >=")
	}
	if operator == "=" {
		operator = "=="
	}
	right, err := p.arithmetic(1)
	if err != nil {
		return nil, err
	}
	if registers(right)+1 > scratchRegisters || registers(left) > scratchRegisters {
		return nil, wrong(start, "too many nested operations")
	}
	p.last = qualifiers{}
	return relation{operator, left, right}, nil
}

// scratchRegisters is how many numbers a BPF machine remembers.
const scratchRegisters = 16

// registers returns how many numbers must be remembered to compute a.
func registers(a arithmetic) int {
	switch a := a.(type) {
	case accessor:
		return registers(a.index)
	case operation:
		if _, known := a.right.(literal); known {
			return registers(a.left)
		}
		return max(registers(a.left), registers(a.right)+1)
	}
	return 0
}

// arithmetic reads operands joined by operators of at least the given precedence.
func (p *parser) arithmetic(least int) (arithmetic, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.fail("nested too deeply")
	}
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	if p.is("%", "^") {
		return p.loneOperation(left, least)
	}
	for {
		t := p.peek()
		level := precedence[t.text]
		if t.name || level < least {
			if p.is("%", "^") {
				return nil, p.fail("want parentheses around what is computed first")
			}
			return left, nil
		}
		p.at++
		right, err := p.arithmetic(level + 1)
		if err != nil {
			return nil, err
		}
		if left, err = fold(t, left, right); err != nil {
			return nil, err
		}
	}
}

// loneOperation reads % or ^ and its right operand, which no other operator may follow.
func (p *parser) loneOperation(left arithmetic, least int) (arithmetic, error) {
	t := p.peek()
	if least > 1 {
		return nil, p.fail("want parentheses around what is computed first")
	}
	p.at++
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	if _, more := precedence[p.peek().text]; more {
		return nil, p.fail("want parentheses around what is computed first")
	}
	return fold(t, left, right)
}

func (p *parser) operand() (arithmetic, error) {
	t := p.peek()
	n, numeric := parseNumber(t.text)
	value, constant := constants[t.text]
	switch {
	case t.text == "" || t.name:
	case p.accept("-"):
		p.depth++
		defer func() { p.depth-- }()
		if p.depth > maxDepth {
			return nil, p.fail("nested too deeply")
		}
		of, err := p.operand()
		if err != nil {
			return nil, err
		}
		return fold(token{text: "-"}, literal(0), of)
	case p.accept("("):
		inner, err := p.arithmetic(1)
		if err == nil && !p.accept(")") {
			err = p.fail("want an operator or a closing )")
		}
		return inner, err
	case p.accept("len"):
		return packetLength{}, nil
	case p.tokens[min(p.at+1, len(p.tokens)-1)].text == "[":
		return p.accessor()
	case numeric:
		p.at++
		return literal(n), nil
	case constant:
		p.at++
		return literal(value), nil
	}
	return nil, p.fail("want a number, len, or a protocol with an offset in brackets")
}

func (p *parser) accessor() (arithmetic, error) {
	t := p.peek()
	protocol := t.text
	if linkAliases[protocol] {
		protocol = "ether"
	}
	_, inIP := protocolNumbers[protocol]
	_, inLink := linkProtocols[protocol]
	if !inIP && !inLink && protocol != "ether" || protocol == "ah" || protocol == "esp" {
		return nil, p.failUnless("want ether, ip, ip6, arp, tcp, udp, icmp or icmp6 before a bracket")
	}
	if err := p.hidden(t); err != nil {
		return nil, err
	}
	p.at += 2
	index, err := p.arithmetic(1)
	if err != nil {
		return nil, err
	}
	if n, fixed := index.(literal); fixed && n > maxIndex {
		return nil, wrong(t, "an offset is at most 65535")
	}
	size := uint32(1)
	if p.accept(":") {
		at := p.peek()
		if size, err = p.number(4); err != nil {
			return nil, err
		}
		if size != 1 && size != 2 && size != 4 {
			return nil, wrong(at, "want a size of 1, 2 or 4 bytes")
		}
	}
	if !p.accept("]") {
		return nil, p.fail("want an operator, a size behind a colon, or a closing ]")
	}
	return accessor{protocol, index, uint8(size)}, nil
}

// maxIndex is the greatest fixed offset: no header lies behind it, and the
// kernel takes very great ones for negative.
const maxIndex = 0xffff

// fold joins two operands; what is known before any packet is computed at once.
func fold(operator token, left, right arithmetic) (arithmetic, error) {
	b, rightKnown := right.(literal)
	switch operator.text {
	case "/", "%":
		if rightKnown && b == 0 {
			return nil, wrong(operator, "division by zero")
		}
	case "<<", ">>":
		if !rightKnown || b > 31 {
			return nil, wrong(operator, "want a shift by a number up to 31")
		}
	}
	a, leftKnown := left.(literal)
	if !leftKnown || !rightKnown {
		return operation{operator.text, left, right}, nil
	}
	switch operator.text {
	case "+":
		a += b
	case "-":
		a -= b
	case "*":
		a *= b
	case "/":
		a /= b
	case "%":
		a %= b
	case "&":
		a &= b
	case "|":
		a |= b
	case "^":
		a ^= b
	case "<<":
		a <<= b
	case ">>":
		a >>= b
	}
	return a, nil
}
