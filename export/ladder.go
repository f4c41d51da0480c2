package export

import (
	"fmt"
	"io"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/flow"
	"wsight/safe"
	"wsight/session"
)

// Ladder writes Markdown for a ticket: for each connection who talked to
// whom, what was found with what to do about it, and the messages as a
// ladder, with time going down. Of many messages it holds the first and the
// last. What waits for the end of a connection is bounded by Keep; where that
// was too little, the section of the connection says so.
type Ladder struct {
	pen
	shelf[ladder]
	sections int
	late     []string // findings about connections that have been written
	lateMore int
}

// A ladder is one connection whose section is still to be written.
type ladder struct {
	opened  *dissect.Opened
	about   []string
	found   []string
	steps   []string
	last    [ladderLast]string // a ring
	count   int
	more    int // findings that are not listed
	gone    int // rungs that were given up
	poor    bool
	size    int64 // of the lines, in bytes
	started time.Time
}

const (
	ladderFirst = 40
	ladderLast  = 20
	ladderFound = 50 // findings of a connection
	ladderText  = 72 // cells of a payload
)

// NewLadder returns a writer of Markdown to w.
func NewLadder(w io.Writer) *Ladder {
	return &Ladder{pen: pen{w: w}, shelf: newShelf((*ladder).giveUp)}
}

// Event implements Writer.
func (l *Ladder) Event(e dissect.Event) {
	c := e.At().Conv
	if c == nil {
		return
	}
	if o, ok := e.(*dissect.Opened); ok {
		l.put(c, ladder{opened: &dissect.Opened{Place: o.Place}, started: c.Start})
		return
	}
	held := l.get(c)
	if held == nil {
		if f, ok := e.(*dissect.Finding); ok {
			if len(l.late) < ladderFound {
				l.late = append(l.late, fmt.Sprintf("connection %d: %s", c.Number, ladderFinding(f)))
			} else {
				l.lateMore++
			}
		}
		return
	}
	one := &held.value
	before := one.size
	switch e := e.(type) {
	case *dissect.Handshake:
		one.handshake(e)
	case *dissect.Message:
		one.step(e.Time, e.Dir, messageWords(e))
	case *dissect.Hole:
		one.step(e.Time, e.Dir, fmt.Sprintf("(%s missing from the capture)", size(e.Lost+e.Passed)))
	case *dissect.Finding:
		if len(one.found) < ladderFound {
			text := ladderFinding(e)
			one.found = append(one.found, text)
			one.size += int64(len(text))
		} else {
			one.more++
		}
	case *dissect.Ended:
		l.take(held)
		l.section(one, e)
		l.rest()
		return
	}
	l.grow(held, one.size-before)
}

// giveUp lets go what was gathered so far.
func (one *ladder) giveUp() {
	one.gone += one.count
	one.more += len(one.found)
	*one = ladder{opened: one.opened, started: one.started, gone: one.gone, more: one.more, poor: true}
}

// say adds a line about the connection.
func (one *ladder) say(text string) {
	one.about = append(one.about, text)
	one.size += int64(len(text))
}

func (one *ladder) handshake(e *dissect.Handshake) {
	at := e.Time
	if q := e.Request; q != nil {
		if !e.RequestTime.IsZero() {
			at = e.RequestTime
		}
		one.step(at, flow.ClientToServer, safe.Line(q.Method+" "+q.Target+" HTTP/"+q.Version, ladderText))
		host := ""
		if e.Verdict.Host != nil {
			host = *e.Verdict.Host
		}
		one.say("Request: " + safe.MarkdownCode(q.Method+" "+host+q.Target))
	}
	switch r := e.Response; {
	case r != nil:
		text := fmt.Sprintf("%d %s", r.Status, safe.Line(r.Reason, ladderText))
		one.step(e.Time, flow.ServerToClient, text)
		one.say("Answer: " + safe.MarkdownCode(text) + after(e.Latency))
	case e.Verdict.Kind != handshake.Accepted:
		one.say("Answer: none")
	}
	if s := e.Verdict.Subprotocol.Agreed; s != nil {
		one.say("Subprotocol: " + safe.MarkdownCode(*s))
	}
	if s := e.Verdict.Extensions.Agreed; s != nil {
		one.say("Extensions: " + safe.MarkdownCode(*s))
	}
}

