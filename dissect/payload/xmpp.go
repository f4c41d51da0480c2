package payload

import (
	"strings"

	"wsight/flow"
	"wsight/safe"
)

// xmppFormat is XMPP over WebSocket, RFC 7395.
var xmppFormat = Format{
	Name:         "xmpp",
	Title:        "XMPP framing (RFC 7395)",
	About:        "Stanzas with their addresses, open and close, iq requests with the latency of their answers, stream and SASL errors, pings.",
	Subprotocols: []string{"xmpp"},
	Recognise: func(h Hint) bool {
		text := h.text()
		return strings.HasPrefix(text, "<open ") && strings.Contains(text, "urn:ietf:params:xml:ns:xmpp-framing")
	},
	New: func(Hint) Decoder { return xmppDecoder{} },
}

type xmppDecoder struct{}

// Decode takes a message as one element, §3.3 of RFC 7395.
func (xmppDecoder) Decode(m Message) Result {
	var r Result
	if strings.TrimSpace(string(m.Data[:min(len(m.Data), 8)])) == "" && len(m.Data) < 8 {
		r.part(Part{Type: "keepalive", Summary: "white space", Heartbeat: true})
		return r
	}
	e, wrong := parseXML(m.Data)
	if wrong != "" && m.Whole {
		r.invalid("XMPP, " + wrong)
	}
	if e.name == "" {
		r.Summary = firstLine(m.Data)
		return r
	}
	r.Tree = e.node()
	p := Part{Type: e.name, Body: r.Tree, Summary: e.name}
	for _, name := range []string{"type", "id", "from", "to"} {
		value := clip(e.attribute(name), summaryLimit)
		if name == "type" {
			p.add("kind", value) // type is the name of the stanza
		} else {
			p.add(name, value)
		}
		if value != "" && name != "id" {
			p.Summary += " " + name + " " + value
		}
	}
	xmppMeaning(&p, e, m.Dir)
	r.part(p)
	return r
}

// xmppMeaning joins answers with requests, and finds errors (RFC 6120 §4.9,
// §6.5, §8.2.3, §8.3) and pings (XEP-0199).
func xmppMeaning(p *Part, e xmlElement, dir flow.Direction) {
	id, kind := e.attribute("id"), e.attribute("type")
	child := e.child("")
	switch e.name {
	case "iq":
		if p.Name = child.name; p.Name != "" {
			p.Summary += " " + p.Name
		}
		switch kind {
		case "get", "set":
			p.Asks = "iq " + id
			p.Heartbeat = child.name == "ping" && child.attribute("xmlns") == "urn:xmpp:ping"
		case "result", "error":
			p.Answers = "iq " + id
		}
	case "message":
		if body := e.child("body"); body.text != "" {
			p.Summary += " " + safe.Quote(body.text)
		}
	case "open":
		if dir == flow.ClientToServer {
			p.Asks = "open"
		} else {
			p.Answers = "open"
		}
	case "auth":
		p.Asks, p.Name = "auth", e.attribute("mechanism")
		p.Summary += " " + p.Name
	case "success":
		p.Answers = "auth"
	case "failure":
		p.Answers, p.Failed = "auth", child.name
	case "error", "stream:error":
		p.Failed = child.name
	}
	if kind == "error" {
		p.Failed = "error"
		if condition := e.child("error").child(""); condition.name != "" {
			p.Failed = condition.name
		}
	}
	if p.Failed != "" {
		p.Summary += " " + p.Failed
	}
}
