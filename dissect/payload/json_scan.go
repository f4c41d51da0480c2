package payload

import "fmt"

// A TokenKind says what a token of JSON is. The numbers are ours.
type TokenKind uint8

const (
	BeginObject TokenKind = iota + 1
	EndObject
	BeginArray
	EndArray
	Key     // a string that names a member; its quotes are part of it
	Text    // any other string
	Numeral // a number
	Word    // true, false or null
	Garbage // the rest of a text that breaks here
)

// A Token is a piece of JSON text (RFC 8259 §2). Colons, commas and white
// space are no tokens: they follow from the others.
type Token struct {
	Kind       TokenKind
	Depth      int // how many objects and arrays are open around it
	Start, End int // its bytes in the text
}

// A SyntaxError says where JSON text breaks, and why.
type SyntaxError struct {
	Offset int    // of the first byte that does not fit; the length of the text when it ends too early
	Reason string // such as "expected ',' or '}' but found 'x'"
}

// Error returns the offset and the reason.
func (e *SyntaxError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason) }

// maxDepth is how deep values may be nested, in every format.
const maxDepth = 512

// A Scanner cuts JSON text into tokens, from the start up to where it breaks.
// The text may hold several values in a row, with white space between them.
type Scanner struct {
	data    []byte
	at      int
	depth   int
	objects [maxDepth]bool // per open level: it is an object
	want    want
	values  int
	err     *SyntaxError
}

// want is what the grammar allows next.
type want uint8

const (
	wantValue     want = iota // at the top level or after a comma in an array
	wantFirst                 // after [: a value or ]
	wantFirstName             // after {: a name or }
	wantName                  // after a comma in an object
	wantMore                  // after a value: a comma or the end of what is open
)

// NewScanner returns a scanner at the start of text.
func NewScanner(text []byte) *Scanner { return &Scanner{data: text} }

// Err returns where and why the text breaks, or nil. It is final when Next
// has returned false.
func (s *Scanner) Err() *SyntaxError { return s.err }

// Values returns how many values at the top level have begun.
func (s *Scanner) Values() int { return s.values }

// Next returns the next token; ok is false at the end of the text and where
// the text breaks.
func (s *Scanner) Next() (t Token, ok bool) {
	if s.err != nil {
		return Token{}, false
	}
	for {
		s.space()
		if s.at == len(s.data) {
			if s.depth > 0 || s.want == wantValue && s.values == 0 {
				s.fail("the text ends too early, expected " + s.expected())
			}
			return Token{}, false
		}
		c := s.data[s.at]
		switch s.want {
		case wantMore:
			if s.depth == 0 {
				s.want = wantValue
				continue
			}
			if c == ',' {
				s.at++
				s.want = wantValue
				if s.objects[s.depth-1] {
					s.want = wantName
				}
				continue
			}
			return s.close(c)
		case wantFirst:
			if c == ']' {
				return s.close(c)
			}
			return s.value(c)
		case wantFirstName, wantName:
			if c == '}' && s.want == wantFirstName {
				return s.close(c)
			}
			return s.name(c)
		default:
			return s.value(c)
		}
	}
}

func (s *Scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// close takes the bracket that ends the innermost object or array.
func (s *Scanner) close(c byte) (Token, bool) {
	kind, bracket := EndArray, byte(']')
	if s.objects[s.depth-1] {
		kind, bracket = EndObject, '}'
	}
	if c != bracket {
		return s.unexpected()
	}
	s.depth--
	s.at++
	s.want = wantMore
	return Token{Kind: kind, Depth: s.depth, Start: s.at - 1, End: s.at}, true
}

// name takes the name of a member and its colon.
func (s *Scanner) name(c byte) (Token, bool) {
	if c != '"' {
		return s.unexpected()
	}
	t, ok := s.text(Key)
	if !ok {
		return t, false
	}
	s.space()
	if s.at == len(s.data) || s.data[s.at] != ':' {
		s.want = wantName
		s.fail("expected ':' after the name of a member")
		return Token{}, false
	}
	s.at++
	s.want = wantValue
	return t, true
}

func (s *Scanner) value(c byte) (Token, bool) {
	if s.depth == 0 {
		s.values++
	}
	switch {
	case c == '{' || c == '[':
		return s.open(c)
	case c == '"':
		s.want = wantMore
		return s.text(Text)
	case c == '-' || c >= '0' && c <= '9':
		s.want = wantMore
		return s.number()
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if end := s.at + len(word); end <= len(s.data) && string(s.data[s.at:end]) == word {
			t := Token{Kind: Word, Depth: s.depth, Start: s.at, End: end}
			s.at, s.want = end, wantMore
			return t, true
		}
	}
	return s.unexpected()
}

func (s *Scanner) open(c byte) (Token, bool) {
	if s.depth == maxDepth {
		s.fail(fmt.Sprintf("nested deeper than %d levels", maxDepth))
		return Token{}, false
	}
	t := Token{Kind: BeginArray, Depth: s.depth, Start: s.at, End: s.at + 1}
	s.want = wantFirst
	if c == '{' {
		t.Kind, s.want = BeginObject, wantFirstName
	}
	s.objects[s.depth] = c == '{'
	s.depth++
	s.at++
	return t, true
}

func (s *Scanner) unexpected() (Token, bool) {
	s.fail(fmt.Sprintf("expected %s but found %q", s.expected(), firstRune(s.data[s.at:])))
	return Token{}, false
}

func (s *Scanner) fail(reason string) { s.err = &SyntaxError{Offset: s.at, Reason: reason} }

// expected says in words what the grammar allows next.
func (s *Scanner) expected() string {
	switch s.want {
	case wantFirst:
		return "a value or ']'"
	case wantFirstName:
		return "a name or '}'"
	case wantName:
		return "a name"
	case wantMore:
		if s.depth > 0 && s.objects[s.depth-1] {
			return "',' or '}'"
		}
		return "',' or ']'"
	}
	return "a value"
}
