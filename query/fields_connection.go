package query

import (
	"net/netip"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/flow"
)

// connectionFields are known from the first event of a connection on.
var connectionFields = []Field{
	{Name: "event", Type: Text, Kinds: Any, Doc: "what the event is", Words: []string{"connection", "handshake", "frame", "message", "finding", "end"},
		text: func(r *Row) (string, bool) { return name(r.Event) }},
	{Name: "time", Type: Text, Kinds: Any, Doc: "when the event was completed, RFC 3339 in UTC; compare with the beginning of a time, such as time >= \"2026-01-02T03:04\"",
		text: func(r *Row) (string, bool) { return stamp(r.Event.At().Time) }},
	{Name: "packet", Type: Number, Kinds: Any, Doc: "number of the packet that completed the event",
		number: func(r *Row) (float64, bool) { n := r.Event.At().Packet; return float64(n.Number()), n > 0 }},
	{Name: "file", Type: Number, Kinds: Connection, Doc: "index of the input, from 0",
		number: ofConversation(always(func(c *dissect.Conversation) float64 { return float64(c.File) }))},
	{Name: "conn", Type: Number, Kinds: Connection, Doc: "number of the connection, from 1",
		number: ofConversation(always(func(c *dissect.Conversation) float64 { return float64(c.Number) }))},
	{Name: "client", Type: Text, Kinds: Connection, Doc: "address and port of the client",
		text: ofConversation(always(func(c *dissect.Conversation) string { return c.Client.String() }))},
	{Name: "client.ip", Type: Text, Kinds: Connection, Doc: "address of the client",
		text: ofConversation(always(func(c *dissect.Conversation) string { return address(c.Client) }))},
	{Name: "client.port", Type: Number, Kinds: Connection, Doc: "port of the client",
		number: ofConversation(always(func(c *dissect.Conversation) float64 { return float64(c.Client.Port()) }))},
	{Name: "server", Type: Text, Kinds: Connection, Doc: "address and port of the server",
		text: ofConversation(always(func(c *dissect.Conversation) string { return c.Server.String() }))},
	{Name: "server.ip", Type: Text, Kinds: Connection, Doc: "address of the server",
		text: ofConversation(always(func(c *dissect.Conversation) string { return address(c.Server) }))},
	{Name: "server.port", Type: Number, Kinds: Connection, Doc: "port of the server",
		number: ofConversation(always(func(c *dissect.Conversation) float64 { return float64(c.Server.Port()) }))},
	{Name: "transport", Type: Text, Kinds: Connection, Doc: "what carries the connection", Words: []string{"tcp", "tls"},
		text: ofConversation(always(func(c *dissect.Conversation) string { return choice(c.TLS != nil, "tls", "tcp") }))},
	{Name: "tls.version", Type: Text, Kinds: Connection, Doc: "1.2 or 1.3", text: ofTLS(func(t *dissect.TLS) string { return t.Version })},
	{Name: "tls.sni", Type: Text, Kinds: Connection, Doc: "server name that the client asked for", text: ofTLS(func(t *dissect.TLS) string { return t.SNI })},
	{Name: "tls.alpn", Type: Text, Kinds: Connection, Doc: "protocol that was agreed by ALPN", text: ofTLS(func(t *dissect.TLS) string { return t.ALPN })},
	{Name: "tls.cipher", Type: Text, Kinds: Connection, Doc: "cipher suite, by its IANA name", text: ofTLS(func(t *dissect.TLS) string { return t.Cipher })},
	{Name: "http", Type: Text, Kinds: Connection, Doc: "version of HTTP that the handshake used: 1.1 or 2",
		text: ofConversation(func(c *dissect.Conversation) (string, bool) { return written(c.HTTP) })},
	{Name: "stream", Type: Number, Kinds: Connection, Doc: "HTTP/2 stream",
		number: ofConversation(func(c *dissect.Conversation) (float64, bool) { return float64(c.Stream), c.Stream > 0 })},
	{Name: "via", Type: Text, Kinds: Connection, Doc: "authority of a CONNECT tunnel, or source of a PROXY header",
		text: ofConversation(func(c *dissect.Conversation) (string, bool) { return written(c.Via) })},
	{Name: "start", Type: Text, Kinds: Connection, Doc: "midstream when the capture began after the handshake", Words: []string{"handshake", "midstream"},
		text: ofConversation(always(func(c *dissect.Conversation) string { return choice(c.Midstream, "midstream", "handshake") }))},
	{Name: "start_time", Type: Text, Kinds: Connection, Doc: "time of the SYN or of the first packet, as in time",
		text: ofConversation(func(c *dissect.Conversation) (string, bool) { return stamp(c.Start) })},
	{Name: "interface", Type: Text, Kinds: Connection, Doc: "where it was captured",
		text: ofConversation(func(c *dissect.Conversation) (string, bool) { return written(c.Interface) })},
	{Name: "process.client.pid", Type: Number, Kinds: Process, Doc: "process of the client, live and on this host", number: pid(clientProcess)},
	{Name: "process.client.name", Type: Text, Kinds: Process, Doc: "program of the client", text: program(clientProcess)},
	{Name: "process.server.pid", Type: Number, Kinds: Process, Doc: "process of the server", number: pid(serverProcess)},
	{Name: "process.server.name", Type: Text, Kinds: Process, Doc: "program of the server", text: program(serverProcess)},
	{Name: "problems", Type: Number, Kinds: Connection, Doc: "how many findings of the connection are more than a note, so far",
		number: func(r *Row) (float64, bool) { return float64(r.Problems), true }},
}