// step adds a rung.
func (one *ladder) step(at time.Time, d flow.Direction, text string) {
	when := "          "
	if !at.IsZero() && !one.started.IsZero() {
		when = fmt.Sprintf("%10.3f", at.Sub(one.started).Seconds())
	}
	arrow := "|----->|"
	if d == flow.ServerToClient {
		arrow = "|<-----|"
	}
	line := when + "  " + arrow + "  " + text
	one.size += int64(len(line))
	if one.count < ladderFirst {
		one.steps = append(one.steps, line)
	} else {
		last := &one.last[(one.count-ladderFirst)%ladderLast]
		one.size -= int64(len(*last))
		*last = line
	}
	one.count++
}

// section writes a connection.
func (l *Ladder) section(one *ladder, end *dissect.Ended) {
	if l.sections++; l.sections > 1 {
		l.buf = append(l.buf, '\n')
	}
	c := one.opened.Conv
	l.buf = fmt.Appendf(l.buf, "## Connection %d: %s to %s\n\n", c.Number, c.Client, c.Server)
	if !c.Start.IsZero() {
		l.item("Began: " + c.Start.UTC().Format("2006-01-02 15:04:05.000 UTC"))
	}
	if c.TLS != nil {
		l.item("TLS: " + c.TLS.Version + " " + safe.MarkdownCode(c.TLS.SNI))
	}
	for _, text := range one.about {
		l.item(text)
	}
	for _, copy := range end.Copies {
		l.item("Also captured " + safe.MarkdownCode(dissect.Whereabouts(c, copy)))
	}
	l.item("Ended: " + endWords(end) + after(end.Duration))
	c2s, s2c := end.Totals[flow.ClientToServer], end.Totals[flow.ServerToClient]
	l.item(fmt.Sprintf("Messages: %d from the client with %s, %d from the server with %s", c2s.Messages, size(c2s.Bytes), s2c.Messages, size(s2c.Bytes)))
	if one.poor {
		l.item(fmt.Sprintf("Not all of it was kept (`--max-kept`): missing are what came before the first step below, %s, and %s",
			count(int64(one.gone), "step", "steps"), count(int64(one.more), "finding", "findings")))
	}
	if len(one.found) > 0 {
		l.buf = append(l.buf, "\n### Found\n\n"...)
		for _, text := range one.found {
			l.item(text)
		}
		if one.more > 0 {
			l.item(fmt.Sprintf("%d more", one.more))
		}
	}
	if one.count == 0 {
		return // no step was seen, or none was kept
	}
	l.buf = append(l.buf, "\n### Ladder\n\n```text\n   seconds  client server\n"...)
	for _, line := range one.steps {
		l.rung(line)
	}
	kept := min(max(one.count-ladderFirst, 0), ladderLast)
	if hidden := one.count - ladderFirst - kept; hidden > 0 {
		l.rung(fmt.Sprintf("                        ... %d more ...", hidden))
	}
	for i := range kept {
		l.rung(one.last[(one.count-ladderFirst-kept+i)%ladderLast])
	}
	l.buf = append(l.buf, "```\n"...)
}

func (l *Ladder) item(text string) {
	l.buf = append(append(append(l.buf, "- "...), text...), '\n')
}

// rung writes a line of the code block, which only a fence of its own could end.
func (l *Ladder) rung(line string) {
	l.buf = append(append(l.buf, line...), '\n')
}

// Close implements Writer.
func (l *Ladder) Close(session.Summary) error {
	if len(l.late) > 0 {
		l.buf = append(l.buf, "\n## Found over several connections\n\n"...)
		for _, text := range l.late {
			l.item(text)
		}
		if l.lateMore > 0 {
			l.item(fmt.Sprintf("%d more", l.lateMore))
		}
	}
	if l.sections == 0 && len(l.late) == 0 {
		l.buf = append(l.buf, "No WebSocket connection was selected.\n"...)
	}
	return l.flush()
}
