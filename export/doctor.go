package export

import (
	"fmt"
	"strconv"
	"strings"

	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/finding"
	"wsight/safe"
	"wsight/session"
)

// DoctorOptions say how diagnoses look.
type DoctorOptions struct {
	Color   bool
	ASCII   bool
	Width   int      // cells of a line; 0: 80
	Inputs  []string // names of the captures, for the title and for packet numbers
	Secrets bool     // cookies, credentials and tokens are shown

	// Copies returns where else a connection was captured, as far as is known;
	// nil: that is not told.
	Copies func(*dissect.Conversation) []*dissect.Conversation
}

// Quality returns what the doctor has to know of a capture as a whole.
func Quality(s session.Summary) verdict.Quality {
	return verdict.Quality{
		Packets: s.Packets, PassedOver: s.PassedOver, TCP: s.TCP, TLSWithoutKeys: s.TLSWithoutKeys, Keys: s.Keys, Dropped: s.Dropped,
		Truncated: s.Truncated, Complete: s.Complete, Last: s.Last,
	}
}

// DoctorText returns the diagnoses for people to read: the headline first,
// then who is to blame, what shows it, what follows from it, and how to mend
// it. Captured text in it is quoted and cannot steer a terminal.
func DoctorText(list []verdict.Diagnosis, opts DoctorOptions) []byte {
	p := prescription{opts: opts, width: 80}
	if opts.Width > 0 {
		p.width = max(min(opts.Width, 100), 40)
	}
	for i := range list {
		if i > 0 && !strings.HasSuffix(p.b.String(), "\n\n") {
			p.b.WriteByte('\n')
		}
		p.diagnosis(&list[i], i, len(list))
	}
	return []byte(strings.TrimRight(p.b.String(), "\n") + "\n")
}

// A prescription is text in the making.
type prescription struct {
	opts  DoctorOptions
	width int
	b     strings.Builder
	said  map[string]int // what to capture next, and the number of the entry that says so
}

func (p *prescription) diagnosis(d *verdict.Diagnosis, i, n int) {
	number := ""
	if n > 1 {
		number = strconv.Itoa(i+1) + ". "
	}
	mark, color := p.mark(d)
	p.paragraph(mark+number, p.secret(d.Headline), len([]rune(mark+number)), color)
	if d.Code == "" {
		p.remedies(d)
		return
	}
	p.label("Culprit", culprit(d))
	p.label("Finding", fmt.Sprintf("%s (%s)%s", d.Code, d.Severity, times(d.Count)))
	p.label("Where", p.where(d))
	for i, x := range d.Evidence {
		name := ""
		if i == 0 {
			name = "Evidence"
		}
		p.label(name, p.exhibit(x, len(d.Connections) > 1))
	}
	if len(d.Consequences) > 0 {
		p.label("Follows", codes(d.Consequences))
	}
	if len(d.Beside) > 0 {
		p.label("Beside", codes(d.Beside))
	}
	p.remedies(d)
	if first := p.repeated(d.Next, i+1); first > 0 {
		p.label("Next", "The same as for "+strconv.Itoa(first)+".")
	} else if d.Next != "" {
		text, command, _ := strings.Cut(d.Next, "\n")
		p.label("Next", text)
		p.block(command)
	}
}

// repeated returns the number of the entry that said the same before entry n;
// 0 when none did.
func (p *prescription) repeated(next string, n int) int {
	if first := p.said[next]; first > 0 || next == "" {
		return first
	}
	if p.said == nil {
		p.said = map[string]int{}
	}
	p.said[next] = n
	return 0
}

// mark returns what stands before a headline.
func (p *prescription) mark(d *verdict.Diagnosis) (string, ink) {
	fancy, plainMark, color := "✖ ", "E ", trouble
	switch {
	case d.Code == "" && d.Count == 0:
		fancy, plainMark, color = "• ", "N ", plain
	case d.Code == "":
		fancy, plainMark, color = "✔ ", "OK ", back
	case d.Severity == finding.Warning:
		fancy, plainMark, color = "▲ ", "W ", caution
	case d.Severity == finding.Note:
		fancy, plainMark, color = "• ", "N ", plain
	}
	if p.opts.ASCII {
		return plainMark, color
	}
	return fancy, color
}

// culprit names the culprit, and how sure that is.
func culprit(d *verdict.Diagnosis) string {
	text := "the " + d.Culprit.String()
	switch d.Culprit {
	case verdict.Proxy:
		text = "a proxy"
		switch {
		case d.Product != "" && d.Guessed:
			text = "the proxy, " + d.Product + " by its habits"
		case d.Product != "":
			text = "the proxy, " + d.Product
		}
	case verdict.Unknown:
		text = "unknown"
	}
	switch d.Certainty {
	case verdict.Guess:
		return text + " (a guess)"
	case verdict.Likely:
		return text + " (likely)"
	}
	return text
}

func times(n int) string {
	if n > 1 {
		return fmt.Sprintf(", %d times", n)
	}
	return ""
}

// where names the connections, the first few of them with their addresses.
func (p *prescription) where(d *verdict.Diagnosis) string {
	const most = 4
	var parts []string
	for i, c := range d.Connections[:min(len(d.Connections), most)] {
		arrow := "→"
		if p.opts.ASCII {
			arrow = "->"
		}
		parts = append(parts, fmt.Sprintf("#%d %s %s %s%s%s", c.Number, c.Client, arrow, c.Server, role(d, i), p.file(c))+p.also(c))
	}
	if more := len(d.Connections) - most; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "\n")
}

// role says which leg the i-th connection of a WebSocket is.
func role(d *verdict.Diagnosis, i int) string {
	switch n := len(d.Connections); {
	case d.Count > 1 || n < 2:
		return ""
	case i == 0:
		return " (client to proxy)"
	case i == n-1:
		return " (proxy to server)"
	}
	return " (proxy to proxy)"
}

func (p *prescription) file(c *dissect.Conversation) string {
	if len(p.opts.Inputs) < 2 || c.File >= len(p.opts.Inputs) {
		return ""
	}
	return " in " + safe.Text(p.opts.Inputs[c.File])
}

func (p *prescription) exhibit(x verdict.Exhibit, several bool) string {
	text := p.secret(x.Text)
	head := ""
	if several && x.Conv != nil {
		head = "#" + strconv.Itoa(x.Conv.Number) + " "
	}
	if x.Packet != 0 {
		head += "packet " + strconv.Itoa(x.Packet.Number())
		if input := x.Packet.Input(); len(p.opts.Inputs) > 1 && input < len(p.opts.Inputs) && (!several || x.Conv == nil || input != x.Conv.File) {
			head += " of " + safe.Text(p.opts.Inputs[input])
		}
	}
	if head == "" {
		return text
	}
	return strings.TrimSpace(head) + ": " + text
}

func codes(list []finding.Code) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

// remedies writes how to mend it.
func (p *prescription) remedies(d *verdict.Diagnosis) {
	for i, r := range d.Remedies {
		name := ""
		if i == 0 {
			name = "Fix"
		}
		text, lines, _ := strings.Cut(r.String(), ":\n\n")
		if r.Lines == "" {
			text, lines = r.String(), ""
		}
		if lines != "" {
			text += ":"
		}
		p.label(name, text)
		p.block(lines)
	}
}

// also says in short where else a connection was captured.
func (p *prescription) also(c *dissect.Conversation) string {
	if p.opts.Copies == nil {
		return ""
	}
	text := ""
	for _, other := range p.opts.Copies(c) {
		text += ", also captured " + safe.Text(dissect.Whereabouts(c, other))
	}
	return text
}
