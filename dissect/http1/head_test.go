package http1

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/dissect/header"
)

const wellFormed = "GET /chat?x=1 HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nconnection:Upgrade\r\nX-Empty:\r\n\r\n"

func TestParseRequest(t *testing.T) {
	got, n, ok := ParseRequest([]byte(wellFormed + "next"))
	want := header.Request{
		Method: "GET", Target: "/chat?x=1", Version: "1.1", Size: len(wellFormed),
		Fields: header.Fields{{Name: "Host", Value: "server.example.com"}, {Name: "Upgrade", Value: "websocket"}, {Name: "connection", Value: "Upgrade"}, {Name: "X-Empty"}},
	}
	want.Print = got.Print // see TestPrint
	if diff := cmp.Diff(want, got); !ok || n != len(wellFormed) || diff != "" {
		t.Errorf("ParseRequest = %d, %v; want %d; -want +got\n%s", n, ok, len(wellFormed), diff)
	}
	for n := range wellFormed {
		if r, _, ok := ParseRequest([]byte(wellFormed[:n])); ok {
			t.Errorf("ParseRequest of the first %d bytes = %+v; want more", n, r)
		}
	}
}

func TestParseResponse(t *testing.T) {
	for _, tt := range []struct {
		line string
		want header.Response
	}{
		{"HTTP/1.1 101 Switching Protocols", header.Response{Version: "1.1", Status: 101, Reason: "Switching Protocols"}},
		{"HTTP/1.1 101 ", header.Response{Version: "1.1", Status: 101}},
		{"HTTP/1.1 101", header.Response{Version: "1.1", Status: 101}},
		{"HTTP/1.0 200 Web  Socket", header.Response{Version: "1.0", Status: 200, Reason: "Web  Socket"}},
	} {
		in := tt.line + "\r\n\r\n"
		tt.want.Size, tt.want.Fields = len(in), header.Fields{}
		got, n, ok := ParseResponse([]byte(in))
		if diff := cmp.Diff(tt.want, got); !ok || n != len(in) || diff != "" {
			t.Errorf("ParseResponse(%q) = %d, %v; -want +got\n%s", in, n, ok, diff)
		}
		for n := range in {
			if r, _, ok := ParseResponse([]byte(in[:n])); ok {
				t.Errorf("ParseResponse(%q) = %+v; want more", in[:n], r)
			}
		}
	}
}

