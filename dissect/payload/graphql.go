package payload

import (
	"strings"

	"wsight/safe"
)

// graphqlFormat is GraphQL over WebSocket: the protocol of the library
// graphql-ws, agreed as "graphql-transport-ws", and the older one of
// subscriptions-transport-ws, which is agreed as "graphql-ws".
var graphqlFormat = Format{
	Name:         "graphql",
	Title:        "GraphQL over WebSocket (graphql-transport-ws and the older graphql-ws)",
	About:        "Operations with their kind and name, data, errors; latency by id; an end that speaks the other of the two protocols.",
	Subprotocols: []string{graphqlNew, graphqlOld},
	Recognise: func(h Hint) bool {
		root, _ := parseJSON([]byte(h.text()), 0)
		kind := root.pick("type")[0]
		return kind.is("connection_init") || kind.is("connection_ack")
	},
	New: func(h Hint) Decoder { return graphqlDecoder{subprotocol: strings.ToLower(h.Subprotocol)} },
}

const (
	graphqlNew = "graphql-transport-ws"
	graphqlOld = "graphql-ws"
)

// graphqlTypes lists the types of messages, and which protocol has them; ""
// for both.
var graphqlTypes = map[string]string{
	"connection_init": "", "connection_ack": "", "complete": "", "error": "",
	"ping": graphqlNew, "pong": graphqlNew, "subscribe": graphqlNew, "next": graphqlNew,
	"connection_error": graphqlOld, "connection_terminate": graphqlOld, "ka": graphqlOld,
	"start": graphqlOld, "data": graphqlOld, "stop": graphqlOld,
}

type graphqlDecoder struct{ subprotocol string }

// Decode takes a message as one of either protocol, and says when it is not
// one of the protocol that was agreed.
func (d graphqlDecoder) Decode(m Message) Result {
	root, r, ok := openJSON(m)
	if !ok {
		return r
	}
	f := root.pick("type", "id", "payload")
	kind, id, payload := f[0].word(summaryLimit), f[1].word(keyLimit), f[2]
	p := Part{Type: kind, Body: payload}
	p.add("id", id)
	protocol, known := graphqlTypes[kind]
	switch {
	case f[0].Kind != String && m.Whole:
		r.invalid("a message without a type")
		p.Type = "unknown"
	case !known && m.Whole:
		r.invalid("there is no type " + safe.Quote(kind))
	case protocol != "" && d.subprotocol != "" && protocol != d.subprotocol:
		r.invalid("type " + kind + " belongs to " + protocol + ", but " + d.subprotocol + " was agreed")
	}
	p.Summary = p.Type
	if id != "" {
		p.Summary += " #" + clip(id, 40)
	}
	switch kind {
	case "connection_init":
		p.Asks = "init"
	case "connection_ack":
		p.Answers = "init"
	case "ping":
		p.Asks, p.Heartbeat = "ping", true
	case "pong":
		p.Answers, p.Heartbeat = "ping", true
	case "ka":
		p.Heartbeat = true
	case "subscribe", "start":
		d.operation(&p, id, payload)
	case "next", "data":
		p.Answers = "id " + id
		p.Failed = graphqlError(payload.pick("errors")[0])
		p.Summary += " " + brief(payload)
	case "error":
		p.Answers = "id " + id
		p.Failed = graphqlError(payload)
		p.Summary += " " + p.Failed
	case "connection_error":
		p.Answers = "init"
		p.Failed = graphqlError(payload)
		p.Summary += " " + p.Failed
	case "complete":
		p.Answers = "id " + id
	case "connection_terminate", "stop":
	default:
		p.Summary = strings.TrimSpace(p.Summary + " " + brief(payload))
	}
	r.part(p)
	return r
}

// operation tells what is asked. A subscription may have nothing to deliver
// for as long as it lives, so that only queries and mutations wait for an answer.
func (graphqlDecoder) operation(p *Part, id string, payload Node) {
	f := payload.pick("query", "operationName")
	kind, name := graphqlOperation(f[0].Text(8 << 10))
	if f[1].Kind == String {
		name = f[1].word(summaryLimit)
	}
	p.Name = name
	p.add("operation", kind)
	if name == "" {
		p.Summary += " " + clip(strings.Join(strings.Fields(f[0].Text(4*summaryLimit)), " "), summaryLimit)
	} else {
		p.Summary += strings.TrimRight(" "+kind, " ") + " " + name
	}
	if kind == "query" || kind == "mutation" {
		p.Asks = "id " + id
	}
}

// graphqlOperation returns the kind and the name of the first operation of a
// document; the kind is "" when a fragment stands first, or nothing is there.
func graphqlOperation(document string) (kind, name string) {
	for {
		document = strings.TrimLeft(document, " \t\r\n,\ufeff")
		if !strings.HasPrefix(document, "#") {
			break
		}
		_, document, _ = strings.Cut(document, "\n")
	}
	if strings.HasPrefix(document, "{") {
		return "query", ""
	}
	end := strings.IndexAny(document, " \t\r\n,({@")
	if end < 0 {
		return "", ""
	}
	kind, rest := document[:end], strings.TrimLeft(document[end:], " \t\r\n,")
	if kind != "query" && kind != "mutation" && kind != "subscription" {
		return "", ""
	}
	if end = strings.IndexAny(rest, " \t\r\n,({@"); end > 0 {
		name = clip(rest[:end], summaryLimit)
	}
	return kind, name
}

// graphqlError returns the first message of a list of errors, or of one error.
func graphqlError(errors Node) string {
	first := errors
	if errors.Kind == Array {
		first = errors.element(0)
	}
	switch {
	case first.Kind == 0 || first.Kind == Null:
		return ""
	case first.Kind == Object:
		if message := first.pick("message")[0]; message.Kind == String {
			return message.word(summaryLimit)
		}
	}
	return brief(first)
}
