package query

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"wsight/dissect/payload"
	"wsight/safe"
)

// builtins are the functions of the expression language that a filter may use.
var builtins = []string{"len", "lower", "upper", "trim", "abs"}

// check reports what a filter must not hold, and collects the fields in n.
func (b *builder) check(n ast.Node, used map[string]*Field) error {
	if name := dotted(n); name != "" {
		f, err := b.field(name, n)
		if err != nil {
			return err
		}
		used[f.Name] = f
		return nil
	}
	switch n := n.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
		return nil
	case *ast.UnaryNode:
		return b.check(n.Node, used)
	case *ast.BinaryNode:
		if n.Operator == "??" || n.Operator == "|" {
			return b.fail(n, n.Operator+" has no meaning in a filter", "")
		}
		if err := b.check(n.Left, used); err != nil {
			return err
		}
		if err := b.unquoted(n); err != nil {
			return err
		}
		if n.Operator == ".." && !b.rangeOf(n) {
			return b.fail(n, "a range needs two whole numbers", "such as 1..10")
		}
		return b.check(n.Right, used)
	case *ast.ArrayNode:
		return b.checkAll(n.Nodes, used)
	case *ast.CallNode:
		return b.checkCall(n)
	case *ast.BuiltinNode:
		for _, name := range builtins {
			if n.Name == name {
				return b.checkAll(n.Arguments, used)
			}
		}
		return b.fail(n, "there is no function "+n.Name, "there are json, "+strings.Join(builtins, ", "))
	}
	return b.fail(n, "this has no meaning in a filter", "compare fields, and join the conditions by and, or, not")
}

// rangeOf reports whether n is a range that is written out.
func (b *builder) rangeOf(n *ast.BinaryNode) bool {
	_, low := n.Left.(*ast.IntegerNode)
	_, high := n.Right.(*ast.IntegerNode)
	return low && high
}

// unquoted finds text that was meant to be in quotes: a word on the right of
// a comparison that is no field, or that is what the field on its left may be.
func (b *builder) unquoted(n *ast.BinaryNode) error {
	right, hint := n.Right, ""
	for {
		c, ok := right.(*ast.BinaryNode) // close-missing reads as a difference
		if !ok || c.Operator != "-" && c.Operator != "/" {
			break
		}
		right, hint = c.Left, "text is written in quotes"
	}
	word := dotted(right)
	if word == "" {
		return nil
	}
	if hint == "" {
		hint = `text is written in quotes: "` + word + `"`
	}
	field, known := Lookup(word)
	if left, ok := Lookup(dotted(n.Left)); ok {
		if slices.Contains(left.words(), word) {
			known = false
		} else if known && len(left.Words) > 0 && len(field.Words) == 0 {
			return b.fail(right, left.Name+" is never what "+safe.Quote(word)+" is", suggest(left, word))
		}
	}
	if known || strings.Contains(word, ".") && b.ofFormat(word) {
		return nil
	}
	return b.fail(right, "there is no field "+safe.Quote(word)+" here", hint)
}

// ofFormat reports whether name is a member of a format.
func (b *builder) ofFormat(name string) bool {
	return slices.ContainsFunc(payload.All(), func(f payload.Format) bool { return strings.HasPrefix(name, f.Name+".") })
}

func (b *builder) checkAll(nodes []ast.Node, used map[string]*Field) error {
	for _, n := range nodes {
		if err := b.check(n, used); err != nil {
			return err
		}
	}
	return nil
}

// checkCall allows json and search with a path or words that are written out.
func (b *builder) checkCall(n *ast.CallNode) error {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || callee.Value != "json" && callee.Value != "search" {
		return b.fail(n.Callee, "there is no such function", "there are json, "+strings.Join(builtins, ", "))
	}
	if len(n.Arguments) == 1 {
		if text, ok := n.Arguments[0].(*ast.StringNode); ok {
			b.filter.payload = true
			b.filter.kinds |= Message
			if callee.Value == "json" {
				path, ok := parsePath(text.Value)
				if !ok {
					return b.fail(text, "this is no path", `write it as in json("$.user.names[0]")`)
				}
				b.filter.paths[text.Value] = path
			}
			return nil
		}
	}
	return b.fail(n, callee.Value+" takes one text in quotes", `such as json("$.type")`)
}
