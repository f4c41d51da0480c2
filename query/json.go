package query

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"wsight/dissect"
	"wsight/dissect/payload"
)

// json is the function of that name: the value at a path in the payload of a
// message, nil where there is none. With a format that wraps JSON it looks
// into what is wrapped, as far as payloads are decoded.
func (f *Filter) json(params ...any) (any, error) {
	text, _ := params[0].(string)
	path := f.paths[text]
	m, ok := f.row.Event.(*dissect.Message)
	switch {
	case !ok || m.Undecoded != "":
		return nil, nil
	case wraps(m):
		return ofNode(m.Decoded.Body().Lookup(path.lookup)).any(), nil
	case !isJSON(m.Payload):
		return nil, nil
	case len(path.steps) == 0:
		return string(m.Payload), nil
	}
	return path.find(m.Payload).any(), nil
}

// wraps reports whether a format found JSON inside of m.
func wraps(m *dissect.Message) bool { return m.Decoded != nil && m.Decoded.Body().Kind != 0 }

// isJSON reports whether data may be an object or an array.
func isJSON(data []byte) bool {
	at := space(data, 0)
	return at < len(data) && (data[at] == '{' || data[at] == '[')
}

// jsonComparison builds json(PATH) compared with a constant, without a
// machine; nil for other operators.
func (b *builder) jsonComparison(call *ast.CallNode, operator string, constant ast.Node, negated bool) (func(*Row) bool, error) {
	path := b.filter.paths[call.Arguments[0].(*ast.StringNode).Value]
	if len(path.steps) == 0 {
		return nil, nil // the whole payload
	}
	// Whatever is not equal differs, also when there is no such value.
	equality := operator == "==" || operator == "!=" || operator == "in"
	if operator == "!=" {
		negated, operator = !negated, "=="
	}
	test := func(holds func(v jsonValue) (yes, known bool)) func(*Row) bool {
		passes := func(v jsonValue) bool {
			yes, known := holds(v)
			return (known || equality) && yes != negated
		}
		return func(r *Row) bool {
			m, ok := r.Event.(*dissect.Message)
			switch {
			case !ok:
				return false
			case m.Undecoded != "":
				return passes(jsonValue{})
			case wraps(m):
				return passes(ofNode(m.Decoded.Body().Lookup(path.lookup)))
			case !isJSON(m.Payload):
				return passes(jsonValue{})
			}
			return path.holds(m.Payload, passes)
		}
	}
	switch c := constant.(type) {
	case *ast.StringNode:
		is, err := b.textTest(operator, c)
		if is == nil || err != nil {
			return nil, err
		}
		return test(func(v jsonValue) (bool, bool) { s, ok := v.text(); return ok && is.raw(s), ok }), nil
	case *ast.ArrayNode:
		if texts, numbers := constants(c.Nodes); len(texts)+len(numbers) == len(c.Nodes) {
			return test(func(v jsonValue) (bool, bool) {
				if s, ok := v.text(); ok {
					return slices.ContainsFunc(texts, func(t string) bool { return t == string(s) }), true
				}
				x, ok := v.number()
				return ok && slices.Contains(numbers, x), true
			}), nil
		}
	case *ast.BinaryNode:
		low, isLow := c.Left.(*ast.IntegerNode)
		high, isHigh := c.Right.(*ast.IntegerNode)
		if c.Operator == ".." && isLow && isHigh {
			return test(func(v jsonValue) (bool, bool) {
				x, ok := v.number()
				return ok && float64(low.Value) <= x && x <= float64(high.Value), true
			}), nil
		}
	case *ast.IntegerNode:
		return test(func(v jsonValue) (bool, bool) { return order(operator, v, float64(c.Value)) }), nil
	case *ast.FloatNode:
		return test(func(v jsonValue) (bool, bool) { return order(operator, v, c.Value) }), nil
	case *ast.BoolNode:
		want := map[bool]jsonKind{true: jsonTrue, false: jsonFalse}[c.Value]
		if equality {
			return test(func(v jsonValue) (bool, bool) { return v.kind == want, true }), nil
		}
	case *ast.NilNode:
		if equality {
			return test(func(v jsonValue) (bool, bool) { return v.kind == 0 || v.kind == jsonNull, true }), nil
		}
	}
	return nil, nil
}

// order compares a value with a number.
func order(operator string, v jsonValue, with float64) (yes, known bool) {
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
