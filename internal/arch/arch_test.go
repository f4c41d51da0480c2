// Package arch holds the import policy of the module, as a test.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "wsight/"

// A rule lists what a package may import of this module, and which outside
// packages it must stay away from.
type rule struct{ pkg, may, never string }

// policy is a statement of design: do not edit it to fix a build. Packages
// stand in the order of the stream, and import only what stands above.
var policy = []rule{
	{"flow", "", sansIO},
	{"finding", "", sansIO},
	{"safe", "", sansIO},

	{"capture/filter", "", "tview tcell os sync"},
	{"capture/afpacket", "", "tview tcell gopacket"},
	{"capture", "capture/filter capture/afpacket", "tview tcell"},
	{"reassembly", "capture flow", "tview tcell os net os/exec"},

	{"dissect/header", "safe", sansIO},
	{"dissect/*", leaves, sansIO},
	{"dissect", leaves + " dissect/*", sansIO},
	{"diagnose", leaves + " dissect dissect/*", sansIO},
	{"diagnose/*", leaves + " dissect dissect/* diagnose", sansIO},

	{"session", leaves + " capture capture/filter reassembly dissect dissect/* diagnose", "tview tcell"},
	{"query", leaves + " session dissect dissect/* diagnose", "tview tcell os gopacket"},
	{"export", leaves + " query session capture dissect dissect/* diagnose diagnose/*", "tview tcell os gopacket"},
	{"tui", leaves + " export query session capture dissect dissect/* diagnose diagnose/*", "gopacket"},
	{"cmd/wsight", leaves + " capture capture/filter reassembly dissect dissect/* diagnose diagnose/* session query export tui", "gopacket"},

	// What makes traffic for tests, samples and measurements; nothing that is
	// shipped may import it.
	{"internal/*", "", "tview tcell"},
	{"bench/truth", "", "tview tcell gopacket"},
	{"bench/gen", "bench/truth internal/packets", "tview tcell gopacket"},
	{"bench/run", "bench/truth", "tview tcell gopacket"},
	{"bench/screens", "", "tview tcell gopacket"},
	{"bench/fuzz", "", "tview tcell gopacket"},
	{"bench/soak", "internal/traffic", "tview tcell gopacket"},
	{"bench/live", "internal/traffic capture capture/afpacket", "tview tcell"},
	{"pcaps/gen", "internal/packets", "tview tcell gopacket"},
	{"e2e", "", "tview tcell gopacket"},
}

// sansIO packages see bytes and times, never where they come from.
const sansIO = "os os/exec net net/http syscall sync sync/atomic context math/rand math/rand/v2 crypto/rand gopacket tview tcell"

// leaves are what everything from the dissectors on may import.
const leaves = "flow finding safe dissect/header"

// find returns the rule of a package; an exact name comes before a pattern.
func find(pkg string) (rule, bool) {
	for _, match := range []func(r rule) bool{
		func(r rule) bool { return r.pkg == pkg },
		func(r rule) bool { return matches(r.pkg, pkg) },
	} {
		if i := slices.IndexFunc(policy, match); i >= 0 {
			return policy[i], true
		}
	}
	return rule{}, false
}

func matches(patterns, pkg string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		ok, err := path.Match(pattern, pkg)
		return ok && err == nil
	})
}

// verdict says why a package must not import another, or "".
func verdict(pkg, imported string) string {
	r, ok := find(pkg)
	if !ok {
		return "has no place in the policy"
	}
	if own, ok := strings.CutPrefix(imported, module); ok {
		if !matches(r.may, own) {
			return "must not import " + own
		}
		return ""
	}
	for _, banned := range strings.Fields(r.never) {
		// golang.org/x/net holds HPACK, which does no I/O.
		foreign := banned != "net" && strings.Contains(imported, ".") && strings.Contains(imported+"/", "/"+banned+"/")
		if imported == banned || foreign {
			return "must not import " + imported
		}
	}
	return ""
}

