package payload

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// wampFormat is WAMP, basic and advanced profile, in its three serializations.
var wampFormat = Format{
	Name:  "wamp",
	Title: "WAMP 2 (JSON, MessagePack, CBOR)",
	About: "Calls, events, registrations, sessions; latency by request id; errors with their URI.",
	Subprotocols: []string{"wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor",
		"wamp.2.json.batched", "wamp.2.msgpack.batched", "wamp.2.cbor.batched"},
	Recognise: func(h Hint) bool {
		root, err := parseJSON([]byte(h.text()), 0)
		e := root.elements(3)
		return err == nil && len(e) == 3 && e[0].word(2) == "1" && e[1].Kind == String && e[2].pick("roles")[0].Kind == Object
	},
	New: func(h Hint) Decoder {
		s := strings.ToLower(h.Subprotocol)
		return wampDecoder{batched: strings.HasSuffix(s, ".batched"), cbor: strings.Contains(s, "cbor")}
	},
}

type wampDecoder struct{ batched, cbor bool }

// A wampType says where the elements of a message stand, -1 for nowhere: the
// request id, the URI, the arguments.
type wampType struct {
	name              string
	request, uri, arg int
	asks, answers     bool
}

// wampTypes are the messages by their number, §"Protocol Overview" of WAMP.
var wampTypes = map[int64]wampType{
	1: {name: "HELLO", request: -1, uri: 1, arg: -1, asks: true}, 2: {name: "WELCOME", request: -1, uri: -1, arg: -1, answers: true},
	3: {name: "ABORT", request: -1, uri: 2, arg: -1, answers: true}, 4: {name: "CHALLENGE", request: -1, uri: 1, arg: -1},
	5: {name: "AUTHENTICATE", request: -1, uri: -1, arg: -1}, 6: {name: "GOODBYE", request: -1, uri: 2, arg: -1},
	8:  {name: "ERROR", request: 2, uri: 4, arg: 5, answers: true},
	16: {name: "PUBLISH", request: 1, uri: 3, arg: 4}, 17: {name: "PUBLISHED", request: 1, uri: -1, arg: -1, answers: true},
	32: {name: "SUBSCRIBE", request: 1, uri: 3, arg: -1, asks: true}, 33: {name: "SUBSCRIBED", request: 1, uri: -1, arg: -1, answers: true},
	34: {name: "UNSUBSCRIBE", request: 1, uri: -1, arg: -1, asks: true}, 35: {name: "UNSUBSCRIBED", request: 1, uri: -1, arg: -1, answers: true},
	36: {name: "EVENT", request: -1, uri: -1, arg: 4},
	48: {name: "CALL", request: 1, uri: 3, arg: 4, asks: true}, 49: {name: "CANCEL", request: -1, uri: -1, arg: -1},
	50: {name: "RESULT", request: 1, uri: -1, arg: 3, answers: true},
	64: {name: "REGISTER", request: 1, uri: 3, arg: -1, asks: true}, 65: {name: "REGISTERED", request: 1, uri: -1, arg: -1, answers: true},
	66: {name: "UNREGISTER", request: 1, uri: -1, arg: -1, asks: true}, 67: {name: "UNREGISTERED", request: 1, uri: -1, arg: -1, answers: true},
	68: {name: "INVOCATION", request: 1, uri: -1, arg: 4, asks: true}, 69: {name: "INTERRUPT", request: -1, uri: -1, arg: -1},
	70: {name: "YIELD", request: 1, uri: -1, arg: 3, answers: true},
}

// wampQuestions are the types that an answer of each type answers.
var wampQuestions = map[string]string{"WELCOME": "HELLO", "ABORT": "HELLO", "PUBLISHED": "PUBLISH", "SUBSCRIBED": "SUBSCRIBE",
	"UNSUBSCRIBED": "UNSUBSCRIBE", "RESULT": "CALL", "REGISTERED": "REGISTER", "UNREGISTERED": "UNREGISTER", "YIELD": "INVOCATION"}

