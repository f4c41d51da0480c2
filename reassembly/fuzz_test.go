package reassembly

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// A record of the fuzz target is a length, what the snaplen cut off, what time
// has passed (signed, in steps of 20 ms), and the bytes.
func record(data []byte, cut, passed uint8) []byte {
	return join(binary.BigEndian.AppendUint16(nil, uint16(len(data))), int(cut), int(passed), data)
}

// FuzzPacket gives any bytes as packets of any link type. Nothing may panic,
// no limit be exceeded, and what a sink hears must be consistent: the recorder
// panics when it is not.
func FuzzPacket(f *testing.F) {
	for _, test := range layerTests() {
		again := append([]byte(nil), test.data...)
		f.Add(uint16(test.link), join(record(test.data, uint8(max(0, test.length-len(test.data))), 1), record(again, 0, 20)))
	}
	b := fragmented.tcp()
	f.Add(uint16(linkRaw), join(record(part4(1, b, 24, 40, false), 0, 1), record(part4(1, b, 0, 24, true), 2, 255)))
	var handshake []byte
	for _, p := range []tcpPacket{
		{from: client, to: server, seq: 0xfffffff0, flags: flagSYN},
		{from: server, to: client, seq: 5, ack: 0xfffffff1, flags: flagSYN | flagACK},
		{from: client, to: server, seq: 0xfffffff1, ack: 6, flags: flagACK | flagPSH, data: []byte("0123456789abcdef")},
		{from: client, to: server, seq: 0x11, ack: 6, flags: flagACK | flagPSH, data: []byte("behind a hole")},
		{from: server, to: client, seq: 6, ack: 0x1e, flags: flagACK | flagFIN},
		{from: client, to: server, seq: 0x1e, ack: 7, flags: flagACK | flagFIN},
		{from: client, to: server, seq: 0x1e, ack: 7, flags: flagRST},
	} {
		handshake = join(handshake, record(p.ip(), 0, 5))
	}
	f.Add(uint16(linkRaw), handshake)

	limits := Limits{
		Connections: 4, HalfOpen: 2, QueuedSide: 1000, Queued: 1500, Idle: 3 * time.Second,
		Fragments: 3, FragmentBytes: 1000, FragmentTime: time.Second,
	}
	f.Fuzz(func(t *testing.T, link uint16, records []byte) {
		var sinks []*recorder
		a := New(func(c flow.Conn) Sink {
			if c.ID%7 == 0 {
				return nil
			}
			r := &recorder{refuse: func(c *flow.Chunk) bool { return len(c.Data) > 0 && c.Data[0] == 0xfe }}
			sinks = append(sinks, r)
			return &closing{recorder: r}
		}, limits)
		at := start
		for number := 1; len(records) >= 4; number++ {
			size := min(len(records)-4, int(binary.BigEndian.Uint16(records)))
			at = at.Add(time.Duration(int8(records[3])) * 20 * time.Millisecond)
			p := capture.Packet{
				Number: number, Time: at, Link: capture.LinkType(link),
				Data: records[4 : 4+size], Length: size + int(records[2]),
			}
			sameAsDecoded(t, &p)
			a.Packet(&p)
			FlowHash(&p)
			records = records[4+size:]
			if a.queued > 1500 || a.queued < 0 || a.table.followed() > 4 || a.decoder.fragments.size > 1000 {
				t.Fatalf("%d bytes queued, %d connections, %d bytes of fragments", a.queued, a.table.followed(), a.decoder.fragments.size)
			}
		}
		a.Close()
		if a.queued != 0 || a.table.followed() != 0 || a.decoder.fragments.size != 0 {
			t.Fatalf("after the end: %d bytes queued, %d connections", a.queued, a.table.followed())
		}
		for _, r := range sinks {
			if !r.ended {
				t.Fatal("a connection was not closed")
			}
		}
	})
}

// closing is a recorder that counts letting go as an end.
type closing struct{ *recorder }

func (c *closing) Chunk(chunk *flow.Chunk) bool {
	more := c.recorder.Chunk(chunk)
	c.ended = c.ended || !more
	return more
}

// FuzzSegments gives segments of two connections whose numbers lie close to
// each other, so that every meeting of SYN, FIN, RST, holes and copies comes
// about. Five bytes make a segment: who and how long, flags, number,
// acknowledgement, time.
func FuzzSegments(f *testing.F) {
	f.Add([]byte("\x00\x02\x00\x00\x01\x01\x12\x00\x01\x01\x20\x18\x01\x01\x01\x31\x18\x01\x05\x01\x00\x11\x09\x07\x01\x01\x11\x07\x0a\x01"))
	f.Add([]byte("\x20\x18\x08\x00\x01\x20\x18\x04\x00\x01\x20\x18\x00\x00\x01\x01\x10\x00\x0c\x09\x20\x04\x0c\x00\x01"))
	f.Add([]byte("\x00\x02\x00\x00\x01\x00\x11\x07\x00\x01\x20\x18\x01\x00\x01\x01\x12\x40\x01\x01\x01\x04\x41\x01\x01"))
	limits := Limits{QueuedSide: 600, Queued: 1000, Connections: 1}
	scale := [4]uint32{1, 1, 3 << 20, 1 << 28} // near, and far enough to be foreign
	f.Fuzz(func(t *testing.T, segments []byte) {
		var sinks []*recorder
		a := New(func(flow.Conn) Sink {
			r := &recorder{}
			sinks = append(sinks, r)
			return r
		}, limits)
		data := make([]byte, 64)
		at := start
		for number := 1; len(segments) >= 5; number++ {
			who := segments[0]
			p := tcpPacket{from: client, to: server, flags: segments[1], window: uint16(segments[1] >> 6)}
			p.seq = uint32(int8(segments[2])) * scale[who>>2&3]
			p.ack = uint32(int8(segments[3])) * scale[who>>2&3]
			if who&2 != 0 {
				p.from = netip.AddrPortFrom(client.Addr(), 40001)
			}
			if who&1 != 0 {
				p.from, p.to = p.to, p.from
			}
			for i := range data { // mostly the same byte at the same place
				data[i] = byte(p.seq) + byte(i) + segments[1]&0x20
			}
			p.data = data[:who>>4*4]
			at = at.Add(time.Duration(int8(segments[4])) * 10 * time.Millisecond)
			b := p.ip()
			a.Packet(&capture.Packet{Number: number, Time: at, Link: linkRaw, Data: b, Length: len(b)})
			if a.queued > 1000 || a.table.followed() > 1 {
				t.Fatalf("%d bytes queued, %d connections", a.queued, a.table.followed())
			}
			segments = segments[5:]
		}
		a.Close()
		stats := a.Stats()
		var lost int64
		for _, r := range sinks {
			if !r.ended {
				t.Fatal("a connection was not closed")
			}
			for side := range r.lost {
				lost += r.lost[side] + r.closed.Lost[side]
			}
		}
		if a.queued != 0 || lost != stats.Lost {
			t.Fatalf("%d bytes queued after the end; %d lost in chunks, %d counted", a.queued, lost, stats.Lost)
		}
	})
}
