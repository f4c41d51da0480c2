package payload

import (
	"bytes"
	"strconv"
	"strings"
)

// signalrFormat is the hub protocol of ASP.NET Core SignalR, in JSON and in
// MessagePack.
var signalrFormat = Format{
	Name:  "signalr",
	Title: "SignalR hub protocol (JSON and MessagePack)",
	About: "Handshake, invocations, streams, completions with their latency by invocationId, pings, close.",
	Recognise: func(h Hint) bool {
		text := h.text()
		return strings.HasPrefix(text, `{"protocol":"`) && strings.Contains(text, "\x1e") ||
			strings.HasPrefix(text, `{"type":`) && strings.HasSuffix(text, "}\x1e")
	},
	New: func(Hint) Decoder { return &signalrDecoder{} },
}

// A signalrDecoder remembers the handshake, after which messages are in the
// protocol that it chose.
type signalrDecoder struct {
	packed   bool // MessagePack was chosen
	answered bool // the server has answered the handshake
}

var signalrTypes = [...]string{"", "invocation", "stream item", "completion", "stream invocation", "cancel invocation", "ping", "close", "ack", "sequence"}

// A signalrRecord is one message of the hub protocol, from either encoding.
type signalrRecord struct {
	kind           int64
	id, target     string
	arguments      Node
	result, failed Node
}

// Decode takes a message as a list of records.
func (d *signalrDecoder) Decode(m Message) Result {
	var r Result
	var nodes []Node
	if m.Text || d.shaking(m) {
		nodes = d.text(m, &r)
	} else {
		nodes = d.binary(m, &r)
	}
	r.Tree = group("records", len(m.Data), nodes...)
	if len(nodes) == 1 {
		r.Tree = nodes[0]
	}
	return r
}

// shaking reports whether a binary message is of the handshake, which is JSON
// even when MessagePack is asked for.
func (d *signalrDecoder) shaking(m Message) bool {
	return !d.answered && bytes.HasPrefix(m.Data, []byte("{")) && bytes.HasSuffix(m.Data, []byte{0x1e})
}

// text takes records in JSON, each ended by the byte 0x1E.
func (d *signalrDecoder) text(m Message, r *Result) (nodes []Node) {
	for at := 0; at < len(m.Data); {
		n := bytes.IndexByte(m.Data[at:], 0x1e)
		end := at + n
		if n < 0 {
			end = len(m.Data)
			if m.Whole {
				r.invalid("the last record is not ended by the byte 0x1E")
			}
		}
		root, err := parseJSON(m.Data[at:end], at)
		if err != nil && (m.Whole || n >= 0) {
			r.invalid("a record at byte " + strconv.Itoa(at) + " is not JSON, " + err.Error())
		}
		nodes = appendNode(nodes, root)
		f := root.pick("type", "invocationId", "target", "arguments", "result", "error", "item", "protocol")
		kind, ok := f[0].integer()
		switch {
		case ok:
			rec := signalrRecord{kind: kind, id: f[1].word(keyLimit), target: f[2].word(keyLimit), arguments: f[3], result: f[4], failed: f[5]}
			if f[6].Kind != 0 {
				rec.result = f[6]
			}
			d.record(rec, r)
		case f[7].Kind == String:
			d.packed = f[7].is("messagepack")
			p := Part{Type: "handshake", Name: f[7].word(summaryLimit), Asks: "handshake", Summary: "handshake " + brief(root)}
			p.add("protocol", p.Name)
			r.part(p)
		case root.Kind == Object && f[0].Kind == 0:
			d.answered = true
			p := Part{Type: "handshake", Answers: "handshake", Failed: f[5].word(summaryLimit), Summary: "handshake " + brief(root)}
			r.part(p)
		case err == nil:
			r.invalid("a record without a type")
		}
		at = end + 1
	}
	return nodes
}

// binary takes records in MessagePack, each preceded by its length.
func (d *signalrDecoder) binary(m Message, r *Result) (nodes []Node) {
	for at := 0; at < len(m.Data); {
		length, n := varint(m.Data[at:], 5)
		if n == 0 || length > uint64(len(m.Data)-at-n) {
			if m.Whole {
				r.invalid("the record at byte " + strconv.Itoa(at) + " is longer than the message")
			}
			return nodes
		}
		start, end := at+n, at+n+int(length)
		root, err := parseMsgpack(m.Data[start:end], start)
		if err != nil {
			r.invalid("the record at byte " + strconv.Itoa(at) + " is not MessagePack, " + err.Error())
		}
		nodes = appendNode(nodes, root)
		d.record(signalrArray(root), r)
		at = end
	}
	return nodes
}

// signalrArray reads a record in MessagePack: [type, headers, invocationId, ...].
func signalrArray(root Node) (rec signalrRecord) {
	e := make([]Node, 6)
	copy(e, root.elements(len(e)))
	rec.kind, _ = e[0].integer()
	switch rec.kind {
	case 1, 4:
		rec.id, rec.target, rec.arguments = e[2].word(keyLimit), e[3].word(keyLimit), e[4]
	case 2:
		rec.id, rec.result = e[2].word(keyLimit), e[3]
	case 3:
		rec.id = e[2].word(keyLimit)
		switch kind, _ := e[3].integer(); kind { // 1 error, 2 void, 3 a value
		case 1:
			rec.failed = e[4]
		case 3:
			rec.result = e[4]
		}
	case 5:
		rec.id = e[2].word(keyLimit)
	case 7:
		rec.failed = e[1]
	}
	return rec
}

// record tells what one record is.
func (d *signalrDecoder) record(rec signalrRecord, r *Result) {
	if rec.kind < 1 || rec.kind >= int64(len(signalrTypes)) {
		r.invalid("there is no record of type " + strconv.FormatInt(rec.kind, 10))
		r.part(Part{Type: "unknown", Summary: "unknown"})
		return
	}
	p := Part{Type: signalrTypes[rec.kind], Name: clip(rec.target, summaryLimit)}
	p.add("target", p.Name)
	p.add("id", rec.id)
	p.Summary = p.Type
	switch rec.kind {
	case 1, 4:
		p.Asks, p.Body = rec.id, rec.arguments
		p.Summary = p.Name + "(" + strings.TrimSuffix(strings.TrimPrefix(brief(rec.arguments), "["), "]") + ")"
	case 2, 3:
		p.Answers, p.Body = rec.id, rec.result
		p.Summary = strings.TrimSpace(p.Summary + " " + brief(rec.result))
		p.Failed = rec.failed.word(summaryLimit)
	case 6:
		p.Heartbeat = true
	case 7:
		p.Failed = rec.failed.word(summaryLimit)
	}
	if p.Failed != "" {
		p.Summary += " error " + p.Failed
	}
	if rec.id != "" {
		p.Summary += " #" + clip(rec.id, 40)
	}
	r.part(p)
}
