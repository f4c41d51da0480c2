package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"wsight/finding"
	"wsight/safe"
)

// Short forms are written without quotes, one after the other:
//
//	is:problem host:api timeout
//
// NAME:VALUE compares a field, or asks what is: stands for; a word, or text in
// quotes, searches payloads. They may stand in an expression too, but for
// bare words.

// IsForms are what is: can be followed by, and the expression of each.
func IsForms() []Form { return isForms }

// A Form is a short form and what it stands for.
type Form struct{ Name, Stands string }

var isForms = []Form{
	{"problem", `problems > 0`},
	{"open", `state == "open"`},
	{"closed", `state in ["closed", "reset", "stream-end"]`},
	{"failed", `outcome != "accepted"`},
	{"midstream", `start == "midstream"`},
	{"tls", `transport == "tls"`},
	{"data", `event == "message" and type in ["text", "binary", "unknown"]`},
	{"control", `event == "message" and type in ["ping", "pong", "close"]`},
	{"compressed", `compressed`},
	{"incomplete", `not complete`},
	{"error", `severity == "error"`},
	{"warning", `severity == "warning"`},
	{"note", `severity == "note"`},
}

// aliases are the names before a colon that are no names of fields.
var aliases = map[string][]string{
	"port": {"client.port", "server.port"}, "ip": {"client.ip", "server.ip"},
	"process":     {"process.client.name", "process.server.name"},
	"subprotocol": {"subprotocol.agreed"}, "status": {"response.status"}, "sni": {"tls.sni"}, "target": {"request.target"},
	"format": {"payload.format"},
}

// An expanded text has its short forms written out, and remembers where each
// byte came from.
type expanded struct {
	text   string
	origin []int
}

func (e *expanded) add(text string, origin int) {
	e.text += text
	for range len(text) {
		e.origin = append(e.origin, origin)
	}
}

// keep adds text that stands at origin as it is.
func (e *expanded) keep(text string, origin int) {
	e.text += text
	for i := range len(text) {
		e.origin = append(e.origin, origin+i)
	}
}

// bytesOf returns the offset in bytes of a rune of the expanded text.
func (e *expanded) bytesOf(runes int) int {
	i := 0
	for ; runes > 0 && i < len(e.text); runes-- {
		_, n := utf8.DecodeRuneInString(e.text[i:])
		i += n
	}
	return i
}

// runeOffset returns where a rune of the expanded text came from.
func (e *expanded) runeOffset(runes int) int {
	if i := e.bytesOf(runes); i < len(e.origin) {
		return e.origin[i]
	}
	if len(e.origin) == 0 {
		return 0
	}
	return e.origin[len(e.origin)-1] + 1
}

// A token is a piece of an expression, as far as short forms care.
type token struct {
	text   string
	offset int
	quoted bool
}

// form reports whether t is a short form.
func (t token) form() bool { return !t.quoted && short(t.text) }

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

var connectives = []string{"and", "or", "not", "&&", "||", "!", "(", ")"}

// expand writes the short forms of text out.
func expand(text string) (expanded, error) {
	list := tokens(text)
	plain := !slices.ContainsFunc(list, func(t token) bool {
		return !t.quoted && !slices.Contains(connectives, t.text) && !bare(t.text)
	}) && !calls(list)
	var e expanded
	operand := false // one stands before
	for i, t := range list {
		connective := slices.Contains(connectives, t.text)
		begins := !connective || t.text == "not" || t.text == "!" || t.text == "("
		if plain && operand && begins || i > 0 && list[i-1].form() && t.form() {
			e.add(" and ", t.offset)
		}
		operand = !connective || t.text == ")"
		if i > 0 || t.offset > 0 {
			e.add(" ", t.offset)
		}
		switch {
		case connective:
			e.keep(t.text, t.offset)
		case t.form():
			form, err := shortForm(t)
			if err != nil {
				return e, err
			}
			e.add("("+form+")", t.offset)
		case plain && t.quoted:
			e.add("search(", t.offset)
			e.keep(t.text, t.offset)
			e.add(")", t.offset)
		case plain && !named(t.text):
			e.add("search("+strconv.Quote(t.text)+")", t.offset)
		default:
			e.keep(t.text, t.offset)
		}
	}
	return e, nil
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

// named reports whether a bare word is a field, a group of fields or a value of
// the language.
func named(word string) bool {
	_, field := Lookup(word)
	group := slices.ContainsFunc(table, func(f Field) bool { return strings.HasPrefix(f.Name, word+".") })
	return field || group || word == "true" || word == "false" || word == "nil"
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

// shortForm returns what NAME:VALUE stands for.
func shortForm(t token) (string, error) {
	name, value, _ := strings.Cut(t.text, ":")
	at := t.offset + len(name) + 1
	if quote(value[0]) && len(value) > 1 {
		value = strings.Trim(value, value[:1])
	}
	if name == "is" {
		var words []string
		for _, f := range isForms {
			if f.Name == value {
				return f.Stands, nil
			}
			words = append(words, f.Name)
		}
		return "", &SyntaxError{Offset: at, Want: "there is no is:" + value, Hint: "there are is:" + strings.Join(words, ", is:")}
	}
	fields := aliases[name]
	if fields == nil {
		fields = []string{name}
	}
	var forms []string
	for _, field := range fields {
		f, ok := Lookup(field)
		if !ok {
			e := unknownField(name, t.offset)
			e.Hint += "; to search for it, put it in quotes"
			return "", e
		}
		form, ok := f.short(value)
		if !ok {
			return "", &SyntaxError{Offset: at, Want: f.Name + " is " + f.Type.String() + ", not " + safe.Quote(value)}
		}
		forms = append(forms, form)
	}
	return strings.Join(forms, " or "), nil
}

// short returns the condition for NAME:VALUE.
func (f *Field) short(value string) (string, bool) {
	_, err := strconv.ParseFloat(value, 64)
	number := err == nil && strings.Trim(value, "0123456789.") == ""
	text := strconv.Quote(value)
	switch {
	case f.Type == Number, f.Type == Mixed && number:
		return f.Name + " == " + value, number
	case f.Type == Bool:
		return f.Name + " == " + value, value == "true" || value == "false"
	case f.Name == "code":
		if _, ok := finding.Code(value).Rule(); !ok {
			return f.Name + " contains " + text, true
		}
		return f.Name + " == " + text, true
	case len(f.Words) > 0:
		return f.Name + " == " + text, true
	}
	return f.Name + " contains " + text, true
}
