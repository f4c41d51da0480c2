package payload

import (
	"time"

	"wsight/flow"
)

// actioncableFormat is Action Cable of Ruby on Rails.
var actioncableFormat = Format{
	Name:         "actioncable",
	Title:        "Action Cable (Ruby on Rails)",
	About:        "Subscriptions with their channel, actions and broadcasts; the server's ping every 3 seconds as a heartbeat that is missed after 6.",
	Subprotocols: []string{"actioncable-v1-json", "actioncable-unsupported", "actioncable-v1-ext-json"},
	Recognise: func(h Hint) bool {
		root, _ := parseJSON([]byte(h.text()), 0)
		f := root.pick("type", "command", "identifier")
		return cableWelcome(root) || f[1].is("subscribe") && f[2].Kind == String
	},
	New: func(Hint) Decoder { return actioncableDecoder{} },
}

// cableWelcome reports whether root is the greeting of a server: nothing but its
// type, and the session of AnyCable. Other protocols welcome with more.
func cableWelcome(root Node) bool {
	for member := range root.Children() {
		if !member.is("welcome") && member.Name != "sid" {
			return false
		}
	}
	return root.pick("type")[0].is("welcome")
}

// cableStale is when the client of Rails gives a connection up: two pings of
// three seconds were missed.
const cableStale = 6 * time.Second

type actioncableDecoder struct{}

// Decode takes a message of the server, which has a type or the identifier of
// a subscription, or a command of the client.
func (actioncableDecoder) Decode(m Message) Result {
	root, r, ok := openJSON(m)
	if !ok {
		return r
	}
	f := root.pick("type", "command", "identifier", "data", "message", "reason")
	identifier := f[2].word(keyLimit)
	p := Part{Name: cableChannel(identifier)}
	p.add("channel", p.Name)
	switch {
	case m.Dir == flow.ClientToServer:
		p.Type = f[1].word(summaryLimit)
		if f[3].Kind == String {
			p.Body, _ = parseJSON([]byte(f[3].Text(0)), -1)
		}
		if p.Type == "subscribe" {
			p.Asks = identifier
		}
	case f[0].Kind == String:
		p.Type = f[0].word(summaryLimit)
	case f[4].Kind != 0:
		p.Type, p.Body = "broadcast", f[4]
	}
	switch p.Type {
	case "":
		p.Type = "unknown"
		if m.Whole {
			r.invalid("neither a type, nor a command, nor a message")
		}
	case "welcome":
		r.expects = append(r.expects, expectation{flow.ServerToClient, cableStale, "Action Cable"})
	case "ping":
		p.Heartbeat = true
	case "confirm_subscription":
		p.Answers = identifier
	case "reject_subscription":
		p.Answers, p.Failed = identifier, "rejected"
	case "disconnect":
		if reason := f[5].word(summaryLimit); reason == "unauthorized" || reason == "invalid_request" {
			p.Failed = reason
		}
		r.expects = append(r.expects, expectation{dir: flow.ServerToClient})
		p.add("reason", f[5].word(summaryLimit))
	case "message":
		p.add("action", p.Body.pick("action")[0].word(summaryLimit))
	}
	p.Summary = p.Type
	for _, s := range []string{p.Name, f[5].word(summaryLimit), brief(p.Body)} {
		if s != "" {
			p.Summary += " " + s
		}
	}
	r.part(p)
	return r
}

// cableChannel returns the channel of an identifier, which is JSON in a string.
func cableChannel(identifier string) string {
	root, _ := parseJSON([]byte(identifier), -1)
	if c := root.pick("channel")[0]; c.Kind == String {
		return c.word(summaryLimit)
	}
	return clip(identifier, summaryLimit)
}
