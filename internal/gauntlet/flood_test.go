package gauntlet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"wsight/internal/packets"
)

// streamed is a capture that is written while it is read.
func streamed(write func(*packets.Pcap)) io.Reader {
	r, w := io.Pipe()
	go func() {
		b := bufio.NewWriterSize(w, 256<<10)
		write(packets.NewPcap(b))
		_ = b.Flush() // of a pipe: whoever reads has stopped
		_ = w.Close()
	}()
	return r
}

// spread writes n packets, and those of real evenly among them.
func spread(p *packets.Pcap, n int, real recording, packet func(i int, to []byte) []byte) {
	var buf []byte
	for i := range n {
		at := int64(1_700_000_000_000_000 + i)
		if every := max(1, n/len(real.records)); i%every == 0 && i/every < len(real.records) {
			p.WriteAt(at, real.records[i/every][16:])
		}
		buf = packet(i, buf[:0])
		p.WriteAt(at, buf)
	}
}

// anybody is an end with any address.
func anybody(rng *rand.Rand) packets.End {
	return packets.End{Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, rng.Uint32()))), uint16(rng.Uint32()))}
}

func conversation() *packets.Capture {
	c := newCapture()
	conn := dial(c, "203.0.113.99:50099")
	for range 5 {
		conn.Say(packets.ClientToServer, packets.Text, "question")
		conn.Say(packets.ServerToClient, packets.Text, "answer")
	}
	conn.Say(packets.ClientToServer, packets.Text, "still here")
	conn.Goodbye(packets.ClientToServer, 1000, "")
	return c
}

var server = packets.End{Addr: netip.MustParseAddrPort("198.51.100.7:80")}

// Floods cost a bounded amount, and the real conversation among them is
// decoded to its last message.
func TestFloods(t *testing.T) {
	million, flood := 100_000, 100_000
	if thorough() {
		million, flood = 500_000, 10_000_000
	}
	request := ask("dGhlIHNhbXBsZSBub25jZQ==")
	frames := bytes.Repeat([]byte("\x81\x05hello\x82\x7e\x01\x00"), 4)
	for _, tt := range []struct {
		name   string
		bound  uint64
		limit  string
		n      int
		packet func(i int, rng *rand.Rand, to []byte) []byte
	}{
		{"SYNs", 256, "half-open connections", flood, func(i int, rng *rand.Rand, to []byte) []byte {
			from := anybody(rng)
			return (&packets.Segment{From: &from, To: &server, Seq: rng.Uint32(), Flags: packets.SYN}).Append(to)
		}},
		{"SYNs to any port", 256, "half-open connections", million, func(i int, rng *rand.Rand, to []byte) []byte {
			from, target := anybody(rng), anybody(rng)
			return (&packets.Segment{From: &from, To: &target, Seq: rng.Uint32(), Flags: packets.SYN}).Append(to)
		}},
		{"ACKs and RSTs", 256, "", million, func(i int, rng *rand.Rand, to []byte) []byte {
			from := anybody(rng)
			flags := []packets.Flags{packets.ACK, packets.RST, packets.RST | packets.ACK, packets.FIN | packets.ACK, packets.SYN | packets.ACK}[rng.IntN(5)]
			return (&packets.Segment{From: &from, To: &server, Seq: rng.Uint32(), Flags: flags}).Append(to)
		}},
		{"upgrade requests", 256, "", 20_000, func(i int, rng *rand.Rand, to []byte) []byte {
			from := anybody(rng)
			return (&packets.Segment{From: &from, To: &server, Seq: rng.Uint32(), Flags: packets.PSH | packets.ACK, Payload: request}).Append(to)
		}},
		{"what may be frames", 256, "", 20_000, func(i int, rng *rand.Rand, to []byte) []byte {
			from := anybody(rng)
			return (&packets.Segment{From: &server, To: &from, Seq: rng.Uint32(), Flags: packets.PSH | packets.ACK, Payload: frames}).Append(to)
		}},
		{"bytes behind holes", 256, "out-of-order bytes", 80_000, func(i int, rng *rand.Rand, to []byte) []byte {
			from := packets.End{Addr: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(rng.Uint32()%512))}
			flags := packets.ACK
			if i < 512 {
				from.Addr = netip.AddrPortFrom(from.Addr.Addr(), uint16(i))
				return (&packets.Segment{From: &from, To: &server, Flags: packets.SYN}).Append(to)
			}
			return (&packets.Segment{From: &from, To: &server, Seq: 1000 + rng.Uint32()%60_000_00, Flags: flags, Payload: make([]byte, 1400)}).Append(to)
		}},
		{"fragments", 64, "ip fragments", million / 3, func(i int, rng *rand.Rand, to []byte) []byte {
			from := anybody(rng)
			at := len(to)
			to = (&packets.Segment{From: &from, To: &server, Seq: rng.Uint32(), ID: uint16(i), Flags: packets.ACK, Payload: make([]byte, 600)}).Append(to)
			binary.BigEndian.PutUint16(to[at+14+6:], 0x2000|uint16(rng.IntN(8))) // more fragments, offset 0 to 56
			return to
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			real := parse(t, conversation().Pcap())
			said := costs(t, streamed(func(p *packets.Pcap) {
				rng := rand.New(rand.NewPCG(3, 4))
				spread(p, tt.n, real, func(i int, to []byte) []byte { return tt.packet(i, rng, to) })
			}), tt.bound)
			if !said.holds("still here") {
				t.Error("the real conversation is not decoded")
			}
			if tt.limit != "" && !slices.Contains(said.limits(), tt.limit) {
				t.Errorf("limits %v; want %s", said.limits(), tt.limit)
			}
		})
	}
}

