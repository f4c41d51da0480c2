package finding

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// Every rule must be able to stand alone in the help screen.
func TestCatalogueIsComplete(t *testing.T) {
	code := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	for _, r := range All() {
		if !code.MatchString(string(r.Code)) {
			t.Errorf("%s: code is not kebab-case", r.Code)
		}
		if !slices.ContainsFunc(families, func(f family) bool { return strings.HasPrefix(string(r.Code), f.name+"-") }) {
			t.Errorf("%s: belongs to no family", r.Code)
		}
		if r.Severity < Note || r.Severity > Error {
			t.Errorf("%s: severity %v", r.Code, r.Severity)
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || strings.ContainsAny(r.Title, "\n`") || len(r.Title) > 90 {
			t.Errorf("%s: title %q is not one plain line without a period", r.Code, r.Title)
		}
		if unicode.IsUpper(rune(r.Title[0])) && !startsWithName.MatchString(r.Title) {
			t.Errorf("%s: title %q starts with a capital that is no name", r.Code, r.Title)
		}
		if len(r.Advice) < 40 || !strings.HasSuffix(r.Advice, ".") || strings.Contains(r.Advice, "\n") || strings.Count(r.Advice, "`")%2 != 0 {
			t.Errorf("%s: advice %q is not a line of full sentences", r.Code, r.Advice)
		}
	}
}

var startsWithName = regexp.MustCompile(`^(Sec-WebSocket-|Connection |Upgrade |TCP |RSV1 |TLS |GOAWAY )`)

func TestSectionsAreWellFormed(t *testing.T) {
	section := regexp.MustCompile(`^RFC \d+( §\d+(\.\d+)*(, §\d+(\.\d+)*)*)?(, RFC \d+ §\d+(\.\d+)*)*$`)
	for _, tt := range []struct {
		in   string
		want bool
	}{
		{"RFC 6455 §5.2", true},
		{"RFC 6455 §4.1, §4.4", true},
		{"RFC 9110 §8.6, RFC 9112 §6.1", true},
		{"RFC 9111", true},
		{"RFC 6455 5.2", false},
		{"RFC6455 §5.2", false},
		{"RFC 6455 §5.", false},
	} {
		if got := section.MatchString(tt.in); got != tt.want {
			t.Errorf("section pattern matches %q = %v; want %v", tt.in, got, tt.want)
		}
	}
	for _, r := range All() {
		if r.Section != "" && !section.MatchString(r.Section) {
			t.Errorf("%s: section %q does not cite a specification", r.Code, r.Section)
		}
	}
}

func TestNothingComesTwice(t *testing.T) {
	codes, titles := map[Code]bool{}, map[string]Code{}
	for _, r := range All() {
		if codes[r.Code] {
			t.Errorf("%s: two rules", r.Code)
		}
		codes[r.Code] = true
		if other, ok := titles[r.Title]; ok {
			t.Errorf("%s: has the title of %s", r.Code, other)
		}
		titles[r.Title] = r.Code
	}
}

// The constants are read from the source, so that one without a rule cannot hide.
func TestEveryConstantHasARule(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := map[Code]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			named[Code(s)] = true
		}
		return true
	})
	for c := range named {
		if _, ok := c.Rule(); !ok {
			t.Errorf("%s has a constant and no rule", c)
		}
	}
	for _, r := range All() {
		if !named[r.Code] {
			t.Errorf("%s has a rule and no constant", r.Code)
		}
	}
}

func TestRuleOfUnknownCode(t *testing.T) {
	if r, ok := Code("frame-reserved").Rule(); ok || r.Code != "frame-reserved" {
		t.Errorf("Rule() of an unknown code = %+v, %v; want only the code, false", r, ok)
	}
}

// docs/findings.md is the catalogue for readers; UPDATE=1 writes it anew.
func TestDocumentation(t *testing.T) {
	path := filepath.Join("..", "docs", "findings.md")
	got := document()
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/findings.md is not what the catalogue says (UPDATE=1 rewrites it):\n%s", diff)
	}
}

type family struct{ name, heading string }

var families = []family{
	{"capture", "The capture itself. What a hole in it can explain is never blamed on the traffic."},
	{"handshake", "The opening handshake."},
	{"frame", "Frames."},
	{"message", "Messages."},
	{"deflate", "Compression with permessage-deflate."},
	{"close", "The closing handshake."},
	{"end", "How and when connections end."},
	{"ping", "Pings."},
	{"hop", "What a proxy did. These need both of its legs, in one capture or in several."},
	{"http2", "WebSockets over HTTP/2."},
	{"tls", "TLS."},
	{"payload", "What is inside the messages."},
}

func document() string {
	var b strings.Builder
	b.WriteString("# Findings\n\n" +
		"Generated from the catalogue in `finding/` by its tests (`UPDATE=1 go test ./finding`); do not edit.\n\n" +
		"Codes are stable. `error`: the connection is or will be broken, or a MUST was violated. `warning`: a SHOULD was violated, or trouble usually follows.\n" +
		"`note`: worth knowing. The severity here is the default; an instance may carry another. `wsight findings CODE` prints one entry.\n")
	rules := slices.Clone(catalogue)
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", f.name, f.heading)
		rules = slices.DeleteFunc(rules, func(r Rule) bool {
			if !strings.HasPrefix(string(r.Code), f.name+"-") {
				return false
			}
			fmt.Fprintf(&b, "\n### %s\n\n%s", r.Code, r.Severity)
			if r.Section != "" {
				fmt.Fprintf(&b, " · %s", r.Section)
			}
			fmt.Fprintf(&b, "\n\n**%s**\n\n%s\n", r.Title, r.Advice)
			return true
		})
	}
	return b.String()
}
