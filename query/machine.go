package query

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"wsight/dissect"
)

// machine builds any other condition: arithmetic, lists, ranges, functions. A
// condition that fails at run time, because a value of json is of another
// type than it is compared with, does not hold.
func (b *builder) machine(n ast.Node, used map[string]*Field, negated bool) (func(*Row) bool, error) {
	slots := map[string]string{} // of the environment, by name of field
	var fields []*Field
	kinds := types.Map{}
	for name, f := range used {
		slot := "f" + strconv.Itoa(len(fields))
		slots[name] = slot
		fields = append(fields, f)
		kinds[slot] = typeOf(f)
	}
	options := []expr.Option{
		expr.Env(kinds), expr.AsBool(), expr.DisableAllBuiltins(),
		expr.Function("json", b.filter.json, new(func(string) any)),
		expr.Function("search", b.filter.search, new(func(string) bool)),
	}
	for _, name := range builtins {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(renamed(n, slots).String(), options...)
	if err != nil {
		return nil, b.types(n, err, slots)
	}
	filter, env, calls := b.filter, map[string]any{}, b.calls(n)
	var machine vm.VM
	return func(r *Row) bool {
		if _, ok := r.Event.(*dissect.Message); calls && !ok {
			return false
		}
		for i, f := range fields {
			v := f.value(r)
			if v == nil {
				return false
			}
			env[slotNames[i]] = v
		}
		filter.row = r
		out, err := machine.Run(program, env)
		if err != nil {
			return false
		}
		truth, ok := out.(bool)
		return ok && truth != negated
	}, nil
}

// slotNames saves making them for every row. No expression of MaxText bytes
// has more fields.
var slotNames = func() []string {
	names := make([]string, MaxText)
	for i := range names {
		names[i] = "f" + strconv.Itoa(i)
	}
	return names
}()

func typeOf(f *Field) types.Type {
	switch f.Type {
	case Number:
		return types.Float64
	case Text:
		return types.String
	case Bool:
		return types.Bool
	}
	return types.Any
}

// renamed returns n with slots in place of fields.
func renamed(n ast.Node, slots map[string]string) ast.Node {
	if name := dotted(n); name != "" {
		return &ast.IdentifierNode{Value: slots[name]}
	}
	all := func(nodes []ast.Node) []ast.Node {
		out := make([]ast.Node, len(nodes))
		for i, n := range nodes {
			out[i] = renamed(n, slots)
		}
		return out
	}
	switch n := n.(type) {
	case *ast.UnaryNode:
		return &ast.UnaryNode{Operator: n.Operator, Node: renamed(n.Node, slots)}
	case *ast.BinaryNode:
		return &ast.BinaryNode{Operator: n.Operator, Left: renamed(n.Left, slots), Right: renamed(n.Right, slots)}
	case *ast.ArrayNode:
		return &ast.ArrayNode{Nodes: all(n.Nodes)}
	case *ast.BuiltinNode:
		return &ast.BuiltinNode{Name: n.Name, Arguments: all(n.Arguments)}
	}
	return n
}

// types translates an error of the type checker.
func (b *builder) types(n ast.Node, err error, slots map[string]string) error {
	text := err.Error()
	var at *file.Error
	if errors.As(err, &at) {
		text = at.Message
	}
	for name, slot := range slots {
		text = regexp.MustCompile(`\b`+slot+`\b`).ReplaceAllLiteralString(text, name)
	}
	text = strings.NewReplacer("float64", "number", "string", "text", "bool", "true or false", "int", "number").Replace(text)
	hint := ""
	if strings.HasPrefix(text, "expected true or false") {
		text, hint = "this is no condition", "compare it with something"
	}
	if c, ok := n.(*ast.BinaryNode); ok && c.Operator == "in" {
		hint = "write text contains \"...\" to look into text"
	}
	return b.fail(n, text, hint)
}
