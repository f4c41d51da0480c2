package reassembly

import (
	"net/netip"
	"testing"

	"wsight/capture"
	"wsight/flow"
)

// deaf is a Sink that wants everything and does nothing with it.
type deaf struct{}

func (deaf) Chunk(*flow.Chunk) bool { return true }
func (deaf) Signal(flow.Signal)     {}
func (deaf) Closed(flow.Closed)     {}

// A feed repeats packets with sequence numbers that go on.
type feed struct {
	packets []capture.Packet
	a       *Assembler
}

func newFeed() *feed { return &feed{a: New(func(flow.Conn) Sink { return deaf{} }, Limits{})} }

func (f *feed) add(p tcpPacket) {
	b := ether(etherIPv4, p.ip())
	f.packets = append(f.packets, capture.Packet{
		Number: len(f.packets) + 1, Time: start, Link: linkEthernet, Data: b, Length: len(b), Interface: &capture.Interface{},
	})
}

// report adds what one packet costs.
func report(b *testing.B, packets int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(packets), "ns/packet")
}

// One packet of 1,448 bytes after the other, on 100 connections in turn.
func BenchmarkInOrder(b *testing.B) {
	f := newFeed()
	for i := range uint32(100) {
		from := netip.AddrPortFrom(client.Addr(), uint16(1000+i))
		f.add(tcpPacket{from: from, to: server, flags: flagACK | flagPSH, data: make([]byte, 1448)})
	}
	b.ReportAllocs()
	var seq uint32
	for b.Loop() {
		for i := range f.packets {
			p := &f.packets[i]
			sequence(p, seq)
			f.a.Packet(p)
		}
		seq += 1448
	}
	report(b, len(f.packets))
}

// sequence gives a packet another sequence number.
func sequence(p *capture.Packet, seq uint32) {
	at := p.Data[14+20+4:]
	at[0], at[1], at[2], at[3] = byte(seq>>24), byte(seq>>16), byte(seq>>8), byte(seq)
}

// Of eight packets the first comes last.
func BenchmarkOutOfOrder(b *testing.B) {
	f := newFeed()
	for range 8 {
		f.add(tcpPacket{from: client, to: server, flags: flagACK | flagPSH, data: make([]byte, 1448)})
	}
	b.ReportAllocs()
	var seq uint32
	f.a.Packet(&f.packets[0])
	seq = 1448
	for b.Loop() {
		for i := range f.packets {
			p := &f.packets[i]
			sequence(p, seq+uint32((i+1)%8)*1448)
			f.a.Packet(p)
		}
		seq += 8 * 1448
	}
	report(b, len(f.packets))
}

// Connections of eleven packets, one after the other.
func BenchmarkChurn(b *testing.B) {
	f := newFeed()
	for port := range uint16(1000) {
		c, s, get := netip.AddrPortFrom(client.Addr(), port), server, make([]byte, 200)
		f.add(tcpPacket{from: c, to: s, seq: 0, flags: flagSYN})
		f.add(tcpPacket{from: s, to: c, seq: 0, ack: 1, flags: flagSYN | flagACK})
		f.add(tcpPacket{from: c, to: s, seq: 1, ack: 1, flags: flagACK, window: 1})
		f.add(tcpPacket{from: c, to: s, seq: 1, ack: 1, flags: flagACK, window: 1, data: get})
		f.add(tcpPacket{from: s, to: c, seq: 1, ack: 201, flags: flagACK, window: 1, data: get})
		f.add(tcpPacket{from: c, to: s, seq: 201, ack: 201, flags: flagACK, window: 1, data: get})
		f.add(tcpPacket{from: s, to: c, seq: 201, ack: 401, flags: flagACK, window: 1, data: get})
		f.add(tcpPacket{from: c, to: s, seq: 401, ack: 401, flags: flagACK, window: 1})
		f.add(tcpPacket{from: c, to: s, seq: 401, ack: 401, flags: flagACK | flagFIN, window: 1})
		f.add(tcpPacket{from: s, to: c, seq: 401, ack: 402, flags: flagACK | flagFIN, window: 1})
		f.add(tcpPacket{from: c, to: s, seq: 402, ack: 402, flags: flagACK, window: 1})
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range f.packets {
			p := &f.packets[i]
			shift(p, 1<<20)
			f.a.Packet(p)
		}
	}
	if got := f.a.Stats(); got.Lost > 0 || got.Duplicates > 0 || got.Connections != int64(b.N)*1000 {
		b.Errorf("%+v", got)
	}
	report(b, len(f.packets))
}

// shift adds to both numbers of a packet, so that each round is new.
func shift(p *capture.Packet, by uint32) {
	for _, at := range [][]byte{p.Data[14+20+4:], p.Data[14+20+8:]} {
		n := uint32(at[0])<<24 | uint32(at[1])<<16 | uint32(at[2])<<8 | uint32(at[3])
		n += by
		at[0], at[1], at[2], at[3] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	}
}

// The layers alone.
func BenchmarkDecode(b *testing.B) {
	for _, bench := range []struct {
		name string
		data []byte
	}{
		{"ethernet", ether(etherIPv4, hello.ip())},
		{"IPv6", ether(etherIPv6, hello6.ip())},
		{"VXLAN", ether(etherIPv4, outer(protoUDP, udpTo(portVXLAN, join(unhex("08000000 00000100"), ether(etherIPv4, hello.ip())))))},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var d decoder
			p := capture.Packet{Link: linkEthernet, Data: bench.data, Length: len(bench.data)}
			for b.Loop() {
				if d.decode(&p) != found {
					b.Fatal("no segment")
				}
			}
		})
	}
}
