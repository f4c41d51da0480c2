package query

import (
	"bytes"
	"strings"

	"wsight/dissect/websocket"

	"github.com/expr-lang/expr/ast"
)

var letterCases = map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper}

// inCase builds lower(FIELD) or upper(FIELD) compared with a text: where the
// letters are ASCII nothing is copied. It returns nil for anything else.
func (b *builder) inCase(call *ast.BuiltinNode, operator string, value *ast.StringNode, negated bool) (func(*Row) bool, error) {
	change := letterCases[call.Name]
	if change == nil || dotted(call.Arguments[0]) == "" {
		return nil, nil
	}
	f, err := b.field(dotted(call.Arguments[0]), call.Arguments[0])
	if err != nil {
		return nil, err
	}
	is, err := b.textTest(operator, value)
	if is == nil || err != nil || f.Type != Text {
		return nil, err
	}
	if get := f.text; get != nil {
		return func(r *Row) bool { s, ok := get(r); return ok && is.text(change(s)) != negated }, nil
	}
	holds := func(p []byte) bool { return is.text(change(string(p))) }
	// What is not in that case itself, or not ASCII, is left to the copy.
	if v := value.Value; ascii([]byte(v)) && change(v) == v {
		holds = caseTest(operator, v, holds)
	}
	get := f.raw
	return func(r *Row) bool { p, ok := get(r); return ok && holds(p) != negated }, nil
}

// caseTest does without copy where what is compared with text is ASCII.
func caseTest(operator, text string, copied func([]byte) bool) func([]byte) bool {
	same := func(p []byte) bool { return bytes.EqualFold(p, []byte(text)) }
	switch operator {
	case "==", "!=":
		return func(p []byte) bool {
			if !ascii(p) {
				return copied(p)
			}
			return same(p) == (operator == "==")
		}
	case "contains":
		finder := newFold(text)
		return func(p []byte) bool {
			// A letter that has another length in the other case is not ASCII.
			return finder.within(p) || !ascii(p) && copied(p)
		}
	case "startsWith":
		return func(p []byte) bool {
			if len(p) < len(text) || !ascii(p[:len(text)]) {
				return copied(p)
			}
			return same(p[:len(text)])
		}
	case "endsWith":
		return func(p []byte) bool {
			if len(p) < len(text) || !ascii(p[len(p)-len(text):]) {
				return copied(p)
			}
			return same(p[len(p)-len(text):])
		}
	}
	return copied
}

// ascii reports whether p holds nothing but ASCII.
func ascii(p []byte) bool { return websocket.ASCIIPrefix(p) == len(p) }
