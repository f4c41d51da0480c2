package filter

import "strings"

// A token is a word or an operator of an expression.
type token struct {
	text   string // without the backslash that makes a keyword a name; "" at the end
	offset int    // of its first byte in the expression
	name   bool   // it was escaped with a backslash: never a keyword
	closer int    // for "(": index of the token that closes it
}

// operators in the order in which they are tried: longer ones first.
var operators = []string{
	"&&", "||", "<<", ">>", "<=", ">=", "==", "!=",
	"(", ")", "[", "]", "!", "<", ">", "=", "+", "-", "*", "/", "%", "&", "|", "^", ":",
}

const (
	maxLength = 16 << 10 // bytes of an expression
	maxDepth  = 200      // parentheses, brackets and nots inside each other
)

// lex cuts an expression into tokens; the last one has an empty text.
func lex(expression string) ([]token, error) {
	if len(expression) > maxLength {
		return nil, &SyntaxError{Offset: maxLength, Word: expression[maxLength : maxLength+1], Want: "an expression has at most 16 KiB"}
	}
	var tokens []token
	var open []int // indexes of parentheses and brackets not yet closed
	for at := 0; ; {
		for at < len(expression) && strings.IndexByte(" \t\r\n", expression[at]) >= 0 {
			at++
		}
		t := token{offset: at}
		if at == len(expression) {
			if len(open) > 0 {
				return nil, &SyntaxError{Offset: at, Want: "want a closing " + closing(tokens[open[len(open)-1]].text)}
			}
			return append(tokens, t), nil
		}
		inBrackets := len(open) > 0 && tokens[open[len(open)-1]].text == "["
		if expression[at] == '\\' {
			t.name = true
			at++
		}
		n := wordLength(expression[at:], inBrackets)
		if n == 0 && !t.name {
			n = operatorLength(expression[at:])
		}
		if n == 0 {
			return nil, &SyntaxError{Offset: t.offset, Word: expression[t.offset : at+min(1, len(expression)-at)], Want: "no such operator"}
		}
		t.text = expression[at : at+n]
		at += n
		switch {
		case t.name:
		case t.text == "(" || t.text == "[":
			open = append(open, len(tokens))
			if len(open) > maxDepth {
				return nil, &SyntaxError{Offset: t.offset, Word: t.text, Want: "nested too deeply"}
			}
		case t.text == ")" || t.text == "]":
			if len(open) == 0 || closing(tokens[open[len(open)-1]].text) != t.text {
				return nil, &SyntaxError{Offset: t.offset, Word: t.text, Want: "closes nothing"}
			}
			tokens[open[len(open)-1]].closer = len(tokens)
			open = open[:len(open)-1]
		}
		tokens = append(tokens, t)
	}
}

func closing(opener string) string {
	if opener == "[" {
		return "]"
	}
	return ")"
}

func operatorLength(s string) int {
	for _, o := range operators {
		if strings.HasPrefix(s, o) {
			return len(o)
		}
	}
	return 0
}

// wordLength returns how many bytes at the start of s are one word: a keyword,
// a number, an address, a range. Between brackets a colon separates offset and
// size, and a number ends before a minus.
func wordLength(s string, inBrackets bool) int {
	if s == "" {
		return 0
	}
	if s[0] == ':' && (inBrackets || !strings.HasPrefix(s, "::")) {
		return 0
	}
	if !alphanumeric(s[0]) && s[0] != ':' {
		return 0
	}
	startsWithLetter := s[0] >= 'A'
	n := 1
	for n < len(s) {
		switch c := s[n]; {
		case alphanumeric(c), c == '.', c == '_':
		case c == ':' && !inBrackets:
		case c == '-' && (startsWithLetter || !inBrackets) && n+1 < len(s) && alphanumeric(s[n+1]):
		default:
			return n
		}
		n++
	}
	return n
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
