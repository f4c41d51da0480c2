package payload

import (
	"bytes"
	"strings"
)

// tunnelFormat names what is tunnelled through a WebSocket as a stream of bytes.
var tunnelFormat = Format{
	Name:         "tunnel",
	Title:        "TLS, SSH, HTTP and others in a tunnel",
	About:        "Names the protocol that binary messages carry, the server name of a TLS ClientHello, the software of SSH, the first line of HTTP.",
	Subprotocols: []string{"binary", "wstunnel"},
	Recognise:    func(h Hint) bool { return tunnelled(h.binary()) != "" },
	New:          func(Hint) Decoder { return &tunnelDecoder{} },
}

// A tunnelDecoder remembers what the tunnel carries: only its beginning says so.
type tunnelDecoder struct {
	carries string
}

// Decode names what the message begins with, else what the tunnel carries.
func (d *tunnelDecoder) Decode(m Message) Result {
	var r Result
	name := tunnelled(m.Data)
	p := Part{Type: "data", Name: name}
	switch {
	case name != "":
		d.carries, _, _ = strings.Cut(name, " ")
		p.Summary = name + ", " + quantity(len(m.Data), "byte")
	case d.carries != "":
		p.Summary = d.carries + " goes on, " + quantity(len(m.Data), "byte")
	default:
		p.Summary = hexDecoder{}.Decode(m).Summary
	}
	p.add("carries", d.carries)
	p.Body = window{data: m.Data}.body("data", 0, len(m.Data))
	r.Tree = p.Body
	r.part(p)
	return r
}

// tunnelled names the protocol whose bytes begin like b, "" when none does.
func tunnelled(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("SSH-2.0-")), bytes.HasPrefix(b, []byte("SSH-1.")):
		line, _, _ := bytes.Cut(b[:min(len(b), 255)], []byte("\n"))
		return "SSH " + strings.TrimSpace(string(line[4:]))
	case bytes.HasPrefix(b, []byte("RFB 003.")):
		return "VNC " + strings.TrimSpace(string(b[:min(len(b), 12)]))
	case bytes.HasPrefix(b, []byte("PRI * HTTP/2.0\r\n")):
		return "HTTP/2"
	case len(b) >= 5 && b[0] >= 20 && b[0] <= 23 && b[1] == 3 && b[2] <= 4 && (b[3] != 0 || b[4] != 0) && b[3] <= 0x41:
		return "TLS " + tlsRecord(b)
	}
	line, _, ok := bytes.Cut(b[:min(len(b), 2048)], []byte("\r\n"))
	words := strings.Fields(string(line))
	switch {
	case !ok || len(words) < 3:
	case strings.HasPrefix(words[0], "HTTP/1."):
		return "HTTP " + clip(string(line), summaryLimit)
	case strings.HasPrefix(words[len(words)-1], "HTTP/1.") && len(words) == 3:
		return "HTTP " + clip(string(line), summaryLimit)
	}
	return ""
}

// tlsRecord names the record at the start of b (RFC 8446 §5.1), and the server
// of a ClientHello.
func tlsRecord(b []byte) string {
	kinds := [...]string{20: "ChangeCipherSpec", 21: "Alert", 22: "Handshake", 23: "ApplicationData"}
	kind := kinds[b[0]]
	if b[0] != 22 || len(b) < 6 {
		return kind
	}
	switch b[5] {
	case 1:
		kind = "ClientHello"
		if name := serverName(b[5:]); name != "" {
			kind += " for " + clip(name, summaryLimit)
		}
	case 2:
		kind = "ServerHello"
	}
	return kind
}

// serverName returns the server_name of a ClientHello (RFC 8446 §4.1.2, RFC
// 6066 §3), "" when there is none or it is cut.
func serverName(b []byte) string {
	rest := b
	skip := func(n int) bool {
		if n < 0 || len(rest) < n {
			rest = nil
			return false
		}
		rest = rest[n:]
		return true
	}
	counted := func(width int) bool { // skips what comes after its length
		if len(rest) < width {
			return false
		}
		n := int(bigEndian(rest[:width]))
		return skip(width + n)
	}
	if !skip(4+2+32) || !counted(1) || !counted(2) || !counted(1) || !skip(2) {
		return ""
	}
	for len(rest) >= 4 {
		kind, n := bigEndian(rest[:2]), int(bigEndian(rest[2:4]))
		if len(rest) < 4+n {
			return ""
		}
		if body := rest[4 : 4+n]; kind == 0 && len(body) >= 5 {
			if size := int(bigEndian(body[3:5])); body[2] == 0 && len(body) >= 5+size {
				return string(body[5 : 5+size])
			}
			return ""
		}
		rest = rest[4+n:]
	}
	return ""
}
