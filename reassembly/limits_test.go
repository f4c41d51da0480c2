package reassembly

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// names returns the names of the limits that were hit.
func (s *script) hits() []string {
	var names []string
	for _, hit := range s.assemble.Stats().Limits {
		names = append(names, fmt.Sprintf("%s %d", hit.Name, hit.Times))
	}
	return names
}

// One row per limit that breaks it, and one that just does not.
func TestLimits(t *testing.T) {
	const two = `
		C 0 P. 1 1 "abc"
		c 1 P. 1 1 "xyz"`
	const heardTwo = `
		1: 192.0.2.1:40000 > 198.51.100.7:80 #1
		1: A@0 "abc" #1
		2: 192.0.2.1:40001 > 198.51.100.7:80 #2
		2: A@0 "xyz" #2
		1: end of capture #2
		2: end of capture #2`
	for _, test := range []struct {
		name    string
		limits  Limits
		packets string
		want    string
		hits    []string
	}{
		{"connections", Limits{Connections: 1}, two, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "abc" #1
			1: evicted #2
			2: 192.0.2.1:40001 > 198.51.100.7:80 #2
			2: A@0 "xyz" #2
			2: end of capture #2`, []string{"connections 1"}},
		{"connections, kept", Limits{Connections: 2}, two, heardTwo, nil},
		{"connections without data go first, however new", Limits{Connections: 2}, `
			c 0 P. 1 1 "xyz"` + open + `
			d 1 P. 1 1 "uvw"`, `
			1: 192.0.2.1:40001 > 198.51.100.7:80 #1
			1: A@0 "xyz" #1
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #2
			2: B@0 established #3
			2: evicted #5
			3: 192.0.2.1:40002 > 198.51.100.7:80 #5
			3: A@0 "uvw" #5
			1: end of capture #5
			3: end of capture #5`, []string{"connections 1"}},
		{"half-open connections", Limits{HalfOpen: 1}, `
			C 0 S 0
			c 1 S 0`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: evicted #2
			2: 192.0.2.1:40001 > 198.51.100.7:80 opened #2
			2: end of capture #2`, []string{"half-open connections 1"}},
		{"half-open connections, complete", Limits{HalfOpen: 1}, `
			C 0 S 0
			C 0 . 1 1
			c 1 S 0`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			2: 192.0.2.1:40001 > 198.51.100.7:80 opened #3
			1: end of capture #3
			2: end of capture #3`, nil},
		{"idle time", Limits{Idle: time.Second}, `
			C 0    P. 1 1 "abc"
			c 1.01 P. 1 1 "xyz"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "abc" #1
			1: idle #2
			2: 192.0.2.1:40001 > 198.51.100.7:80 #2
			2: A@0 "xyz" #2
			2: end of capture #2`, []string{"idle time 1"}},
		{"idle time, just not", Limits{Idle: time.Second}, two, heardTwo, nil},
		{"bytes behind holes of one side", Limits{QueuedSide: 2 * (partOverhead + 3)}, `
			C 0 P. 1 1 "abc"
			C 0 P. 7 1 "ghi"
			C 0 P. 11 1 "klm"
			C 0 P. 15 1 "opq"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "abc" #1
			1: A@3 queue full 3 #4
			1: A@6 "ghi" #2 lost 3
			1: A@10 "klm" #3 lost 1
			1: A@14 "opq" #4 lost 1
			1: end of capture #4`, []string{"out-of-order bytes of a side 1"}},
		{"bytes behind holes, just not", Limits{QueuedSide: 2 * (partOverhead + 3)}, `
			C 0 P. 1 1 "abc"
			C 0 P. 7 1 "ghi"
			C 0 P. 11 1 "klm"
			C 0 P. 4 1 "defghij"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "abc" #1
			1: A@6 retransmitted 3 #4
			1: A@3 "def" #4
			1: A@6 "ghi" #2
			1: A@9 "j" #4
			1: A@10 "klm" #3
			1: end of capture #4`, nil},
		{"bytes behind all holes: the oldest goes", Limits{Queued: 2 * (partOverhead + 3)}, `
			C 0 P. 1 1 "abc"
			c 0 P. 1 1 "ABC"
			C 0 P. 7 1 "ghi"
			c 0 P. 7 1 "GHI"
			c 0 P. 11 1 "KLM"
			c 0 P. 4 1 "DEF"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "abc" #1
			2: 192.0.2.1:40001 > 198.51.100.7:80 #2
			2: A@0 "ABC" #2
			1: A@3 queue full 3 #5
			1: A@6 "ghi" #3 lost 3
			2: A@3 "DEF" #6
			2: A@6 "GHI" #4
			1: end of capture #6
			2: A@10 "KLM" #5 lost 1
			2: end of capture #6`, []string{"out-of-order bytes 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, test.limits)
			s.run(test.packets)
			s.assemble.Close()
			s.check(test.want)
			if got := s.hits(); !slices.Equal(got, test.hits) {
				t.Errorf("limits hit: %v; want %v", got, test.hits)
			}
		})
	}
}

// Nothing more is heard, and little kept, of what is not wanted.
func TestUnwanted(t *testing.T) {
	const packets = open + `
		C 0.1 P. 1 1 "abc"
		C 0.2 P. 7 1 "ghi"
		C 0.3 P. 4 1 "def"
		S 0.4 P. 1 10 "xyz"
		C 0.5 F. 10 4
		S 0.6 F. 4 11
		C 1 S 50000`
	t.Run("from the start", func(t *testing.T) {
		s := newScript(t, Limits{})
		s.unwanted = true
		s.run(packets)
		s.assemble.Close()
		s.check(`
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #10`)
	})
	t.Run("after a while", func(t *testing.T) {
		s := newScript(t, Limits{})
		s.refuse = func(c *flow.Chunk) bool { return string(c.Data) == "def" }
		s.run(packets)
		s.assemble.Close()
		s.check(opened + `
			1: A@0 "abc" #4
			1: A@3 "def" #6
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #10
			2: end of capture #10`)
		if s.assemble.queued != 0 {
			t.Errorf("%d bytes are still queued", s.assemble.queued)
		}
	})
}

// A flood of connection attempts stays within a small part of the limit on
// connections, also when the server answers.
func TestSYNFlood(t *testing.T) {
	const attempts = 100_000
	opens := 0
	a := New(func(flow.Conn) Sink { opens++; return &spans{} }, Limits{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	packet := capture.Packet{Link: linkIPv4, Interface: &capture.Interface{}, Time: start}
	for i := range attempts {
		var address [4]byte
		binary.BigEndian.PutUint32(address[:], uint32(i)+10<<24)
		from := netip.AddrPortFrom(netip.AddrFrom4(address), 1024)
		for _, p := range []tcpPacket{
			{from: from, to: server, seq: 1, flags: flagSYN},
			{from: server, to: from, seq: 1, ack: 2, flags: flagSYN | flagACK},
		} {
			packet.Number++
			packet.Data = p.ip()
			packet.Length = len(packet.Data)
			a.Packet(&packet)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if opens != attempts {
		t.Errorf("%d connections were opened; want %d", opens, attempts)
	}
	const limit = 48 << 20
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > limit {
		t.Errorf("%d MiB are kept for %d attempts", grown>>20, attempts)
	}
	if got := a.table.followed(); got > 64<<10 {
		t.Errorf("%d half-open connections are followed", got)
	}
	runtime.KeepAlive(a)
}

// Many small segments behind holes are counted with what they cost to keep.
func TestQueueBounds(t *testing.T) {
	a := New(func(flow.Conn) Sink { return &spans{} }, Limits{Queued: 1 << 20})
	packet := capture.Packet{Link: linkIPv4, Interface: &capture.Interface{}, Time: start}
	for port := range uint16(100) {
		from := netip.AddrPortFrom(client.Addr(), port)
		for i := range uint32(1000) {
			p := tcpPacket{from: from, to: server, seq: i * 2, data: []byte("xy")[:1+i%2], flags: flagPSH | flagACK}
			packet.Number++
			packet.Data = p.ip()
			packet.Length = len(packet.Data)
			a.Packet(&packet)
			if a.queued > 1<<20 {
				t.Fatalf("%d bytes are queued", a.queued)
			}
		}
	}
	a.Close()
	if a.queued != 0 {
		t.Errorf("%d bytes are queued after the end", a.queued)
	}
}
