package session_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
	"wsight/internal/packets"
	"wsight/session"
)

const (
	c2s = packets.ClientToServer
	s2c = packets.ServerToClient
)

func newCapture() *packets.Capture { return &packets.Capture{Now: time.Unix(1_700_000_000, 0).UTC()} }

// upgrade opens a WebSocket with a key.
func upgrade(c *packets.Connection, key string) {
	c.Open()
	c.Send(c2s, []byte("GET /chat HTTP/1.1\r\nHost: chat.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "+key+"\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	c.Send(s2c, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
}

// chat has both sides say n things and part.
func chat(c *packets.Capture, conn *packets.Connection, n int) {
	for i := range n {
		conn.Say(c2s, packets.Text, fmt.Sprintf("question %d, long enough to be told from others", i))
		conn.Say(s2c, packets.Text, fmt.Sprintf("answer %d, long enough to be told from others", i))
		c.Wait(200 * time.Millisecond)
	}
	conn.Goodbye(c2s, 1000, "")
}

// A line is what the tests read of a line of print --json.
type line struct {
	Event, By string
	Conn      int
	Copies    int64
	WebSocket int64 `json:"websocket_connections"`
	Also      []struct {
		File                      int
		Interface, Client, Server string
	}
	Messages struct{ C2S, S2C int64 }
	Code     any

	ClientClose *said `json:"client_close"`
	ServerClose *said `json:"server_close"`
}

// A said is what a Close frame said.
type said struct {
	Code   int
	Reason string
}

// lines reads captures, which are vantage points of their own, as print does.
func lines(t *testing.T, opts session.Options, workers int, inputs ...[]byte) []line {
	t.Helper()
	var names []string
	for i, data := range inputs {
		name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.pcap", i))
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	src, err := capture.Open(t.Context(), names, capture.Options{Separate: true})
	if err != nil {
		t.Fatal(err)
	}
	opts.Inputs = len(names)
	var b bytes.Buffer
	w := export.NewJSONL(&b, export.JSONOptions{Inputs: len(names)})
	share := session.Workers{
		N:      workers,
		Writer: func() session.LineWriter { return export.NewJSONL(nil, export.JSONOptions{Inputs: len(names)}) },
		Line:   func(before []byte, n int, after []byte) { w.Flush(); fmt.Fprintf(&b, "%s%d%s", before, n, after) },
	}
	sum, err := session.RunShared(context.Background(), src, opts, share, w.Event)
	if err != nil {
		t.Fatal(err)
	}
	w.Close(sum)
	var list []line
	for text := range strings.Lines(b.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		list = append(list, l)
	}
	return list
}

func of(list []line, event string) []line {
	return slices.DeleteFunc(slices.Clone(list), func(l line) bool { return l.Event != event })
}

// A view is one TCP connection, seen from two places.
type view struct {
	first, second *packets.Capture
	conn          *packets.Connection
	mirror        *packets.Mirror
}

// viewed makes a connection that the second capture, which may be the first,
// sees as well.
func viewed(same bool, as [2]string) *view {
	v := &view{first: newCapture()}
	if v.second = v.first; !same {
		v.second = newCapture()
	}
	v.conn = v.first.Connect("192.0.2.10:40001", "198.51.100.7:80")
	v.mirror = &packets.Mirror{Capture: v.second, Interface: 1, Later: 30 * time.Microsecond, As: as}
	v.conn.Mirrors = []*packets.Mirror{v.mirror}
	return v
}

var (
	nobody = [2]string{}
	source = [2]string{"203.0.113.9:55555", ""}
	target = [2]string{"", "10.0.0.3:8080"}
	both   = [2]string{"10.0.0.1:61000", "10.0.0.3:8080"}
)

// TestSeenTwice holds that a connection that is captured in two places is told
// once, with both.
func TestSeenTwice(t *testing.T) {
	tests := []struct {
		name string
		view *view
		play func(v *view)
		also string // of the end
		late bool   // the beginning does not know it yet
		code string // that is found
	}{
		{"both ends of a veth", viewed(true, nobody), nil, "0 veth1 192.0.2.10:40001 198.51.100.7:80", false, ""},
		{"the source rewritten", viewed(true, source), nil, "0 veth1 203.0.113.9:55555 198.51.100.7:80", false, ""},
		{"the destination rewritten", viewed(true, target), nil, "0 veth1 192.0.2.10:40001 10.0.0.3:8080", false, ""},
		{"both rewritten", viewed(true, both), nil, "0 veth1 10.0.0.1:61000 10.0.0.3:8080", false, ""},
		{"two captures", viewed(false, nobody), nil, "1 veth1 192.0.2.10:40001 198.51.100.7:80", false, ""},
		{"two captures, both sides of a NAT", viewed(false, both), nil, "1 veth1 10.0.0.1:61000 10.0.0.3:8080", false, ""},
		{"a clock that is behind", viewed(false, nobody), func(v *view) { v.mirror.Later = 700 * time.Millisecond }, "1 veth1 192.0.2.10:40001 198.51.100.7:80", true, ""},
		{"a clock that is behind by more than the connection lasts", viewed(false, nobody), func(v *view) { v.mirror.Later = 9 * time.Second }, "1 veth1 192.0.2.10:40001 198.51.100.7:80", true, ""},
		{"the SYNs are lost in one place", viewed(true, source), func(v *view) { v.mirror.Lose = func(n int, _ packets.Direction) bool { return n < 3 } }, "0 veth1 203.0.113.9:55555 198.51.100.7:80", false, ""},
		{"the copy lacks messages", viewed(false, nobody), func(v *view) { v.mirror.Lose = func(n int, _ packets.Direction) bool { return n == 15 } }, "1 veth1 192.0.2.10:40001 198.51.100.7:80", false, ""},
		{"the copy lacks its beginning", viewed(false, nobody), func(v *view) { v.mirror.Lose = func(n int, _ packets.Direction) bool { return n < 16 } }, "1 veth1 192.0.2.10:40001 198.51.100.7:80", true, ""},
		{"the copy has one direction", viewed(false, source), func(v *view) { v.mirror.Lose = func(_ int, d packets.Direction) bool { return d == s2c } }, "1 veth1 203.0.113.9:55555 198.51.100.7:80", false, ""},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d workers", tt.name, workers), func(t *testing.T) {
				v := viewed(tt.view.first == tt.view.second, tt.view.mirror.As)
				if tt.play != nil {
					tt.play(v)
				}
				upgrade(v.conn, v.conn.Nonce())
				chat(v.first, v.conn, 5)
				inputs := [][]byte{v.first.Pcapng("veth0", "veth1")}
				if v.second != v.first {
					inputs = append(inputs, v.second.Pcapng("veth0", "veth1"))
				}
				list := lines(t, session.Options{}, workers, inputs...)
				begun, ended := of(list, "connection"), of(list, "end")
				if len(begun) != 1 || len(ended) != 1 {
					t.Fatalf("%d connections, %d ends; want one", len(begun), len(ended))
				}
				if got := places(ended[0]); got != tt.also {
					t.Errorf("also %q; want %q", got, tt.also)
				}
				if got := places(begun[0]); got != tt.also && !tt.late || got != "" && tt.late {
					t.Errorf("at the beginning also %q", got)
				}
				if m := ended[0].Messages; m.C2S != 5 || m.S2C != 5 || len(of(list, "message")) != 12 {
					t.Errorf("%+v messages, %d lines", m, len(of(list, "message")))
				}
				for _, f := range of(list, "finding") {
					t.Errorf("found %s", f.Code)
				}
				if len(of(list, "hop")) > 0 || of(list, "capture")[0].WebSocket != 1 {
					t.Errorf("%d hops, %d connections counted", len(of(list, "hop")), of(list, "capture")[0].WebSocket)
				}
			})
		}
	}
}

