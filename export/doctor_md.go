package export

import (
	"fmt"
	"strings"

	"wsight/diagnose/verdict"
	"wsight/safe"
)

// DoctorMarkdown returns the diagnoses for a ticket. Captured text in it is
// escaped, so that it cannot become markup.
func DoctorMarkdown(list []verdict.Diagnosis, opts DoctorOptions) []byte {
	p := prescription{opts: opts}
	p.b.WriteString("## WebSocket diagnosis\n")
	if len(opts.Inputs) > 0 {
		p.b.WriteString("\nCapture:")
		for _, name := range opts.Inputs {
			p.b.WriteString(" " + safe.MarkdownCode(name))
		}
		p.b.WriteByte('\n')
	}
	for i := range list {
		p.section(&list[i], i+1)
	}
	return []byte(p.b.String())
}

func (p *prescription) section(d *verdict.Diagnosis, n int) {
	fmt.Fprintf(&p.b, "\n### %s\n\n", p.markdown(d.Headline))
	if d.Code != "" {
		fmt.Fprintf(&p.b, "- **Culprit**: %s\n", p.markdown(culprit(d)))
		fmt.Fprintf(&p.b, "- **Finding**: `%s` (%s)%s\n", d.Code, d.Severity, times(d.Count))
		for line := range strings.SplitSeq(p.where(d), "\n") {
			fmt.Fprintf(&p.b, "- **Connection** %s\n", safe.MarkdownCode(line))
		}
		for _, x := range d.Evidence {
			fmt.Fprintf(&p.b, "- **Evidence**: %s\n", p.markdown(p.exhibit(x, len(d.Connections) > 1)))
		}
		if len(d.Consequences) > 0 {
			p.b.WriteString("- **Follows from it**:")
			for _, c := range d.Consequences {
				fmt.Fprintf(&p.b, " `%s`", c)
			}
			p.b.WriteByte('\n')
		}
		if len(d.Beside) > 0 {
			p.b.WriteString("- **Found beside it**:")
			for _, c := range d.Beside {
				fmt.Fprintf(&p.b, " `%s`", c)
			}
			p.b.WriteByte('\n')
		}
	}
	for _, r := range d.Remedies {
		text := r
		text.Lines = ""
		fmt.Fprintf(&p.b, "\n**Fix** %s\n", p.markdown(text.String()))
		if r.Lines != "" {
			fmt.Fprintf(&p.b, "\n%s:\n\n```\n%s\n```\n", p.markdown(r.Where), r.Lines)
		}
	}
	if p.repeated(d.Next, n) > 0 {
		p.b.WriteString("\n**Next** The same as above.\n")
	} else if d.Next != "" {
		text, command, _ := strings.Cut(d.Next, "\n")
		fmt.Fprintf(&p.b, "\n**Next** %s\n\n```\n%s\n```\n", p.markdown(text), strings.ReplaceAll(command, "    ", ""))
	}
}

// markdown writes text that may quote what was captured. What is quoted
// becomes a code span, as what stands between backticks is one already; in the
// rest, our own words, only what begins markup is escaped.
func (p *prescription) markdown(text string) string {
	var b strings.Builder
	text = p.secret(text)
	for text != "" {
		i := strings.IndexAny(text, "`\"")
		if i < 0 {
			break
		}
		b.WriteString(markup.Replace(text[:i]))
		n, end := quoted(text[i+1:]), i+1
		if text[i] == '`' {
			n = strings.IndexByte(text[i+1:]+"`", '`')
			b.WriteString(safe.MarkdownCode(text[i+1 : i+1+n]))
		} else {
			b.WriteString(safe.MarkdownCode(text[i:min(i+2+n, len(text))]))
		}
		end = min(end+n+1, len(text))
		text = text[end:]
	}
	b.WriteString(markup.Replace(text))
	return b.String()
}

// markup escapes what begins markup within a line.
var markup = strings.NewReplacer(`\`, `\\`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "|", `\|`, "&", `\&`, "#", `\#`)
