package safe

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want, ascii string }{
		{"ASCII", `GET /chat HTTP/1.1 \u202e`, `GET /chat HTTP/1.1 \u202e`, `GET /chat HTTP/1.1 \u202e`},
		{"empty", "", "", ""},
		{"escape sequence", "\x1b[31mred\x07", "␛[31mred␇", `\x1b[31mred\x07`},
		{"NUL, DEL", "\x00\x7f", "␀␡", `\x00\x7f`},
		{"line ends and tab", "a\r\n\tb", "a␍␊␉b", `a\x0d\x0a\x09b`},
		{"last C0, first after", "\x1f ", "␟ ", `\x1f `},
		{"C1 as runes", "\u0080\u009b\u00a0", `\u0080\u009b` + "\u00a0", `\u0080\u009b\u00a0`},
		{"C1 as bytes", "a\x9b31m", `a\x9b31m`, `a\x9b31m`},
		{"cut rune", "é\xc3", `é\xc3`, `\u00e9\xc3`},
		{"overlong, surrogate", "\xc0\xaf\xed\xa0\x80", `\xc0\xaf\xed\xa0\x80`, `\xc0\xaf\xed\xa0\x80`},
		{"bidi controls", "\u061c\u200e\u200f\u202a\u202e\u2066\u2069", `\u061c\u200e\u200f\u202a\u202e\u2066\u2069`, `\u061c\u200e\u200f\u202a\u202e\u2066\u2069`},
		{"zero width", "a\u200bb\u200dc\u2060d\ufeff", `a\u200bb\u200dc\u2060d\ufeff`, `a\u200bb\u200dc\u2060d\ufeff`},
		{"soft hyphen", "a\u00adb", `a\u00adb`, `a\u00adb`},
		{"line separators", "\u2028\u2029", `\u2028\u2029`, `\u2028\u2029`},
		{"tag characters", "x\U000e0041", `x\U000e0041`, `x\U000e0041`},
		{"fillers", "\u115f\u3164\uffa0\u2800", `\u115f\u3164\uffa0\u2800`, `\u115f\u3164\uffa0\u2800`},
		{"private use", "\ue000\U0010fffd", `\ue000\U0010fffd`, `\ue000\U0010fffd`},
		{"unassigned", "\u0378\uffff", `\u0378\uffff`, `\u0378\uffff`},
		{"two marks, then three", "a\u0301\u0302b\u0301\u0302\u0303", "a\u0301\u0302b\u0301\u0302" + `\u0303`, `a\u0301\u0302b\u0301\u0302\u0303`},
		{"mark without base", "\u0301a", `\u0301a`, `\u0301a`},
		{"mark after a replacement", "\x1b\u0301", `␛\u0301`, `\x1b\u0301`},
		{"mark after a plain run", "abcdefghijk\u0301", "abcdefghijk\u0301", `abcdefghijk\u0301`},
		{"flag, half a flag", "🇩🇪🇫x", `🇩🇪\U0001f1ebx`, `\U0001f1e9\U0001f1ea\U0001f1ebx`},
		{"presentation selector", "☺\ufe0fa\ufe0f", "☺\ufe0f" + `a\ufe0f`, `\u263a\ufe0fa\ufe0f`},
		{"joined emoji", "👩\u200d👧", `👩\u200d👧`, `\U0001f469\u200d\U0001f467`},
		{"skin tones", "👍🏻🏻🏻", `👍🏻🏻\U0001f3fb`, `\U0001f44d\U0001f3fb\U0001f3fb\U0001f3fb`},
		{"Hangul parts", "\u1112\u1161\u11ab\u1100\u1100\u1161", "\u1112\u1161\u11ab\u1100" + `\u1100\u1161`, `\u1112\u1161\u11ab\u1100\u1100\u1161`},
		{"scripts", "Ünïcode 日本語 عربي", "Ünïcode 日本語 عربي", `\u00dcn\u00efcode \u65e5\u672c\u8a9e \u0639\u0631\u0628\u064a`},
		{"tview tags are text", "[red][:::https://example.com]x", "[red][:::https://example.com]x", "[red][:::https://example.com]x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q; want %q", tt.in, got, tt.want)
			}
			if got := string(Form{}.Append([]byte("x"), tt.in)); got != "x"+tt.want {
				t.Errorf("Append(%q) = %q; want %q", tt.in, got, "x"+tt.want)
			}
			if got := (Form{ASCII: true}).Text(tt.in); got != tt.ascii {
				t.Errorf("Form{ASCII}.Text(%q) = %q; want %q", tt.in, got, tt.ascii)
			}
			checkClusters(t, tt.in)
		})
	}
}

