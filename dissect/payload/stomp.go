package payload

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"wsight/flow"
	"wsight/safe"
)

// stompFormat is STOMP 1.0 to 1.2 (stomp.github.io).
var stompFormat = Format{
	Name:         "stomp",
	Title:        "STOMP 1.0, 1.1, 1.2",
	About:        "Frames with their headers, also split over messages; receipts with their latency, errors, and the heart-beat that was agreed.",
	Subprotocols: []string{"v10.stomp", "v11.stomp", "v12.stomp", "stomp"},
	Recognise: func(h Hint) bool {
		command, rest, ok := bytes.Cut(h.start(), []byte("\n"))
		return ok && stompCommands[string(bytes.TrimSuffix(command, []byte("\r")))] && bytes.Contains(rest, []byte(":"))
	},
	New: func(h Hint) Decoder {
		return &stompDecoder{raw: strings.EqualFold(h.Subprotocol, "v10.stomp")}
	},
}

var stompCommands = map[string]bool{
	"CONNECT": true, "STOMP": true, "SEND": true, "SUBSCRIBE": true, "UNSUBSCRIBE": true, "BEGIN": true, "COMMIT": true,
	"ABORT": true, "ACK": true, "NACK": true, "DISCONNECT": true, "CONNECTED": true, "MESSAGE": true, "RECEIPT": true, "ERROR": true,
}

// A stompDecoder remembers frames that are not finished, and what the client
// offered as heart-beat.
type stompDecoder struct {
	streams [3]stream
	beat    [2]int64 // of CONNECT: what the client can send, and wants, in milliseconds
	raw     bool     // version 1.0, which escapes nothing in headers
}

func (d *stompDecoder) lose(dir flow.Direction) { d.streams[dir].lose() }

// Decode takes a message as frames, ends of lines between them, and pieces.
func (d *stompDecoder) Decode(m Message) Result {
	var r Result
	s := &d.streams[m.Dir]
	w := s.feed(m)
	var nodes []Node
	at := 0
	for at < len(w.data) && (w.carried == 0 || bytes.IndexByte(m.Data, 0) >= 0) { // only NUL ends a frame
		if c := w.data[at]; c == '\n' || c == '\r' {
			end := at
			for end < len(w.data) && (w.data[end] == '\n' || w.data[end] == '\r') {
				end++
			}
			if at == 0 || end == len(w.data) && len(nodes) == 0 {
				r.part(Part{Type: "heartbeat", Heartbeat: true, Summary: "heartbeat"})
				nodes = appendNode(nodes, w.label("heartbeat", quantity(end-at, "byte"), at, end))
			}
			at = end
			continue
		}
		f, ok := stompFrame(w.data, at)
		if !ok {
			break
		}
		if f.wrong != "" && !s.lost {
			r.invalid("STOMP, " + f.wrong)
		}
		nodes = appendNode(nodes, d.frame(w, f, &r))
		at = f.end
		s.lost = false
	}
	d.rest(m, w, at, &r, &nodes)
	if r.Tree = group("frames", len(m.Data), nodes...); len(nodes) == 1 {
		r.Tree = nodes[0]
	}
	return r
}

// rest deals with the piece of a frame at the end of a message.
func (d *stompDecoder) rest(m Message, w window, at int, r *Result, nodes *[]Node) {
	s := &d.streams[m.Dir]
	piece := w.data[at:]
	if len(piece) == 0 {
		s.keep(w, at)
		return
	}
	command, _, line := bytes.Cut(piece, []byte("\n"))
	name := string(bytes.TrimSuffix(command[:min(len(command), 32)], []byte("\r")))
	begins := stompCommands[name]
	if !line {
		begins = stompPrefix(name)
	}
	if head := piece[:min(len(piece), stompHeadLimit)]; len(piece) > len(head) && !bytes.Contains(head, []byte("\n\n")) && !bytes.Contains(head, []byte("\n\r\n")) {
		begins = false // reading such headers again with every piece would never end
	}
	switch {
	case !m.Whole || s.lost:
		s.keep(w, len(w.data))
		s.lost = true
	case !begins:
		r.invalid("STOMP, not a frame: it begins with " + safe.Quote(name))
		s.keep(w, len(w.data))
	case !s.keep(w, at):
		s.lost = true
	}
	*nodes = append(*nodes, w.text("piece", at, len(w.data)))
	if r.Summary = joinParts(r.Parts); r.Summary != "" {
		r.Summary += " | "
	}
	r.Summary += "piece of " + quantity(len(m.Data)-max(0, at-w.carried), "byte")
	if begins && line {
		r.Summary += " of " + name
	}
}

