package safe

import "strings"

// Markdown returns [Text] of s as running text of a Markdown document, in a
// table cell or outside: every character that could begin markup, HTML, a
// link or a new cell is escaped.
func Markdown[T Captured](s T) string {
	text := Text(s)
	if !strings.ContainsAny(text, markup) {
		return text
	}
	dst := make([]byte, 0, len(text)+16)
	for i := range len(text) {
		if strings.IndexByte(markup, text[i]) >= 0 {
			dst = append(dst, '\\')
		}
		dst = append(dst, text[i])
	}
	return string(dst)
}

const markup = "\\`*_{}[]()<>#+-.!|~$&:@="

// MarkdownCode returns [Text] of s as a code span whose fence is longer than
// any run of backticks in it. In the cell of a table its pipes, which would end
// the cell, have still to be escaped.
func MarkdownCode[T Captured](s T) string {
	text := Text(s)
	if text == "" {
		return ""
	}
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	pad := ""
	if text[0] == '`' || text[len(text)-1] == '`' || text[0] == ' ' && text[len(text)-1] == ' ' {
		pad = " " // one space on each side is taken off by the reader
	}
	return fence + pad + text + pad + fence
}
