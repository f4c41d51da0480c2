package query

import (
	"fmt"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/dissect/websocket"
)

// messageFields belong to messages; some of them to frames and findings too.
var messageFields = []Field{
	{Name: "n", Type: Number, Kinds: Message, Doc: "number of the message in its connection, from 1", number: ofMessage(always(func(m *dissect.Message) float64 { return float64(m.N) }))},
	{Name: "dir", Type: Text, Kinds: Message | Frame | Finding, Doc: "client to server, or server to client", Words: []string{"c2s", "s2c"}, text: dir},
	{Name: "type", Type: Text, Kinds: Message | Frame, Doc: "of a message; of a frame also continuation and reserved", Words: []string{"text", "binary", "ping", "pong", "close", "unknown", "continuation", "reserved"}, text: kind},
	{Name: "frames", Type: Number, Kinds: Message, Doc: "how many frames it came in", number: ofMessage(always(func(m *dissect.Message) float64 { return float64(m.Frames) }))},
	{Name: "first_time", Type: Text, Kinds: Message, Doc: "when its first packet was captured, as in time", text: ofMessage(func(m *dissect.Message) (string, bool) { return stamp(m.FirstTime) })},
	{Name: "first_packet", Type: Number, Kinds: Message, Doc: "number of its first packet", number: ofMessage(always(func(m *dissect.Message) float64 { return float64(m.FirstPacket.Number()) }))},
	{Name: "wire", Type: Number, Kinds: Message, Doc: "payload bytes on the wire", number: ofMessage(always(func(m *dissect.Message) float64 { return float64(m.Wire) }))},
	{Name: "length", Type: Number, Kinds: Message | Frame, Doc: "payload bytes after inflating; of a frame, as declared", number: length},
	{Name: "compressed", Type: Bool, Kinds: Message, Doc: "permessage-deflate was used", flag: ofMessage(always(func(m *dissect.Message) bool { return m.Compressed }))},
	{Name: "complete", Type: Bool, Kinds: Message, Doc: "every byte was seen and it was finished", flag: ofMessage(always(func(m *dissect.Message) bool { return m.Complete }))},
	{Name: "lost", Type: Number, Kinds: Message | End, Doc: "bytes missing from the capture", number: lost},
	{Name: "undecoded", Type: Text, Kinds: Message, Doc: "why it could not be inflated", Words: []string{"context-lost", "corrupt", "limit"}, text: ofMessage(func(m *dissect.Message) (string, bool) { return written(m.Undecoded) })},
	{Name: "sha256", Type: Text, Kinds: Message, Doc: "of the whole payload, with --hash", text: ofMessage(sum)},
	{Name: "text", Type: Text, Kinds: Message, Doc: "payload when it is valid UTF-8, as far as --max-payload keeps it", raw: ofMessage(func(m *dissect.Message) ([]byte, bool) { return m.Payload, m.Valid && m.Undecoded == "" })},
	{Name: "payload", Type: Text, Kinds: Message, Doc: "payload, whatever it is, as far as --max-payload keeps it", raw: ofMessage(func(m *dissect.Message) ([]byte, bool) { return m.Payload, m.Undecoded == "" })},
	{Name: "truncated", Type: Bool, Kinds: Message, Doc: "text or payload is only the beginning", flag: ofMessage(always(func(m *dissect.Message) bool { return m.Truncated }))},
	{Name: "code", Type: Mixed, Kinds: Message | Finding, Doc: "of a Close a number, of a finding its name", number: ofMessage(closeCode), text: ofFinding(always(func(f *dissect.Finding) string { return string(f.Code) }))},
	{Name: "reason", Type: Text, Kinds: Message, Doc: "of a Close", raw: ofMessage(func(m *dissect.Message) ([]byte, bool) { return m.Reason, m.Type == dissect.Close })},
	{Name: "rtt", Type: Number, Kinds: Message, Doc: "seconds from a ping to its pong; with --decode also from a request to its answer", number: ofMessage(roundTrip)},
	{Name: "payload.format", Type: Text, Kinds: Message, Doc: "what the payload was decoded as", text: ofDecoded(func(r *payload.Result) (string, bool) { return r.Format, true })},
	{Name: "payload.summary", Type: Text, Kinds: Message, Doc: "the payload in one line", text: ofDecoded(func(r *payload.Result) (string, bool) { return r.Summary, true })},
	{Name: "payload.answers", Type: Number, Kinds: Message, Doc: "number of the message that it answers", number: ofDecoded(func(r *payload.Result) (float64, bool) { return float64(r.Answered), r.Answered > 0 })},
	{Name: "payload.heartbeat", Type: Bool, Kinds: Message, Doc: "nothing but heartbeats is in it", flag: ofDecoded(func(r *payload.Result) (bool, bool) { return r.Heartbeat, true })},
}

