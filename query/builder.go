package query

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"wsight/dissect/payload"
	"wsight/safe"
)

// A builder makes a filter of what the parser read.
type builder struct {
	filter *Filter
	source expanded
}

// condition builds n, or its opposite.
func (b *builder) condition(n ast.Node, negated bool) (node, error) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return b.condition(n.Node, !negated)
		}
	case *ast.BinaryNode:
		and := n.Operator == "and" || n.Operator == "&&"
		if !and && n.Operator != "or" && n.Operator != "||" {
			break
		}
		left, err := b.condition(n.Left, negated)
		if err != nil {
			return nil, err
		}
		right, err := b.condition(n.Right, negated)
		if err != nil {
			return nil, err
		}
		if and != negated {
			return &both{left, right}, nil
		}
		return &oneOf{left, right}, nil
	case *ast.BoolNode:
		return constant(n.Value != negated), nil
	}
	return b.test(n, negated)
}

// test builds a condition that has no smaller ones in it.
func (b *builder) test(n ast.Node, negated bool) (node, error) {
	used := map[string]*Field{}
	if err := b.check(n, used); err != nil {
		return nil, err
	}
	ofLevel := len(used) > 0
	for _, f := range used {
		b.filter.uses(f)
		ofLevel = ofLevel && f.ofLevel()
	}
	holds, err := b.comparison(n, negated)
	if err == nil && holds == nil {
		holds = b.calculation(n, negated)
	}
	if err == nil && holds == nil {
		holds, err = b.machine(n, used, negated)
	}
	if err != nil {
		return nil, err
	}
	if !ofLevel || b.calls(n) {
		return &test{holds}, nil
	}
	t := &fact{test: test{holds}, problems: len(used) == 1 && used["problems"] != nil}
	for _, f := range used {
		t.heads = t.heads || f.Kinds&Handshake != 0
		t.ends = t.ends || f.Kinds&End != 0 || f.Name == "problems"
	}
	if b.filter.tests < maxFacts {
		t.bit = 1 << b.filter.tests
		b.filter.tests++
	}
	return t, nil
}

// calls reports whether n looks into the payload by a function.
func (b *builder) calls(n ast.Node) bool {
	found := false
	walk(n, func(n ast.Node) {
		_, call := n.(*ast.CallNode)
		found = found || call
	})
	return found
}

// walk visits n and everything in it that check allows.
func walk(n ast.Node, visit func(ast.Node)) {
	visit(n)
	switch n := n.(type) {
	case *ast.UnaryNode:
		walk(n.Node, visit)
	case *ast.BinaryNode:
		walk(n.Left, visit)
		walk(n.Right, visit)
	case *ast.ArrayNode:
		for _, e := range n.Nodes {
			walk(e, visit)
		}
	case *ast.BuiltinNode:
		for _, e := range n.Arguments {
			walk(e, visit)
		}
	case *ast.CallNode:
		for _, e := range n.Arguments {
			walk(e, visit)
		}
	}
}

// dotted returns the name of a field as it was written, "" for anything else.
func dotted(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if head := dotted(n.Node); ok && head != "" && !n.Optional {
			return head + "." + property.Value
		}
	case *ast.ChainNode:
		return dotted(n.Node)
	}
	return ""
}

// field returns the field called name, which may be one of a format.
func (b *builder) field(name string, n ast.Node) (*Field, error) {
	if f, ok := Lookup(name); ok {
		return f, nil
	}
	for _, format := range payload.All() {
		if member, ok := strings.CutPrefix(name, format.Name+"."); ok && member != "" {
			b.filter.decoded = true
			return ofFormat(name, format.Name, member), nil
		}
	}
	e := unknownField(name, b.start(n))
	// A group of fields, such as tls, is none by itself.
	var members []string
	for i := range table {
		if strings.HasPrefix(table[i].Name, name+".") {
			members = append(members, table[i].Name)
		}
	}
	if len(members) > 0 {
		e.Want = safe.Quote(name) + " has members"
		e.Hint = "write " + strings.Join(members[:min(len(members), 6)], ", ") + ", or quote the word to search payloads for it"
	}
	return nil, e
}

func (b *builder) fail(n ast.Node, want, hint string) error {
	return &SyntaxError{Offset: b.start(n), Want: want, Hint: hint}
}

// start returns where n begins: an operator is placed where it stands.
func (b *builder) start(n ast.Node) int {
	first := n.Location().From
	walk(n, func(n ast.Node) { first = min(first, n.Location().From) })
	for m, ok := n.(*ast.MemberNode); ok; m, ok = m.Node.(*ast.MemberNode) {
		first = min(first, m.Node.Location().From)
	}
	return b.source.runeOffset(first)
}
