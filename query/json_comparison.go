package query

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"wsight/dissect"
)

// jsonCompares reports whether json() may be compared with constant by
// operator without a machine.
func jsonCompares(operator string, constant ast.Node) bool {
	switch constant.(type) {
	case *ast.StringNode, *ast.NilNode, *ast.BoolNode:
		return true
	case *ast.IntegerNode, *ast.FloatNode:
		return mirrored[operator] != ""
	case *ast.ArrayNode, *ast.BinaryNode:
		return operator == "in"
	}
	return false
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
	test, err := b.jsonTest(operator, constant)
	if test == nil || err != nil {
		return nil, err
	}
	return path.inMessage(func(v jsonValue) bool {
		yes, known := test(v)
		return (known || equality) && yes != negated
	}), nil
}

// inMessage builds whether what stands at the path in a message passes. What
// is no JSON has a value of no kind there.
func (p *jsonPath) inMessage(passes func(jsonValue) bool) func(*Row) bool {
	return func(r *Row) bool {
		m, ok := r.Event.(*dissect.Message)
		switch {
		case !ok:
			return false
		case m.Undecoded != "":
			return passes(jsonValue{})
		case wraps(m):
			return passes(ofNode(m.Decoded.Body().Lookup(p.lookup)))
		case !isJSON(m.Payload):
			return passes(jsonValue{})
		}
		return p.holds(m.Payload, passes)
	}
}

// A jsonTest compares a value; known is false when it cannot be compared.
type jsonTest func(v jsonValue) (yes, known bool)

// jsonTest builds the comparison with a constant; nil for other operators.
func (b *builder) jsonTest(operator string, constant ast.Node) (jsonTest, error) {
	equality := operator == "==" || operator == "in"
	switch c := constant.(type) {
	case *ast.StringNode:
		is, err := b.textTest(operator, c)
		if is == nil || err != nil {
			return nil, err
		}
		return func(v jsonValue) (bool, bool) { s, ok := v.text(); return ok && is.raw(s), ok }, nil
	case *ast.ArrayNode:
		return jsonListed(c), nil
	case *ast.BinaryNode:
		low, isLow := c.Left.(*ast.IntegerNode)
		high, isHigh := c.Right.(*ast.IntegerNode)
		if c.Operator == ".." && isLow && isHigh {
			return func(v jsonValue) (bool, bool) {
				x, ok := v.number()
				return ok && float64(low.Value) <= x && x <= float64(high.Value), true
			}, nil
		}
	case *ast.IntegerNode:
		return func(v jsonValue) (bool, bool) { return v.compare(operator, float64(c.Value)) }, nil
	case *ast.FloatNode:
		return func(v jsonValue) (bool, bool) { return v.compare(operator, c.Value) }, nil
	case *ast.BoolNode:
		want := map[bool]jsonKind{true: jsonTrue, false: jsonFalse}[c.Value]
		if equality {
			return func(v jsonValue) (bool, bool) { return v.kind == want, true }, nil
		}
	case *ast.NilNode:
		if equality {
			return func(v jsonValue) (bool, bool) { return v.kind == 0 || v.kind == jsonNull, true }, nil
		}
	}
	return nil, nil
}

// jsonListed builds whether a value is one of a list; nil when not all of that
// is constant.
func jsonListed(list *ast.ArrayNode) jsonTest {
	texts, numbers := constants(list.Nodes)
	if len(texts)+len(numbers) != len(list.Nodes) {
		return nil
	}
	return func(v jsonValue) (bool, bool) {
		if s, ok := v.text(); ok {
			return slices.ContainsFunc(texts, func(t string) bool { return t == string(s) }), true
		}
		x, ok := v.number()
		return ok && slices.Contains(numbers, x), true
	}
}
