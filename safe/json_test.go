package safe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendJSON(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "hello", `"hello"`},
		{"empty", "", `""`},
		{"quote, backslash, slash", `"\/`, `"\"\\/"`},
		{"short escapes", "\n\r\t", `"\n\r\t"`},
		{"C0", "\x00\x1b\x1f ", `"\u0000\u001b\u001f "`},
		{"DEL and C1", "~\x7f\u0080\u009f\u00a0", `"~\u007f\u0080\u009f` + "\u00a0\""},
		{"bidi", "\u061c\u200e\u200f\u202a\u202e\u2066\u2069", `"\u061c\u200e\u200f\u202a\u202e\u2066\u2069"`},
		{"line separators", "\u2028\u2029", `"\u2028\u2029"`},
		{"near bidi", "\u061b\u061d\u200d\u2010\u202f\u2065\u206a", "\"\u061b\u061d\u200d\u2010\u202f\u2065\u206a\""},
		{"invalid", "a\xffb\xc3", "\"a\ufffdb\ufffd\""},
		{"U+FFFD itself", "\ufffd", "\"\ufffd\""},
		{"scripts", "é日😀", "\"é日😀\""},
	} {
		if got := string(AppendJSON(nil, tt.in)); got != tt.want {
			t.Errorf("%s: AppendJSON(%q) = %s; want %s", tt.name, tt.in, got, tt.want)
		}
		// Every position in the word of eight bytes.
		for n := range 9 {
			pad := strings.Repeat("x", n)
			want := `{"` + pad + tt.want[1:len(tt.want)-1] + pad + `"`
			if got := string(AppendJSON([]byte("{"), []byte(pad+tt.in+pad))); got != want {
				t.Errorf("%s, %d bytes in: AppendJSON = %s; want %s", tt.name, n, got, want)
			}
		}
	}
}

// TestAppendJSONDense: each set of places in a word of eight bytes at which
// there is something to escape, with another word behind it.
func TestAppendJSONDense(t *testing.T) {
	naive := strings.NewReplacer(`"`, `\"`, `\`, `\\`)
	for _, special := range []byte(`"\`) {
		for set := range 1 << 8 {
			word := []byte("abcdefgh")
			for i := range word {
				if set>>i&1 == 1 {
					word[i] = special
				}
			}
			in := string(word) + "ijklmnop"
			if got, want := string(AppendJSON(nil, in)), `"`+naive.Replace(in)+`"`; got != want {
				t.Errorf("AppendJSON(%q) = %s; want %s", in, got, want)
			}
		}
	}
}

func TestAppendValidJSON(t *testing.T) {
	long := strings.Repeat("x", jsonShort)
	for _, tt := range []struct {
		name, in string
		valid    bool
	}{
		{"empty", "", true},
		{"plain", "websocket", true},
		{"escaped", "a\"\x1b", true},
		{"not ASCII", "é", true},
		{"U+FFFD itself", "\ufffd", true},
		{"invalid", "\xff", false},
		{"cut off", "plain text é"[:len("plain text é")-1], false},
		{"long", long + "é", true},
		{"long and invalid", long + "\xc3", false},
	} {
		want := "["
		if tt.valid {
			want = string(AppendJSON([]byte(want), tt.in))
		}
		if got, valid := AppendValidJSON([]byte("["), tt.in); string(got) != want || valid != tt.valid {
			t.Errorf("%s: AppendValidJSON(%q) = %s, %v; want %s, %v", tt.name, tt.in, got, valid, want, tt.valid)
		}
	}
}

// asIs looks at eight bytes at once: each byte at each place in a word, beside
// one that is not ASCII and may disturb it, too.
func TestAsIs(t *testing.T) {
	for b := range 256 {
		want := b >= 0x20 && b < 0x7f && b != '"' && b != '\\'
		for n := range 17 {
			for at := range n {
				in := bytes.Repeat([]byte("x"), n)
				in[at] = byte(b)
				if got := asIs(in); got != want {
					t.Fatalf("asIs(%q) = %v; want %v", in, got, want)
				}
				for beside := range n {
					in := bytes.Clone(in)
					if in[beside] = 0xff; asIs(in) {
						t.Fatalf("asIs(%q) = true; want false", in)
					}
				}
			}
		}
	}
}

func FuzzAppendJSON(f *testing.F) {
	f.Add([]byte("plain text of some length"))
	f.Add([]byte("\"\\\x00\x7f\u009f\u202e\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		out := AppendJSON(nil, in)
		var back string
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatalf("AppendJSON(%q) = %s: %v", in, out, err)
		}
		if want := strings.Join(strings.Split(string([]rune(string(in))), ""), ""); back != want {
			t.Errorf("AppendJSON(%q) reads back as %q; want %q", in, back, want)
		}
		if !utf8.Valid(out) {
			t.Errorf("AppendJSON(%q) is not UTF-8", in)
		}
		for _, r := range string(out) {
			if r < 0x20 || r == 0x7f || r > 0x7f && escaped(r) {
				t.Errorf("AppendJSON(%q) holds %U", in, r)
			}
		}
		if got, valid := AppendValidJSON(nil, in); valid != utf8.Valid(in) || valid && string(got) != string(out) {
			t.Errorf("AppendValidJSON(%q) = %s, %v; AppendJSON gives %s", in, got, valid, out)
		}
		if s := AppendJSON(nil, string(in)); string(s) != string(out) {
			t.Errorf("AppendJSON differs between string %s and bytes %s", s, out)
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	ascii := strings.Repeat("the quick brown fox jumps over the lazy dog; ", 50)
	var varied strings.Builder // else the processor learns where the quotes are
	for i := range 300 {
		fmt.Fprintf(&varied, `{"id":"pump-%d","bar":%d.%d,"rpm":%d,"mode":"auto"},`, i%9, i%400, i%10, i*7919%3000)
	}
	for _, bm := range []struct{ name, s string }{
		{"text", ascii},
		{"varied", varied.String()},
		{"JSON", strings.Repeat(`{"sym":"BTC-USD","px":10000.50,"qty":7,"side":"buy"},`, 40)},
		{"Chinese", strings.Repeat("敏捷的棕色狐狸跳过了懒狗。", 50)},
		{"short", "Sec-WebSocket-Key"},
	} {
		dst := make([]byte, 0, 1<<16)
		b.Run(bm.name, func(b *testing.B) {
			in := []byte(bm.s)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				dst = AppendJSON(dst[:0], in)
			}
		})
	}
}