func TestMultiline(t *testing.T) {
	f := Form{Multiline: true}
	for _, tt := range []struct{ in, want string }{
		{"a\nb\r\nc\t", "a\nb␍\nc␉"},
		{"\n\u0301", "\n" + `\u0301`},
	} {
		if got := f.Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
	if got := f.Line("a\nb", 9); got != "a␊b" {
		t.Errorf("Line keeps a newline: %q", got)
	}
}

// What our tables join is what the terminal's library joins.
func TestJoins(t *testing.T) {
	for r := rune(0x20); r <= unicode.MaxRune; r++ {
		if !shown(r) || regional(r) || r == 0xfe0e || r == 0xfe0f {
			continue
		}
		if !joins(r) && uniseg.GraphemeClusterCount("\uac00"+string(r)) == 1 {
			t.Errorf("U+%04X joins what is before it and joins(r) does not say so", r)
		}
		if !leads(r) && !joins(r) && uniseg.GraphemeClusterCount(string(r)+"\uac00") == 1 {
			t.Errorf("U+%04X joins what is behind it and leads(r) does not say so", r)
		}
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  string
	}{
		{"hello", 5, "hello"},
		{"hello!", 5, "hell…"},
		{"hello", 1, "…"},
		{"h", 1, "h"},
		{"hello", 0, ""},
		{"hello", -1, ""},
		{"", 3, ""},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"},
		{"日本", 1, "…"},
		{"ae\u0301x", 3, "ae\u0301x"},
		{"ae\u0301xy", 3, "ae\u0301…"},
		{"a\u202eb", 6, "a…"},
		{"a\u202eb", 8, `a\u202eb`},
		{"🇩🇪🇫🇷", 3, "🇩🇪…"},
	} {
		if got := Line(tt.in, tt.width); got != tt.want {
			t.Errorf("Line(%q, %d) = %q; want %q", tt.in, tt.width, got, tt.want)
		}
	}
	if got := (Form{ASCII: true}).Line("hello!", 5); got != "hell." {
		t.Errorf("Form{ASCII}.Line = %q; want %q", got, "hell.")
	}
}

// checkClusters compares the pieces with the whole, and the whole with what
// every output promises.
func checkClusters(t *testing.T, in string) {
	t.Helper()
	for _, f := range []Form{{}, {ASCII: true}, {Multiline: true}} {
		var joined strings.Builder
		width, offset := 0, -1
		for c := range f.Clusters(in) {
			joined.WriteString(c.Text)
			width += c.Width
			if c.Offset <= offset {
				t.Errorf("Clusters(%q): offset %d after %d", in, c.Offset, offset)
			}
			offset = c.Offset
			if c.Width == 0 && c.Text != "\n" {
				t.Errorf("Clusters(%q): %q takes no room", in, c.Text)
			}
		}
		got := f.Text(in)
		if joined.String() != got {
			t.Errorf("Clusters(%q) joined = %q; Text = %q", in, joined.String(), got)
		}
		if f == (Form{}) && Width(got) != width {
			t.Errorf("Width(%q) = %d; its clusters sum to %d", got, Width(got), width)
		}
		checkSafe(t, got, f)
		if f == (Form{Multiline: true}) {
			continue
		}
		for _, w := range []int{1, 2, 7} {
			line := f.Line(in, w)
			checkSafe(t, line, f)
			if n := Width(line); n > w {
				t.Errorf("Line(%q, %d) = %q, which is %d wide", in, w, line, n)
			}
		}
	}
}

func checkSafe(t *testing.T, s string, f Form) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%q is not valid UTF-8", s)
	}
	for _, r := range s {
		if r == '\n' && f.Multiline {
			continue
		}
		if !unicode.IsGraphic(r) || f.ASCII && r > 0x7e {
			t.Errorf("%q holds %U", s, r)
		}
	}
	for state, rest, c := -1, s, ""; rest != ""; {
		if c, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state); utf8.RuneCountInString(c) > maxMarks+2 {
			t.Errorf("%q holds a cluster of %d runes", s, utf8.RuneCountInString(c))
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"\x1b]8;;http://x\x07", "e\u0301\u0302\u0303", "🇩🇪🇫", "\u1100\u1100\u1161\u11ab", "a\ufe0f", "\xff\xc3", "[red]\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkClusters(t, s)
		for _, got := range []string{Quote(s), Cell(s), FileName(s), Markdown(s), MarkdownCode(s)} {
			checkSafe(t, got, Form{})
		}
	})
}

func BenchmarkText(b *testing.B) {
	line := strings.Repeat(`{"op":"order","sym":"BTC-USD","px":10000.5}`, 20)
	for name, s := range map[string]string{"plain": line, "control": line + "\x1b" + line, "umlauts": strings.Repeat("Grüße aus Köln, ", 50)} {
		b.Run(name, func(b *testing.B) {
			dst := make([]byte, 0, 1<<16)
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				dst = Form{}.Append(dst[:0], s)
			}
		})
	}
}

// Printable looks at eight bytes at once: each byte at each place in a word,
// beside one that is not ASCII and may disturb it, too.
func TestPrintable(t *testing.T) {
	naive := func(in string) int {
		for i := range len(in) {
			if in[i] < 0x20 || in[i] > 0x7e {
				return i
			}
		}
		return len(in)
	}
	for b := range 256 {
		for n := range 18 {
			for at := range n {
				in := bytes.Repeat([]byte("x"), n)
				in[at] = byte(b)
				for beside := range n {
					in := bytes.Clone(in)
					if beside != at {
						in[beside] = 0xff
					}
					if got, want := Printable(string(in)), naive(string(in)); got != want {
						t.Fatalf("Printable(%q) = %d; want %d", in, got, want)
					}
				}
			}
		}
	}
}
