package query

import (
	"slices"
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	seen := func(f *Field) []string {
		if f.Name == "host" {
			return []string{"api.example", "a b"}
		}
		return nil
	}
	for _, tt := range []struct {
		text string
		from int
		want []string // the first ones, in order
		not  string   // is no candidate
	}{
		{"", 0, []string{"is:problem", "is:open"}, ""},
		{"is:pr", 3, []string{"problem"}, "open"},
		{"is:x", 3, nil, "problem"},
		{"pro", 0, []string{"is:problem", "process.client.pid"}, "host:"},
		{"is:open -hos", 9, []string{"host:", "host"}, ""},
		{"host:", 5, []string{"api.example"}, "a b"},
		{"host:b", 5, nil, "api.example"},
		{`host == `, 8, []string{`"api.example"`, `"a b"`}, ""},
		{`host == "a`, 8, []string{`"api.example"`, `"a b"`}, ""},
		{`host == "api.example"`, 21, []string{"and", "or"}, "host"},
		{`host=="ap`, 6, []string{`"api.example"`}, `"a b"`},
		{`type == "te`, 8, []string{`"text"`}, `"binary"`},
		{`type == te`, 8, []string{`"text"`}, `"binary"`},
		{"dir:", 4, []string{"c2s", "s2c"}, ""},
		{"kind:f", 5, []string{"finding", "frame"}, "text"},
		{"compressed == ", 14, []string{"true", "false"}, ""},
		{`length > 3 and no`, 15, nil, "not"},
		{`length > 3 and hos`, 15, []string{"host"}, "host:"},
		{`length > 3 and (le`, 16, []string{"length"}, "length:"},
		{"status", 0, []string{"response.status", "status:"}, "state:"},
		{"format:mq", 7, []string{"mqtt"}, "stomp"},
		{`"host`, 0, nil, "host:"},
		{"nothing is called so", 18, nil, "host"},
		{"length > ", 9, nil, `"1"`},
		{"length > 1 o", 11, []string{"or"}, "opcode"},
		{"not (is:open) ", 14, []string{"and", "or"}, "host"},
	} {
		from, list := Complete(tt.text, seen)
		var got []string
		for _, c := range list {
			got = append(got, c.Text)
			if c.Doc == "" || strings.Contains(c.Doc, "\n") {
				t.Errorf("%q: the doc line of %q is %q", tt.text, c.Text, c.Doc)
			}
		}
		if tt.want != nil && from != tt.from || len(got) < len(tt.want) || !slices.Equal(got[:len(tt.want)], tt.want) || slices.Contains(got, tt.not) {
			t.Errorf("Complete(%q) = %d, %q; want %d, %q first and never %q", tt.text, from, got, tt.from, tt.want, tt.not)
		}
	}
}

// What is offered is understood once it stands there, or goes on to something
// that is.
func FuzzComplete(f *testing.F) {
	for _, s := range []string{"", "is:", `type == "`, "host:x -co", "(a or b", `'`, "length>1", "\xff:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		from, list := Complete(text, nil)
		if from < 0 || from > len(text) {
			t.Fatalf("Complete(%q) begins at %d", text, from)
		}
		for _, c := range list {
			if c.Text == "" {
				t.Fatalf("Complete(%q) offers nothing", text)
			}
		}
	})
}
