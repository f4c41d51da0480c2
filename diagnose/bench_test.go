package diagnose

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/websocket"
	"wsight/flow"
)

// BenchmarkConnections measures what a connection of four frames costs when
// no proxy is in sight: the promise is about a microsecond and flat memory.
func BenchmarkConnections(b *testing.B) {
	var events int
	w := New()
	tell := func(dissect.Event) { events++ }
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		connection(w, n, tell)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-kept")
	runtime.KeepAlive(w)
}

// BenchmarkEvents is the same without the checks: what making the
// events costs.
func BenchmarkEvents(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		connection(nil, n, nil)
	}
}

// BenchmarkMessages measures what a message costs, in a conversation without
// a neighbour and in one that goes through a proxy.
func BenchmarkMessages(b *testing.B) {
	for _, legs := range []int{1, 2} {
		b.Run(fmt.Sprint(legs, "-legs"), func(b *testing.B) {
			p := newPlay()
			q := joined(p)
			if legs == 1 {
				p = newPlay()
				q = &proxied{play: p, client: p.up(clientAddr, originAddr)}
			}
			b.ReportAllocs()
			m := &dissect.Message{Dir: flow.ClientToServer, Type: dissect.Text, Frames: 1, Wire: 100, Length: 100, Complete: true}
			f := &dissect.Frame{Dir: flow.ClientToServer}
			for b.Loop() {
				place := q.next(q.client)
				m.Digest, m.FirstTime = uint64(place.Packet), place.Time
				for _, c := range []*dissect.Conversation{q.client, q.server}[:legs] {
					place.Conv = c
					m.Place, f.Place = place, place
					q.observe(f)
					q.observe(m)
				}
			}
		})
	}
}

// connection plays a conversation of four frames between one of many clients
// and a server.
func connection(w *Watch, n int, tell func(dissect.Event)) {
	observe := func(e dissect.Event) {
		if w != nil {
			w.Observe(e, tell)
		}
	}
	at := time.Unix(1_700_000_000, int64(n)*int64(time.Millisecond))
	client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), uint16(1024+n%60000))
	conv := &dissect.Conversation{Number: n, TCP: int64(n), Client: client, Server: netip.MustParseAddrPort("192.0.2.1:80"), Start: at, Opener: true, Sequence: uint32(n)}
	place := dissect.Place{Conv: conv, Packet: flow.PacketID(n * 10), Time: at}
	observe(&dissect.Opened{Place: place})
	key := fmt.Sprintf("%022d==", n)
	accept, yes := key[2:]+"acc=", true
	request := header.Request{Method: "GET", Target: "/", Version: "1.1", Fields: header.Fields{{Name: "Host", Value: "a"}, {Name: "Upgrade", Value: "websocket"}, {Name: "Connection", Value: "Upgrade"}, {Name: "Sec-WebSocket-Key", Value: key}}}
	response := header.Response{Version: "1.1", Status: 101, Fields: header.Fields{{Name: "Upgrade", Value: "websocket"}, {Name: "Sec-WebSocket-Accept", Value: accept}}}
	observe(&dissect.Handshake{Place: place, Request: &request, Response: &response, RequestPacket: place.Packet, RequestTime: at,
		Verdict: handshake.Outcome{Kind: handshake.Accepted, Key: &key, Accept: handshake.Accept{Expected: &accept, Actual: &accept, Valid: &yes}}})
	for i := range 4 {
		place.Packet++
		d := flow.Direction(1 + i%2)
		kind := dissect.Text
		if i > 1 {
			kind = dissect.Close
		}
		observe(&dissect.Frame{Place: place, Dir: d, Header: websocket.Header{Fin: true, Opcode: websocket.Text, Length: 10}})
		observe(&dissect.Message{Place: place, N: i + 1, Dir: d, Type: kind, Frames: 1, FirstTime: at, Wire: 10, Length: 10, Complete: true, Digest: uint64(n*4 + i), Code: -1})
	}
	closed := &dissect.CloseFrame{Code: 1000, Packet: place.Packet, Time: at}
	observe(&dissect.Ended{Place: place, State: dissect.StateClosed, Initiator: flow.ClientToServer, Closes: [3]*dissect.CloseFrame{nil, closed, closed},
		TCP: dissect.TCPEnd{Kind: flow.Fin, By: flow.ServerToClient, Packet: place.Packet, Time: at}, Heard: [3]bool{false, true, true}})
}