func TestVerdict(t *testing.T) {
	for _, tt := range []struct {
		pkg, imported string
		want          bool // allowed
	}{
		{"flow", "time", true},
		{"flow", "wsight/finding", false},
		{"safe", "os", false},
		{"safe", "net/url", true},
		{"safe", "github.com/rivo/uniseg", true},
		{"dissect/websocket", "wsight/flow", true},
		{"dissect/websocket", "wsight/dissect/http1", false},
		{"dissect/websocket", "github.com/google/gopacket/layers", false},
		{"dissect/header", "wsight/flow", false},
		{"dissect", "wsight/dissect/http1", true},
		{"dissect", "sync", false},
		{"diagnose", "wsight/session", false},
		{"session", "sync", true},
		{"export", "wsight/tui", false},
		{"tui", "github.com/gdamore/tcell/v2", true},
		{"tui", "github.com/google/gopacket", false},
		{"query", "github.com/gdamore/tcell/v2", false},
		{"cmd/wsight", "wsight/internal/packets", false},
		{"pcaps/gen", "wsight/internal/packets", true},
		{"util", "time", false},
	} {
		if got := verdict(tt.pkg, tt.imported); (got == "") != tt.want {
			t.Errorf("verdict(%s, %s) = %q; want allowed: %v", tt.pkg, tt.imported, got, tt.want)
		}
	}
}

// A listed package is one of this module.
type listed struct {
	name    string
	files   []string
	imports []string
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{range .GoFiles}}{{$.Dir}}/{{.}} {{end}}|{{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		packages = append(packages, listed{strings.TrimPrefix(f[0], module), strings.Fields(f[1]), strings.Fields(f[2])})
	}
	if len(packages) < 5 {
		t.Fatalf("only %d packages listed", len(packages))
	}
	return packages
}

func TestImports(t *testing.T) {
	for _, p := range list(t) {
		if why := verdict(p.name, "unsafe"); why != "" { // that it has a place, even without imports
			t.Errorf("%s %s", p.name, why)
			continue
		}
		for _, imported := range p.imports {
			if why := verdict(p.name, imported); why != "" {
				t.Errorf("%s %s", p.name, why)
			}
		}
	}
}

// Every package says what it gives.
func TestPackageComments(t *testing.T) {
	for _, p := range list(t) {
		said := len(p.files) == 0 // tests alone
		for _, name := range p.files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
			if err != nil {
				t.Fatal(err)
			}
			text := file.Doc.Text()
			said = said || strings.HasPrefix(text, "Package "+path.Base(p.name)+" ") || strings.HasPrefix(text, "Command "+path.Base(p.name)+" ")
		}
		if !said {
			t.Errorf("%s has no package comment", p.name)
		}
	}
}

// Nothing runs on import, and what sees only bytes has neither goroutines nor
// channels nor a clock.
func TestNoHiddenState(t *testing.T) {
	for _, p := range list(t) {
		r, _ := find(p.name)
		for _, name := range p.files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, why := range hidden(file, r.never == sansIO) {
				t.Errorf("%s/%s %s", p.name, filepath.Base(name), why)
			}
		}
	}
}

// hidden lists what a file must not do; quiet files are those of sans-I/O packages.
func hidden(file *ast.File, quiet bool) []string {
	var found []string
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			found = append(found, "has an init")
		}
	}
	if !quiet {
		return found
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "starts a goroutine")
		case *ast.ChanType:
			found = append(found, "has a channel")
		case *ast.SelectorExpr:
			if from, ok := n.X.(*ast.Ident); ok && from.Name == "time" && slices.Contains(clock, n.Sel.Name) {
				found = append(found, "reads the clock: time."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

func TestHidden(t *testing.T) {
	for _, tt := range []struct {
		code        string
		quiet, loud int
	}{
		{"var x = time.Unix(0, 0)", 0, 0},
		{"var x = time.Now()", 1, 0},
		{"func f() { go f() }", 1, 0},
		{"var c chan int", 1, 0},
		{"func init() {}", 1, 1},
		{"type t int\nfunc (t) init() {}", 0, 0},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+tt.code, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(hidden(file, true)); got != tt.quiet {
			t.Errorf("hidden(%q, true) finds %d; want %d", tt.code, got, tt.quiet)
		}
		if got := len(hidden(file, false)); got != tt.loud {
			t.Errorf("hidden(%q, false) finds %d; want %d", tt.code, got, tt.loud)
		}
	}
}
