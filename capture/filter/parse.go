package filter

import "slices"

// A parser turns tokens into a tree by recursive descent.
type parser struct {
	tokens []token
	at     int
	depth  int
	last   qualifiers // of the primitive before, which a bare value takes over: "port 80 or 443"

	// What the tags to the left make impossible.
	mpls, pppoe bool
}

func parse(text string) (expression, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 1 {
		return everything{}, nil
	}
	p := &parser{tokens: tokens}
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.peek().text != "" {
		return nil, p.fail("want and, or, or the end")
	}
	return e, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

// is reports whether the next token is one of words, and not an escaped name.
func (p *parser) is(words ...string) bool {
	t := p.peek()
	return t.text != "" && !t.name && slices.Contains(words, t.text)
}

// accept is is, and goes on to the token behind it.
func (p *parser) accept(words ...string) bool {
	if p.is(words...) {
		p.at++
		return true
	}
	return false
}

// fail points at the next token.
func (p *parser) fail(want string) error { return wrong(p.peek(), want) }

func wrong(t token, want string) error {
	word := t.text
	if t.name {
		word = `\` + word
	}
	return &SyntaxError{Offset: t.offset, Word: word, Want: want}
}

// expression reads terms joined by and and or, which bind alike and to the left.
func (p *parser) expression() (expression, error) {
	left, err := p.term()
	for err == nil {
		var right expression
		switch {
		case p.accept("and", "&&"):
			right, err = p.term()
			left = both{left, right}
		case p.accept("or", "||"):
			right, err = p.term()
			left = either{left, right}
		default:
			return left, nil
		}
	}
	return nil, err
}

func (p *parser) term() (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.fail("nested too deeply")
	}
	switch {
	case p.accept("not", "!"):
		of, err := p.term()
		return inverse{of}, err
	case p.arithmeticAhead():
		return p.relation()
	case p.is("("):
		return p.group((*parser).expression)
	case p.valueAhead():
		if p.last.kind == "" {
			return nil, p.fail("want a qualifier such as host, net or port before it")
		}
		return p.value(p.last)
	}
	return p.primitive()
}

// group reads what inner reads, in parentheses. A value behind them takes over
// the qualifiers from before them.
func (p *parser) group(inner func(*parser) (expression, error)) (expression, error) {
	before := p.last
	p.at++
	e, err := inner(p)
	if err != nil {
		return nil, err
	}
	if !p.accept(")") {
		return nil, p.fail("want and, or, or a closing )")
	}
	p.last = before
	return e, nil
}

// valueAhead reports whether the next token is a name, number or address
// rather than a word of the language or an operator.
func (p *parser) valueAhead() bool {
	t := p.peek()
	switch {
	case t.text == "":
		return false
	case t.name:
		return true
	}
	return wordLength(t.text, false) > 0 && !keyword(t.text)
}

// keyword reports whether a word of the language is meant by text unless it is escaped.
func keyword(text string) bool {
	_, isRefused := refused[text]
	return isRefused || slices.Contains(keywords, text) || protocolWord(text)
}

var keywords = []string{
	"and", "or", "not", "src", "dst", "host", "net", "mask", "port", "portrange", "proto",
	"less", "greater", "len", "broadcast", "multicast", "vlan", "mpls", "pppoes", "pppoed",
	"inbound", "outbound",
}