func places(l line) string {
	var text []string
	for _, a := range l.Also {
		text = append(text, fmt.Sprintf("%d %s %s %s", a.File, a.Interface, a.Client, a.Server))
	}
	return strings.Join(text, ", ")
}

// TestSeenAcrossProxy holds that the two legs of a proxy, each captured by
// both of its hosts, are two connections and one hop.
func TestSeenAcrossProxy(t *testing.T) {
	first, second := newCapture(), newCapture()
	upper := first.Connect("192.0.2.10:40001", "203.0.113.1:80")
	upper.Mirrors = []*packets.Mirror{{Capture: second, Later: time.Millisecond}}
	key := upper.Nonce()
	second.Now = first.Now
	lower := second.Connect("203.0.113.1:50001", "198.51.100.7:8080")
	upgrade(upper, key)
	second.Now = first.Now.Add(-19 * time.Millisecond)
	upgrade(lower, key)
	for _, text := range []string{"a question", "an answer", "another one"} {
		upper.Say(c2s, packets.Text, text)
		second.Now = first.Now.Add(time.Millisecond)
		lower.Say(c2s, packets.Text, text)
		first.Wait(100 * time.Millisecond)
	}
	list := lines(t, session.Options{}, 1, first.Pcap(), second.Pcap())
	if n, hops := len(of(list, "connection")), of(list, "hop"); n != 2 || len(hops) != 1 || hops[0].By != "key" {
		t.Errorf("%d connections, hops %v; want 2 and one by key", n, hops)
	}
}

