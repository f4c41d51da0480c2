package reassembly

import (
	"encoding/binary"
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
			r := &recorder{refuse: func(c flow.Chunk) bool { return len(c.Data) > 0 && c.Data[0] == 0xfe }}
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

func (c *closing) Chunk(chunk flow.Chunk) bool {
	more := c.recorder.Chunk(chunk)
	c.ended = c.ended || !more
	return more
}
