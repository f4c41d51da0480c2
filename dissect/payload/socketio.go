package payload

import (
	"strconv"
	"strings"

	"wsight/flow"
)

// socketioFormat is Socket.IO over Engine.IO: protocol 4 (server version 2)
// and 5 (versions 3 and 4).
var socketioFormat = Format{
	Name:  "socket.io",
	Title: "Socket.IO over Engine.IO (protocol 4 and 5)",
	About: "Events with their arguments, namespaces, binary attachments joined to their event, acknowledgements with their latency, pings, the upgrade from polling.",
	Recognise: func(h Hint) bool {
		if strings.Contains(h.Target, "EIO=") {
			return true
		}
		text := h.text()
		return strings.HasPrefix(text, `0{"sid":"`) || text == "2probe" ||
			strings.HasPrefix(text, `42["`) && isSocketio([]byte(text[1:]), h.First[0].Whole && len(h.First[0].Data) <= recogniseLimit)
	},
	New:     newSocketio,
	Guessed: guessSocketio,
}

// A socketioDecoder is an Engine.IO decoder whose messages are Socket.IO
// packets. Per direction it keeps the packet that waits for attachments.
type socketioDecoder struct {
	engineioDecoder
	waiting [3]socketioWait
}

// A socketioWait is a packet whose attachments are still to come, each as a
// binary message of its own.
type socketioWait struct {
	n     int    // message of the packet
	event string // in words
	want  int
	got   int
	lost  bool // bytes are missing: an attachment may come without a packet
}

func (d *socketioDecoder) lose(dir flow.Direction) { d.waiting[dir] = socketioWait{lost: true} }

func newSocketio(h Hint) Decoder {
	d := &socketioDecoder{engineioDecoder: engineioDecoder{revision: engineioRevision(h)}}
	d.inner = d.packet
	return d
}

var socketioTypes = [...]string{"connect", "disconnect", "event", "ack", "connect_error", "binary_event", "binary_ack"}

// packet decodes the message of Engine.IO that begins at offset at: a type, the
// number of attachments and a hyphen, a namespace and a comma, the id of an
// acknowledgement, JSON; everything but the type may be missing.
func (d *socketioDecoder) packet(m Message, at int, r *Result) {
	if !m.Text {
		d.attachment(m, at, r)
		return
	}
	wait := &d.waiting[m.Dir]
	if wait.got < wait.want {
		r.invalid(quantity(wait.want-wait.got, "attachment") + " of message " + strconv.Itoa(wait.n) + " missing before the next packet")
	}
	*wait = socketioWait{}
	b := m.Data
	kind := byte(0xFF)
	if at < len(b) {
		kind = b[at] - '0'
	}
	if int(kind) >= len(socketioTypes) {
		if m.Whole {
			r.invalid("not a packet of Socket.IO: there is no such type")
		}
		r.Tree, r.Summary = engineioData(m, at)
		return
	}
	i := at + 1
	nodes := []Node{label("type", socketioTypes[kind], at, i)}
	attachments := 0
	if kind >= 5 {
		n, end := socketioNumber(b, i)
		if end == i || end == len(b) || b[end] != '-' {
			if m.Whole {
				r.invalid("a binary packet without the number of its attachments")
			}
		} else {
			attachments = n
			nodes = append(nodes, label("attachments", strconv.Itoa(n), i, end))
			i = end + 1
		}
	}
	namespace := "/"
	if i < len(b) && b[i] == '/' {
		end := i
		for end < len(b) && b[end] != ',' {
			end++
		}
		namespace = clip(string(b[i:min(end, i+keyLimit)]), summaryLimit)
		nodes = append(nodes, textNode("namespace", b, i, end))
		i = min(end+1, len(b))
	}
	k := socketioPacket{kind: int(kind), namespace: namespace, attachments: attachments}
	if _, end := socketioNumber(b, i); end > i {
		k.id = string(b[i:end])
		nodes = append(nodes, label("id", k.id, i, end))
		i = end
	}
	if i < len(b) {
		root, err := parseJSON(b[i:], i)
		if err != nil && m.Whole {
			r.invalid("the data of the packet is not JSON, " + err.Error())
		}
		k.data = root.named("data")
		nodes = append(nodes, k.data)
	}
	d.tell(k, m, r)
	r.Tree = group(socketioTypes[kind], len(b), nodes...)
}

// attachment decodes a binary message: the next attachment of a packet, or a
// packet in MessagePack.
func (d *socketioDecoder) attachment(m Message, at int, r *Result) {
	wait := &d.waiting[m.Dir]
	if wait.got >= wait.want && d.packed(m, at, r) {
		return
	}
	body := bytesNode("attachment", m.Data, at, len(m.Data))
	size := quantity(len(m.Data)-at, "byte")
	p := Part{Type: "attachment", Body: body}
	if wait.got < wait.want {
		wait.got++
		p.Name = wait.event
		p.Summary = "attachment " + strconv.Itoa(wait.got) + " of " + strconv.Itoa(wait.want) + " of message " + strconv.Itoa(wait.n) + ", " + size
		p.add("number", int64(wait.got))
		p.add("of", int64(wait.n))
	} else {
		p.Summary = "attachment without a packet, " + size
		if m.Whole && !wait.lost {
			r.invalid("a binary message, but no packet waits for an attachment")
		}
	}
	r.Tree = body
	r.part(p)
}

// socketioNumber reads the digits at b[i:]; a number of more than six is not counted.
func socketioNumber(b []byte, i int) (n, end int) {
	for end = i; end < len(b) && end-i < 19 && b[end] >= '0' && b[end] <= '9'; end++ {
		if end-i < 6 {
			n = n*10 + int(b[end]-'0')
		}
	}
	return n, end
}
