package payload

import (
	"strings"
	"time"

	"wsight/flow"
	"wsight/safe"
)

// engineioFormat is Engine.IO, revisions 3 and 4 of its protocol, by itself.
var engineioFormat = Format{
	Name:  "engine.io",
	Title: "Engine.IO (protocol 3 and 4)",
	About: "Open with its session, pings, the probe that moves a polling session here, messages.",
	Recognise: func(h Hint) bool {
		return strings.Contains(h.Target, "EIO=") && strings.Contains(h.Target, "/engine.io")
	},
	New: func(h Hint) Decoder { return &engineioDecoder{revision: engineioRevision(h)} },
}

var engineioTypes = [...]string{"open", "close", "ping", "pong", "message", "upgrade", "noop"}

const engineioMessage = 4 // index of engineioTypes

// An engineioDecoder decodes packets. What messages hold is inner's business.
type engineioDecoder struct {
	revision int // 3 or 4; 0 when it is unknown
	inner    func(m Message, at int, r *Result)
}

// engineioRevision reads the query that every client of Engine.IO sends.
func engineioRevision(h Hint) int {
	switch {
	case strings.Contains(h.Target, "EIO=3"):
		return 3
	case strings.Contains(h.Target, "EIO=4"):
		return 4
	}
	return 0
}

// head returns the type of a packet, and the offset of what follows: over
// WebSocket a message is a packet, whose type is a digit in text, a number in
// binary of revision 3, and always "message" in binary of revision 4.
func (d *engineioDecoder) head(m Message) (kind byte, at int) {
	switch {
	case !m.Text && d.revision != 3:
		return engineioMessage, 0
	case len(m.Data) == 0:
		return 0xFF, 1
	case m.Text:
		return m.Data[0] - '0', 1
	}
	return m.Data[0], 1
}

// message returns the offset of what a packet of that type holds; ok is false
// when it is of another type.
func (d *engineioDecoder) message(m Message) (at int, ok bool) {
	kind, at := d.head(m)
	return at, kind == engineioMessage
}

// Decode takes a message as one packet.
func (d *engineioDecoder) Decode(m Message) Result {
	var r Result
	kind, at := d.head(m)
	if int(kind) >= len(engineioTypes) {
		if m.Whole {
			r.invalid("not a packet of Engine.IO: its first byte is no type")
		}
		r.Summary = hexDecoder{}.Decode(m).Summary
		return r
	}
	name := engineioTypes[kind]
	if name == "message" && d.inner != nil {
		d.inner(m, at, &r)
		return r
	}
	p := Part{Type: name, Summary: name}
	rest := textNode("data", m.Data, at, len(m.Data))
	switch name {
	case "open":
		rest = d.open(m, at, &p, &r)
	case "ping", "pong":
		probe := engineioHeartbeat(name, rest.Text(10) == "probe", &p)
		p.Summary += probe
	case "message":
		rest, p.Summary = engineioData(m, at)
		p.Body = rest
	}
	r.Tree = group(name, len(m.Data), label("type", name, 0, at), rest)
	r.part(p)
	return r
}

// open reads the handshake, which agrees on the heartbeat: the server pings in
// revision 4, the client in revision 3.
func (d *engineioDecoder) open(m Message, at int, p *Part, r *Result) Node {
	root, err := parseJSON(m.Data[at:], at)
	if err != nil && m.Whole {
		r.invalid("the handshake of Engine.IO is not JSON, " + err.Error())
	}
	f := root.pick("sid", "pingInterval", "pingTimeout")
	p.add("sid", f[0].word(summaryLimit))
	p.Summary += " " + brief(root)
	p.Answers = "open"
	interval, ok := f[1].integer()
	timeout, ok2 := f[2].integer()
	if ok && ok2 && interval > 0 && timeout > 0 && interval+timeout < int64(24*time.Hour/time.Millisecond) {
		dir := flow.ServerToClient
		if d.revision == 3 {
			dir = flow.ClientToServer
		}
		within := time.Duration(interval+timeout) * time.Millisecond
		r.expects = append(r.expects, expectation{dir, within, "Engine.IO (pingInterval and pingTimeout)"})
	}
	return root.named("data")
}

// engineioHeartbeat tells a ping from a probe, with which a client tries this
// connection while its session still polls.
func engineioHeartbeat(name string, probe bool, p *Part) string {
	key := "ping"
	if probe {
		key = "probe"
	}
	p.Heartbeat = !probe
	if name == "ping" {
		p.Asks = key
	} else {
		p.Answers = key
	}
	if probe {
		return " probe"
	}
	return ""
}

// engineioData shows what a message holds that is not Socket.IO.
func engineioData(m Message, at int) (Node, string) {
	if !m.Text {
		return bytesNode("data", m.Data, at, len(m.Data)), "message of " + quantity(len(m.Data)-at, "byte")
	}
	if root, err := parseJSON(m.Data[at:], at); err == nil {
		return root.named("data"), "message " + brief(root)
	}
	n := textNode("data", m.Data, at, len(m.Data))
	return n, "message " + safe.Quote(n.Text(summaryLimit))
}