// TestNotSeenTwice holds that what only looks like a copy is told.
func TestNotSeenTwice(t *testing.T) {
	tests := []struct {
		name string
		play func(c *packets.Capture)
	}{
		{"a proxy that passes the handshake on as it came", func(c *packets.Capture) {
			upper, lower := c.Connect("192.0.2.10:40001", "203.0.113.1:80"), c.Connect("203.0.113.1:50001", "198.51.100.7:80")
			key := upper.Nonce()
			upgrade(upper, key)
			upgrade(lower, key)
			chat(c, upper, 2)
			chat(c, lower, 2)
		}},
		{"a key that never changes", func(c *packets.Capture) {
			for port := range 2 {
				conn := c.Connect(fmt.Sprintf("192.0.2.10:%d", 40001+port), "198.51.100.7:80")
				upgrade(conn, "dGhlIHNhbXBsZSBub25jZQ==")
				chat(c, conn, 2)
			}
		}},
		{"the port used again", func(c *packets.Capture) {
			for range 2 {
				conn := c.Connect("192.0.2.10:40001", "198.51.100.7:80")
				upgrade(conn, conn.Nonce())
				chat(c, conn, 2)
				c.Wait(2 * time.Minute)
			}
		}},
		{"somebody else who plays the client's packets again", func(c *packets.Capture) {
			conn := c.Connect("192.0.2.10:40001", "198.51.100.7:80")
			conn.Mirrors = []*packets.Mirror{{Capture: c, As: [2]string{"192.0.2.66:40001", ""}, Later: time.Second, Shift: [2]uint32{0, 77_777_777}}}
			upgrade(conn, conn.Nonce())
			chat(c, conn, 2)
		}},
		{"a firewall that chooses its own sequence numbers", func(c *packets.Capture) {
			conn := c.Connect("192.0.2.10:40001", "198.51.100.7:80")
			conn.Mirrors = []*packets.Mirror{{Capture: c, As: [2]string{"203.0.113.9:40001", ""}, Later: time.Millisecond, Shift: [2]uint32{99_999_999, 77_777_777}}}
			upgrade(conn, conn.Nonce())
			chat(c, conn, 2)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCapture()
			tt.play(c)
			list := lines(t, session.Options{}, 1, c.Pcap())
			if n := len(of(list, "connection")); n != 2 || of(list, "capture")[0].Copies != 0 {
				t.Errorf("%d connections; want 2", n)
			}
			for _, l := range list {
				if len(l.Also) > 0 {
					t.Errorf("%s of %d: also %s", l.Event, l.Conn, places(l))
				}
			}
		})
	}
}

// TestBetterSeen holds that it is said when another place has what this one
// lacks, and that nothing of the copy is told.
func TestBetterSeen(t *testing.T) {
	v := viewed(false, nobody)
	v.conn.Muted = true
	v.conn.Mirrors = append(v.conn.Mirrors, &packets.Mirror{Capture: v.first, Lose: func(n int, _ packets.Direction) bool { return n == 15 }})
	upgrade(v.conn, v.conn.Nonce())
	chat(v.first, v.conn, 5)
	list := lines(t, session.Options{}, 1, v.first.Pcap(), v.second.Pcapng("veth0", "veth1"))
	found := of(list, "finding")
	if n := len(of(list, "connection")); n != 1 || len(found) != 2 || found[0].Code != "capture-gap" || found[1].Code != "capture-gap" {
		t.Errorf("%d connections, found %+v; want one and two capture-gap", n, found)
	}
}