// frameFields belong to frames, which print --frames shows.
var frameFields = []Field{
	{Name: "fin", Type: Bool, Kinds: Frame, Doc: "it ends a message", flag: ofHeader(func(h websocket.Header) bool { return h.Fin })},
	{Name: "rsv1", Type: Bool, Kinds: Frame, Doc: "reserved bit 1: compressed", flag: ofHeader(func(h websocket.Header) bool { return h.Rsv1 })},
	{Name: "rsv2", Type: Bool, Kinds: Frame, Doc: "reserved bit 2", flag: ofHeader(func(h websocket.Header) bool { return h.Rsv2 })},
	{Name: "rsv3", Type: Bool, Kinds: Frame, Doc: "reserved bit 3", flag: ofHeader(func(h websocket.Header) bool { return h.Rsv3 })},
	{Name: "masked", Type: Bool, Kinds: Frame, Doc: "its payload was masked", flag: ofHeader(func(h websocket.Header) bool { return h.Masked })},
	{Name: "opcode", Type: Number, Kinds: Frame, Doc: "0 to 15", number: ofHeader(func(h websocket.Header) float64 { return float64(h.Opcode) })},
	{Name: "mask", Type: Text, Kinds: Frame, Doc: "8 hex digits", text: ofFrame(func(f *dissect.Frame) (string, bool) { return fmt.Sprintf("%x", f.Header.Mask), f.Header.Masked })},
	{Name: "captured", Type: Number, Kinds: Frame, Doc: "payload bytes seen", number: ofFrame(always(func(f *dissect.Frame) float64 { return float64(f.Captured) }))},
	{Name: "offset", Type: Number, Kinds: Frame, Doc: "of its first byte in the stream of its direction after the handshake", number: ofFrame(always(func(f *dissect.Frame) float64 { return float64(f.Offset) }))},
	{Name: "header", Type: Number, Kinds: Frame, Doc: "size of its header in bytes", number: ofHeader(func(h websocket.Header) float64 { return float64(h.Size) })},
}

func dir(r *Row) (string, bool) {
	switch e := r.Event.(type) {
	case *dissect.Message:
		return direction(e.Dir)
	case *dissect.Frame:
		return direction(e.Dir)
	case *dissect.Finding:
		return direction(e.Dir)
	}
	return "", false
}

func kind(r *Row) (string, bool) {
	switch e := r.Event.(type) {
	case *dissect.Message:
		return e.Type.String(), true
	case *dissect.Frame:
		if !e.Header.Opcode.Defined() {
			return "reserved", true
		}
		return e.Header.Opcode.String(), true
	}
	return "", false
}

func length(r *Row) (float64, bool) {
	switch e := r.Event.(type) {
	case *dissect.Message:
		return float64(e.Length), e.Length >= 0
	case *dissect.Frame:
		return float64(e.Header.Length), true
	}
	return 0, false
}

func lost(r *Row) (float64, bool) {
	switch e := r.Event.(type) {
	case *dissect.Message:
		return float64(e.Lost), true
	case *dissect.Ended:
		return float64(e.Lost), true
	}
	return 0, false
}

func closeCode(m *dissect.Message) (float64, bool) {
	return float64(m.Code), m.Type == dissect.Close && m.Code >= 0
}

func roundTrip(m *dissect.Message) (float64, bool) {
	if m.Decoded != nil && m.Decoded.RTT >= 0 {
		return m.Decoded.RTT.Seconds(), true
	}
	return m.RTT.Seconds(), m.Type == dissect.Pong && m.RTT >= 0
}

func sum(m *dissect.Message) (string, bool) {
	if m.SHA256 == nil {
		return "", false
	}
	return fmt.Sprintf("%x", *m.SHA256), true
}

func ofHeader[T any](get func(websocket.Header) T) func(*Row) (T, bool) {
	return ofFrame(always(func(f *dissect.Frame) T { return get(f.Header) }))
}

func ofDecoded[T any](get func(*payload.Result) (T, bool)) func(*Row) (T, bool) {
	return ofMessage(func(m *dissect.Message) (v T, ok bool) {
		if m.Decoded == nil {
			return v, false
		}
		return get(m.Decoded)
	})
}
