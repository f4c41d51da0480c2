package query

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wsight/safe"
)

// comparison builds the conditions that people write most, a field and a
// constant, without a machine: they cost a few nanoseconds. It returns nil
// for anything else.
func (b *builder) comparison(n ast.Node, negated bool) (func(*Row) bool, error) {
	if name := dotted(n); name != "" {
		f, err := b.field(name, n)
		if err != nil {
			return nil, err
		}
		if f.flag == nil {
			return nil, b.fail(n, "the field "+f.Name+" is "+f.Type.String()+", no condition", "compare it, such as "+f.Name+" == "+example(f)+", or quote the word to search payloads for it")
		}
		return isFlag(f, !negated), nil
	}
	if call, ok := n.(*ast.CallNode); ok && call.Callee.(*ast.IdentifierNode).Value == "search" {
		words := call.Arguments[0].(*ast.StringNode).Value
		if !negated {
			b.filter.searches = append(b.filter.searches, words)
		}
		return search(words, negated), nil
	}
	c, ok := n.(*ast.BinaryNode)
	if !ok {
		return nil, nil
	}
	operator, left, right := c.Operator, c.Left, c.Right
	if !calculated(left) && dotted(left) == "" && mirrored[operator] != "" {
		operator, left, right = mirrored[operator], right, left
	}
	switch call := left.(type) {
	case *ast.CallNode:
		if call.Callee.(*ast.IdentifierNode).Value == "json" && jsonCompares(operator, right) {
			return b.jsonComparison(call, operator, right, negated)
		}
		return nil, nil
	case *ast.BuiltinNode:
		if value, ok := right.(*ast.StringNode); ok {
			return b.inCase(call, operator, value, negated)
		}
		return nil, nil
	}
	name := dotted(left)
	if name == "" {
		return nil, nil
	}
	f, err := b.field(name, left)
	if err != nil {
		return nil, err
	}
	return b.constant(c, f, operator, right, negated)
}

// constant builds the comparison c of a field with a constant, or returns nil
// for anything else.
func (b *builder) constant(c *ast.BinaryNode, f *Field, operator string, constant ast.Node, negated bool) (func(*Row) bool, error) {
	switch value := constant.(type) {
	case *ast.NilNode:
		return b.known(c, f, operator, negated)
	case *ast.IntegerNode:
		return b.numeric(c, f, operator, float64(value.Value), negated)
	case *ast.FloatNode:
		return b.numeric(c, f, operator, value.Value, negated)
	case *ast.StringNode:
		return b.textual(c, f, operator, value, negated)
	case *ast.ArrayNode:
		if operator == "in" {
			return listed(f, value.Nodes, negated), nil
		}
	case *ast.BinaryNode:
		if operator == "in" && value.Operator == ".." {
			return b.between(c, f, value, negated)
		}
	case *ast.BoolNode:
		if f.flag == nil || operator != "==" && operator != "!=" {
			return nil, b.mismatch(c, f, "true or false")
		}
		return isFlag(f, (value.Value == (operator == "==")) != negated), nil
	}
	return nil, nil
}

// calculated reports whether n is what a function returns.
func calculated(n ast.Node) bool {
	switch n.(type) {
	case *ast.CallNode, *ast.BuiltinNode:
		return true
	}
	return false
}

// mirrored are the operators that hold when their sides are exchanged.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

