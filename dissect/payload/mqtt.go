package payload

import (
	"bytes"
	"fmt"
	"strings"

	"wsight/flow"
)

// mqttFormat is MQTT 3.1, 3.1.1 and 5.
var mqttFormat = Format{
	Name:         "mqtt",
	Title:        "MQTT 3.1, 3.1.1, 5",
	About:        "Packets, also several in a message or one spread over many; topics, QoS, properties, reason codes; acknowledgements with their latency; the keep-alive that the client promised.",
	Subprotocols: []string{"mqtt", "mqttv3.1", "mqttv3.1.1", "mqttv5"},
	Recognise: func(h Hint) bool {
		b := h.binary()
		if len(b) < 2 || b[0] != 0x10 {
			return false
		}
		head := b[:min(len(b), 12)]
		return bytes.Contains(head, []byte("\x00\x04MQTT")) || bytes.Contains(head, []byte("\x00\x06MQIsdp"))
	},
	New: func(Hint) Decoder { return &mqttDecoder{} },
}

// A mqttDecoder remembers pieces of packets, and what CONNECT agreed.
type mqttDecoder struct {
	streams [3]stream
	skip    [3]int // bytes of a packet that was too large to keep, still to come
	version byte   // protocol level: 3, 4, 5; 0 when it was not seen
	aliases [3]map[uint64]string
	alive   int // seconds of keep-alive that the client asked for
}

func (d *mqttDecoder) lose(dir flow.Direction) {
	d.streams[dir].lose()
	d.skip[dir] = 0
}

var mqttTypes = [16]string{"", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
	"SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"}

// Decode takes a message as a piece of a stream of packets: where messages
// begin means nothing to MQTT (§6 of MQTT 5).
func (d *mqttDecoder) Decode(m Message) Result {
	var r Result
	if m.Text && m.Whole {
		r.invalid("MQTT in a text message; its packets are binary messages")
	}
	s := &d.streams[m.Dir]
	if n := min(d.skip[m.Dir], len(m.Data)); n > 0 {
		d.skip[m.Dir] -= n
		r.Summary = fmt.Sprintf("%s of a large packet, %d to come", quantity(n, "byte"), d.skip[m.Dir])
		m.Data = m.Data[n:]
		if len(m.Data) == 0 {
			return r
		}
		r.Summary = ""
	}
	w := s.feed(m)
	var nodes []Node
	at := 0
	for {
		end, why := mqttPacket(w.data, at)
		if why != "" && !s.lost {
			r.invalid("MQTT, " + why)
		}
		if why != "" {
			s.keep(w, len(w.data))
			nodes = appendNode(nodes, w.bytes("unread", at, len(w.data)))
			break
		}
		if end == 0 || end > len(w.data) {
			d.rest(m, w, at, end, &r, &nodes)
			break
		}
		nodes = appendNode(nodes, d.packet(w, at, end, m, &r))
		at = end
		s.lost = false
	}
	if !m.Whole {
		s.keep(w, len(w.data))
		s.lost = true
		d.skip[m.Dir] = 0
	}
	if r.Tree = group("packets", len(m.Data), nodes...); len(nodes) == 1 {
		r.Tree = nodes[0]
	}
	return r
}

// mqttPacket returns where the packet at b[at:] ends, which may be beyond b; 0
// when its head is not complete. why says why it is no packet.
func mqttPacket(b []byte, at int) (end int, why string) {
	if at >= len(b) {
		return 0, ""
	}
	kind, flags := b[at]>>4, b[at]&0x0F
	switch {
	case kind == 0:
		return 0, "there is no packet of type 0"
	case kind == 3 && flags&0x06 == 0x06:
		return 0, "PUBLISH with QoS 3"
	case kind == 6 || kind == 8 || kind == 10:
		if flags != 2 {
			return 0, fmt.Sprintf("%s with the flags %d instead of 2", mqttTypes[kind], flags)
		}
	case kind != 3 && flags != 0:
		return 0, fmt.Sprintf("%s with the flags %d instead of 0", mqttTypes[kind], flags)
	}
	length, n := varint(b[at+1:], 4)
	if n == 0 {
		if len(b)-at > 4 {
			return 0, "a remaining length of more than four bytes"
		}
		return 0, ""
	}
	return at + 1 + n + int(length), ""
}

// rest deals with the piece of a packet at the end of a message, which ends at
// offset end of w when that is known.
func (d *mqttDecoder) rest(m Message, w window, at, end int, r *Result, nodes *[]Node) {
	s := &d.streams[m.Dir]
	if at == len(w.data) {
		s.keep(w, at)
		return
	}
	what := mqttTypes[w.data[at]>>4]
	piece := quantity(len(w.data)-max(at, w.carried), "byte") + " of " + what
	if end > 0 {
		piece += fmt.Sprintf(" (%d of %d)", len(w.data)-at, end-at)
	}
	*nodes = appendNode(*nodes, w.bytes("piece of "+what, at, len(w.data)))
	if r.Summary = joinParts(r.Parts); r.Summary != "" {
		r.Summary += " | "
	}
	r.Summary += "piece, " + piece
	if end-at > streamLimit || !s.keep(w, at) {
		*nodes = appendNode((*nodes)[:max(0, len(*nodes)-1)], d.packet(w, at, len(w.data), Message{Dir: m.Dir}, r))
		s.keep(w, len(w.data))
		d.skip[m.Dir] = end - len(w.data)
	}
}

// packet tells what the packet w.data[at:end] is.
func (d *mqttDecoder) packet(w window, at, end int, m Message, r *Result) Node {
	head := w.data[at]
	_, n := varint(w.data[at+1:end], 4)
	read := &mqttReader{w: w, at: at + 1 + n, end: end}
	p := Part{Type: mqttTypes[head>>4]}
	read.nodes = append(read.nodes, w.label("type", p.Type, at, at+1))
	p.Summary = p.Type
	d.fields(&p, read, head&0x0F, m.Dir, r)
	if read.wrong != "" {
		read.nodes = append(read.nodes, Node{Kind: Broken, text: read.wrong})
		if m.Whole {
			r.invalid("MQTT, " + p.Type + ": " + read.wrong)
		}
	} else if read.left() > 0 {
		read.nodes = append(read.nodes, w.bytes("more", read.at, end))
		if m.Whole {
			r.invalid(fmt.Sprintf("MQTT, %s: %s after its last field", p.Type, quantity(read.left(), "byte")))
		}
	}
	if p.Name != "" {
		p.Summary += " " + p.Name
	}
	if p.Body.Kind != 0 {
		p.Summary += " " + brief(p.Body)
	}
	if p.Failed != "" {
		p.Summary += " " + p.Failed
	}
	r.part(p)
	return w.group(strings.ToLower(p.Type), at, end, read.nodes...)
}