// TestWaitingEnds holds that an end which waits for copies has the Close frames
// of its own connection, whatever came after it.
func TestWaitingEnds(t *testing.T) {
	for _, workers := range []int{1, 2} {
		c, other := newCapture(), newCapture()
		codes := []uint16{1000, 1001, 3999}
		for i, code := range codes {
			conn := c.Connect(fmt.Sprintf("192.0.2.10:%d", 40001+i), "198.51.100.7:80")
			upgrade(conn, conn.Nonce())
			conn.Say(c2s, packets.Text, fmt.Sprintf("of connection %d alone", i))
			conn.Goodbye(c2s, code, fmt.Sprint("left ", i))
		}
		chatter := other.Connect("192.0.2.99:40001", "198.51.100.8:80")
		upgrade(chatter, chatter.Nonce())
		ends := of(lines(t, session.Options{}, workers, c.Pcap(), other.Pcap()), "end")
		ends = slices.DeleteFunc(ends, func(l line) bool { return l.ClientClose == nil })
		if len(ends) != len(codes) {
			t.Fatalf("%d workers: %d ends with a Close; want %d", workers, len(ends), len(codes))
		}
		for i, l := range ends {
			if want := (said{int(codes[i]), fmt.Sprint("left ", i)}); *l.ClientClose != want || l.ServerClose == nil || l.ServerClose.Code != want.Code {
				t.Errorf("%d workers: connection %d ended with %+v and %+v; want %+v", workers, l.Conn, l.ClientClose, l.ServerClose, want)
			}
		}
	}
}

// TestPromptBeginnings holds that what is captured just now is told at once.
func TestPromptBeginnings(t *testing.T) {
	c := newCapture()
	conn := c.Connect("192.0.2.10:40001", "198.51.100.7:80")
	conn.Open()
	conn.Send(c2s, []byte("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	for _, prompt := range []bool{false, true} {
		told := 0
		src := watched{bytesSource(t, c.Pcap()), func() { told = -told }}
		session.Run(t.Context(), src, session.Options{Prompt: prompt}, func(e dissect.Event) {
			if _, ok := e.(*dissect.Opened); ok {
				told++
			}
		})
		if early := told < 0; early != prompt {
			t.Errorf("prompt %v: told before the end %v", prompt, early)
		}
	}
}

// A watched source calls over when its packets are over.
type watched struct {
	capture.Source
	over func()
}

func (w watched) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		for p, err := range w.Source.Packets(ctx) {
			if !yield(p, err) {
				return
			}
		}
		w.over()
	}
}

func bytesSource(t *testing.T, b []byte) capture.Source {
	t.Helper()
	name := filepath.Join(t.TempDir(), "one.pcap")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := capture.Open(t.Context(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestScriptedConnections holds that connections which a script made, with the
// same numbers, key and times, are connections of their own.
func TestScriptedConnections(t *testing.T) {
	file, err := os.ReadFile("../pcaps/chat-json.pcap")
	if err != nil {
		t.Fatal(err)
	}
	const head, ports = 24, 16 + 14 + 20 // of the file; of a record, in front of its ports
	both := slices.Clone(file[:head])
	for rest := file[head:]; len(rest) > 0; {
		n := 16 + int(binary.LittleEndian.Uint32(rest[8:]))
		again := slices.Clone(rest[:n])
		for _, port := range [][]byte{again[ports:], again[ports+2:]} {
			if p := binary.BigEndian.Uint16(port); p != 8000 {
				binary.BigEndian.PutUint16(port, p+1)
			}
		}
		both = append(append(both, rest[:n]...), again...)
		rest = rest[n:]
	}
	for _, workers := range []int{1, 3} {
		count := map[string]int{}
		for _, l := range lines(t, session.Options{}, workers, both) {
			if count[l.Event]++; l.Copies > 0 || len(l.Also) > 0 {
				t.Errorf("%d workers: %+v; want no copies", workers, l)
			}
		}
		if count["connection"] != 2 || count["end"] != 2 || count["message"]%2 != 0 {
			t.Errorf("%d workers: %v; want everything twice", workers, count)
		}
	}
}
