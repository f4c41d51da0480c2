package tui

import (
	"slices"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/websocket"
	"wsight/query"
	"wsight/session"
)

// A filter is the expression in force on a list, in the language of --where.
// A nil filter lets everything pass. It belongs to one goroutine.
type filter struct {
	text  string
	query *query.Filter

	frames bool // it asks for single frames
	exact  bool // rows do not tell enough: what they stand for is read again
	paired bool // it asks for round trips
	totals bool // it asks for totals that are known only in the end
	decode bool // it asks for what a format makes of payloads

	row     query.Row
	message dissect.Message
	frame   dissect.Frame
	pings   []openPing // of the connection whose rows are looked at
}

// An openPing is a ping whose pong may still come by.
type openPing struct {
	conv, id int
	time     time.Time
}

// openPings is how many a record pairs with pongs, in both directions.
const openPings = 128

// unkept are the fields of messages that a row does not keep. Payloads and
// what is made of them are not among them: the filter itself tells of those.
var unkept = []string{"first_time", "first_packet", "lost", "sha256", "truncated", "reason"}

// newFilter understands text; nil is the filter of no text. The error is a
// *query.SyntaxError.
func (u *UI) newFilter(text string) (*filter, error) {
	return newFilter(text, len(u.opts.Decode.Rules) > 0)
}

// newFilter is the same for another goroutine. With decode, round trips are
// those of formats too, and json looks into what they wrap, as in --where.
func newFilter(text string, decode bool) (*filter, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	q, err := query.Parse(text)
	if err != nil {
		return nil, err
	}
	f := &filter{text: text, query: q, paired: q.Names("rtt")}
	for _, field := range query.Fields() {
		f.frames = f.frames || field.Kinds == query.Frame && q.Names(field.Name)
	}
	f.totals = slices.ContainsFunc([]string{"frames.c2s", "frames.s2c", "wire_bytes.c2s", "wire_bytes.s2c"}, q.Names)
	f.decode = q.Decoded() || decode && (q.Payload() || f.paired)
	f.exact = f.frames || q.Payload() || f.decode || slices.ContainsFunc(unkept, q.Names)
	return f, nil
}

// String returns what was typed.
func (f *filter) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// words returns what payloads are searched for, in lower case.
func (f *filter) words() []string {
	if f == nil {
		return nil
	}
	var out []string
	for _, w := range f.query.Searches() {
		out = append(out, strings.ToLower(w))
	}
	return out
}

// shifts reports whether what the filter says of a connection, and so of all
// its rows, can change when the connection ends or a problem is found.
func (f *filter) shifts() bool {
	return f.query.Kinds()&(query.Handshake|query.End|query.Process) != 0 || f.query.Names("problems")
}

// matches reports whether the filter selects an event of a connection.
func (f *filter) matches(s *subject, e dissect.Event) bool {
	f.row = query.Row{Event: e, Handshake: s.handshake, Ended: s.ended, Problems: s.problems}
	return f.query.Match(&f.row)
}

// connection reports whether the connection itself is selected, whatever its
// rows say.
func (f *filter) connection(s *subject) bool {
	return f.matches(s, eventOf(s)) ||
		f.query.Rows() && (s.handshake != nil && f.matches(s, s.handshake) || s.ended != nil && f.matches(s, s.ended))
}

// selects reports whether a row is selected, as far as it tells. What is no
// event of the language, such as a silence, goes with its connection only.
func (f *filter) selects(s *subject, r *session.Row) bool {
	if !f.query.Rows() {
		return f.connection(s)
	}
	place := dissect.Place{Conv: s.conv, Packet: r.Packet, Time: r.Time}
	switch r.Kind {
	case session.RowRequest, session.RowResponse:
		return s.handshake != nil && f.matches(s, s.handshake)
	case session.RowEnd:
		return s.ended != nil && f.matches(s, s.ended)
	case session.RowFinding:
		return f.matches(s, r.Finding)
	case session.RowMessage:
		f.message = dissect.Message{Place: place, N: r.N, Dir: r.Dir, Type: r.Type, Frames: r.Frames, Wire: r.Wire, Length: r.Length,
			Compressed: r.Compressed, Complete: r.Complete, Undecoded: r.Undecoded, Code: r.Code, RTT: -1, Valid: r.Text}
		if f.paired {
			f.message.RTT = f.roundTrip(s, r)
		}
		return f.matches(s, &f.message)
	case session.RowFrame:
		f.frame = dissect.Frame{Place: place, Dir: r.Dir, Message: r.N, Captured: uint64(r.Wire),
			Header: websocket.Header{Fin: r.Fin, Rsv1: r.Compressed, Masked: r.Masked, Opcode: websocket.Opcode(r.Opcode), Length: uint64(r.Length)}}
		return f.matches(s, &f.frame)
	}
	return false
}

// finds reports whether a finding is selected.
func (f *filter) finds(s *subject, found *dissect.Finding) bool {
	if !f.query.Rows() {
		return s.conv != nil && f.connection(s)
	}
	return f.matches(s, found)
}

// selectsFrame reports whether the only frame of a message is selected, as far
// as its row tells.
func (f *filter) selectsFrame(s *subject, r *session.Row) bool {
	f.frame = dissect.Frame{Place: dissect.Place{Conv: s.conv, Packet: r.Packet, Time: r.Time}, Dir: r.Dir, Message: r.N, Captured: uint64(r.Wire),
		Header: websocket.Header{Fin: true, Rsv1: r.Compressed, Masked: r.Masked, Opcode: opcodes[r.Type], Length: uint64(r.Wire)}}
	return f.matches(s, &f.frame)
}

// opcodes are those of messages of one frame.
var opcodes = map[dissect.MessageType]websocket.Opcode{
	dissect.Text: websocket.Text, dissect.Binary: websocket.Binary, dissect.Close: websocket.Close, dissect.Ping: websocket.Ping, dissect.Pong: websocket.Pong,
}

// roundTrip returns the time from a ping to the pong r, -1 for any other row.
// The rows of a connection come by in their order.
func (f *filter) roundTrip(s *subject, r *session.Row) time.Duration {
	switch r.Type {
	case dissect.Ping:
		if len(f.pings) > 0 && (f.pings[0].conv != s.conv.Number || f.pings[len(f.pings)-1].id >= r.ID) {
			f.pings = f.pings[:0]
		}
		if len(f.pings) == openPings {
			f.pings = slices.Delete(f.pings, 0, 1)
		}
		f.pings = append(f.pings, openPing{s.conv.Number, r.ID, r.Time})
	case dissect.Pong:
		for i, p := range f.pings {
			if p.conv == s.conv.Number && p.id == r.Peer {
				f.pings = slices.Delete(f.pings, i, i+1)
				return r.Time.Sub(p.time)
			}
		}
	}
	return -1
}

// searchPayload is how much of each message is looked at.
const searchPayload = 64 << 20

// request says what of a connection to read again for the filter, from the
// message first on, and to decode by rules.
func (f *filter) request(conv, first int, rules session.Decoding) session.ReplayRequest {
	q := session.ReplayRequest{Conversation: conv, First: first, MaxPayload: 1, Hash: f.query.Names("sha256")}
	if f.query.Payload() || f.query.Names("truncated") {
		q.MaxPayload = searchPayload
	}
	if f.decode {
		q.Decode = rules
	}
	return q
}