// defectRows has one row that breaks each rule and near misses that do not.
var defectRows = []struct {
	name, in string // "|" is CR LF
	want     []header.DefectKind
	value    string // of the field X
}{
	{"sound", "GET / HTTP/1.1|Host: a|X: b||", nil, "b"},
	{"empty line before it", "|GET / HTTP/1.1|Host: a||", []header.DefectKind{header.LeadingLine}, ""},
	{"bare LF", "GET / HTTP/1.1\nHost: a|X: b||", []header.DefectKind{header.BareLF}, "b"},
	{"bare LF in the empty line", "GET / HTTP/1.1|Host: a|X: b|\n", []header.DefectKind{header.BareLF}, "b"},
	{"bare CR", "GET / HTTP/1.1|Host: a|X: b\rc||", []header.DefectKind{header.BareCR}, "b\rc"},
	{"two spaces", "GET  / HTTP/1.1|Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"tab", "GET\t/ HTTP/1.1|Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"tab behind a space", " T\t/ HTTP/1.1|Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"space in the target", "GET /a b HTTP/1.1|Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"space at the end", "GET / HTTP/1.1 |Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"method is no token", "G@T / HTTP/1.1|Host: a||", []header.DefectKind{header.StartLine}, ""},
	{"no version", "GET /|Host: a||", []header.DefectKind{header.VersionText, header.StartLine}, ""},
	{"lower-case version", "GET / http/1.1|Host: a||", []header.DefectKind{header.VersionText}, ""},
	{"version 1.2", "GET / HTTP/1.2|Host: a||", []header.DefectKind{header.VersionText}, ""},
	{"version 1.0 without Host", "GET / HTTP/1.0||", nil, ""},
	{"folded", "GET / HTTP/1.1|Host: a|X: b|  c||", []header.DefectKind{header.FoldedLine}, "b c"},
	{"folded after an empty value", "GET / HTTP/1.1|Host: a|X:|\tc||", []header.DefectKind{header.FoldedLine}, "c"},
	{"space before the first name", "GET / HTTP/1.1| X: b|Host: a||", []header.DefectKind{header.SpaceBeforeName}, "b"},
	{"no colon", "GET / HTTP/1.1|Host: a|X b||", []header.DefectKind{header.MissingColon}, ""},
	{"space before the colon", "GET / HTTP/1.1|Host: a|X : b||", []header.DefectKind{header.SpaceInName}, "b"},
	{"name is no token", "GET / HTTP/1.1|Host: a|X@: b||", []header.DefectKind{header.NameNotToken}, ""},
	{"no name", "GET / HTTP/1.1|Host: a|: b||", []header.DefectKind{header.NameNotToken}, ""},
	{"control byte", "GET / HTTP/1.1|Host: a|X: \x01||", []header.DefectKind{header.ControlByte}, "\x01"},
	{"tab and bytes above ASCII", "GET / HTTP/1.1|Host: a|X: b\tc \xff||", nil, "b\tc \xff"},
	{"no Host", "GET / HTTP/1.1|X: b||", []header.DefectKind{header.HostMissing}, "b"},
	{"empty Host", "GET / HTTP/1.1|Host:||", nil, ""},
	{"two Hosts", "GET / HTTP/1.1|Host: a|host: a||", []header.DefectKind{header.HostRepeated}, ""},
	{"length is no number", "GET / HTTP/1.1|Host: a|Content-Length: +5||", []header.DefectKind{header.LengthInvalid}, ""},
	{"two lengths", "GET / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 6||", []header.DefectKind{header.LengthInvalid}, ""},
	{"equal lengths", "GET / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 5||", nil, ""},
	{"length and coding", "GET / HTTP/1.1|Host: a|Content-Length: 5|Transfer-Encoding: chunked||", []header.DefectKind{header.LengthAndCoding}, ""},
	{"chunked is not the last coding", "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked, gzip||", []header.DefectKind{header.CodingInvalid}, ""},
	{"chunked is the last coding", "GET / HTTP/1.1|Host: a|Transfer-Encoding: gzip, Chunked||", nil, ""},
	{"coding in HTTP/1.0", "GET / HTTP/1.0|Transfer-Encoding: chunked||", []header.DefectKind{header.CodingInvalid}, ""},
}

func lines(s string) string { return strings.ReplaceAll(s, "|", "\r\n") }

func TestDefects(t *testing.T) {
	broken := map[header.DefectKind]bool{}
	for _, tt := range defectRows {
		t.Run(tt.name, func(t *testing.T) {
			in := lines(tt.in)
			r, n, ok := ParseRequest([]byte(in))
			if !ok || n != len(in) {
				t.Fatalf("ParseRequest(%q) = %d, %v; want %d", in, n, ok, len(in))
			}
			var kinds []header.DefectKind
			for _, d := range r.Defects {
				kinds = append(kinds, d.Kind)
				broken[d.Kind] = true
				if d.Detail == "" || strings.ContainsFunc(d.Detail, func(c rune) bool { return c < ' ' }) {
					t.Errorf("detail of %v is not fit to show: %q", d.Kind, d.Detail)
				}
			}
			if diff := cmp.Diff(tt.want, kinds); diff != "" {
				t.Errorf("defects of %q: -want +got\n%s", in, diff)
			}
			if got := r.Fields.Get("X"); got != tt.value {
				t.Errorf("X = %q; want %q", got, tt.value)
			}
			for n := range in {
				if r, _, ok := ParseRequest([]byte(in[:n])); ok {
					t.Fatalf("ParseRequest(%q) = %+v; want more", in[:n], r)
				}
			}
		})
	}
	for k := header.LeadingLine; k <= header.CodingInvalid; k++ {
		if !broken[k] {
			t.Errorf("no row provokes %v", k)
		}
	}
}

func TestStatusLineDefects(t *testing.T) {
	for _, tt := range []struct {
		line   string
		status int
		want   []header.DefectKind
	}{
		{"HTTP/1.1  101 X", 101, []header.DefectKind{header.StartLine}},
		{"HTTP/1.1 1010 X", 1010, []header.DefectKind{header.StartLine}},
		{"HTTP/1.1 abc X", 0, []header.DefectKind{header.StartLine}},
		{"HTTP/1.1", 0, []header.DefectKind{header.StartLine}},
		{"ICY 200 OK", 200, []header.DefectKind{header.VersionText}},
	} {
		r, _, ok := ParseResponse([]byte(tt.line + "\r\n\r\n"))
		var kinds []header.DefectKind
		for _, d := range r.Defects {
			kinds = append(kinds, d.Kind)
		}
		if diff := cmp.Diff(tt.want, kinds); !ok || r.Status != tt.status || diff != "" {
			t.Errorf("ParseResponse(%q) = status %d, %v; want %d; -want +got\n%s", tt.line, r.Status, ok, tt.status, diff)
		}
	}
}

// TestDefectsBounded: a head of nothing but broken lines says so a bounded
// number of times.
func TestDefectsBounded(t *testing.T) {
	r, _, ok := ParseRequest([]byte("GET / HTTP/1.1\r\n" + strings.Repeat("x\r\n", 10_000) + "\r\n"))
	if !ok || len(r.Defects) != maxDefects {
		t.Errorf("%d defects; want %d", len(r.Defects), maxDefects)
	}
}

func TestHeadEnd(t *testing.T) {
	for _, in := range []string{wellFormed, lines("||GET / HTTP/1.1\nA: b\n\n"), "a\r\n\n", "a\n\r\n", "\n\na\n\n"} {
		seen := 0
		for n := range len(in) + 1 {
			got := HeadEnd([]byte(in[:n]), seen)
			if want := 0; n < len(in) && got != want {
				t.Fatalf("HeadEnd(%q, %d) = %d; want 0", in[:n], seen, got)
			}
			if n == len(in) && got != len(in) {
				t.Errorf("HeadEnd(%q, %d) = %d; want %d", in, seen, got, len(in))
			}
			seen = n
		}
	}
}
