package reassembly

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// Shared out by flow hash, every connection comes to one assembler, also when
// its packets are in fragments.
func TestShare(t *testing.T) {
	const n = 3
	streams := map[string][]int{}
	var workers [n]*Assembler
	for i := range workers {
		workers[i] = New(func(c flow.Conn) Sink {
			name := c.Ends[0].String()
			streams[name] = append(streams[name], i)
			return deaf{}
		}, Limits{})
		workers[i].Share(i, n)
	}
	give := func(data []byte) {
		p := capture.Packet{Link: linkRaw, Data: data, Length: len(data)}
		hash, ok := FlowHash(&p)
		for i, a := range workers {
			if !ok || hash%n == uint64(i) {
				a.Packet(&p)
			}
		}
	}
	for port := range uint16(60) {
		p := fragmented
		p.from = client
		b := p.tcp()
		b[1] = byte(port)
		switch port % 2 {
		case 0:
			give(part4(port, b, 0, 24, true))
			give(part4(port, b, 24, 40, false))
		default:
			give(ipPacket(client.Addr(), server.Addr(), protoTCP, b))
		}
	}
	used := map[int]int{}
	for name, by := range streams {
		if len(by) != 1 {
			t.Errorf("%s was followed by %v", name, by)
		}
		used[by[0]]++
	}
	if len(streams) != 60 || len(used) != n || used[0] > 35 {
		t.Errorf("%d connections were followed; by each: %v", len(streams), used)
	}
}

// What is no TCP is counted by why.
func TestStats(t *testing.T) {
	a := New(func(flow.Conn) Sink { return deaf{} }, Limits{})
	ip := hello.ip()
	for _, p := range []capture.Packet{
		{Link: linkRaw, Data: ip, Length: len(ip)},
		{Link: linkRaw, Data: ip, Length: len(ip)},
		{Link: linkRaw, Data: ip[:42], Length: len(ip)},
		{Link: linkRaw, Data: ip[:30], Length: len(ip)},
		{Link: linkRaw, Data: outer(protoUDP, udpTo(53, nil)), Length: 28},
		{Link: 147, Data: ip, Length: len(ip)},
	} {
		a.Packet(&p)
	}
	a.Close()
	got := fmt.Sprintf("%+v", a.Stats())
	const want = "{Packets:6 Segments:3 Other:1 Undecoded:2 Truncated:2 Connections:1 QUIC:0 Evicted:0 Strays:0 Duplicates:2 " +
		"OutOfOrder:0 Lost:0 Cut:0 Conflicts:0 Misplaced:0 RefusedResets:0 Fragments:0 Datagrams:0 DatagramsLost:0 " +
		"UnknownLinks:map[147:1] Limits:[]}"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Connections that the end of the capture closes are closed in the order in
// which they appeared, however many lists they stand in.
func TestCloseOrder(t *testing.T) {
	s := newScript(t, Limits{})
	s.run(`
		d 0 S 0
		C 0 P. 1 1 "x"
		c 0 S 0
		C 0 P. 2 1 "y"`)
	var order []int64
	s.lines = nil
	s.assemble.Close()
	for _, line := range s.lines {
		var id int64
		fmt.Sscanf(line, "%d:", &id)
		order = append(order, id)
	}
	if !slices.Equal(order, []int64{1, 2, 3}) {
		t.Errorf("closed in the order %v", order)
	}
}

// Timestamps may be anything: time neither stops nor overflows.
func TestAbsurdTimes(t *testing.T) {
	a := New(func(flow.Conn) Sink { return deaf{} }, Limits{Idle: time.Hour})
	for i := range 100 {
		at := time.Unix(int64(i%2)<<40-1<<39, 0)
		a.tick(at)
		if a.now < 0 {
			t.Fatalf("after %d jumps it is %v", i, a.now)
		}
	}
	if a.now == 0 {
		t.Error("no time has passed")
	}
}

// printer is a Sink that prints the bytes.
type printer struct{ name int64 }

func (p printer) Chunk(c *flow.Chunk) bool {
	fmt.Printf("connection %d, side %d: %q\n", p.name, c.From, c.Data)
	return true
}
func (p printer) Signal(s flow.Signal) { fmt.Printf("connection %d: %s\n", p.name, s.Kind) }
func (p printer) Closed(flow.Closed)   {}

func Example() {
	a := New(func(c flow.Conn) Sink { return printer{c.ID} }, Limits{})
	for _, segment := range []tcpPacket{
		{from: client, to: server, seq: 0, flags: flagSYN},
		{from: server, to: client, seq: 0, ack: 1, flags: flagSYN | flagACK},
		{from: client, to: server, seq: 5, ack: 1, flags: flagACK, window: 1, data: []byte("/chat")},
		{from: client, to: server, seq: 1, ack: 1, flags: flagACK, window: 1, data: []byte("GET ")},
	} {
		data := segment.ip()
		a.Packet(&capture.Packet{Link: linkRaw, Data: data, Length: len(data)})
	}
	a.Close()
	// Output:
	// connection 1: established
	// connection 1, side 0: "GET "
	// connection 1, side 0: "/chat"
}
