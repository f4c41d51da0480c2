package payload

import (
	"slices"
	"testing"
	"time"

	"wsight/finding"
	"wsight/flow"
)

// TestSocketIOGuess gives each message in turn to a dialogue that nobody has
// told the format. A message that begins with "=" is a binary one.
func TestSocketIOGuess(t *testing.T) {
	const open = `0{"sid":"a","pingInterval":25000,"pingTimeout":20000}`
	const custom = "/live?EIO=4&transport=websocket"
	tests := []struct {
		name, target string
		messages     []string
		want         []string
	}{
		{"Socket.IO on a path of its own", custom, []string{open, "40", `40{"sid":"b"}`, `42["chat","hi"]`, "2"}, []string{"engine.io", "socket.io", "socket.io", "socket.io", "socket.io"}},
		{"Engine.IO on a path of its own", custom, []string{open, "4hello", `4{"a":1}`, "2"}, []string{"engine.io", "engine.io", "engine.io", "engine.io"}},
		{"the first message looked like it", custom, []string{open, "40", "4hello", "40"}, []string{"engine.io", "socket.io", "engine.io", "engine.io"}},
		{"an event is an array", custom, []string{open, "42"}, []string{"engine.io", "engine.io"}},
		{"an event has a name", custom, []string{open, "42[]"}, []string{"engine.io", "engine.io"}},
		{"an acknowledgement has a number", custom, []string{open, "43[1]"}, []string{"engine.io", "engine.io"}},
		{"an acknowledgement", custom, []string{open, "431[1]"}, []string{"engine.io", "socket.io"}},
		{"JSON that breaks", custom, []string{open, `42["a"`}, []string{"engine.io", "engine.io"}},
		{"an attachment", custom, []string{open, `451-["a",{"_placeholder":true,"num":0}]`, "=\x01\x02"}, []string{"engine.io", "socket.io", "socket.io"}},
		{"a binary message that nothing waits for", custom, []string{open, "40", "=\x01\x02"}, []string{"engine.io", "socket.io", "engine.io"}},
		{"the parser of MessagePack", custom, []string{open, "=\x82\xa4type\x00\xa3nsp\xa1/"}, []string{"engine.io", "socket.io"}},
		{"a namespace, a refusal, a leave", custom, []string{`40/admin,`, `44/admin,{"message":"no"}`, "41/admin,"}, []string{"socket.io", "socket.io", "socket.io"}},
		{"the path says Socket.IO", "/socket.io/?EIO=4", []string{open, "4hello"}, []string{"socket.io", "socket.io"}},
		{"the path says Socket.IO, below another", "/app/socket.io?EIO=4", []string{open}, []string{"socket.io"}},
		{"the path only mentions it", "/socket.io-like?EIO=4", []string{open}, []string{"engine.io"}},
		{"midstream", "", []string{`42["chat","hi"]`, "2"}, []string{"socket.io", "socket.io"}},
		{"midstream, no packet", "", []string{`42["chat"`}, []string{"text"}},
		{"midstream, the upgrade from polling", "", []string{"2probe", "3probe", "5", `4"x"`}, []string{"engine.io", "engine.io", "engine.io", "engine.io"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Open(Hint{Target: tt.target})
			var got []string
			for i, text := range tt.messages {
				m := Message{N: i + 1, Dir: flow.ServerToClient, Text: true, Whole: true, Data: []byte(text)}
				if text[0] == '=' {
					m.Text, m.Data = false, m.Data[1:]
				}
				r := d.Decode(m)
				got = append(got, r.Format)
				for _, p := range r.Problems {
					if p.Code == finding.PayloadInvalid {
						t.Errorf("message %d: %s", m.N, p.Detail)
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("decoded as %q; want %q", got, tt.want)
			}
		})
	}
}

// What seemed to be a request of Socket.IO needs no answer once it shows that
// this is Engine.IO.
func TestSocketIOGuessRetracts(t *testing.T) {
	begun := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name string
		last string
		want int
	}{
		{"Socket.IO", `42["x"]`, 1},
		{"Engine.IO", "4hello", 0},
	} {
		d := Open(Hint{Target: "/live?EIO=4"})
		for n, text := range []string{`421["ask"]`, tt.last} {
			d.Decode(Message{N: n + 1, Dir: flow.ClientToServer, Text: true, Whole: true, Data: []byte(text), Time: begun})
		}
		if late := d.End(End{Time: begun.Add(time.Minute)}); len(late) != tt.want {
			t.Errorf("%s: %d requests had no answer; want %d", tt.name, len(late), tt.want)
		}
	}
}

// A message that does not parse is reported where somebody has said what it
// is, and nowhere else.
func TestGuessAccusesNobody(t *testing.T) {
	stomp, _ := Named("stomp")
	guess, _ := Named("guess")
	begin, broken := "CONNECT\naccept-version:1.2\nhost:a\n\n\x00", "GREET\n\n\x00"
	tests := []struct {
		name string
		open func() *Dialogue
		want int
	}{
		{"by subprotocol", func() *Dialogue { return Open(Hint{Subprotocol: "v12.stomp"}) }, 1},
		{"by hand", func() *Dialogue { return OpenAs(stomp, Hint{}) }, 1},
		{"by the first message", func() *Dialogue { return Open(Hint{}) }, 0},
		{"by nothing, which was chosen by hand", func() *Dialogue { return OpenAs(guess, Hint{}) }, 0},
	}
	for _, tt := range tests {
		d := tt.open()
		got := 0
		for n, text := range []string{begin, broken} {
			for _, p := range d.Decode(Message{N: n + 1, Dir: flow.ClientToServer, Text: true, Whole: true, Data: []byte(text)}).Problems {
				if p.Code == finding.PayloadInvalid {
					got++
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s: %d messages are said not to parse; want %d", tt.name, got, tt.want)
		}
	}
}
