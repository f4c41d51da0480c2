package query

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/tidwall/gjson"

	"wsight/dissect/payload"
)

// A jsonValue is a value in a JSON text, as it stands there.
type jsonValue struct {
	kind jsonKind
	raw  []byte // of text with its quotes; of objects and arrays everything from there on
	bare bool   // raw is what a text says, without quotes
}

// A jsonKind tells values apart. The numbers are ours; 0 is no value.
type jsonKind uint8

const (
	jsonText jsonKind = iota + 1
	jsonNumber
	jsonTrue
	jsonFalse
	jsonNull
	jsonBranch // an object or an array
)

// valueAt returns the value that begins at at. One that the text ends in is
// none, since its rest may make it another, unless it is an object or array.
func valueAt(data []byte, at int) jsonValue {
	if at >= len(data) {
		return jsonValue{}
	}
	switch c := data[at]; {
	case c == '"':
		if end := skipString(data, at); end >= 0 {
			return jsonValue{kind: jsonText, raw: data[at:end]}
		}
	case c == '{' || c == '[':
		return jsonValue{kind: jsonBranch, raw: data[at:]}
	case c == '-' || '0' <= c && c <= '9':
		if end := skipWord(data, at); end >= 0 {
			return jsonValue{kind: jsonNumber, raw: data[at:end]}
		}
	default:
		if end := skipWord(data, at); end >= 0 {
			switch word := data[at:end]; string(word) {
			case "true":
				return jsonValue{kind: jsonTrue, raw: word}
			case "false":
				return jsonValue{kind: jsonFalse, raw: word}
			case "null":
				return jsonValue{kind: jsonNull, raw: word}
			}
		}
	}
	return jsonValue{}
}

// ofNode returns a value that a format decoded.
func ofNode(n payload.Node) jsonValue {
	switch n.Kind {
	case 0, payload.Broken:
		return jsonValue{}
	case payload.Null:
		return jsonValue{kind: jsonNull}
	case payload.Number:
		return jsonValue{kind: jsonNumber, raw: []byte(n.Text(0))}
	case payload.Bool:
		if n.Text(0) == "true" {
			return jsonValue{kind: jsonTrue}
		}
		return jsonValue{kind: jsonFalse}
	}
	return jsonValue{kind: jsonText, raw: []byte(n.Text(0)), bare: true}
}

// text returns what a text says. It is valid as long as the text around it,
// and reports false for what is no text.
func (v jsonValue) text() ([]byte, bool) {
	if v.kind != jsonText {
		return nil, false
	}
	if v.bare {
		return v.raw, true
	}
	if inner := v.raw[1 : len(v.raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	return []byte(unquote(v.raw)), true
}

// number returns the value of a number, and reports false for anything else.
func (v jsonValue) number() (float64, bool) {
	if v.kind != jsonNumber {
		return 0, false
	}
	const exact = 15 // digits that a float64 always holds
	whole := int64(0)
	for i, c := range v.raw {
		if c < '0' || c > '9' || i == exact {
			f, err := strconv.ParseFloat(string(v.raw), 64)
			return f, err == nil
		}
		whole = 10*whole + int64(c-'0')
	}
	return float64(whole), true
}

// any returns the value as the expression language has it, nil for none.
func (v jsonValue) any() any {
	switch v.kind {
	case jsonText:
		text, _ := v.text()
		return string(text)
	case jsonNumber:
		if f, ok := v.number(); ok {
			return f
		}
	case jsonTrue, jsonFalse:
		return v.kind == jsonTrue
	case jsonBranch:
		var branch any
		t := newScan(v.raw)
		if end := t.skip(0); end >= 0 && json.Unmarshal(v.raw[:end], &branch) == nil {
			return branch
		}
	}
	return nil
}

// unquote returns what a text in quotes says.
func unquote(quoted []byte) string { return gjson.ParseBytes(quoted).Str }

// compare compares a value with a number; known is false when it is none.
func (v jsonValue) compare(operator string, with float64) (yes, known bool) {
	x, ok := v.number()
	if !ok {
		return false, false
	}
	switch operator {
	case "==":
		return x == with, true
	case "<":
		return x < with, true
	case ">":
		return x > with, true
	case "<=":
		return x <= with, true
	}
	return x >= with, true
}
