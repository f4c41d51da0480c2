package export

import (
	"strings"

	"wsight/safe"
)

// column is where the text of a labelled line begins.
const column = 12

// secret takes the secrets out of text that quotes what was captured.
func (p *prescription) secret(text string) string {
	if !p.opts.Secrets {
		text = MaskText(text)
	}
	if p.opts.ASCII {
		return safe.Form{ASCII: true}.Text(text)
	}
	return text
}

// label writes a labelled paragraph. A newline in text begins a new line.
func (p *prescription) label(name, text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			name = ""
		}
		p.paragraph("  "+pad(name, column-2), part, column, plain)
	}
}

// paragraph writes text behind head, broken between words so that no line is
// wider than it may be unless a word is; lines after the first are indented.
func (p *prescription) paragraph(head, text string, indent int, color ink) {
	for i, line := range folded(text, p.width-indent) {
		if i > 0 {
			head = strings.Repeat(" ", indent)
		}
		p.styled(head+strings.TrimRight(line, " "), color)
	}
}

// block writes lines that may be copied, and never breaks them.
func (p *prescription) block(lines string) {
	if lines == "" {
		return
	}
	p.b.WriteByte('\n')
	for line := range strings.SplitSeq(lines, "\n") {
		if line = strings.TrimRight(line, " "); line != "" {
			line = strings.Repeat(" ", column-2) + line
		}
		p.styled(line, plain)
	}
	p.b.WriteByte('\n')
}

func (p *prescription) styled(line string, color ink) {
	if p.opts.Color && color != plain {
		line = "\x1b[" + string(color) + "m" + line + "\x1b[0m"
	}
	p.b.WriteString(line + "\n")
}
