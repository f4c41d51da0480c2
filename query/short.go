package query

import (
	"slices"
	"strconv"
	"strings"

	"wsight/finding"
	"wsight/safe"
)

// Short forms are written without quotes, one after the other:
//
//	is:problem host:api timeout
//
// NAME:VALUE compares a field, or asks what is: stands for; a word, or text in
// quotes, searches payloads; a hyphen in front is a not. They may stand in an
// expression too, but for bare words.

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
	{"gap", `lost > 0`},
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

var connectives = []string{"and", "or", "not", "&&", "||", "!", "(", ")"}

// expand writes the short forms of text out.
func expand(text string) (expanded, error) {
	list := tokens(text)
	for i, t := range list {
		if t.text == "AND" || t.text == "OR" || t.text == "NOT" {
			list[i].text = strings.ToLower(t.text)
		}
	}
	plain := !slices.ContainsFunc(list, func(t token) bool {
		return !t.quoted && !slices.Contains(connectives, t.text) && !bare(t.text)
	}) && !calls(list)
	var e expanded
	operand := false // one stands before
	for i, t := range list {
		connective := slices.Contains(connectives, t.text)
		begins := !connective || t.text == "not" || t.text == "!" || t.text == "("
		// A form is no part of a comparison: what stands beside it is another.
		if operand && begins && (plain || t.form() || list[i-1].form()) {
			e.add(" and ", t.offset)
		}
		operand = !connective || t.text == ")"
		if i > 0 || t.offset > 0 {
			e.add(" ", t.offset)
		}
		positive, no := t.positive()
		switch {
		case connective:
			e.keep(t.text, t.offset)
		case t.form():
			form, err := shortForm(positive)
			if err != nil {
				return e, err
			}
			if no {
				e.add("not ", t.offset)
			}
			e.add("("+form+")", t.offset)
		case plain && t.quoted:
			e.add("search(", t.offset)
			e.keep(t.text, t.offset)
			e.add(")", t.offset)
		case !t.quoted && valueless(positive.text):
			return e, &SyntaxError{Offset: t.offset + len(t.text), Want: positive.text + " wants a value behind the colon", Hint: "to search for it, put it in quotes"}
		case plain && !named(t.text):
			if no {
				e.add("not ", t.offset)
			}
			e.add("search("+strconv.Quote(positive.text)+")", t.offset)
		case t.quoted:
			e.keep(t.text, t.offset)
		default:
			e.measured(t)
		}
	}
	return e, nil
}

// valueless reports whether a word is the beginning of a short form.
func valueless(word string) bool {
	name, ok := strings.CutSuffix(word, ":")
	_, field := Lookup(name)
	return ok && (field || aliases[name] != nil || name == "is" || name == "kind")
}

// named reports whether a bare word is a field, a group of fields or a value of
// the language.
func named(word string) bool {
	_, field := Lookup(word)
	group := slices.ContainsFunc(table, func(f Field) bool { return strings.HasPrefix(f.Name, word+".") })
	return field || group || word == "true" || word == "false" || word == "nil"
}

// shortForm returns what NAME:VALUE stands for.
func shortForm(t token) (string, error) {
	name, value, _ := strings.Cut(t.text, ":")
	at := t.offset + len(name) + 1
	if quote(value[0]) && len(value) > 1 {
		value = strings.Trim(value, value[:1])
	}
	if name == "kind" {
		switch value {
		case "data", "control": // as is:
			name = "is"
		case "finding", "frame":
			return `event == "` + value + `"`, nil
		default:
			name = "type"
		}
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
	case f.Name == "response.status" && len(value) == 3 && value[1:] == "xx" && '1' <= value[0] && value[0] <= '5':
		return f.Name + " in " + value[:1] + "00.." + value[:1] + "99", true
	case strings.HasSuffix(f.Name, ".ip"):
		return f.Name + " startsWith " + text, true
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
