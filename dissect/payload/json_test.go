package payload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Each row breaks one rule of RFC 8259, or is a near miss that does not.
func TestScanner(t *testing.T) {
	tests := []struct {
		in   string
		want string // "" for sound text, else the start of the error
	}{
		{`{"a":[1,-2.5e+3,0,"x\u00e9\n",true,false,null,{}],"b":[]}`, ""},
		{` 12 `, ""},
		{`"😀\/"`, ""},
		{`1 {"two values":2}`, ""},
		{``, "offset 0: the text ends too early, expected a value"},
		{`{"a":`, "offset 5: the text ends too early"},
		{`{"a"`, "offset 4: expected ':'"},
		{`{"a" 1}`, "offset 5: expected ':'"},
		{`{"a":1,}`, "offset 7: expected a name but found '}'"},
		{`{,}`, "offset 1: expected a name or '}'"},
		{`{a:1}`, "offset 1: expected a name or '}' but found 'a'"},
		{`{"a":1 "b":2}`, "offset 7: expected ',' or '}' but found '\"'"},
		{`[1 2]`, "offset 3: expected ',' or ']' but found '2'"},
		{`[1,]`, "offset 3: expected a value but found ']'"},
		{`[,1]`, "offset 1: expected a value or ']'"},
		{`[1}`, "offset 2: expected ',' or ']' but found '}'"},
		{`{"a":1]`, "offset 6: expected ',' or '}' but found ']'"},
		{`]`, "offset 0: expected a value but found ']'"},
		{`[01]`, "offset 1: not a number"},
		{`[1.]`, "offset 1: not a number"},
		{`[-]`, "offset 1: not a number"},
		{`[1e]`, "offset 1: not a number"},
		{`[+1]`, "offset 1: expected a value or ']'"},
		{`[NaN]`, "offset 1: expected a value or ']' but found 'N'"},
		{`["a`, "offset 3: the text ends inside a string"},
		{"[\"a\tb\"]", "offset 3: the control character 0x09"},
		{`["\x"]`, "offset 2: a backslash"},
		{`["\u12G4"]`, "offset 2: a backslash"},
		{`[tru]`, "offset 1: expected a value"},
		{strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), ""},
		{strings.Repeat("[", maxDepth+1), "offset 512: nested deeper than 512 levels"},
	}
	for _, tt := range tests {
		s := NewScanner([]byte(tt.in))
		for {
			if _, ok := s.Next(); !ok {
				break
			}
		}
		got := ""
		if err := s.Err(); err != nil {
			got = err.Error()
		}
		if tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
			t.Errorf("scanning %.40q: %q; want %q", tt.in, got, tt.want)
		}
	}
}

// Every strict prefix of an object is text that ends too early, at its end.
func TestScannerPrefix(t *testing.T) {
	const whole = `{"a":[true,"x\u00e9\ud83d\ude00",{"b":null}],"c":""}`
	for n := range len(whole) {
		_, err := parseJSON([]byte(whole[:n]), 0)
		if err == nil {
			t.Errorf("%q was taken for whole", whole[:n])
		}
	}
}

