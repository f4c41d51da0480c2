package tui

import (
	"slices"
	"strings"

	"wsight/dissect/header"
	"wsight/session"
)

// headsPage shows the two heads of the handshake as they were sent, and what
// was negotiated.
func headsPage(u *UI, conv, width int) page {
	th := u.theme
	p := &spans{theme: th}
	h, gone := u.rec.Heads(conv)
	if gone {
		p.add(span{th.dim, "The heads of this connection are no longer kept, nor are the packets that they were in; --max-kept sets how much is."})
		return p
	}
	if h == nil {
		p.add(span{th.dim, "No handshake was captured: the capture began after it, or it is not complete yet."})
		return p
	}
	for _, hop := range u.rec.Hops(conv) {
		a, _ := u.rec.Heads(hop.Conversations[0].Number)
		b, _ := u.rec.Heads(hop.Conversations[1].Number)
		if a != nil && b != nil && a.Request != nil && b.Request != nil {
			p.passed(a, b, width)
			p.add()
		}
	}
	p.agreed(h, width)
	p.add()
	if r := h.Request; r != nil {
		p.wrapped([]span{}, 2, width, th.toServer.Bold(true), r.Method+" "+r.Target+" HTTP/"+r.Version)
		p.fields(r.Fields, width, h)
	} else {
		p.add(span{th.dim, "The request was not captured."})
	}
	p.add()
	if r := h.Response; r != nil {
		p.wrapped([]span{}, 2, width, th.toClient.Bold(true), "HTTP/"+r.Version+" "+itoa(r.Status)+" "+r.Reason)
		p.fields(r.Fields, width, h)
	} else {
		p.add(span{th.err, "No answer was captured."})
	}
	return p
}

// passed compares the heads before and behind a proxy, line by line: what it
// removed, added and changed.
func (p *spans) passed(a, b *session.Heads, width int) {
	th := p.theme
	name := min(26, width/3)
	side := (width - name - 6) / 2
	row := func(sign string, st style, field, before, after string) {
		p.add(span{st, sign + " "}, span{th.name, cut(th, field, name)}, span{st, " " + cut(th, before, side)}, span{st, " " + cut(th, after, side)})
	}
	p.add(span{th.bold, "  " + pad("passed by the proxy", name) + " " + pad("client to proxy", side) + " proxy to server"})
	start := func(h *session.Heads) string {
		return h.Request.Method + " " + h.Request.Target + " HTTP/" + h.Request.Version
	}
	compare := func(same bool, field, before, after string) {
		switch {
		case (before == after) != same:
		case same:
			row("=", th.dim, field, before, after)
		case after == absent:
			row(th.glyph.cross, th.err, field, before, after)
		case before == absent:
			row("+", th.warning, field, before, after)
		default:
			row("~", th.warning, field, before, after)
		}
	}
	for _, same := range []bool{false, true} { // what differs comes first
		compare(same, "", start(a), start(b))
		for _, f := range a.Request.Fields {
			compare(same, f.Name, joined(a.Request.Fields, f.Name), joined(b.Request.Fields, f.Name))
		}
		for _, f := range b.Request.Fields {
			if !a.Request.Fields.Has(f.Name) {
				compare(same, f.Name, absent, joined(b.Request.Fields, f.Name))
			}
		}
	}
}

const absent = "(absent)"

// joined returns the values of a field, absent when there are none.
func joined(fields header.Fields, name string) string {
	if !fields.Has(name) {
		return absent
	}
	return strings.Join(slices.Collect(fields.Values(name)), ", ")
}

// cut makes text exactly so many cells wide.
func cut(th *theme, text string, width int) string { return pad(th.form.Line(text, width), width) }

// agreed compares what was offered with what was agreed, and the Accept that
// the key asks for with the one that came.
func (p *spans) agreed(h *session.Heads, width int) {
	th, v := p.theme, &h.Verdict
	row := func(name, value string, st style) {
		p.wrapped([]span{{th.dim, pad(name, 16)}}, 16, width, st, value)
	}
	if h.Latency >= 0 {
		row("answered after", spanText(h.Latency), th.plain)
	}
	if v.Accept.Expected != nil {
		row("Accept computed", *v.Accept.Expected, th.plain)
		switch {
		case v.Accept.Actual == nil:
			row("Accept seen", "none", th.plain)
		case v.Accept.Valid != nil && *v.Accept.Valid:
			row("Accept seen", *v.Accept.Actual+"  the same", th.good)
		default:
			row("Accept seen", *v.Accept.Actual+"  "+th.glyph.cross+" another", th.err)
		}
	}
	if len(v.Subprotocol.Offered) > 0 || v.Subprotocol.Agreed != nil {
		row("subprotocol", "offered "+orNone(strings.Join(v.Subprotocol.Offered, ", "))+" "+th.glyph.arrow+" agreed "+textOr(v.Subprotocol.Agreed), th.plain)
	}
	if v.Extensions.Offered != nil || v.Extensions.Agreed != nil {
		row("extensions", "offered "+textOr(v.Extensions.Offered)+" "+th.glyph.arrow+" agreed "+textOr(v.Extensions.Agreed), th.plain)
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func textOr(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

// fields lists field lines as sent; those that WebSocket asks for stand out.
func (p *spans) fields(fields header.Fields, width int, h *session.Heads) {
	th := p.theme
	for _, f := range fields {
		name := th.form.Text(f.Name) + ": "
		st := th.plain
		lower := strings.ToLower(f.Name)
		if strings.HasPrefix(lower, "sec-websocket-") || lower == "upgrade" || lower == "connection" {
			st = th.name
		}
		value := th.plain
		if lower == "sec-websocket-accept" && h.Verdict.Accept.Valid != nil && !*h.Verdict.Accept.Valid {
			value = th.err
		}
		p.wrapped([]span{{th.plain, "  "}, {st, name}}, min(2+cells(name), width/2), width, value, f.Value)
	}
}
