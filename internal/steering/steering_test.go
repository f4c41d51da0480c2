package steering

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"words", "GET /chat", ""},
		{"letters of many scripts", "Grüße, 日本, 😀", ""},
		{"the end of a line, which is allowed", "a\nb\n", ""},
		{"a tab, which is not", "a\tb", `"\t" at byte 1`},
		{"escape", "a\x1b[2J", `"\x1b" at byte 1`},
		{"a picture of escape", "␛[2J", ""},
		{"delete", "\x7f", `"\x7f" at byte 0`},
		{"C1", "\u009b2J", `"\u009b" at byte 0`},
		{"the first letter behind C1", "\u00a0", ""},
		{"text turned round", "a\u202eb", `"\u202e" at byte 1`},
		{"a space before those", "\u202fa", ""},
		{"an isolate", "\u2066", `"\u2066" at byte 0`},
		{"the end of a line to some programs", "a\u2028", `"\u2028" at byte 1`},
		{"no UTF-8", "a\xff", `"\xff" at byte 1`},
		{"the character for what was none", "\ufffd", ""},
	} {
		if got := Find([]byte(tt.text), "\n"); !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: Find(%q) = %s; want %s", tt.name, tt.text, got, tt.want)
		}
	}
}
