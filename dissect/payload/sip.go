package payload

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"wsight/safe"
)

// sipFormat is SIP over WebSocket, RFC 7118.
var sipFormat = Format{
	Name:         "sip",
	Title:        "SIP (RFC 3261) over WebSocket (RFC 7118)",
	About:        "Requests and answers with their headers and body, latency of the final answer by Call-ID and CSeq, failures, keep-alives.",
	Subprotocols: []string{"sip"},
	Recognise: func(h Hint) bool {
		line, _, ok := bytes.Cut(h.start(), []byte("\r\n"))
		return ok && (bytes.HasPrefix(line, []byte("SIP/2.0 ")) || bytes.HasSuffix(line, []byte(" SIP/2.0")))
	},
	New: func(Hint) Decoder { return sipDecoder{} },
}

type sipDecoder struct{}

// Decode takes a message as one request, one answer (§5 of RFC 7118), or a
// keep-alive (§6).
func (sipDecoder) Decode(m Message) Result {
	var r Result
	switch string(m.Data) {
	case "\r\n\r\n":
		r.part(Part{Type: "ping", Summary: "keep-alive", Heartbeat: true, Asks: "ping"})
		return r
	case "\r\n":
		r.part(Part{Type: "pong", Summary: "keep-alive answered", Heartbeat: true, Answers: "ping"})
		return r
	}
	line, nodes, header, at := sipHead(m.Data)
	words := strings.SplitN(line, " ", 3)
	if len(words) < 3 || words[0] != "SIP/2.0" && words[2] != "SIP/2.0" {
		if m.Whole {
			r.invalid("SIP, neither a request nor an answer begins with " + safe.Quote(line))
		}
		r.Summary = firstLine(m.Data)
		return r
	}
	number, method, _ := strings.Cut(strings.TrimSpace(header["cseq"]), " ")
	method = strings.TrimSpace(method)
	key := clip(header["call-id"], keyLimit/2) + " " + clip(number+" "+method, keyLimit/4)
	p := Part{Type: words[0], Name: clip(words[1], summaryLimit)}
	if words[0] == "SIP/2.0" {
		p.Type, p.Name = "answer", clip(method, summaryLimit)
		p.add("status", words[1])
		p.Summary = words[1] + " " + clip(words[2], summaryLimit) + " to " + p.Name
		if code, _ := strconv.Atoi(words[1]); code < 200 { // provisional: a telephone may ring for long
			p.Promises = key
		} else {
			p.Answers = key
			if code >= 300 && code != 401 && code != 407 { // a challenge is answered with credentials
				p.Failed = words[1] + " " + clip(words[2], summaryLimit)
			}
		}
	} else {
		p.Summary = p.Type + " " + p.Name
		p.add("method", p.Type)
		if p.Type != "ACK" {
			p.Asks = key
		}
	}
	for _, name := range []string{"from", "to", "call-id", "cseq"} {
		p.add(name, clip(header[name], summaryLimit))
		if header[name] == "" && m.Whole {
			r.invalid("SIP, the header " + name + " is missing")
		}
	}
	if at < len(m.Data) {
		p.Body = window{data: m.Data}.body("body", at, len(m.Data))
		nodes = append(nodes, p.Body)
	}
	if text := header["content-length"]; text != "" && m.Whole {
		if n, err := strconv.Atoi(text); err != nil || n != len(m.Data)-at {
			r.invalid(fmt.Sprintf("SIP, Content-Length is %s, but the body has %s", safe.Quote(text), quantity(len(m.Data)-at, "byte")))
		}
	}
	r.Tree = group(p.Type, len(m.Data), nodes...)
	r.part(p)
	return r
}

// sipShort are the short names of headers, RFC 3261 §7.3.3.
var sipShort = map[string]string{"f": "from", "t": "to", "i": "call-id", "l": "content-length", "v": "via", "m": "contact", "c": "content-type"}

// sipHead reads the first line and the headers of a message; at is where its
// body begins. header has the first value of each name, in lower case.
func sipHead(b []byte) (line string, nodes []Node, header map[string]string, at int) {
	header = map[string]string{}
	for first := true; at < len(b); first = false {
		start := at
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			n = len(b) - at - 1
		}
		at += n + 1
		text := strings.TrimRight(string(b[start:at]), "\r\n")
		if first {
			line = text
			nodes = append(nodes, label("start line", text, start, at))
			continue
		}
		if text == "" {
			break
		}
		name, value, _ := strings.Cut(text, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		nodes = appendNode(nodes, label(name, value, start, at))
		name = strings.ToLower(clip(name, nameLimit))
		if long, ok := sipShort[name]; ok {
			name = long
		}
		if _, repeated := header[name]; !repeated && len(header) < maxParts {
			header[name] = value
		}
	}
	return line, nodes, header, at
}
