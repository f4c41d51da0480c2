package export

import (
	"fmt"
	"io"
	"strings"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/flow"
	"wsight/safe"
	"wsight/session"
)

// Mermaid writes a sequenceDiagram. Diagrams are drawn by programs that give
// up on long ones, so it holds the first messages of each connection and says
// how many more there were.
type Mermaid struct {
	pen
	ends   map[string]string // names of participants, by address
	counts map[*dissect.Conversation]int
}

const (
	mermaidMessages = 50 // of a connection
	mermaidText     = 60 // cells of a payload
	mermaidBytes    = 45_000
)

// NewMermaid returns a writer of a diagram to w.
func NewMermaid(w io.Writer) *Mermaid {
	return &Mermaid{
		pen:  pen{w: w, buf: []byte("sequenceDiagram\n")},
		ends: map[string]string{}, counts: map[*dissect.Conversation]int{},
	}
}

// Event implements Writer.
func (d *Mermaid) Event(e dissect.Event) {
	c := e.At().Conv
	if c == nil || len(d.buf) > mermaidBytes {
		return
	}
	client, server := d.end("c", c.Client.String()), d.end("s", c.Server.String())
	switch e := e.(type) {
	case *dissect.Opened:
		d.counts[c] = 0
		if c.Midstream {
			d.note(client, server, "the capture began after the handshake")
		}
	case *dissect.Handshake:
		if q := e.Request; q != nil {
			d.line("%s->>%s: %s %s", client, server, mermaidSafe(q.Method), mermaidSafe(safe.Line(q.Target, mermaidText)))
		}
		switch r := e.Response; {
		case r == nil && e.Verdict.Kind != handshake.Accepted:
			d.note(client, server, "no answer")
		case r != nil && e.Verdict.Kind == handshake.Accepted:
			d.line("%s->>%s: %d %s", server, client, r.Status, mermaidSafe(r.Reason))
		case r != nil:
			d.line("%s--x%s: %d %s", server, client, r.Status, mermaidSafe(r.Reason))
		}
	case *dissect.Message:
		d.message(client, server, e)
	case *dissect.Finding:
		rule := e.Rule()
		d.note(client, server, rule.Severity.String()+" "+string(e.Code)+": "+rule.Title)
	case *dissect.Ended:
		if more := d.counts[c] - mermaidMessages; more > 0 {
			d.note(client, server, fmt.Sprintf("%d more messages", more))
		}
		delete(d.counts, c)
		d.note(client, server, endWords(e))
	}
}

func (d *Mermaid) message(client, server string, m *dissect.Message) {
	d.counts[m.Conv]++
	if d.counts[m.Conv] > mermaidMessages {
		return
	}
	from, to := client, server
	if m.Dir == flow.ServerToClient {
		from, to = server, client
	}
	text := m.Type.String()
	switch {
	case m.Type == dissect.Close && m.Code >= 0:
		text += fmt.Sprintf(" %d %s", m.Code, safe.Line(m.Reason, mermaidText))
	case m.Length >= 0:
		text += " " + size(m.Length)
	}
	if r := m.Decoded; r != nil {
		text += " " + r.Format + " " + safe.Line(r.Summary, mermaidText)
	} else if m.Valid && m.Undecoded == "" && m.Type != dissect.Close && len(m.Payload) > 0 {
		text += " " + safe.Line(m.Payload, mermaidText)
	}
	arrow := "->>"
	if m.Type.Control() {
		arrow = "-->>"
	}
	d.line("%s%s%s: %s", from, arrow, to, mermaidSafe(text))
}

// end returns the name of a participant, and declares it when it is new.
func (d *Mermaid) end(role, address string) string {
	id, ok := d.ends[role+address]
	if !ok {
		id = fmt.Sprintf("%s%d", role, len(d.ends)+1)
		d.ends[role+address] = id
		d.line("participant %s as %s", id, mermaidSafe(address))
	}
	return id
}

func (d *Mermaid) note(client, server, text string) {
	d.line("Note over %s,%s: %s", client, server, mermaidSafe(text))
}

func (d *Mermaid) line(format string, args ...any) {
	d.buf = append(d.buf, "    "...)
	d.buf = append(fmt.Appendf(d.buf, format, args...), '\n')
}

// mermaidSafe escapes what has a meaning in a diagram: entities are written
// with # and a semicolon, which ends statements.
func mermaidSafe(s string) string {
	return mermaidEscapes.Replace(strings.TrimRight(safe.Text(s), " "))
}

var mermaidEscapes = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;", "%%", "#37;#37;")

// Close implements Writer.
func (d *Mermaid) Close(session.Summary) error {
	if len(d.buf) > mermaidBytes {
		d.buf = append(d.buf, "    %% the diagram was cut here: select less with --where\n"...)
	}
	return d.flush()
}
