package query

import (
	"bytes"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/tidwall/gjson"

	"wsight/dissect"
	"wsight/dissect/payload"
)

// json is the function of that name: the value at a path in the payload of a
// message, nil where there is none. With a format that wraps JSON it looks
// into what is wrapped, as far as payloads are decoded.
func (f *Filter) json(params ...any) (any, error) {
	path, _ := params[0].(string)
	inner, _ := jsonPath(path)
	return jsonValue(f.row, inner), nil
}

// jsonValue returns the value at a path of gjson.
func jsonValue(r *Row, path string) any {
	m, ok := r.Event.(*dissect.Message)
	if !ok || m.Undecoded != "" {
		return nil
	}
	if m.Decoded != nil {
		if body := m.Decoded.Body(); body.Kind != 0 {
			return plain(body.Lookup(strings.ReplaceAll(path, `\`, "")))
		}
	}
	if start := bytes.TrimLeft(m.Payload, " \t\r\n"); len(start) == 0 || start[0] != '{' && start[0] != '[' {
		return nil
	}
	if path == "" {
		return string(m.Payload)
	}
	return gjson.GetBytes(m.Payload, path).Value()
}

// jsonComparison builds json(PATH) compared with a constant, without a
// machine; nil for other operators.
func (b *builder) jsonComparison(call *ast.CallNode, operator string, constant ast.Node, negated bool) (func(*Row) bool, error) {
	path, _ := jsonPath(call.Arguments[0].(*ast.StringNode).Value)
	// Whatever is not equal differs, also when there is no such value.
	equality := operator == "==" || operator == "!="
	if equality {
		negated = negated != (operator == "!=")
		operator = "=="
	}
	test := func(holds func(v any) (yes, known bool)) func(*Row) bool {
		return func(r *Row) bool {
			if _, ok := r.Event.(*dissect.Message); !ok {
				return false
			}
			yes, known := holds(jsonValue(r, path))
			return (known || equality) && yes != negated
		}
	}
	switch c := constant.(type) {
	case *ast.StringNode:
		is, err := b.textTest(operator, c)
		if is == nil || err != nil {
			return nil, err
		}
		return test(func(v any) (bool, bool) { s, ok := v.(string); return ok && is.text(s), ok }), nil
	case *ast.IntegerNode:
		return test(func(v any) (bool, bool) { return order(operator, v, float64(c.Value)) }), nil
	case *ast.FloatNode:
		return test(func(v any) (bool, bool) { return order(operator, v, c.Value) }), nil
	case *ast.NilNode, *ast.BoolNode:
		var want any
		if c, ok := c.(*ast.BoolNode); ok {
			want = c.Value
		}
		if equality {
			return test(func(v any) (bool, bool) { _, truth := v.(bool); return (truth || v == nil) && v == want, true }), nil
		}
	}
	return nil, nil
}

// order compares a value with a number.
func order(operator string, v any, with float64) (yes, known bool) {
	x, ok := v.(float64)
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

// plain returns a decoded value as the expression language has it.
func plain(n payload.Node) any {
	switch n.Kind {
	case payload.Number:
		return gjson.Parse(n.Text(0)).Value()
	case payload.Bool:
		return n.Text(0) == "true"
	case 0, payload.Null, payload.Broken:
		return nil
	}
	return n.Text(0)
}

// jsonPath translates a path such as $.a[0]["b c"] to the form a.0.b c of
// gjson, in which everything that would have a meaning there is escaped.
func jsonPath(path string) (string, bool) {
	rest := strings.TrimPrefix(path, "$")
	if rest == path && rest != "" && rest[0] != '[' {
		rest = "." + rest
	}
	var steps []string
	for rest != "" {
		var step string
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			step, rest = rest[1:1+end], rest[1+end:]
		case strings.HasPrefix(rest, `["`), strings.HasPrefix(rest, "['"):
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return "", false
			}
			step, rest = rest[2:2+end], rest[2+end+2:]
		default:
			end := strings.IndexByte(rest, ']')
			if rest[0] != '[' || end < 0 || strings.Trim(rest[1:end], "0123456789") != "" {
				return "", false
			}
			step, rest = rest[1:end], rest[end+1:]
		}
		if step == "" {
			return "", false
		}
		steps = append(steps, gjson.Escape(step))
	}
	return strings.Join(steps, "."), true
}

// ofFormat is the field FORMAT.NAME: the first part of the message that has it.
func ofFormat(name, format, member string) *Field {
	get := func(r *Row) (any, bool) {
		m, ok := r.Event.(*dissect.Message)
		if !ok || m.Decoded == nil || m.Decoded.Format != format {
			return nil, false
		}
		for i := range m.Decoded.Parts {
			if v, ok := ofPart(&m.Decoded.Parts[i], member); ok {
				return v, true
			}
		}
		return nil, false
	}
	return &Field{Name: name, Type: Mixed, Kinds: Message, Doc: "of the format " + format,
		number: func(r *Row) (float64, bool) {
			switch v, _ := get(r); v := v.(type) {
			case int64:
				return float64(v), true
			case float64:
				return v, true
			}
			return 0, false
		},
		text: func(r *Row) (string, bool) { v, _ := get(r); s, ok := v.(string); return s, ok },
		flag: func(r *Row) (bool, bool) { v, _ := get(r); yes, ok := v.(bool); return yes, ok },
	}
}

func ofPart(p *payload.Part, member string) (any, bool) {
	switch member {
	case "type":
		return p.Type, true
	case "name":
		return p.Name, p.Name != ""
	case "error":
		return p.Failed, p.Failed != ""
	}
	for _, f := range p.Fields {
		if f.Name == member {
			return f.Value, true
		}
	}
	return nil, false
}
