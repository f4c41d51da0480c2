package websocket

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUTF8(t *testing.T) {
	tests := []struct {
		in  string
		at  int64 // where it breaks
		bad bool
	}{
		{"", 0, false},
		{strings.Repeat("plain ASCII, longer than a word ", 3), 96, false},
		{"κόσμε", 10, false},
		{"\u007f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff", 19, false},
		{"ab\x80", 2, true},                             // no start
		{"κόσμε\xed\xa0\x80edited", 10, true},           // surrogate
		{"\xf4\x90\x80\x80", 0, true},                   // beyond U+10FFFF
		{"\xc0\xaf", 0, true},                           // overlong
		{"\xe0\x80\xaf", 0, true},                       // overlong
		{"ab\xe2\x82", 2, true},                         // cut off
		{"ab\xf0\x9f\x98", 2, true},                     // cut off
		{"\xe2\x82A", 0, true},                          // interrupted
		{strings.Repeat("a", 40) + "\xff", 40, true},    // behind the fast path
		{strings.Repeat("ab€", 20) + "\xfe", 100, true}, // mixed
	}
	for _, tt := range tests {
		for _, step := range []int{1, 2, 3, 5, 1000} {
			var u UTF8
			for p := []byte(tt.in); len(p) > 0; p = p[min(step, len(p)):] {
				u.Write(p[:min(step, len(p))])
			}
			if at, bad := u.End(); at != tt.at || bad != tt.bad {
				t.Errorf("%q in pieces of %d: breaks at %d, %v; want %d, %v", tt.in, step, at, bad, tt.at, tt.bad)
			}
		}
	}
}

// A character that is not complete yet is no fault before the end.
func TestUTF8Bad(t *testing.T) {
	var u UTF8
	u.Write([]byte("a\xe2\x82"))
	if _, bad := u.Bad(); bad {
		t.Error("bad before the character could be completed")
	}
	if at, bad := u.End(); at != 1 || !bad {
		t.Errorf("End() = %d, %v; want 1, true", at, bad)
	}
	if !u.Write([]byte("\xac")) {
		t.Error("the completed character is refused")
	}
}

func FuzzUTF8(f *testing.F) {
	f.Add([]byte("κόσμε\xed\xa0\x80edited"), 2)
	f.Add([]byte("plain text that is a little longer than a word\xf0\x9f\x98"), 7)
	f.Fuzz(func(t *testing.T, text []byte, step int) {
		if step < 1 {
			t.Skip()
		}
		var u UTF8
		for p := text; len(p) > 0; p = p[min(step, len(p)):] {
			u.Write(p[:min(step, len(p))])
		}
		at, bad := u.End()
		if bad == utf8.Valid(text) {
			t.Fatalf("bad = %v for %q", bad, text)
		}
		if bad && !utf8.Valid(text[:at]) {
			t.Fatalf("%q breaks before %d", text, at)
		}
		if bad && at < int64(len(text)) {
			if r, size := utf8.DecodeRune(text[at:]); r != utf8.RuneError || size != 1 {
				t.Fatalf("%q does not break at %d", text, at)
			}
		}
	})
}