// handshakeFields are known once the handshake is complete.
var handshakeFields = []Field{
	{Name: "outcome", Type: Text, Kinds: Handshake, Doc: "how the handshake went", Words: []string{"accepted", "rejected", "unanswered"},
		text: ofHandshake(always(func(h *dissect.Handshake) string { return h.Verdict.Kind.String() }))},
	{Name: "request.method", Type: Text, Kinds: Handshake, Doc: "GET, or CONNECT over HTTP/2", text: ofRequest(func(q *header.Request) string { return q.Method })},
	{Name: "request.target", Type: Text, Kinds: Handshake, Doc: "path and query", text: ofRequest(func(q *header.Request) string { return q.Target })},
	{Name: "path", Type: Text, Kinds: Handshake, Doc: "the target of the request without its query", text: ofRequest(path)},
	{Name: "request.version", Type: Text, Kinds: Handshake, Doc: "1.0, 1.1 or 2", text: ofRequest(func(q *header.Request) string { return q.Version })},
	{Name: "response.version", Type: Text, Kinds: Handshake, Doc: "1.0, 1.1 or 2", text: ofResponse(func(q *header.Response) string { return q.Version })},
	{Name: "response.status", Type: Number, Kinds: Handshake, Doc: "101 when all went well", number: ofResponse(func(q *header.Response) float64 { return float64(q.Status) })},
	{Name: "response.reason", Type: Text, Kinds: Handshake, Doc: "the words after the status", text: ofResponse(func(q *header.Response) string { return q.Reason })},
	{Name: "host", Type: Text, Kinds: Handshake, Doc: "host that the request names", text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Host) })},
	{Name: "origin", Type: Text, Kinds: Handshake, Doc: "page that opened the connection", text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Origin) })},
	{Name: "key", Type: Text, Kinds: Handshake, Doc: "Sec-WebSocket-Key", text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Key) })},
	{Name: "accept.expected", Type: Text, Kinds: Handshake, Doc: "what the key asks for", text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Accept.Expected) })},
	{Name: "accept.actual", Type: Text, Kinds: Handshake, Doc: "Sec-WebSocket-Accept", text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Accept.Actual) })},
	{Name: "accept.valid", Type: Bool, Kinds: Handshake, Doc: "whether the two agree",
		flag: ofHandshake(func(h *dissect.Handshake) (bool, bool) { v := h.Verdict.Accept.Valid; return v != nil && *v, v != nil })},
	{Name: "subprotocol.offered", Type: Text, Kinds: Handshake, Doc: "what the client offered, joined by commas",
		text: ofHandshake(always(func(h *dissect.Handshake) string { return strings.Join(h.Verdict.Subprotocol.Offered, ", ") }))},
	{Name: "subprotocol.agreed", Type: Text, Kinds: Handshake, Doc: "what the server chose",
		text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Subprotocol.Agreed) })},
	{Name: "extensions.offered", Type: Text, Kinds: Handshake, Doc: "as sent by the client",
		text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Extensions.Offered) })},
	{Name: "extensions.agreed", Type: Text, Kinds: Handshake, Doc: "as sent by the server",
		text: ofHandshake(func(h *dissect.Handshake) (string, bool) { return pointed(h.Verdict.Extensions.Agreed) })},
	{Name: "latency", Type: Number, Kinds: Handshake, Doc: "seconds from the request to the answer",
		number: ofHandshake(func(h *dissect.Handshake) (float64, bool) { return h.Latency.Seconds(), h.Latency >= 0 })},
}

func ofTLS(get func(*dissect.TLS) string) func(*Row) (string, bool) {
	return ofConversation(func(c *dissect.Conversation) (string, bool) {
		if c.TLS == nil {
			return "", false
		}
		return written(get(c.TLS))
	})
}

func ofRequest[T any](get func(*header.Request) T) func(*Row) (T, bool) {
	return ofHandshake(func(h *dissect.Handshake) (v T, ok bool) {
		if h.Request == nil {
			return v, false
		}
		return get(h.Request), true
	})
}

func ofResponse[T any](get func(*header.Response) T) func(*Row) (T, bool) {
	return ofHandshake(func(h *dissect.Handshake) (v T, ok bool) {
		if h.Response == nil {
			return v, false
		}
		return get(h.Response), true
	})
}

func path(q *header.Request) string {
	path, _, _ := strings.Cut(q.Target, "?")
	return path
}

func clientProcess(c *dissect.Conversation) *dissect.Process { return c.ClientProcess }
func serverProcess(c *dissect.Conversation) *dissect.Process { return c.ServerProcess }

func pid(end func(*dissect.Conversation) *dissect.Process) func(*Row) (float64, bool) {
	return ofConversation(func(c *dissect.Conversation) (float64, bool) {
		if p := end(c); p != nil {
			return float64(p.PID), true
		}
		return 0, false
	})
}

func program(end func(*dissect.Conversation) *dissect.Process) func(*Row) (string, bool) {
	return ofConversation(func(c *dissect.Conversation) (string, bool) {
		if p := end(c); p != nil {
			return p.Name, true
		}
		return "", false
	})
}

func address(a netip.AddrPort) string { return a.Addr().String() }

func choice(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// stamp returns t as the JSON output writes it.
func stamp(t time.Time) (string, bool) {
	if t.IsZero() {
		return "", false
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z"), true
}

func direction(d flow.Direction) (string, bool) {
	if d == 0 {
		return "", false
	}
	return d.String(), true
}