func TestLines(t *testing.T) {
	text := []byte(`{"a": [1, {}, [ ]], "b": {"c": "d"}, "e": [[2]] ` + "x")
	var got strings.Builder
	for l := range Lines(text) {
		fmt.Fprint(&got, strings.Repeat("  ", l.Depth))
		if l.Name.Kind == Key {
			fmt.Fprintf(&got, "%s: ", text[l.Name.Start:l.Name.End])
		}
		fmt.Fprintf(&got, "%s", text[l.Value.Start:l.Value.End])
		if l.Comma {
			fmt.Fprint(&got, ",")
		}
		if l.Value.Kind == Garbage {
			fmt.Fprint(&got, " <- breaks here")
		}
		fmt.Fprintln(&got)
	}
	want := `{
  "a": [
    1,
    {},
    [ ]
  ],
  "b": {
    "c": "d"
  },
  "e": [
    [
      2
    ]
  ]
x <- breaks here
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestUnquote(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{`"a\"\\\/\b\f\n\r\tz"`, 0, "a\"\\/\b\f\n\r\tz"},
		{`"\u00e9\ud83d\ude00"`, 0, "é😀"},
		{`"\ud83d!"`, 0, "\ufffd!"},
		{`"\ud83d\u0041"`, 0, "\ufffdA"},
		{`"unfinished`, 0, "unfinished"},
		{`"\q"`, 0, `\q`},
		{`"abcdef"`, 3, "abc…"},
		{`"ééé"`, 3, "é…"},
		{`"abc"`, 3, "abc"},
	}
	for _, tt := range tests {
		if got := unquoteJSON([]byte(tt.in), tt.limit); got != tt.want {
			t.Errorf("unquoteJSON(%s, %d) = %q; want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func TestLookup(t *testing.T) {
	root, _ := parseJSON([]byte(`{"a":{"b":[1,{"c":"deep"}]},"n":12345678901234567890,"d":1,"d":2}`), 0)
	tests := []struct {
		path string
		want string
		kind Kind
	}{
		{"a.b.1.c", "deep", String},
		{"n", "12345678901234567890", Number},
		{"d", "2", Number},
		{"a.b.2", "", 0},
		{"a.b.x", "", 0},
		{"a.x", "", 0},
		{"a.b.0.c", "", 0},
	}
	for _, tt := range tests {
		got := root.Lookup(tt.path)
		if got.Kind != tt.kind || got.Text(0) != tt.want {
			t.Errorf("Lookup(%q) = %s %q; want %s %q", tt.path, got.Kind, got.Text(0), tt.kind, tt.want)
		}
	}
}

// FuzzScanner compares with encoding/json: the scanner must find text sound
// exactly when that package does, but for its own limit on depth.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e+3,"x\u00e9\n",true,{}],"b":[]}`, `[1,]`, `{"a":1 "b"}`, ` "\ud83d" `, `[01]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := parseJSON(data, 0)
		budget := 4096
		walk(t, root, len(data), 0, &budget)
		for l := range Lines(data) {
			if l.Value.End > len(data) {
				t.Fatalf("a line ends at %d of %d", l.Value.End, len(data))
			}
		}
		if err != nil && strings.HasPrefix(err.Reason, "nested") {
			return
		}
		if sound := json.Valid(data); sound != (err == nil) {
			t.Errorf("%q: error %v; encoding/json finds it sound: %v", data, err, sound)
		}
	})
}

// bigJSON returns about 10 MB of the kind that applications send.
func bigJSON() []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < 10<<20; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"sku":"A%05d","price":%d.95,"tags":["new","sale\u00e9"],"nested":{"ok":true,"none":null}}`, i, i%99999, i%500)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// A message of 10 MB must be decoded, and the first screen of it shown, in 200 ms.
func BenchmarkOpen10MB(b *testing.B) {
	text := bigJSON()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r := jsonDecoder{}.Decode(Message{Text: true, Data: text, Whole: true})
		shown := 0
		for n := range r.Tree.Lookup("items").Children() {
			if shown++; shown == 100 || n.Kind == 0 {
				break
			}
		}
	}
}

// Laying out all lines may go on in the background.
func BenchmarkLines10MB(b *testing.B) {
	text := bigJSON()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		lines := 0
		for range Lines(text) {
			lines++
		}
		if lines < 1000 {
			b.Fatal("too few lines")
		}
	}
}

// Opening must not cost memory in proportion to the message.
func TestOpenIsLazy(t *testing.T) {
	text := bigJSON()
	started := time.Now()
	allocs := testing.AllocsPerRun(1, func() {
		jsonDecoder{}.Decode(Message{Text: true, Data: text, Whole: true})
	})
	if allocs > 100 {
		t.Errorf("opening %d bytes made %.0f allocations", len(text), allocs)
	}
	if took := time.Since(started) / 2; took > 5*time.Second {
		t.Errorf("opening %d bytes took %s", len(text), took)
	}
}
