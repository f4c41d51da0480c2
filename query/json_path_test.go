package query

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestJSONPath(t *testing.T) {
	for _, tt := range []struct {
		name, text, path string
		want             any
	}{
		{"a member", `{"a":"x"}`, "$.a", "x"},
		{"a part of a name", `{"ab":"x","a":"y"}`, "$.a", "y"},
		{"without the dollar", `{"a":"x"}`, "a", "x"},
		{"white space", "\n{ \"a\" :\t\"x\" , \"b\":1 }", "$.b", 1.0},
		{"deeper, where the name stands before", `{"b":{"a":1},"a":2}`, "$.a", 2.0},
		{"deeper, where the name stands behind", `{"a":2,"b":{"a":1}}`, "$.a", 2.0},
		{"only deeper", `{"b":{"a":1}}`, "$.a", nil},
		{"as a value", `{"b":"a","c":1}`, "$.a", nil},
		{"in a text", `{"b":"{\"a\":1}"}`, "$.a", nil},
		{"braces in a text", `{"b":"}}]","a":1}`, "$.a", 1.0},
		{"backslashes before a quote", `{"b":"\\\\","c":"\\\"","a":1}`, "$.a", 1.0},
		{"the last of two", `{"a":1,"a":2}`, "$.a", 2.0},
		{"the last of two, spelled otherwise", `{"a":1,"\u0061":2}`, "$.a", 2.0},
		{"the first of them, spelled otherwise", `{"\u0061":1,"b":3}`, "$.a", 1.0},
		{"the last of two, of another letter", `{"a":1,"\u0062":2}`, "$.a", 1.0},
		{"a name in another script, spelled", `{"\u00fc":1}`, "$.ü", 1.0},
		{"the last of two, one of them spelled", `{"ü":1,"\u00FC":2,"b":[]}`, "$.ü", 2.0},
		{"beside a letter of another script", `{"a":1,"b":"\u0436\u00fc\u0","\u0061":2}`, "$.a", 2.0},
		{"a letter that the end cuts", `{"a":1,"b":"\u00`, "$.a", 1.0},
		{"a name with an escape", `{"a\/b":1}`, `$["a/b"]`, 1.0},
		{"a name with a dot", `{"a.b":1,"a":{"b":2}}`, `$["a.b"]`, 1.0},
		{"a name in single quotes", `{"b c":1}`, `$['b c']`, 1.0},
		{"members of members", `{"a":{"b":{"c":7}}}`, "$.a.b.c", 7.0},
		{"the last of two on the way", `{"a":{"b":1},"a":{"c":2}}`, "$.a.b", nil},
		{"an element", `{"a":[1,[2],{"b":3}]}`, "$.a[2].b", 3.0},
		{"an element of elements", `[[1,2],[3,4]]`, "$[1][0]", 3.0},
		{"an element with a dot", `[[1,2],[3,4]]`, "$.1.0", 3.0},
		{"a member with a number for its name", `{"1":"x"}`, "$.1", "x"},
		{"a quoted number is no element", `["x","y"]`, `$["1"]`, nil},
		{"beyond the end", `[1,2]`, "$[2]", nil},
		{"a name in an array", `[{"a":1}]`, "$.a", nil},
		{"through a number", `{"a":1}`, "$.a.b", nil},
		{"escapes in a text", `{"a":"\u00e9\n\ud83d\ude00"}`, "$.a", "é\n😀"},
		{"true", `{"a":true}`, "$.a", true},
		{"false", `{"a":false}`, "$.a", false},
		{"null", `{"a":null}`, "$.a", nil},
		{"a number with all its parts", `{"a":-1.5e3}`, "$.a", -1500.0},
		{"a number of many digits", `{"a":12345678901234567890}`, "$.a", 12345678901234567890.0},
		{"no number", `{"a":12x}`, "$.a", nil},
		{"an empty text", `{"a":""}`, "$.a", ""},
		{"a text that was cut", `{"a":"err`, "$.a", nil},
		{"a number that was cut", `{"a":12`, "$.a", nil},
		{"before the cut", `{"a":12,"b":"err`, "$.a", 12.0},
		{"an array", `{"a":[1,"x"]}`, "$.a", []any{1.0, "x"}},
		{"no JSON behind it", `{"a":1} trailing {"a":2}`, "$.b", nil},
	} {
		path, ok := parsePath(tt.path)
		if !ok {
			t.Errorf("%s: %q is no path", tt.name, tt.path)
			continue
		}
		if got := path.find([]byte(tt.text)).any(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %s in %s = %v; want %v", tt.name, tt.path, tt.text, got, tt.want)
		}
		for cut := range tt.text {
			path.find([]byte(tt.text[:cut])).any() // finds the end wherever it is
		}
	}
	for _, path := range []string{"a[", "$[", "$[x]", "$[-1]", "$..a", "$.", `$["a`, "$[99999999999999999999]"} {
		if _, ok := parsePath(path); ok {
			t.Errorf("%q is a path", path)
		}
	}
}

