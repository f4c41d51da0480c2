package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of an expression, as far as short forms care.
type token struct {
	text   string
	offset int
	quoted bool
}

// form reports whether t is a short form.
func (t token) form() bool {
	positive, _ := t.positive()
	return !t.quoted && short(positive.text)
}

// positive returns t without the hyphen or the exclamation mark that makes a
// not of it, and whether there was one.
func (t token) positive() (token, bool) {
	if len(t.text) > 1 && (t.text[0] == '-' || t.text[0] == '!') {
		return token{text: t.text[1:], offset: t.offset + 1}, true
	}
	return t, false
}

// tokens cuts text at spaces and parentheses. Quotes are kept whole, also
// behind a colon.
func tokens(text string) []token {
	var list []token
	for i := 0; i < len(text); {
		start := i
		switch c := text[i]; {
		case unicode.IsSpace(rune(c)):
			i++
			continue
		case c == '(' || c == ')':
			i++
		case quote(c):
			i = quoteEnd(text, i)
		default:
			for i < len(text) && !unicode.IsSpace(rune(text[i])) && text[i] != '(' && text[i] != ')' {
				if quote(text[i]) {
					i = quoteEnd(text, i)
				} else {
					i++
				}
			}
		}
		list = append(list, token{text[start:i], start, quote(text[start])})
	}
	return list
}

func quote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// quoteEnd returns where the quoted text at i ends.
func quoteEnd(text string, i int) int {
	for j := i + 1; j < len(text); j++ {
		switch {
		case text[j] == '\\' && text[i] != '`':
			j++
		case text[j] == text[i]:
			return j + 1
		}
	}
	return len(text)
}

// openQuote returns where quotes begin that do not end, or -1.
func openQuote(text string) int {
	for i := 0; i < len(text); i++ {
		if !quote(text[i]) {
			continue
		}
		end := quoteEnd(text+" ", i) // which is no quote: the end is before it, or there is none
		if end > len(text) {
			return i
		}
		i = end - 1
	}
	return -1
}

// calls reports whether a function is called: a parenthesis touches the word
// before it.
func calls(list []token) bool {
	for i := 1; i < len(list); i++ {
		before := list[i-1]
		if list[i].text == "(" && !slices.Contains(connectives, before.text) && before.offset+len(before.text) == list[i].offset {
			return true
		}
	}
	return false
}

// bare reports whether a token is a word or a short form, and nothing that
// takes an expression to understand.
func bare(s string) bool {
	if short(s) {
		return true
	}
	if slices.Contains([]string{"in", "contains", "matches", "startsWith", "endsWith"}, s) {
		return false
	}
	word := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_', r >= utf8.RuneSelf:
			word = true
		case !strings.ContainsRune("-./:@#", r):
			return false
		}
	}
	return word
}

// short reports whether a token has the form NAME:VALUE.
func short(s string) bool {
	name, value, ok := strings.Cut(s, ":")
	if !ok || value == "" || name == "" || unicode.IsDigit(rune(name[0])) {
		return false
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' {
			return false
		}
	}
	return !strings.HasPrefix(value, "//") // http://... is a word
}
