package query

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// MaxText is how long an expression may be, in bytes: deeper nesting than
// that allows would exhaust the stack of the parser.
const MaxText = 4 << 10

// A Filter is an expression that was understood. It keeps working memory, so
// it must not be used by two goroutines at a time.
type Filter struct {
	root  node
	names map[string]bool // of the fields that it asks for
	kinds Kind            // of them, joined
	tests int             // conditions about connections, see Survey
	rows  bool            // it selects rows
	late  bool            // it asks for what is known only at the end
	row   *Row            // that json and search look at
	paths map[string]*jsonPath
	room  int64 // bytes of heads, see Keep; 0: the default

	decoded, payload bool
	searches         []string
}

// Parse reads an expression, or the short forms for people in a hurry. The
// error is a *SyntaxError.
func Parse(text string) (*Filter, error) {
	f, err := parse(text)
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		syntax.Text = text
	}
	return f, err
}

func parse(text string) (*Filter, error) {
	if len(text) > MaxText {
		return nil, &SyntaxError{Offset: MaxText, Want: fmt.Sprintf("the expression is longer than %d bytes", MaxText)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &SyntaxError{Want: "expected an expression", Hint: "such as type == \"text\", or is:problem"}
	}
	full, err := expand(text)
	if err != nil {
		return nil, err
	}
	b := &builder{filter: &Filter{names: map[string]bool{}, paths: map[string]*jsonPath{}}, source: full}
	tree, err := parser.Parse(full.text)
	if err != nil {
		return nil, b.grammar(err)
	}
	root, err := b.condition(tree.Node, false)
	if err != nil {
		return nil, err
	}
	f := b.filter
	f.root = root
	f.rows = f.kinds&^level != 0
	f.late = f.kinds&End != 0 || f.names["problems"]
	return f, nil
}

// Match reports whether the filter selects r by itself.
func (f *Filter) Match(r *Row) bool {
	f.row = r
	return f.root.eval(r)
}

// Keep sets how many bytes of heads a Selection or a Survey made after it may
// hold. Zero means 64 MiB.
func (f *Filter) Keep(bytes int64) { f.room = bytes }

// Rows reports whether the filter selects single events; else it selects
// connections with all that belongs to them.
func (f *Filter) Rows() bool { return f.rows }

// Late reports whether the filter asks for what is known of a connection only
// when it has ended.
func (f *Filter) Late() bool { return f.late }

// Names reports whether the filter asks for the field of that name.
func (f *Filter) Names(field string) bool { return f.names[field] }

// Kinds returns what the fields that the filter asks for belong to.
func (f *Filter) Kinds() Kind { return f.kinds }

// Payload reports whether the filter looks into payloads, so that they have
// to be kept.
func (f *Filter) Payload() bool { return f.payload }

// Searches returns the words that payloads are searched for, as they were
// written, but not those that must not be there: what to show of a payload.
func (f *Filter) Searches() []string { return f.searches }

// Decoded reports whether the filter asks for what a format makes of payloads.
func (f *Filter) Decoded() bool { return f.decoded }

// uses notes that the filter asks for a field.
func (f *Filter) uses(field *Field) {
	f.names[field.Name] = true
	kinds := field.Kinds
	if kinds&^level != 0 && kinds&level != 0 {
		kinds &^= level // lost: of a message, but also of an end
	}
	f.kinds |= kinds
	f.payload = f.payload || field.raw != nil && field.Name != "reason"
	f.decoded = f.decoded || strings.HasPrefix(field.Name, "payload.")
}

// tokenKind is how the parser writes a token: Operator("=").
var tokenKind = regexp.MustCompile(`\w+\((".*")\)`)

// grammar translates an error of the parser.
func (b *builder) grammar(err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		return &SyntaxError{Want: err.Error()}
	}
	e := &SyntaxError{Offset: b.source.runeOffset(at.From), Want: at.Message}
	rest := b.source.text[min(b.source.bytesOf(at.From), len(b.source.text)):]
	switch {
	case strings.Contains(at.Message, `Operator("=")`):
		e.Want, e.Hint = "= does not compare", "use =="
	case strings.Contains(at.Message, "not terminated") || openQuote(b.source.text) >= 0:
		e.Want, e.Hint = "the quotes are not closed", ""
		if i := openQuote(b.source.text); i >= 0 {
			e.Offset = b.source.origin[i]
		}
	case strings.HasPrefix(at.Message, "bad number syntax"):
		e.Want, e.Hint = "this is no number", "units are us, ms, s, min, h, and B, KiB, MiB, GiB"
		before := b.source.text[:len(b.source.text)-len(rest)]
		e.Offset = b.source.origin[len(strings.TrimRightFunc(before, func(r rune) bool { return r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) }))]
	case strings.Contains(at.Message, "EOF") || rest == "":
		e.Offset, e.Want = len(b.source.origin), "the expression ends too early"
		if n := len(b.source.origin); n > 0 {
			e.Offset = b.source.origin[n-1] + 1
		}
	case strings.HasPrefix(at.Message, "unexpected token"):
		e.Want = "unexpected " + tokenKind.ReplaceAllString(strings.TrimPrefix(at.Message, "unexpected token "), "$1")
		e.Hint = "join conditions by and, or; quote text that is compared"
	}
	return e
}
