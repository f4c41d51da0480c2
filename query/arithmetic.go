package query

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// A quantity is a number that is calculated from a row. It reports false when
// something that it needs is unknown.
type quantity func(*Row) (float64, bool)

// calculation builds two quantities that are compared, without a machine; nil
// for anything else.
func (b *builder) calculation(n ast.Node, negated bool) func(*Row) bool {
	c, ok := n.(*ast.BinaryNode)
	if !ok || mirrored[c.Operator] == "" {
		return nil
	}
	left, right := b.quantity(c.Left), b.quantity(c.Right)
	if left == nil || right == nil {
		return nil
	}
	holds := comparing[c.Operator]
	return func(r *Row) bool {
		x, ok := left(r)
		if !ok {
			return false
		}
		y, ok := right(r)
		return ok && holds(x, y) != negated
	}
}

var comparing = map[string]func(x, y float64) bool{
	"==": func(x, y float64) bool { return x == y }, "!=": func(x, y float64) bool { return x != y },
	"<": func(x, y float64) bool { return x < y }, ">": func(x, y float64) bool { return x > y },
	"<=": func(x, y float64) bool { return x <= y }, ">=": func(x, y float64) bool { return x >= y },
}

var calculating = map[string]func(x, y float64) float64{
	"+": func(x, y float64) float64 { return x + y }, "-": func(x, y float64) float64 { return x - y },
	"*": func(x, y float64) float64 { return x * y }, "/": func(x, y float64) float64 { return x / y },
}

// quantity builds what n calculates, nil when n is not only of numbers.
func (b *builder) quantity(n ast.Node) quantity {
	if name := dotted(n); name != "" {
		if f, err := b.field(name, n); err == nil && f.Type == Number {
			return f.number
		}
		return nil
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return func(*Row) (float64, bool) { return float64(n.Value), true }
	case *ast.FloatNode:
		return func(*Row) (float64, bool) { return n.Value, true }
	case *ast.UnaryNode:
		if of := b.quantity(n.Node); of != nil && n.Operator == "-" {
			return func(r *Row) (float64, bool) { v, ok := of(r); return -v, ok }
		}
	case *ast.BinaryNode:
		left, right, do := b.quantity(n.Left), b.quantity(n.Right), calculating[n.Operator]
		if left == nil || right == nil || do == nil {
			return nil
		}
		return func(r *Row) (float64, bool) {
			x, known := left(r)
			y, too := right(r)
			return do(x, y), known && too
		}
	case *ast.BuiltinNode:
		if len(n.Arguments) == 1 && n.Name == "abs" {
			if of := b.quantity(n.Arguments[0]); of != nil {
				return func(r *Row) (float64, bool) { v, ok := of(r); return math.Abs(v), ok }
			}
		}
		if len(n.Arguments) == 1 && n.Name == "len" {
			return b.letters(n.Arguments[0])
		}
	}
	return nil
}

// letters builds the number of letters of a field.
func (b *builder) letters(n ast.Node) quantity {
	f, err := b.field(dotted(n), n)
	switch {
	case err != nil || f.Type != Text:
		return nil
	case f.raw != nil:
		return func(r *Row) (float64, bool) { p, ok := f.raw(r); return float64(runes(p)), ok }
	}
	return func(r *Row) (float64, bool) { s, ok := f.text(r); return float64(utf8.RuneCountInString(s)), ok }
}

// runes counts letters. What is ASCII, as most payloads are for the most part,
// is counted eight at a time.
func runes(p []byte) int {
	n := 0
	for len(p) >= 8 {
		if binary.LittleEndian.Uint64(p)&high == 0 {
			n, p = n+8, p[8:]
			continue
		}
		_, size := utf8.DecodeRune(p)
		n, p = n+1, p[size:]
	}
	return n + utf8.RuneCount(p)
}
