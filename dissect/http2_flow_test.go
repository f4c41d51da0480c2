package dissect_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/flow"
)

var (
	preface = step{side: flow.A, data: []byte(http2.Preface)}
	enable  = []byte{0, 8, 0, 0, 0, 1}
	// hello is a masked text, close1000 what a client says at last.
	hello     = []byte{0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}
	close1000 = []byte{0x88, 0x82, 0, 0, 0, 0, 3, 0xe8}
)

// pause is a step that takes a time and nothing else.
func pause(d time.Duration) step { return step{lost: -int64(d)} }

// replay plays steps, each in a packet of its own, numbered from 1, and
// writes down what is told, findings with what they say.
func replay(opened bool, steps []step) string {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := dissect.New(dissect.Options{MaxPayload: 1 << 20}).Connection(flow.Conn{ID: 1, Opened: opened, Start: now, Packet: 1,
		Ends: [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:80")}})
	var b strings.Builder
	emit := func(e dissect.Event) {
		switch e := e.(type) {
		case *dissect.Finding:
			fmt.Fprintf(&b, "finding %s %v: %s\n", e.Code, e.Severity, e.Detail)
		case *dissect.Message:
			fmt.Fprintf(&b, "packet %d: ", e.Packet)
			describeEvent(&b, e)
		case *dissect.Frame:
		default:
			describeEvent(&b, e)
		}
	}
	var lost [2]int64
	for i, st := range steps {
		switch {
		case st.lost < 0:
			now = now.Add(time.Duration(-st.lost))
		case st.lost > 0:
			lost[st.side] += st.lost
		default:
			c.Feed(&flow.Chunk{From: st.side, Data: st.data, Lost: lost[st.side], Packet: flow.PacketID(i + 1), Time: now}, emit)
			lost[st.side] = 0
		}
	}
	c.Close(flow.Closed{Ending: flow.EndCapture, Packet: flow.PacketID(len(steps) + 1), Time: now, Lost: lost, Packets: [2]int64{1, 1}}, emit)
	return b.String()
}

// A window that stays used up is a stall, that of a stream as that of the
// connection; one that is opened soon is not, nor one at the end of a message.
func TestHTTP2Stalled(t *testing.T) {
	whole := append([]byte{0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}, make([]byte, 1<<16)...)
	more := []byte{0, 1, 0, 0}
	for _, tt := range []struct {
		name string
		play func(c, s *peer) []step
		want string // in the detail of the only finding; "": there is none
	}{
		{"stream, for long", func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 1, whole[:65_535]), pause(3 * time.Second), c.frame(http2.WINDOW_UPDATE, 0, 1, more), s.frame(http2.DATA, 0, 1, whole[65_535:])}
		}, "the server could not send on stream 1 for 3.0 s: the client gave it no window"},
		{"stream, for a moment", func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 1, whole[:65_535]), pause(100 * time.Millisecond), c.frame(http2.WINDOW_UPDATE, 0, 1, more),
				c.frame(http2.WINDOW_UPDATE, 0, 0, more), s.frame(http2.DATA, 0, 1, whole[65_535:])}
		}, ""},
		{"connection", func(c, s *peer) []step {
			return []step{c.frame(http2.WINDOW_UPDATE, 0, 1, more), s.frame(http2.DATA, 0, 1, whole[:65_535]), pause(2 * time.Second),
				c.frame(http2.WINDOW_UPDATE, 0, 0, more), s.frame(http2.DATA, 0, 1, whole[65_535:])}
		}, "for 2.0 s: the client gave the connection, which all its streams share, no window"},
		{"connection, used up by another stream", func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 5, whole[:65_535]), pause(2 * time.Second), c.frame(http2.WINDOW_UPDATE, 0, 0, more)}
		}, ""},
		{"to the end, inside of a message", func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 1, whole[:65_535]), pause(5 * time.Second)}
		}, "for 5.0 s: the client gave it no window"},
		{"to the end, nothing left to send", func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 1, append([]byte{0x82, 0x7e, 0xff, 0xfb}, make([]byte, 65_531)...)), pause(5 * time.Second)}
		}, ""},
		{"window smaller from the start", func(c, s *peer) []step {
			return []step{c.frame(http2.SETTINGS, 0, 0, []byte{0, 4, 0, 0, 0, 10}), s.frame(http2.DATA, 0, 1, whole[:10]), pause(2 * time.Second),
				c.frame(http2.SETTINGS, 0, 0, []byte{0, 4, 0, 1, 0, 0}), s.frame(http2.DATA, 0, 1, whole[10:60_000])}
		}, "for 2.0 s: the client gave it no window"},
	} {
		c, s := &peer{side: flow.A}, &peer{side: flow.B}
		steps := append([]step{preface, s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1), s.headers(0, 1, ":status", "200")}, tt.play(c, s)...)
		got := replay(true, steps)
		if n := strings.Count(got, "http2-stalled"); n > 1 || (n == 1) != (tt.want != "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: want a stall with %q in\n%.2000s", tt.name, tt.want, got)
		}
	}
}

