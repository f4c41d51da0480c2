package query

import (
	"bytes"
	"regexp"
	"testing"
	"unicode/utf8"
)

func TestHint(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		texts   []string // as finders hold them
		whole   bool
	}{
		{`timeout`, []string{"timeout"}, true},
		{`time(out)`, []string{"time"}, false},
		{`(timeout)`, []string{"timeout"}, true},
		{`^timeout`, []string{"timeout"}, false},
		{`error: \d+`, []string{"error: "}, false},
		{`(?i)error`, []string{"error"}, true},
		{`(?i)disk full`, []string{" full"}, false}, // s and k have forms of more bytes
		{`timeout|refused`, []string{"timeout", "refused"}, true},
		{`timeout|refused$`, []string{"timeout", "refused"}, false},
		{`timeout|\d`, nil, false},
		{`a1|b2|c3|d4`, nil, false},
		{`(ab)+`, []string{"ab"}, true},
		{`(ab){2}`, []string{"ab"}, false},
		{`(ab){0,2}`, nil, false},
		{`(ab)?c*`, nil, false},
		{`[a-z]+`, nil, false},
		{`x.*yz`, []string{"yz"}, false},
		{"\ufffd", nil, false},
		{`(`, nil, false},
		{``, nil, false},
	} {
		h := hintOf(tt.pattern)
		same := len(h.texts) == len(tt.texts) && h.whole == tt.whole
		for i := range min(len(h.texts), len(tt.texts)) {
			same = same && string(h.texts[i].needle) == tt.texts[i]
		}
		if !same {
			t.Errorf("hintOf(%s) = %d texts, whole %v; want %q, %v", tt.pattern, len(h.texts), h.whole, tt.texts, tt.whole)
			for _, f := range h.texts {
				t.Logf("%q", f.needle)
			}
		}
	}
}

func FuzzHint(f *testing.F) {
	f.Add(`(?i)error: \d+|x`, []byte("ERROR: 7"))
	f.Add(`(?i)disk`, []byte("D\u0130ſ\u212a"))
	f.Add(`a(b|cd)+e?`, []byte("acdb"))
	f.Add("é\ufffd", []byte("\xc3\xa9\xff"))
	f.Fuzz(func(t *testing.T, pattern string, data []byte) {
		p, err := regexp.Compile(pattern)
		if err != nil || len(data) > 1<<10 {
			return
		}
		if got, want := hintOf(pattern).before(p.Match)(data), p.Match(data); got != want {
			t.Fatalf("%q in %q = %v; want %v", pattern, data, got, want)
		}
	})
}

func FuzzRunes(f *testing.F) {
	f.Add([]byte("größe\xffx 日本語"))
	f.Add(bytes.Repeat([]byte("x"), 20))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := runes(data), utf8.RuneCount(data); got != want {
			t.Fatalf("runes(%q) = %d; want %d", data, got, want)
		}
	})
}