// opposite are the operators that hold when the first does not.
var opposite = map[string]string{"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}

// example is what f may be compared with.
func example(f *Field) string {
	switch f.Type {
	case Number, Mixed:
		return "1"
	}
	return `"..."`
}

// isFlag builds whether a flag is as wanted.
func isFlag(f *Field, want bool) func(*Row) bool {
	get := f.flag
	return func(r *Row) bool {
		v, ok := get(r)
		return ok && v == want
	}
}

// known asks whether a field has a value in a row that could have one.
func (b *builder) known(n ast.Node, f *Field, operator string, negated bool) (func(*Row) bool, error) {
	if operator != "==" && operator != "!=" {
		return nil, b.fail(n, "nil can only be compared by == and !=", "")
	}
	want := (operator == "!=") != negated
	kinds := f.Kinds
	return func(r *Row) bool { return has(r)&kinds != 0 && (f.value(r) != nil) == want }, nil
}

// has returns what kinds of fields a row may have values of.
func has(r *Row) Kind {
	kinds := Connection | Process | Any
	if r.Handshake != nil {
		kinds |= Handshake
	}
	if r.Ended != nil {
		kinds |= End
	}
	switch word, _ := name(r.Event); word {
	case "message":
		kinds |= Message
	case "frame":
		kinds |= Frame
	case "finding":
		kinds |= Finding
	}
	return kinds
}

func (b *builder) mismatch(n ast.Node, f *Field, with string) error {
	return b.fail(n, f.Name+" is "+f.Type.String()+" and cannot be compared with "+with, "")
}

func (b *builder) numeric(n *ast.BinaryNode, f *Field, operator string, v float64, negated bool) (func(*Row) bool, error) {
	if mirrored[operator] == "" {
		return nil, nil
	}
	if f.number == nil {
		return nil, b.mismatch(n, f, "a number")
	}
	if negated {
		operator = opposite[operator]
	}
	get := f.number
	switch operator {
	case "==":
		return func(r *Row) bool { x, ok := get(r); return ok && x == v }, nil
	case "!=":
		return func(r *Row) bool { x, ok := get(r); return ok && x != v }, nil
	case "<":
		return func(r *Row) bool { x, ok := get(r); return ok && x < v }, nil
	case ">":
		return func(r *Row) bool { x, ok := get(r); return ok && x > v }, nil
	case "<=":
		return func(r *Row) bool { x, ok := get(r); return ok && x <= v }, nil
	}
	return func(r *Row) bool { x, ok := get(r); return ok && x >= v }, nil
}

// between builds FIELD in LOW..HIGH. The machine would make a list of the range.
func (b *builder) between(n ast.Node, f *Field, span *ast.BinaryNode, negated bool) (func(*Row) bool, error) {
	low, isLow := span.Left.(*ast.IntegerNode)
	high, isHigh := span.Right.(*ast.IntegerNode)
	if !isLow || !isHigh {
		return nil, b.fail(span, "a range needs two whole numbers", "such as 1..10")
	}
	if f.number == nil {
		return nil, b.mismatch(n, f, "numbers")
	}
	get, from, to := f.number, float64(low.Value), float64(high.Value)
	return func(r *Row) bool {
		v, ok := get(r)
		return ok && (from <= v && v <= to) != negated
	}, nil
}

// listed builds FIELD in [...] of nothing but text or nothing but whole
// numbers; nil for other lists.
func listed(f *Field, list []ast.Node, negated bool) func(*Row) bool {
	texts, numbers := constants(list)
	switch {
	case f.text != nil && f.Type == Text && len(texts) == len(list):
		return func(r *Row) bool { v, ok := f.text(r); return ok && slices.Contains(texts, v) != negated }
	case f.number != nil && f.Type == Number && len(numbers) == len(list):
		return func(r *Row) bool { v, ok := f.number(r); return ok && slices.Contains(numbers, v) != negated }
	}
	return nil
}

// constants returns the texts and the whole numbers of a list.
func constants(list []ast.Node) (texts []string, numbers []float64) {
	for _, n := range list {
		switch n := n.(type) {
		case *ast.StringNode:
			texts = append(texts, n.Value)
		case *ast.IntegerNode:
			numbers = append(numbers, float64(n.Value))
		}
	}
	return texts, numbers
}

func (b *builder) textual(n *ast.BinaryNode, f *Field, operator string, value *ast.StringNode, negated bool) (func(*Row) bool, error) {
	if f.text == nil && f.raw == nil {
		return nil, b.mismatch(n, f, "text")
	}
	if words := f.words(); (operator == "==" || operator == "!=") && len(words) > 0 && !slices.Contains(words, value.Value) {
		return nil, &SyntaxError{Offset: b.source.runeOffset(value.Location().From), Want: f.Name + " is never " + safe.Quote(value.Value), Hint: suggest(f, value.Value)}
	}
	if err := b.order(f, operator, value); err != nil {
		return nil, err
	}
	is, err := b.textTest(operator, value)
	if is == nil || err != nil {
		return nil, err
	}
	if get := f.text; get != nil {
		return func(r *Row) bool { s, ok := get(r); return ok && is.text(s) != negated }, nil
	}
	get := f.raw
	return func(r *Row) bool { p, ok := get(r); return ok && is.raw(p) != negated }, nil
}

// A textTest is one condition for both forms of text.
type textTest struct {
	text func(string) bool
	raw  func([]byte) bool
}

func (b *builder) textTest(operator string, value *ast.StringNode) (*textTest, error) {
	v, raw := value.Value, []byte(value.Value)
	switch operator {
	case "==":
		return &textTest{func(s string) bool { return s == v }, func(p []byte) bool { return bytes.Equal(p, raw) }}, nil
	case "!=":
		return &textTest{func(s string) bool { return s != v }, func(p []byte) bool { return !bytes.Equal(p, raw) }}, nil
	case "<":
		return &textTest{func(s string) bool { return s < v }, func(p []byte) bool { return bytes.Compare(p, raw) < 0 }}, nil
	case ">":
		return &textTest{func(s string) bool { return s > v }, func(p []byte) bool { return bytes.Compare(p, raw) > 0 }}, nil
	case "<=":
		return &textTest{func(s string) bool { return s <= v }, func(p []byte) bool { return bytes.Compare(p, raw) <= 0 }}, nil
	case ">=":
		return &textTest{func(s string) bool { return s >= v }, func(p []byte) bool { return bytes.Compare(p, raw) >= 0 }}, nil
	case "contains":
		return &textTest{func(s string) bool { return strings.Contains(s, v) }, newFinder(raw).within}, nil
	case "startsWith":
		return &textTest{func(s string) bool { return strings.HasPrefix(s, v) }, func(p []byte) bool { return bytes.HasPrefix(p, raw) }}, nil
	case "endsWith":
		return &textTest{func(s string) bool { return strings.HasSuffix(s, v) }, func(p []byte) bool { return bytes.HasSuffix(p, raw) }}, nil
	case "matches":
		pattern, err := regexp.Compile(v)
		if err != nil {
			return nil, b.fail(value, "this is no regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "), `write \. for a dot, \\. between double quotes`)
		}
		return &textTest{pattern.MatchString, hintOf(v).before(pattern.Match)}, nil
	}
	return nil, nil
}