// stompHeadLimit is how long command and headers of a frame in pieces may be.
const stompHeadLimit = 64 << 10

// stompPrefix reports whether a command begins like this.
func stompPrefix(name string) bool {
	for c := range stompCommands {
		if strings.HasPrefix(c, name) {
			return true
		}
	}
	return false
}

// frame tells what one frame is.
func (d *stompDecoder) frame(w window, f stompParsed, r *Result) Node {
	d.raw = d.raw && f.command != "CONNECT" && f.command != "CONNECTED" // these say themselves what follows
	p := Part{Type: f.command, Summary: f.command}
	nodes := []Node{w.label("command", f.command, f.start, f.headers)}
	value := map[string]string{}
	for _, h := range f.list {
		name, text := h.name, h.value
		if !d.raw && f.command != "CONNECT" && f.command != "CONNECTED" {
			name, text = stompUnescape(name), stompUnescape(text)
		}
		nodes = append(nodes, w.label(name, text, h.start, h.end))
		if _, repeated := value[name]; !repeated { // the first counts, §"Repeated Header Entries"
			value[name] = text
		}
	}
	for _, name := range []string{"destination", "id", "subscription", "message-id", "content-type", "receipt", "receipt-id", "version", "message", "transaction"} {
		p.add(name, clip(value[name], summaryLimit))
	}
	if p.Name = clip(value["destination"], summaryLimit); p.Name != "" {
		p.Summary += " " + p.Name
	}
	if f.bodyEnd > f.body {
		p.Body = w.body("body", f.body, f.bodyEnd)
		nodes = append(nodes, p.Body)
		p.Summary += " " + brief(p.Body)
	}
	d.meaning(&p, value, r)
	r.part(p)
	return w.group(f.command, f.start, f.end, nodes...)
}

// meaning joins answers with requests, and reads what was agreed.
func (d *stompDecoder) meaning(p *Part, value map[string]string, r *Result) {
	if id := value["receipt"]; id != "" {
		p.Asks = "receipt " + id
	}
	switch p.Type {
	case "CONNECT", "STOMP":
		p.Asks = "connect"
		d.beat[0], d.beat[1] = stompBeat(value["heart-beat"])
		p.Summary += " " + strings.TrimSpace(value["host"]+" "+value["accept-version"])
	case "CONNECTED":
		p.Answers = "connect"
		d.raw = value["version"] == "" || value["version"] == "1.0"
		p.Summary = strings.TrimSpace(p.Summary + " " + value["version"])
		sends, wants := stompBeat(value["heart-beat"])
		r.expects = append(r.expects,
			stompExpect(flow.ClientToServer, d.beat[0], wants), stompExpect(flow.ServerToClient, sends, d.beat[1]))
	case "RECEIPT":
		p.Answers = "receipt " + value["receipt-id"]
		p.Summary += " " + value["receipt-id"]
	case "ERROR":
		p.Answers = "connect"
		if id := value["receipt-id"]; id != "" {
			p.Answers = "receipt " + id
		}
		if p.Failed = clip(value["message"], summaryLimit); p.Failed == "" {
			p.Failed = "ERROR"
		}
		p.Summary = "ERROR " + value["message"]
	}
	p.Summary = clip(p.Summary, 2*summaryLimit)
}

// stompBeat reads the header heart-beat: what the sender can send, and wants.
func stompBeat(value string) (sends, wants int64) {
	a, b, _ := strings.Cut(value, ",")
	sends, _ = strconv.ParseInt(strings.TrimSpace(a), 10, 32)
	wants, _ = strconv.ParseInt(strings.TrimSpace(b), 10, 32)
	return max(0, sends), max(0, wants)
}

// stompExpect is the heart-beat of one direction: none unless both ends want
// it, else the longer of the two. Clients wait for twice as long, since the
// specification asks for "an error margin".
func stompExpect(dir flow.Direction, sends, wants int64) expectation {
	e := expectation{dir: dir}
	if sends > 0 && wants > 0 {
		every := time.Duration(max(sends, wants)) * time.Millisecond
		e.within, e.why = 2*every, "the agreed heart-beat of "+every.String()
	}
	return e
}
