package payload

import (
	"strconv"
	"strings"

	"wsight/flow"
)

// A socketioPacket is a packet of either parser: the one of Socket.IO, which
// writes text and attachments, or socket.io-msgpack-parser.
type socketioPacket struct {
	kind          int // index of socketioTypes
	namespace, id string
	attachments   int
	data          Node // Kind is 0 when there is none
}

// packed decodes a binary message as a packet in MessagePack, and reports
// whether it is one: a map with type, nsp, and where it has them data and id.
func (d *socketioDecoder) packed(m Message, at int, r *Result) bool {
	root, err := parseMsgpack(m.Data[at:], at)
	f := root.pick("type", "nsp", "data", "id")
	kind, ok := f[0].integer()
	if err != nil || !ok || kind < 0 || kind > 4 || f[1].Kind != String {
		return false
	}
	k := socketioPacket{kind: int(kind), namespace: f[1].word(keyLimit)}
	if n, ok := f[3].integer(); ok {
		k.id = strconv.FormatInt(n, 10)
	}
	if f[2].Kind != Null { // undefined, as the encoder writes it
		k.data = f[2]
	}
	d.tell(k, m, r)
	r.Tree = root
	return true
}

// tell adds the part that packet k is.
func (d *socketioDecoder) tell(k socketioPacket, m Message, r *Result) {
	p := Part{Type: socketioTypes[k.kind], Body: k.data}
	p.Summary = p.Type
	if first := k.data.element(0); strings.HasSuffix(p.Type, "event") && k.data.Kind == Array && (first.Kind == String || first.Kind == Number) {
		p.Name = first.word(summaryLimit)
		p.add("event", p.Name)
	}
	if k.data.Kind != 0 {
		p.Summary += " " + brief(k.data)
	}
	p.add("namespace", k.namespace)
	p.add("id", k.id)
	if key := k.namespace + " " + k.id; k.id != "" {
		switch p.Type {
		case "event", "binary_event":
			p.Asks = key
		case "ack", "binary_ack":
			p.Answers = key
		}
		p.Summary += " #" + k.id
	}
	switch p.Type {
	case "connect": // both ends send it: the client asks, the server confirms
		if m.Dir == flow.ClientToServer {
			p.Asks = "connect " + k.namespace
		} else {
			p.Answers = "connect " + k.namespace
		}
	case "connect_error":
		p.Answers, p.Failed = "connect "+k.namespace, k.data.pick("message")[0].word(summaryLimit)
		if p.Failed == "" {
			p.Failed = strings.Trim(brief(k.data), `"`)
		}
	}
	if k.namespace != "/" {
		p.Summary += " in " + k.namespace
	}
	if k.attachments > 0 {
		p.add("attachments", int64(k.attachments))
		p.Summary += " with " + quantity(k.attachments, "attachment")
		d.waiting[m.Dir] = socketioWait{n: m.N, event: p.label(), want: k.attachments}
	}
	r.part(p)
}