// What is found in texts of many shapes is what a parser finds, and what is
// answered without a scan is what is found, wherever the texts end.
func TestJSONPathShapes(t *testing.T) {
	tests := []func(jsonValue) bool{
		func(v jsonValue) bool { s, ok := v.text(); return ok && bytes.HasSuffix(s, []byte("-5")) },
		func(v jsonValue) bool { n, ok := v.number(); return ok && n > 6 },
		func(v jsonValue) bool { return v.kind == 0 || v.kind == jsonNull },
	}
	for _, at := range []string{"$.kind", "$.n", "$.deep.a.b.c[1].leaf", "$.deep.a", "$.rows[0].id", "$.rows[5].id", "$.rows[1].bar[3][1]", "$.rows[2].set.max[0].at",
		"$.rows[3].said", "$.rows[1].где", "$.rows[1].г", "$.rows[2].Ort", "$.rows[99]", "$.last", "$.id", "$.nothing", "$.rows[1].body", "$.rows[4].path"} {
		path, ok := parsePath(at)
		if !ok {
			t.Fatalf("%q is no path", at)
		}
		for _, s := range jsonShapes {
			data := s.make(3)
			var root any
			if err := json.Unmarshal(data, &root); err != nil {
				t.Fatal(err)
			}
			if got, want := path.find(data).any(), walked(root, path); !reflect.DeepEqual(got, want) {
				t.Errorf("%s in %s = %v; want %v", at, data, got, want)
			}
			for cut := len(data); cut > 0; cut -= 13 {
				for i, test := range tests {
					if path.holds(data[:cut], test) != test(path.find(data[:cut])) {
						t.Fatalf("%s in %q: what test %d answers differs from %v", at, data[:cut], i, path.find(data[:cut]).any())
					}
				}
			}
		}
	}
}

// FuzzJSONPath compares what a scan finds with what a parser does, and what
// is answered without a scan with what is found.
func FuzzJSONPath(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":[{"b":1},{"b":2}],"b":3}`, "$.a[1].b"}, {`{"b":"\"a\":1","a":"\u0061"}`, "$.a"},
		{`{"a":{"a":1,"a":{"a":2}}}`, "$.a.a"}, {`[1,{"x":"y"}]`, "$[1].x"}, {`{"\u0061":1,"a":null}`, "a"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, at string) {
		path, ok := parsePath(at)
		if !ok || len(path.steps) == 0 {
			return
		}
		found := path.find([]byte(text))
		for _, test := range []func(jsonValue) bool{
			func(v jsonValue) bool { s, ok := v.text(); return ok && string(s) == "y" },
			func(v jsonValue) bool { n, ok := v.number(); return ok && n < 2 },
			func(v jsonValue) bool { return v.kind == 0 || v.kind == jsonNull },
			func(v jsonValue) bool { n, ok := v.number(); return !ok || n != 1 },
		} {
			if path.holds([]byte(text), test) != test(found) {
				t.Fatalf("%s in %q: what is answered differs from %v", at, text, found.any())
			}
		}
		var root any
		if !json.Valid([]byte(text)) || json.Unmarshal([]byte(text), &root) != nil || strings.ContainsRune(text, 0xfffd) || strings.Contains(text, `\u`) {
			return // a parser mends broken letters in its own way
		}
		if start := space([]byte(text), 0); text[start] != '{' && text[start] != '[' {
			return
		}
		if got, want := found.any(), walked(root, path); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s in %q = %#v; want %#v", at, text, got, want)
		}
	})
}

// walked is what a parser finds at a path.
func walked(v any, path *jsonPath) any {
	for _, step := range path.steps {
		switch in := v.(type) {
		case map[string]any:
			v = in[step.name]
		case []any:
			v = nil
			if 0 <= step.index && step.index < len(in) {
				v = in[step.index]
			}
		default:
			return nil
		}
	}
	return v
}
