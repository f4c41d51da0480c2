package payload

import "fmt"

// text takes a string, §7 of RFC 8259.
func (s *Scanner) text(kind TokenKind) (Token, bool) {
	t := Token{Kind: kind, Depth: s.depth, Start: s.at}
	i := s.at + 1
	for i < len(s.data) {
		switch c := s.data[i]; {
		case c == '"':
			s.at, t.End = i+1, i+1
			return t, true
		case c == '\\':
			n := escapeLength(s.data[i:])
			if n == 0 {
				s.at = i
				s.fail("a backslash that begins no escape")
				return Token{}, false
			}
			i += n
		case c < ' ':
			s.at = i
			s.fail(fmt.Sprintf("the control character %#02x stands in a string", c))
			return Token{}, false
		default:
			i++
		}
	}
	s.at = len(s.data)
	s.fail("the text ends inside a string")
	return Token{}, false
}

// escapeLength returns how long the escape at the start of b is, 0 when it is none.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hexQuad(b[2:]); ok {
			return 6
		}
	}
	return 0
}

// number takes a number, §6 of RFC 8259.
func (s *Scanner) number() (Token, bool) {
	i := s.at
	if s.data[i] == '-' {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(s.data) && s.data[i] >= '0' && s.data[i] <= '9' {
			i++
		}
		return i > from
	}
	zero := i < len(s.data) && s.data[i] == '0'
	from := i
	ok := digits() && !(zero && i > from+1)
	if ok && i < len(s.data) && s.data[i] == '.' {
		i++
		ok = digits()
	}
	if ok && i < len(s.data) && (s.data[i] == 'e' || s.data[i] == 'E') {
		i++
		if i < len(s.data) && (s.data[i] == '+' || s.data[i] == '-') {
			i++
		}
		ok = digits()
	}
	if !ok {
		s.fail("not a number as JSON writes them")
		return Token{}, false
	}
	t := Token{Kind: Numeral, Depth: s.depth, Start: s.at, End: i}
	s.at = i
	return t, true
}
