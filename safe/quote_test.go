package safe

import (
	"fmt"
	"strings"
	"testing"
)

func TestQuote(t *testing.T) {
	wide := strings.Repeat("日", QuoteLimit/2)
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "nginx/1.22.1", `"nginx/1.22.1"`},
		{"empty", "", `""`},
		{"quotes and backslashes", `a"b\c`, `"a\"b\\c"`},
		{"line ends and tab", "a\r\n\t", `"a\r\n\t"`},
		{"control", "\x1b\x7f\u009b", `"\x1b\x7f\u009b"`},
		{"invalid", "\xff\xc3", `"\xff\xc3"`},
		{"bidi", "a\u202eb", `"a\u202eb"`},
		{"as long as the limit", wide, `"` + wide + `"`},
		{"longer than the limit", wide + "é!", `"` + wide + `…" and 3 bytes more`},
		{"cut between clusters", strings.Repeat("a", QuoteLimit) + "e\u0301", `"` + strings.Repeat("a", QuoteLimit) + `…" and 3 bytes more`},
		{"one byte more", strings.Repeat("a", QuoteLimit+1), `"` + strings.Repeat("a", QuoteLimit) + `…" and 1 byte more`},
		{"an escape is not cut", strings.Repeat("a", QuoteLimit-1) + "\xff", `"` + strings.Repeat("a", QuoteLimit-1) + `…" and 1 byte more`},
	} {
		if got := Quote([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: Quote(%q) = %s; want %s", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestCell(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"text", "text"},
		{"a=b", "a=b"},
		{"", ""},
		{"=HYPERLINK(1)", "'=HYPERLINK(1)"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(1)", "'@SUM(1)"},
		{"  =1", "'  =1"},
		{"\u00a0=1", "'\u00a0=1"},
		{"＝1", "'＝1"},
		{"\t=1", "'␉=1"},
		{"\r\n=1", "'␍␊=1"},
		{"'=1", "'=1"},
		{"\x1b", "␛"},
	} {
		if got := Cell(tt.in); got != tt.want {
			t.Errorf("Cell(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}

func TestFileName(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"chat.example.com", "chat.example.com"},
		{"../../etc/passwd", "etc-passwd"},
		{"..", "unnamed"},
		{"", "unnamed"},
		{"-rf *", "rf"},
		{"a/b\\c:d\x00e", "a-b-c-d-e"},
		{"a..b", "a.b"},
		{"日本", "unnamed"},
		{"CON", "_CON"},
		{"nul.txt", "_nul.txt"},
		{"com1", "_com1"},
		{"console", "console"},
		{"[2001:db8::1]:80", "2001-db8-1-80"},
		{strings.Repeat("a", 99), strings.Repeat("a", FileNameLimit)},
	} {
		if got := FileName(tt.in); got != tt.want {
			t.Errorf("FileName(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for _, tt := range []struct{ in, text, code string }{
		{"plain text", "plain text", "`plain text`"},
		{"", "", ""},
		{"a|b", `a\|b`, "`a|b`"},
		{"<img src=x>", `\<img src\=x\>`, "`<img src=x>`"},
		{"`x`", "\\`x\\`", "`` `x` ``"},
		{"a``b", "a\\`\\`b", "```a``b```"},
		{"[x](http://y)", `\[x\]\(http\://y\)`, "`[x](http://y)`"},
		{" x ", " x ", "`  x  `"},
		{"a\n# b", `a␊\# b`, "`a␊# b`"},
	} {
		if got := Markdown(tt.in); got != tt.text {
			t.Errorf("Markdown(%q) = %q; want %q", tt.in, got, tt.text)
		}
		if got := MarkdownCode(tt.in); got != tt.code {
			t.Errorf("MarkdownCode(%q) = %q; want %q", tt.in, got, tt.code)
		}
	}
}

func ExampleQuote() {
	fmt.Println(Quote("chat\x1b[2J\u202e"))
	// Output: "chat\x1b[2J\u202e"
}

func ExampleText() {
	fmt.Println(Text("\x1b[31mred\u202e"))
	// Output: ␛[31mred\u202e
}

func ExampleLine() {
	fmt.Println(Line("wss://chat.example.com/rooms/42", 16))
	// Output: wss://chat.exam…
}

func ExampleMaskTarget() {
	fmt.Println(MaskTarget("/chat?room=1&access_token=s3cret"))
	// Output: /chat?room=1&access_token=***
}
