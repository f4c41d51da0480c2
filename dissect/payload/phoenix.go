package payload

import (
	"strings"
	"time"

	"wsight/flow"
)

// phoenixFormat is Phoenix channels of Elixir: serializers v1 (objects), v2
// (arrays) and v2 in binary.
var phoenixFormat = Format{
	Name:         "phoenix",
	Title:        "Phoenix channels (v1, v2, v2 binary)",
	About:        "Topic, event, replies with their status; latency by ref; the client's heartbeat.",
	Subprotocols: []string{"phoenix"},
	Recognise: func(h Hint) bool {
		path, query, _ := strings.Cut(h.Target, "?")
		if strings.HasSuffix(path, "/websocket") && strings.Contains(query, "vsn=") {
			return true
		}
		root, _ := parseJSON([]byte(h.text()), 0)
		if root.Kind == Array {
			e := root.elements(6)
			return len(e) == 5 && e[2].Kind == String && e[3].Kind == String && strings.HasPrefix(e[3].Text(8), "phx_")
		}
		f := root.pick("topic", "event", "ref")
		return f[0].Kind == String && f[1].Kind == String && f[2].Kind != 0 && strings.HasPrefix(f[1].Text(8), "phx_")
	},
	New: func(Hint) Decoder { return phoenixDecoder{} },
}

// phoenixTimeout is when the server closes a socket that sent nothing; clients
// send a heartbeat every 30 seconds.
const phoenixTimeout = 60 * time.Second

type phoenixDecoder struct{}

// Decode takes a message in any of the serializers.
func (d phoenixDecoder) Decode(m Message) Result {
	if !m.Text {
		return d.binary(m)
	}
	root, r, ok := openJSON(m)
	if !ok {
		return r
	}
	var f []Node // join_ref, ref, topic, event, payload
	switch root.Kind {
	case Array:
		f = root.elements(5)
	case Object:
		f = root.pick("join_ref", "ref", "topic", "event", "payload")
	}
	if len(f) < 5 || f[2].Kind != String || f[3].Kind != String {
		if m.Whole {
			r.invalid("not a message with join_ref, ref, topic, event and payload")
		}
		r.Summary = compactJSON(m.Data)
		return r
	}
	p := phoenixPart(m.Dir, f[1].word(keyLimit), f[2].word(keyLimit), f[3].word(keyLimit))
	p.Body = f[4]
	if p.Type == "phx_reply" {
		s := f[4].pick("status", "response")
		phoenixStatus(&p, s[0].word(summaryLimit), brief(s[1]))
		p.Body = s[1]
	} else if !p.Heartbeat {
		p.Summary += " " + brief(f[4])
	}
	if p.Type == "phx_join" {
		r.expects = append(r.expects, expectation{flow.ClientToServer, phoenixTimeout, "Phoenix"})
	}
	r.part(p)
	return r
}

// phoenixPart makes the part that all serializers have.
func phoenixPart(dir flow.Direction, ref, topic, event string) Part {
	p := Part{Type: event, Name: topic, Summary: event + " " + topic}
	p.add("topic", topic)
	p.add("event", event)
	p.add("ref", ref)
	p.Heartbeat = topic == "phoenix"
	switch {
	case event == "phx_reply":
		p.Answers = ref
	case dir == flow.ClientToServer && (p.Heartbeat || event == "phx_join" || event == "phx_leave"):
		p.Asks = ref // the server always replies to these, to other events only if it wants to
	case dir == flow.ClientToServer:
		p.Asks, p.Optional = ref, true
	}
	return p
}

func phoenixStatus(p *Part, status, response string) {
	p.add("status", status)
	if !p.Heartbeat {
		p.Summary += " " + status + " " + response
	}
	if status == "error" {
		p.Failed = response
	}
}

// binary takes a message of serializer v2 in binary: a kind, the sizes of the
// strings, the strings, the payload.
func (phoenixDecoder) binary(m Message) Result {
	var r Result
	names := map[byte][]string{0: {"join_ref", "ref", "topic", "event"}, 1: {"join_ref", "ref", "topic", "status"}, 2: {"topic", "event"}}
	var kind byte = 0xFF
	if len(m.Data) > 0 {
		kind = m.Data[0]
	}
	sizes := names[kind]
	if kind == 0 && m.Dir == flow.ServerToClient {
		sizes = []string{"join_ref", "topic", "event"}
	}
	at := 1 + len(sizes)
	if sizes == nil || len(m.Data) < at {
		r.invalid("not a push, a reply or a broadcast")
		r.Summary = hexDecoder{}.Decode(m).Summary
		return r
	}
	value := map[string]string{}
	var nodes []Node
	for i, name := range sizes {
		end := at + int(m.Data[1+i])
		if end > len(m.Data) {
			if m.Whole && len(r.Problems) == 0 {
				r.invalid("shorter than the sizes in its head say")
			}
			end = len(m.Data)
		}
		value[name] = string(m.Data[at:end])
		nodes = append(nodes, textNode(name, m.Data, at, end))
		at = end
	}
	event := value["event"]
	if kind == 1 {
		event = "phx_reply"
	}
	p := phoenixPart(m.Dir, value["ref"], value["topic"], event)
	p.Body = bytesNode("payload", m.Data, at, len(m.Data))
	size := quantity(len(m.Data)-at, "byte")
	if kind == 1 {
		phoenixStatus(&p, value["status"], size)
	} else {
		p.Summary += " " + size
	}
	r.Tree = group("message", len(m.Data), append(nodes, p.Body)...)
	r.part(p)
	return r
}
