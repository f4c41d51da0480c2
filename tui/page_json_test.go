package tui

import (
	"strings"
	"testing"

	"wsight/dissect/payload"
	"wsight/internal/packets"
)

// grown is the page of a text once everything is laid out, and the number of
// steps that took.
func grown(t *testing.T, text string) (p *jsonPage, steps int) {
	t.Helper()
	p = newJSONPage(newTheme(false, false), []byte(text), "").(*jsonPage)
	for p.grow() {
		steps++
	}
	return p, steps
}

// A text of any length can be read to its end, whatever a step ends inside of.
func TestJSONGrows(t *testing.T) {
	many := func(n int, element string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
	}
	tests := []struct {
		name, text    string
		lines, folded int // when unfolded, and as it is shown at first
	}{
		{"short", `{"a":[1,2],"b":{}}`, 6 + 1, 6 + 1},
		{"as many as at once", many(jsonAtOnce-2, "1"), jsonAtOnce, jsonAtOnce},
		{"one more", many(jsonAtOnce-1, "1"), jsonAtOnce + 1, jsonAtOnce + 1},
		{"elements that fold", many(100_000, "[1,2,3]"), 500_002, 100_002},
		{"one member that is nearly all", `{"a":` + many(300_000, "1") + `,"b":2}`, 300_005, 5 - 1},
		{"folds in it", `{"a":` + many(100_000, "[1]") + `,"b":[2]}`, 300_007, 4},
		{"it breaks", many(300_000, "1")[:590_000], 295_002, 295_002},
		{"it breaks in a member", `{"a":` + many(300_000, "1")[:590_000] + "?", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, steps := grown(t, tt.text)
			want := 0
			for range payload.Lines([]byte(tt.text)) {
				want++
			}
			if len(p.all) != want || tt.lines > 0 && want != tt.lines {
				t.Errorf("%d lines; want %d, of which %d are known", len(p.all), tt.lines, want)
			}
			if tt.folded > 0 && len(p.shown) != tt.folded {
				t.Errorf("%d lines are shown at first; want %d", len(p.shown), tt.folded)
			}
			if want != jsonAtOnce && (want > jsonAtOnce) != (steps > 0) {
				t.Errorf("%d steps for %d lines", steps, want)
			}
			shown := len(p.shown)
			if p.show(); len(p.shown) != shown {
				t.Errorf("listed anew %d lines are shown; step by step %d", len(p.shown), shown)
			}
			for range 2 {
				p.foldAll()
				if p.all[len(p.all)-1].kind != payload.Garbage && int(p.shown[len(p.shown)-1]) != len(p.all)-1 {
					t.Error("the last line cannot be reached")
				}
			}
			if broken := strings.Contains(tt.name, "breaks"); broken != (p.fault != "") {
				t.Errorf("fault %q", p.fault)
			}
		})
	}
}

// What is laid out later is folded as what was laid out before is, and a fold
// that was opened meanwhile stays open.
func TestJSONGrowsWhileRead(t *testing.T) {
	text := `{"a":[` + strings.Repeat("[1],", 200_000) + `[1]],"b":2}`
	p := newJSONPage(newTheme(false, false), []byte(text), "").(*jsonPage)
	if len(p.shown) != 2 {
		t.Fatalf("%d lines are shown at first; want 2", len(p.shown))
	}
	p.enter(1)
	before := len(p.shown)
	for p.grow() {
	}
	if before < 1000 || len(p.shown) != 200_001+5 {
		t.Errorf("%d lines are shown, before it grew %d; want %d", len(p.shown), before, 200_001+5)
	}
	if got := p.note(len(p.shown) - 4); got != ".a[200000]" {
		t.Errorf("the last element is %q", got)
	}
}

// What is empty has its two brackets, each once, and what is folded says how
// much it hides.
func TestJSONPage(t *testing.T) {
	for _, tt := range []struct {
		text string
		keys []string
		want []string
		not  []string
	}{
		{`{"a":[],"b":{},"c":1}`, nil, []string{"▾ {", `"a": [],`, `"b": {},`, `"c": 1`}, []string{"]]", "}}"}},
		{`{"a":[1,2],"b":{ }}`, []string{"Tab", "j", "Enter"}, []string{`▸ "a": [ 2 lines ],`, `"b": { }`}, []string{"}}", "]]"}},
		{`{"a":[`, nil, []string{"no valid JSON", `"a": [`}, nil},
	} {
		rec := scripted(t, func(_ *packets.Capture, conn *packets.Connection) { conn.Say(0, 1, tt.text) })
		b := newBench(t, rec, 80, 40, Options{}).press("Enter", ":", "1", "Enter").press(tt.keys...)
		_, detail, _ := strings.Cut(b.text(), "[JSON]")
		for _, want := range tt.want {
			if !strings.Contains(detail, want) {
				t.Errorf("%s after %q lacks %q:\n%s", tt.text, tt.keys, want, detail)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(detail, not) {
				t.Errorf("%s after %q shows %q:\n%s", tt.text, tt.keys, not, detail)
			}
		}
	}
}
