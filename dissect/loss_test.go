package dissect_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/flow"
)

const (
	upgrade  = `c" GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n` + "\n"
	switched = `s" HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n` + "\n"
	question = "c: 81 85 37fa213d 7f9f4d5158\n"
)

// What is behind lost bytes is looked for, so that the cuts of TCP help: each
// case is played as written.
func TestLoss(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		want       []string // lines that are told
		never      string   // no line holds it
	}{
		{"the first frame of a message", upgrade + switched + "s~ 7\ns: 00 04 6d69642d\ns: 80 03 656e64\ns: 81 0c 7b226f70223a2261736b227d\ns: 88 02 03e8\n",
			[]string{`unknown frames=1 "end" incomplete`, `text frames=1 "{\"op\":\"ask\"}"`, "capture-gap"}, "frame-continuation-unexpected"},
		{"nothing of a message", upgrade + switched + "s: 00 04 6d69642d\ns: 80 03 656e64\n",
			[]string{"unknown frames=2 \"mid-end\"\n", "frame-continuation-unexpected"}, "incomplete"},
		{"the 101, and the client goes on", upgrade + question + "c: 89 80 37fa213d\n" + question + "s~ 129\n",
			[]string{"handshake accepted", `message 3 c2s text frames=1 "Hello"`, "capture-gap"}, "unanswered"},
		{"the 101, and nothing follows", upgrade + "s~ 129\n", []string{"handshake unanswered", "finding s2c capture-gap"}, "handshake-unanswered"},
		{"the answer, and the client asks again", upgrade + upgrade + "s~ 129\n", []string{"1 ended unanswered", "2 handshake unanswered", "2 ended unanswered"}, "message"},
		{"the answers, and the client asks in one segment", `c" GET /a HTTP/1.1\r\nUpgrade: websocket\r\n\r\nGET /b HTTP/1.1\r\nUpgrade: websocket\r\n\r\nGET /c HTTP/1.1\r\nUpgrade: websocket\r\n\r\n` + "\ns~ 129\n",
			[]string{"1 ended unanswered", "2 ended unanswered", "3 handshake unanswered GET /c"}, "4 opened"},
		{"the answers, and the client asks amid other things", upgrade + upgrade + "c: 00\n" + upgrade + "s~ 129\n",
			[]string{"1 ended unanswered", "2 ended unanswered", "3 handshake unanswered"}, "4 opened"},
		{"the answer, and what the client asks next is answered", upgrade + "s~ 129\n" + upgrade + switched + question,
			[]string{"1 ended unanswered", "2 handshake accepted", `2 message 1 c2s text frames=1 "Hello"`}, "1 handshake accepted"},
		{"nothing, and no answer", upgrade, []string{"handshake unanswered"}, "capture-gap"},
		{"all but one frame that ends the capture", upgrade + switched + "s~ 50\ns: 81 05 776f726c64\n", []string{`message 1 s2c text frames=1 "world"`}, "hole s2c offset=0 lost=50 passed=7"},
		{"all but bytes that may be anything", upgrade + switched + "s~ 50\ns: 82 05 776f726c64 00\n", []string{"capture-gap"}, "message 1"},
	} {
		got := describe(parseWire(t, tt.wire))
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("lost is %s: no line holds %q:\n%s", tt.name, want, got)
			}
		}
		if strings.Contains(got, tt.never) {
			t.Errorf("lost is %s: %q:\n%s", tt.name, tt.never, got)
		}
	}
}