// A conversation in segments of one byte is a conversation.
func TestOneByteSegments(t *testing.T) {
	c := newCapture()
	conn := c.Connect("203.0.113.1:50001", "198.51.100.7:80")
	conn.Open()
	key := conn.Nonce()
	long := bytes.Repeat([]byte("0123456789"), 2_000)
	for _, say := range []struct {
		d packets.Direction
		b []byte
	}{
		{packets.ClientToServer, ask(key)}, {packets.ServerToClient, accept(key)},
		{packets.ClientToServer, conn.Frame(packets.ClientToServer, 0x81, long)},
		{packets.ServerToClient, conn.Frame(packets.ServerToClient, 0x81, []byte("still here"))},
	} {
		for _, b := range say.b {
			conn.Send(say.d, []byte{b})
		}
	}
	conn.Goodbye(packets.ClientToServer, 1000, "")
	said := costs(t, bytes.NewReader(c.Pcap()), 32)
	if !said.holds("still here") || !said.holds(string(long)) {
		t.Error("not every message is decoded")
	}
	// The last byte of each first: everything waits.
	r := parse(t, c.Pcap())
	slices.Reverse(r.records[200:2000])
	costs(t, bytes.NewReader(r.file()), 48)
}

// Packets in tunnels in tunnels are read as deep as is sensible, and beyond
// that let be.
func TestDeepTunnels(t *testing.T) {
	for _, depth := range []int{1, 2, 10, 1000} {
		c := conversation()
		r := parse(t, c.Pcap())
		for i, record := range r.records {
			packet := record[16:]
			inner := packet[14:]
			for range depth {
				header := slices.Clone(packet[14:34])
				header[9] = 4 // IP in IP, RFC 2003
				binary.BigEndian.PutUint16(header[2:], uint16(len(inner)+20))
				inner = append(header, inner...)
			}
			packet = append(slices.Clone(packet[:14]), inner...)
			header := slices.Clone(record[:16])
			binary.LittleEndian.PutUint32(header[8:], uint32(len(packet)))
			binary.LittleEndian.PutUint32(header[12:], uint32(len(packet)))
			r.records[i] = append(header, packet...)
		}
		said := costs(t, bytes.NewReader(r.file()), 16)
		if decoded := said.holds("still here"); decoded != (depth <= 10) {
			t.Errorf("%d tunnels: decoded: %v", depth, decoded)
		} else if last := said.lines[len(said.lines)-1]; !decoded && last.Unread != float64(len(r.records)) {
			t.Errorf("%d tunnels: %v of %d packets are said to be undecoded", depth, last.Unread, len(r.records))
		} else if hit := slices.Contains(last.Limits, "layers of tunnels"); hit == decoded {
			t.Errorf("%d tunnels: limits %q", depth, last.Limits)
		}
	}
}