// TestHTTP2Settings has what a server allows, and when (RFC 8441 §3).
func TestHTTP2Settings(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(c, s *peer) []step
		want string // "": no finding
	}{
		{"allowed", func(c, s *peer) []step { return []step{s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1)} }, ""},
		{"allowed by a second one", func(c, s *peer) []step {
			return []step{s.frame(http2.SETTINGS, 0, 0, nil), s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1)}
		}, ""},
		{"absent", func(c, s *peer) []step { return []step{s.frame(http2.SETTINGS, 0, 0, nil), c.connect(1)} },
			"is not among them; stream 1 asks"},
		{"zero", func(c, s *peer) []step {
			return []step{s.frame(http2.SETTINGS, 0, 0, []byte{0, 8, 0, 0, 0, 0}), c.connect(1)}
		}, "is not among them"},
		{"absent, asked before", func(c, s *peer) []step { return []step{c.connect(1), s.frame(http2.SETTINGS, 0, 0, nil)} }, "is not among them"},
		{"late", func(c, s *peer) []step { return []step{c.connect(1), s.frame(http2.SETTINGS, 0, 0, enable)} },
			"warning: stream 1 asked for WebSocket in packet 2, before the server's SETTINGS came in packet 3"},
		{"an acknowledgement is none", func(c, s *peer) []step { return []step{s.frame(http2.SETTINGS, http2.FlagAck, 0, nil), c.connect(1)} }, ""},
	} {
		c, s := &peer{side: flow.A}, &peer{side: flow.B}
		got := replay(true, append(append([]step{preface}, tt.play(c, s)...), s.headers(0, 1, ":status", "200")))
		if n := strings.Count(got, "http2-connect-disabled"); n > 1 || (n == 1) != (tt.want != "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: want %q in\n%s", tt.name, tt.want, got)
		}
	}
}