// A stream of HTTP/2 whose answer is lost, or comes before its request could
// be read, is followed all the same.
func TestHTTP2Loss(t *testing.T) {
	world := []byte("\x81\x0c{\"op\":\"ask\"}")
	hole := step{side: flow.B, lost: 100}
	for _, tt := range []struct {
		name string
		play func(c, s *peer) []step
		want []string
	}{
		{"answer lost", func(c, s *peer) []step {
			return []step{preface, c.frame(http2.SETTINGS, 0, 0, nil), s.frame(http2.SETTINGS, 0, 0, nil), c.connect(1), c.frame(http2.DATA, 0, 1, hello),
				hole, s.frame(http2.DATA, 0, 1, world), s.frame(http2.DATA, 0, 1, world), s.frame(http2.DATA, 0, 1, []byte{0x88, 2, 3, 0xe8})}
		}, []string{"handshake accepted", `c2s text frames=1 "Hello"`, `s2c text frames=1 "{\"op\":\"ask\"}"`, "capture-gap"}},
		{"answer before the request", func(c, s *peer) []step {
			return []step{s.frame(http2.SETTINGS, 0, 0, nil), s.headers(0, 1, ":status", "200"), s.frame(http2.DATA, 0, 1, world), s.headers(0, 3, ":status", "200"),
				preface, c.connect(1), c.frame(http2.DATA, 0, 1, hello), s.frame(http2.DATA, 0, 1, world)}
		}, []string{"handshake accepted", `message 1 s2c text frames=1 "{\"op\":\"ask\"}"`, `message 2 c2s text frames=1 "Hello"`, `message 3 s2c text`}},
		{"the end, in both", func(c, s *peer) []step {
			return []step{preface, c.frame(http2.SETTINGS, 0, 0, nil), c.connect(1), s.frame(http2.SETTINGS, 0, 0, nil), s.headers(0, 1, ":status", "200"), hole, {side: flow.A, lost: 10}}
		}, []string{"finding s2c capture-gap", "finding c2s capture-gap"}},
		{"nothing, and TCP ends", func(c, s *peer) []step {
			return []step{preface, c.connect(1), s.frame(http2.SETTINGS, 0, 0, nil), s.headers(0, 1, ":status", "200"), {side: flow.A, signal: flow.Fin}}
		}, []string{"1 tcp c2s fin", "ended closed"}},
	} {
		got := describe(tt.play(&peer{side: flow.A}, &peer{side: flow.B}))
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("lost is %s: no line holds %q:\n%s", tt.name, want, got)
			}
		}
	}
}

// Frames that a hunt gives out are told as of the packets that brought them,
// and FIN by its place in the capture and not by when it was read.
func TestPlaces(t *testing.T) {
	c := dissect.New(dissect.Options{}).Connection(flow.Conn{ID: 1, Opened: true, Packet: 1,
		Ends: [2]netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:80")}})
	var messages []int
	var end dissect.Ended
	emit := func(e dissect.Event) {
		switch e := e.(type) {
		case *dissect.Message:
			if e.Packet != e.FirstPacket || e.Time.Second() != e.Packet.Number() {
				t.Errorf("message %d in packet %d begins in %d, at %v", e.N, e.Packet, e.FirstPacket, e.Time)
			}
			messages = append(messages, e.Packet.Number())
		case *dissect.Ended:
			end = *e
		}
	}
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	feed := func(packet flow.PacketID, from flow.Side, lost int64, data string) {
		c.Feed(&flow.Chunk{From: from, Lost: lost, Data: []byte(data), Packet: packet, Time: at(packet.Number())}, emit)
	}
	heads := parseWire(t, upgrade+switched)
	feed(2, flow.A, 0, string(heads[0].data))
	feed(3, flow.B, 0, string(heads[1].data))
	c.Signal(flow.Signal{Kind: flow.Fin, From: flow.A, Packet: 9, Time: at(9)}, emit)
	feed(4, flow.B, 30, "\x81\x03one") // nothing is known yet
	feed(5, flow.B, 0, "\x81\x03two\x81")
	feed(6, flow.B, 0, "\x0c{\"op\":\"ask\"}")
	feed(7, flow.B, 0, "\x88\x02\x03\xe8")
	c.Signal(flow.Signal{Kind: flow.Fin, From: flow.B, Packet: 8, Time: at(8)}, emit)
	c.Close(flow.Closed{Ending: flow.EndClosed, Packet: 10, Time: at(10), Packets: [2]int64{2, 6}}, emit)
	if len(messages) != 4 || messages[0] != 4 || messages[1] != 5 || messages[2] != 6 || messages[3] != 7 {
		t.Errorf("messages in packets %v; want 4 to 7", messages)
	}
	if end.TCP.By != flow.ServerToClient || end.TCP.Packet != 8 {
		t.Errorf("TCP was ended by %v in packet %d; want s2c in 8", end.TCP.By, end.TCP.Packet)
	}
}
