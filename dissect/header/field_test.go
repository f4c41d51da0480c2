package header

import (
	"slices"
	"testing"
)

func TestFields(t *testing.T) {
	f := Fields{{"Host", "a"}, {"upgrade", "h2c"}, {"UPGRADE", "websocket"}}
	if v := f.Get("Upgrade"); v != "h2c" {
		t.Errorf("Get(Upgrade) = %q; want the first one", v)
	}
	if v := f.Lookup("host"); v != &f[0].Value {
		t.Errorf("Lookup(host) = %v; want a pointer into the fields", v)
	}
	if f.Has("Upgrad") || f.Has("Upgrade ") || f.Lookup("") != nil {
		t.Error("a field was found under another name")
	}
	if n := f.Count("Upgrade"); n != 2 {
		t.Errorf("Count(Upgrade) = %d; want 2", n)
	}
	if v := slices.Collect(f.Values("upgrade")); !slices.Equal(v, []string{"h2c", "websocket"}) {
		t.Errorf("Values(upgrade) = %q", v)
	}
	for range f.Values("upgrade") {
		break // must not go on after that
	}
}

func TestEqualFold(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Sec-WebSocket-Key", "sec-websocket-KEY", true},
		{"Key", "\u212aey", false}, // the Kelvin sign is no K in a field name
		{"K", "\u212a", false},
		{"[", "{", false}, // differ by the bit that is the case of letters
		{"a", "ab", false},
	} {
		if got := EqualFold(tt.a, tt.b); got != tt.want {
			t.Errorf("EqualFold(%q, %q) = %v; want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		want   []string
	}{
		{"one", []string{"Upgrade"}, []string{"Upgrade"}},
		{"list", []string{"keep-alive,\tUpgrade"}, []string{"keep-alive", "Upgrade"}},
		{"lines", []string{"a", "b , c"}, []string{"a", "b", "c"}},
		{"empty members", []string{", a,, b,", ""}, []string{"a", "b"}},
		{"quoted comma", []string{`a; x="1,2", b`}, []string{`a; x="1,2"`, "b"}},
		{"escaped quote", []string{`a; x="\",", b`}, []string{`a; x="\","`, "b"}},
		{"quote without end", []string{`a; x="1, b`}, []string{`a; x="1, b`}},
		{"backslash at the end", []string{`"\`}, []string{`"\`}},
	} {
		f := Fields{{"Other", "x"}}
		for _, v := range tt.values {
			f = append(f, Field{"list", v})
		}
		if got := slices.Collect(f.Tokens("List")); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Tokens of %q = %q; want %q", tt.name, tt.values, got, tt.want)
		}
	}
	f := Fields{{"Connection", "keep-alive, UPGRADE"}}
	if !f.HasToken("connection", "upgrade") || f.HasToken("connection", "grade") || f.HasToken("Upgrade", "upgrade") {
		t.Error("HasToken does not compare whole members in any case")
	}
}

func TestNames(t *testing.T) {
	for k := range DefectKind(30) { // past the table on purpose
		if k.String() == "" {
			t.Errorf("DefectKind(%d) has no name", k)
		}
		if known := k > 0 && int(k) < len(defectNames); known != (k.Section() != "") {
			t.Errorf("DefectKind(%d).Section() = %q", k, k.Section())
		}
	}
}

func TestAuthority(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    Fields
		want string
	}{
		{"HTTP/1", Fields{{"host", "a:1"}}, "a:1"},
		{"HTTP/2", Fields{{":method", "CONNECT"}, {":authority", "b"}}, "b"},
		{"both", Fields{{":authority", "b"}, {"host", "a"}}, "a"},
	} {
		if got := (&Request{Fields: tt.f}).Authority(); got == nil || *got != tt.want {
			t.Errorf("%s: Authority = %v; want %q", tt.name, got, tt.want)
		}
	}
	if got := new(Request).Authority(); got != nil {
		t.Errorf("Authority of no fields = %q; want nil", *got)
	}
}