// TestHTTP2Unknown has streams whose request is not in the capture.
func TestHTTP2Unknown(t *testing.T) {
	text := func(n int) []byte { return append([]byte{0x81, byte(n)}, bytes.Repeat([]byte("t"), n)...) }
	for _, tt := range []struct {
		name   string
		opened bool
		play   func(c, s *peer) []step
		want   []string
		never  string
	}{
		{"joined late", false, func(c, s *peer) []step {
			return []step{c.frame(http2.DATA, 0, 3, hello), s.frame(http2.DATA, 0, 3, text(20)), c.frame(http2.DATA, 0, 3, hello), s.frame(http2.DATA, 0, 3, text(30)),
				c.frame(http2.DATA, http2.FlagEndStream, 3, close1000), s.frame(http2.DATA, http2.FlagEndStream, 3, []byte{0x88, 2, 3, 0xe8})}
		}, []string{`opened http="2" stream=3 via="" midstream=true`, `packet 1: 0 message 1 c2s text frames=1 "Hello"`, `packet 2: 0 message 2 s2c text`,
			"message 6 s2c close", "ended stream-end initiator=c2s clean=true", "capture-midstream"}, "gap"},
		{"joined late by the server's word", false, func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 3, text(20)), c.frame(http2.DATA, 0, 3, hello), s.frame(http2.DATA, 0, 3, text(30)), c.frame(http2.DATA, 0, 3, hello)}
		}, []string{`stream=3`, `c2s text frames=1 "Hello"`, `s2c text frames=1 "tttttttttttttttttttt"`, "client=192.0.2.1:40000"}, "rejected"},
		{"joined late, the next stream from its start", false, func(c, s *peer) []step {
			return []step{c.frame(http2.PING, 0, 0, make([]byte, 8)), c.connect(5), s.headers(0, 5, ":status", "200"), c.frame(http2.DATA, 0, 5, hello)}
		}, []string{`opened http="2" stream=5 via="" midstream=false`, "handshake accepted CONNECT /chat -> 200", `"Hello"`}, "midstream=true"},
		{"joined late, an answer that refers to one before the capture", false, func(c, s *peer) []step {
			s.headers(0, 3, ":status", "299")
			return []step{s.frame(http2.PING, 0, 0, make([]byte, 8)), c.connect(5), s.headers(0, 5, ":status", "299"), c.frame(http2.DATA, 0, 5, hello), s.frame(http2.DATA, 0, 5, text(20))}
		}, []string{`stream=5 via="" midstream=false client=192.0.2.1:40000`, "handshake accepted CONNECT /chat", `c2s text frames=1 "Hello"`, "s2c text"}, "rejected"},
		{"joined late, a reset after the Close of one side", false, func(c, s *peer) []step {
			return []step{s.frame(http2.DATA, 0, 5, text(60)), s.frame(http2.DATA, 0, 5, text(60)), s.frame(http2.DATA, 0, 5, []byte{0x88, 2, 3, 0xe8}), c.frame(http2.RST_STREAM, 0, 5, make([]byte, 4))}
		}, []string{"http2-stream-reset note: the client reset stream 5 with NO_ERROR; the capture began later than the stream"}, "error"},
		{"joined late, an upload", false, func(c, s *peer) []step {
			form := []byte(strings.Repeat("name=value&other=thing&", 100))
			return []step{c.frame(http2.DATA, 0, 3, form), c.frame(http2.DATA, http2.FlagEndStream, 3, form), s.headers(http2.FlagEndStream, 3, ":status", "204")}
		}, nil, "opened"},
		{"request lost", true, func(c, s *peer) []step {
			return []step{preface, s.frame(http2.SETTINGS, 0, 0, enable), {side: flow.A, lost: 90}, s.headers(0, 1, ":status", "200"), s.frame(http2.DATA, 0, 1, text(20)),
				c.frame(http2.DATA, 0, 1, hello), s.frame(http2.DATA, 0, 1, text(30)), c.frame(http2.DATA, 0, 1, hello), s.frame(http2.RST_STREAM, 0, 1, []byte{0, 0, 0, 8})}
		}, []string{"stream=1", `packet 5: 0 message 1 s2c text`, `packet 6: 0 message 2 c2s text frames=1 "Hello"`, "http2-stream-reset"}, "accepted"},
		{"an ordinary stream beside the loss", true, func(c, s *peer) []step {
			get := c.headers(0, 1, ":method", "POST", ":path", "/", ":scheme", "https", ":authority", "a")
			get.data = bytes.Clone(get.data)
			return []step{preface, get, {side: flow.A, lost: 9}, c.frame(http2.PING, 0, 0, make([]byte, 8)), c.frame(http2.DATA, 0, 1, hello), c.frame(http2.DATA, 0, 1, hello),
				c.frame(http2.DATA, 0, 1, hello), c.frame(http2.DATA, http2.FlagEndStream, 1, close1000)}
		}, nil, "opened"},
	} {
		got := replay(tt.opened, tt.play(&peer{side: flow.A}, &peer{side: flow.B}))
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, got)
			}
		}
		if strings.Contains(got, tt.never) {
			t.Errorf("%s: %q in\n%s", tt.name, tt.never, got)
		}
	}
}

// A frame that is longer than a segment is found behind a hole all the same,
// and told as of the packets that brought it.
func TestHTTP2Landing(t *testing.T) {
	c, s := &peer{side: flow.A}, &peer{side: flow.B}
	long := s.frame(http2.DATA, 0, 1, append([]byte{0x81, 0x7e, 0x20, 0}, bytes.Repeat([]byte("x"), 0x2000)...))
	steps := []step{preface, s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1), s.headers(0, 1, ":status", "200"),
		{side: flow.B, lost: 50}, {side: flow.B, data: append([]byte("rest"), long.data[:3000]...)}, {side: flow.B, data: long.data[3000:6000]},
		{side: flow.B, data: long.data[6000:]}, s.frame(http2.DATA, 0, 1, []byte{0x81, 2, 'o', 'k'}), s.frame(http2.DATA, 0, 1, []byte{0x88, 2, 3, 0xe8})}
	got := replay(true, steps)
	for _, want := range []string{`packet 8: 0 message 1 s2c text frames=1 "xxx`, `packet 9: 0 message 2 s2c text frames=1 "ok"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%.1500s", want, got)
		}
	}
}
