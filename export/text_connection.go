package export

import (
	"fmt"
	"strconv"
	"strings"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/flow"
)

func (t *Text) opened(e *dissect.Opened) {
	c := e.Conv
	text := fmt.Sprintf("%s %s %s", c.Client, strings.TrimSpace(t.mark("→", "->")), c.Server)
	if c.TLS != nil {
		text += "  TLS " + c.TLS.Version
		if c.TLS.SNI != "" {
			text += " " + t.form.Text(c.TLS.SNI)
		}
	}
	if c.HTTP == "2" {
		text += fmt.Sprintf("  HTTP/2 stream %d", c.Stream)
	}
	if c.Via != "" {
		text += "  via " + t.form.Text(c.Via)
	}
	if c.Midstream {
		text += "  (the capture began after the handshake)"
	}
	text += t.processes(c.ClientProcess, c.ServerProcess) + t.also(c, e.Copies)
	t.line(e.Place, t.mark("┌ ", "+ "), bold, text)
}

// processes says whose the ends are, as far as that is known.
func (t *Text) processes(client, server *dissect.Process) string {
	text := ""
	for _, p := range []struct {
		role string
		is   *dissect.Process
	}{{"client", client}, {"server", server}} {
		if p.is != nil {
			text += fmt.Sprintf("  %s is %s[%d]", p.role, t.form.Text(p.is.Name), p.is.PID)
		}
	}
	return text
}

// late says whose the ends were, as far as the first line of the conversation
// could not say it yet.
func (t *Text) late(e *dissect.Ended) string {
	client, server := e.ClientProcess, e.ServerProcess
	if e.Conv.ClientProcess != nil {
		client = nil
	}
	if e.Conv.ServerProcess != nil {
		server = nil
	}
	return t.processes(client, server)
}

// also says where else a connection was captured.
func (t *Text) also(c *dissect.Conversation, copies []*dissect.Conversation) string {
	text := ""
	for _, other := range copies {
		text += "  also captured " + t.form.Text(dissect.Whereabouts(c, other))
	}
	return text
}

func (t *Text) handshake(e *dissect.Handshake) {
	if r := e.Request; r != nil {
		text := t.form.Text(r.Method) + " " + t.form.Text(r.Target) + " HTTP/" + t.form.Text(r.Version)
		if host := e.Verdict.Host; host != nil {
			text += "  Host: " + t.form.Text(*host)
		}
		at := e.Place
		if !e.RequestTime.IsZero() {
			at.Time = e.RequestTime
		}
		mark, color := t.arrow(flow.ClientToServer)
		t.line(at, mark, color, text)
	}
	mark, color := t.arrow(flow.ServerToClient)
	var text string
	switch r := e.Response; {
	case r != nil:
		text = fmt.Sprintf("%d %s", r.Status, t.form.Text(r.Reason))
		if e.Latency >= 0 {
			text += "  after " + t.duration(e.Latency)
		}
		if s := e.Verdict.Subprotocol.Agreed; s != nil {
			text += "  subprotocol " + t.form.Text(*s)
		}
		if x := e.Verdict.Extensions.Agreed; x != nil {
			text += "  " + t.form.Text(*x)
		}
	case e.Verdict.Kind == handshake.Accepted:
		text = "(the answer was not captured; frames follow)"
	default:
		text = "(no answer in the capture)"
	}
	if e.Verdict.Kind != handshake.Accepted {
		color = trouble
	}
	t.line(e.Place, mark, color, text)
}

func (t *Text) ended(e *dissect.Ended) {
	text := endWords(e)
	if e.Initiator != 0 {
		c := e.Closes[e.Initiator]
		text += ", Close by " + who(e.Initiator)
		if c.Code >= 0 {
			text += " " + strconv.Itoa(c.Code)
		}
	}
	c, s := e.Totals[flow.ClientToServer], e.Totals[flow.ServerToClient]
	text += fmt.Sprintf("; %s %s %s, %s %s %s",
		strings.TrimSpace(t.mark("→", "->")), count(c.Messages, "message", "messages"), size(c.Bytes), strings.TrimSpace(t.mark("←", "<-")), count(s.Messages, "message", "messages"), size(s.Bytes))
	if e.Duration >= 0 {
		text += "; " + t.duration(e.Duration)
	}
	if e.Lost > 0 {
		text += "; " + size(e.Lost) + " lost"
	}
	text += t.late(e) + t.also(e.Conv, e.Copies)
	t.tell(e.Place, t.mark("└ ", "= "), bold, text)
}

// hop says which connections are one WebSocket, and what the proxy between
// them costs.
func (t *Text) hop(h *diagnose.Hop) {
	names := make([]string, len(h.Conversations))
	for i, c := range h.Conversations {
		names[i] = "#" + strconv.Itoa(c.Number)
	}
	text := strings.Join(names, t.mark(" → ", " -> ")) + " are one WebSocket through a proxy, by " + string(h.By) + ", " + string(h.Certainty)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if delay := h.Delay[d]; delay >= 0 {
			text += "; " + d.String() + " +" + t.duration(delay)
		}
	}
	if h.ClockOffset != 0 {
		text += "; clocks " + t.duration(h.ClockOffset.Abs()) + " apart"
	}
	t.tell(h.Place, t.mark("⇄ ", "~ "), bold, text)
}

// Sealed appends the line of a TLS connection that nothing could be opened
// of: what can be known without a key. It says nothing of what it carried.
func (t *Text) Sealed(s dissect.Sealed) {
	arrow := strings.TrimSpace(t.mark("→", "->"))
	text := fmt.Sprintf("%s %s %s  TLS", s.Client, arrow, s.Server)
	for _, part := range []string{s.TLS.Version, s.TLS.Name(), s.TLS.ALPN, s.TLS.Cipher} {
		if part != "" {
			text += " " + t.form.Text(part)
		}
	}
	text += fmt.Sprintf("; %s %s, %s %s", arrow, size(s.Bytes[flow.ClientToServer]),
		strings.TrimSpace(t.mark("←", "<-")), size(s.Bytes[flow.ServerToClient]))
	if !s.Start.IsZero() && !s.End.IsZero() {
		text += "; " + t.duration(max(0, s.End.Sub(s.Start)))
	}
	text += closing(s.TCP) + "; not opened"
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	t.line(dissect.Place{Conv: &dissect.Conversation{}, Packet: s.Packet, Time: s.End}, t.mark("⚿ ", "* "), faint, text)
}
