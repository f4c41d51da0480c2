package payload

import (
	"strconv"
	"strings"

	"wsight/flow"
)

// sockjsFormat is SockJS framing, and whatever the application speaks in it.
var sockjsFormat = Format{
	Name:  "sockjs",
	Title: "SockJS",
	About: "Open, heartbeat, close with its code, and the messages in a frame, decoded in their own format: often STOMP.",
	Recognise: func(h Hint) bool {
		path, _, _ := strings.Cut(h.Target, "?")
		parts := strings.Split(path, "/")
		if n := len(parts); n >= 4 && parts[n-1] == "websocket" && len(parts[n-3]) == 3 && strings.Trim(parts[n-3], "0123456789") == "" {
			return true
		}
		return h.text() == "o"
	},
	New: func(h Hint) Decoder { return &sockjsDecoder{hint: Hint{Host: h.Host}} },
}

// A sockjsDecoder hands the messages in frames to a dialogue of their own.
type sockjsDecoder struct {
	hint  Hint
	inner *Dialogue // nil before the first message
}

func (d *sockjsDecoder) lose(dir flow.Direction) {
	if d.inner != nil {
		d.inner.Lose(dir)
	}
}

// Decode takes a message as one frame. The server's begin with a letter: o for
// open, h for heartbeat, a and m for messages, c for close; the client's are a
// list of messages, or one.
func (d *sockjsDecoder) Decode(m Message) Result {
	var r Result
	kind, at := byte('a'), 0
	if m.Dir == flow.ServerToClient {
		kind, at = 0, 1
		if len(m.Data) > 0 {
			kind = m.Data[0]
		}
	}
	switch kind {
	case 'o':
		r.part(Part{Type: "open", Summary: "open"})
	case 'h':
		r.part(Part{Type: "heartbeat", Summary: "heartbeat", Heartbeat: true})
	case 'a', 'm', 'c':
		root, err := parseJSON(m.Data[at:], at)
		if err != nil && m.Whole {
			r.invalid("SockJS, the frame is not JSON, " + err.Error())
		}
		r.Tree = root
		if kind == 'c' {
			sockjsClose(root, &r)
		} else {
			d.messages(m, root, m.Whole && err == nil, &r)
		}
		return r
	default:
		if m.Whole {
			r.invalid("not a frame of SockJS: it begins with none of o, h, a, m, c")
		}
		return r
	}
	if len(m.Data) > 1 {
		r.invalid("SockJS, more bytes behind a frame of one letter")
	}
	r.Tree = label("type", r.Parts[0].Type, 0, len(m.Data))
	return r
}

// sockjsClose reads the code and the reason of a close frame.
func sockjsClose(root Node, r *Result) {
	code, reason := root.element(0).word(keyLimit), root.element(1).word(summaryLimit)
	p := Part{Type: "close", Summary: "close " + code + " " + reason}
	p.add("code", code)
	p.add("reason", reason)
	// 1000, and 3000 with "Go away!", are the ordinary ends; further codes from
	// 3000 on are the application's. SockJS itself complains with 1002 and 2010.
	if len(code) == 4 && (code[0] == '1' && code != "1000" || code[0] == '2') {
		p.Failed = strings.TrimSpace(code + " " + reason)
	}
	r.part(p)
}

// messages decodes the strings in a frame, each a message of the application;
// the last of them may be cut.
func (d *sockjsDecoder) messages(m Message, root Node, whole bool, r *Result) {
	list := []Node{root}
	if root.Kind == Array {
		list = root.elements(maxParts)
	}
	if d.inner == nil {
		d.inner = Open(d.hint)
	}
	var nodes []Node
	for i, n := range list {
		if n.Kind != String {
			if n.Kind != Broken {
				r.invalid("SockJS, a message that is not a string")
			}
			continue
		}
		inner := d.inner.decode(Message{N: m.N, Dir: m.Dir, Text: true, Data: []byte(n.Text(0)), Whole: whole || i < len(list)-1, Time: m.Time})
		for _, p := range inner.Parts {
			p.Body = outside(p.Body)
			if inner.Format != "guess" {
				p.add("format", inner.Format)
			}
			r.part(p)
		}
		if len(inner.Parts) == 0 {
			r.part(Part{Type: "message", Summary: inner.Summary})
		}
		r.Problems = append(r.Problems, inner.Problems...)
		r.expects = append(r.expects, inner.expects...)
		nodes = append(nodes, outside(inner.Tree).named("message "+strconv.Itoa(i+1)))
	}
	r.Tree = group("messages", len(m.Data), nodes...)
}

// outside returns n, and everything in it, without places: its bytes do not
// stand in the message as such, being escaped in a string.
func outside(n Node) Node {
	n.Start, n.End = 0, 0
	if inner := n.children; inner != nil {
		n.children = func(yield func(Node) bool) {
			for c := range inner {
				if !yield(outside(c)) {
					return
				}
			}
		}
	}
	return n
}
