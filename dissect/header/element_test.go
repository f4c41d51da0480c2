package header

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseElement(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Element
	}{
		{"foo", Element{Name: "foo"}},
		{
			" permessage-deflate ; client_max_window_bits;server_max_window_bits = 10 ",
			Element{
				Text: "permessage-deflate ; client_max_window_bits;server_max_window_bits = 10", Name: "permessage-deflate",
				Parameters: []Parameter{{Name: "client_max_window_bits"}, {Name: "server_max_window_bits", Value: "10", HasValue: true}},
			},
		},
		{`a;b="10"`, Element{Name: "a", Parameters: []Parameter{{Name: "b", Value: "10", HasValue: true, Quoted: true}}}},
		{`a;b="1\0"`, Element{Name: "a", Parameters: []Parameter{{Name: "b", Value: "10", HasValue: true, Quoted: true}}}},
		{"", Element{Malformed: true}},
		{"a b", Element{Name: "a b", Malformed: true}},
		{"a;", Element{Name: "a", Malformed: true}},
		{"a;;b", Element{Name: "a", Parameters: []Parameter{{}, {Name: "b"}}, Malformed: true}},
		{"a;b=", Element{Name: "a", Parameters: []Parameter{{Name: "b", HasValue: true}}, Malformed: true}},
		{`a;b="`, Element{Name: "a", Parameters: []Parameter{{Name: "b", HasValue: true, Quoted: true}}, Malformed: true}},
		{`a;b="1"2`, Element{Name: "a", Parameters: []Parameter{{Name: "b", Value: "1", HasValue: true, Quoted: true}}, Malformed: true}},
		// §9.1: the unquoted value must be a token
		{`a;b="1 2"`, Element{Name: "a", Parameters: []Parameter{{Name: "b", Value: "1 2", HasValue: true, Quoted: true}}, Malformed: true}},
	} {
		if tt.want.Text == "" {
			tt.want.Text = tt.in
		}
		if diff := cmp.Diff(tt.want, ParseElement(tt.in)); diff != "" {
			t.Errorf("ParseElement(%q): -want +got\n%s", tt.in, diff)
		}
	}
}

func TestElements(t *testing.T) {
	f := Fields{{"Sec-WebSocket-Extensions", "a;x, b"}, {"sec-websocket-extensions", "c"}}
	var names string
	for _, e := range f.Elements("Sec-WebSocket-Extensions") {
		names += e.Name
	}
	if names != "abc" {
		t.Errorf("names = %q; want abc", names)
	}
}

func TestIsToken(t *testing.T) {
	const tchars = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for c := range 256 {
		want := false
		for i := range len(tchars) {
			want = want || int(tchars[i]) == c
		}
		if got := IsToken(string([]byte{byte(c)})); got != want {
			t.Errorf("IsToken of byte %#02x = %v; want %v", c, got, want)
		}
	}
	if IsToken("") {
		t.Error("the empty string is no token")
	}
}

func FuzzElements(f *testing.F) {
	f.Add("permessage-deflate; client_max_window_bits, a;b=\"1,\\\"2\"")
	f.Fuzz(func(t *testing.T, value string) {
		fields := Fields{{"X", value}}
		for _, e := range fields.Elements("x") {
			if !e.Malformed && !IsToken(e.Name) {
				t.Errorf("%q: name %q is no token", value, e.Name)
			}
			// Written out again, a sound element reads as the same.
			if e.Malformed {
				continue
			}
			again := ParseElement(write(e))
			again.Text = e.Text
			if diff := cmp.Diff(e, again); diff != "" {
				t.Errorf("%q: -first +again\n%s", value, diff)
			}
		}
	})
}

func write(e Element) string {
	s := e.Name
	for _, p := range e.Parameters {
		s += ";" + p.Name
		switch {
		case p.Quoted:
			s += `="` + p.Value + `"`
		case p.HasValue:
			s += "=" + p.Value
		}
	}
	return s
}
