package header

import "strings"

// An Element is a list member that carries parameters, as an extension does
// (RFC 6455 §9.1):
//
//	extension       = extension-token *( ";" extension-param )
//	extension-param = token [ "=" (token | quoted-string) ]
type Element struct {
	Text       string // as sent, without the white space around it
	Name       string // "" when it is missing
	Parameters []Parameter
	Malformed  bool // the grammar above is broken somewhere in it
}

// A Parameter is one parameter of an Element.
type Parameter struct {
	Name     string
	Value    string // without quotes and escapes
	HasValue bool   // an equals sign was there
	Quoted   bool   // the value was a quoted string
}

// Elements reads the list that all field lines called name form together.
// It takes any text; what breaks the grammar is marked Malformed.
func (f Fields) Elements(name string) []Element {
	var elements []Element
	for member := range f.Tokens(name) {
		elements = append(elements, ParseElement(member))
	}
	return elements
}

// ParseElement reads one list member.
func ParseElement(text string) Element {
	e := Element{Text: Trim(text)}
	var rest string
	e.Name, rest = cut(e.Text, ';')
	e.Malformed = !IsToken(e.Name) || strings.HasSuffix(e.Text, ";")
	for rest != "" {
		var parameter string
		parameter, rest = cut(rest, ';')
		p, ok := parseParameter(parameter)
		e.Parameters = append(e.Parameters, p)
		e.Malformed = e.Malformed || !ok
	}
	return e
}

func parseParameter(text string) (p Parameter, ok bool) {
	name, value, hasValue := strings.Cut(text, "=")
	p = Parameter{Name: Trim(name), Value: Trim(value), HasValue: hasValue}
	if hasValue && strings.HasPrefix(p.Value, `"`) {
		p.Quoted = true
		p.Value, ok = unquote(p.Value)
	} else {
		ok = true
	}
	// The unquoted value must be a token, too (RFC 6455 §9.1).
	return p, ok && IsToken(p.Name) && (!hasValue || IsToken(p.Value))
}

// unquote returns the text that the quoted string s stands for (RFC 9110
// §5.6.4), and false when it does not end where s ends.
func unquote(s string) (text string, ok bool) {
	s = s[1:]
	if end := strings.IndexAny(s, `"\`); end == len(s)-1 && end >= 0 && s[end] == '"' {
		return s[:end], true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), i == len(s)-1
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

// IsToken reports whether s is a token (RFC 9110 §5.6.2).
func IsToken(s string) bool { return s != "" && TokenLength(s) == len(s) }

// TokenLength returns how many bytes at the start of s may stand in a token.
func TokenLength(s string) int {
	n := 0
	for n < len(s) && IsTokenByte(s[n]) {
		n++
	}
	return n
}

// IsTokenByte reports whether c may stand in a token.
func IsTokenByte(c byte) bool { return tokenBytes[c] }

// tokenBytes holds each tchar.
var tokenBytes = [256]bool{
	'!': true, '#': true, '$': true, '%': true, '&': true, '\'': true, '*': true, '+': true, '-': true, '.': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'A': true, 'B': true, 'C': true, 'D': true, 'E': true, 'F': true, 'G': true, 'H': true, 'I': true, 'J': true,
	'K': true, 'L': true, 'M': true, 'N': true, 'O': true, 'P': true, 'Q': true, 'R': true, 'S': true, 'T': true,
	'U': true, 'V': true, 'W': true, 'X': true, 'Y': true, 'Z': true, '^': true, '_': true, '`': true,
	'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true, 'g': true, 'h': true, 'i': true, 'j': true,
	'k': true, 'l': true, 'm': true, 'n': true, 'o': true, 'p': true, 'q': true, 'r': true, 's': true, 't': true,
	'u': true, 'v': true, 'w': true, 'x': true, 'y': true, 'z': true, '|': true, '~': true,
}