// Decode takes a message as one array, or as a batch of them.
func (d wampDecoder) Decode(m Message) Result {
	var r Result
	var nodes []Node
	for begin := 0; begin < len(m.Data) || begin == 0; {
		at, end, next := d.cut(m, begin, &r)
		if at > end {
			break
		}
		begin = next
		var root Node
		var err error
		switch {
		case m.Text:
			var broken *SyntaxError
			if root, broken = parseJSON(m.Data[at:end], at); broken != nil {
				err = broken
			}
		case d.cbor:
			var broken *packedError
			if root, broken = parseCBOR(m.Data[at:end], at); broken != nil {
				err = broken
			}
		default:
			var broken *packedError
			if root, broken = parseMsgpack(m.Data[at:end], at); broken != nil {
				err = broken
			}
		}
		nodes = appendNode(nodes, root)
		if err != nil && m.Whole {
			r.invalid("WAMP, " + err.Error())
		} else {
			d.message(root, m.Whole, &r)
		}
	}
	if r.Tree = group("batch", len(m.Data), nodes...); len(nodes) == 1 {
		r.Tree = nodes[0]
	}
	return r
}

// cut returns where the array that begins at byte begin starts and ends, and
// where the next begins. In a batch JSON is ended by the byte 0x18, the others
// come after their length. start is beyond end when that is too long.
func (d wampDecoder) cut(m Message, begin int, r *Result) (start, end, next int) {
	all := len(m.Data)
	switch {
	case !d.batched:
	case m.Text:
		if n := bytes.IndexByte(m.Data[begin:], 0x18); n >= 0 {
			return begin, begin + n, begin + n + 1
		}
	default:
		n, ok := wampLength(m.Data[begin:])
		if ok {
			return begin + 4, begin + 4 + n, begin + 4 + n
		}
		if m.Whole {
			r.invalid("WAMP, an array of the batch is longer than the message")
		}
		return all, begin, all
	}
	return begin, all, max(all, 1)
}

// message tells what one array is.
func (d wampDecoder) message(root Node, whole bool, r *Result) {
	e := root.elements(7)
	kind := int64(-1)
	if len(e) > 0 {
		kind, _ = e[0].integer()
	}
	t, known := wampTypes[kind]
	if root.Kind != Array || !known {
		if whole {
			r.invalid("WAMP, not an array that begins with the number of a type")
		}
		r.part(Part{Type: "unknown", Summary: brief(root)})
		return
	}
	element := func(i int) Node {
		if i < 0 || i >= len(e) {
			return Node{}
		}
		return e[i]
	}
	p := Part{Type: t.name, Summary: t.name, Name: element(t.uri).word(summaryLimit), Body: element(t.arg)}
	request := element(t.request).word(keyLimit)
	p.add("request", request)
	p.add("uri", p.Name)
	if p.Name != "" {
		p.Summary += " " + p.Name
	}
	if p.Body.Kind != 0 {
		p.Summary += " " + brief(p.Body)
	}
	if request != "" {
		p.Summary += " #" + request
	} else if t.request >= 0 && whole {
		r.invalid("WAMP, " + t.name + " without a request id")
	}
	if t.asks {
		p.Asks = t.name + " " + request
	}
	if t.answers {
		p.Answers = wampQuestions[t.name] + " " + request
	}
	switch t.name {
	case "PUBLISH":
		if element(2).pick("acknowledge")[0].Text(5) == "true" {
			p.Asks = "PUBLISH " + request
		}
	case "ERROR":
		asked, _ := element(1).integer()
		p.Answers, p.Failed = wampTypes[asked].name+" "+request, p.Name
		p.add("asked", strconv.FormatInt(asked, 10))
	case "ABORT":
		p.Failed = p.Name
	case "RESULT":
		if element(2).pick("progress")[0].Text(5) == "true" {
			p.add("progress", true)
		}
	}
	r.part(p)
}

// wampLength reads the length before an array of a batch in binary.
func wampLength(b []byte) (int, bool) {
	if len(b) < 4 {
		return 0, false
	}
	n := binary.BigEndian.Uint32(b)
	return int(n), uint64(n) <= uint64(len(b)-4)
}
