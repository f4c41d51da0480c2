package reassembly

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// fragmented is the segment that is cut up here: 40 bytes with its header.
var fragmented = tcpPacket{from: client, to: server, seq: 1, flags: flagACK | flagPSH, data: []byte("abcdefghijklmnopqrst")}

// part4 returns the bytes of b from begin to end as an IPv4 fragment.
func part4(id uint16, b []byte, begin, end int, more bool) []byte {
	p := ipPacket(client.Addr(), server.Addr(), protoTCP, b[begin:end])
	binary.BigEndian.PutUint16(p[4:], id)
	offset := uint16(begin / 8)
	if more {
		offset |= 0x2000
	}
	binary.BigEndian.PutUint16(p[6:], offset)
	return p
}

// part6 is part4 for IPv6.
func part6(id uint32, b []byte, begin, end int, more bool) []byte {
	header := binary.BigEndian.AppendUint32([]byte{protoTCP, 0, 0, 0}, id)
	offset := uint16(begin)
	if more {
		offset |= 1
	}
	binary.BigEndian.PutUint16(header[2:], offset)
	return ipPacket(client6.Addr(), server6.Addr(), protoFragment, join(header, b[begin:end]))
}

func TestFragments(t *testing.T) {
	b := fragmented.tcp()
	six := tcpPacket{from: client6, to: server6, seq: 1, flags: flagACK | flagPSH, data: fragmented.data}.tcp()
	const whole = "abcdefghijklmnopqrst"
	upper := join(b[:20], strings.ToUpper(whole))
	for _, test := range []struct {
		name    string
		packets [][]byte
		want    string
	}{
		{"in order", [][]byte{part4(1, b, 0, 24, true), part4(1, b, 24, 40, false)}, whole},
		{"last one first", [][]byte{part4(1, b, 24, 40, false), part4(1, b, 0, 24, true)}, whole},
		{"in the middle last", [][]byte{part4(1, b, 0, 16, true), part4(1, b, 32, 40, false), part4(1, b, 16, 32, true)}, whole},
		{"captured twice", [][]byte{part4(1, b, 0, 24, true), part4(1, b, 0, 24, true), part4(1, b, 24, 40, false)}, whole},
		{"one is missing", [][]byte{part4(1, b, 0, 16, true), part4(1, b, 32, 40, false)}, ""},
		{"two datagrams, none whole", [][]byte{part4(1, b, 0, 24, true), part4(2, b, 24, 40, false)}, ""},
		{"two datagrams, mixed", [][]byte{part4(1, b, 0, 24, true), part4(2, b, 24, 40, false), part4(2, b, 0, 24, true)}, whole},
		{"the first copy counts", [][]byte{part4(1, b, 0, 32, true), part4(1, upper, 24, 40, false)}, "abcdefghijklMNOPQRST"[:12] + "MNOPQRST"},
		{"the first copy counts, behind", [][]byte{part4(1, b, 24, 40, false), part4(1, upper, 0, 32, true)}, "ABCDefghijklmnopqrst"},
		{"within another", [][]byte{part4(1, b, 0, 32, true), part4(1, upper, 24, 32, true), part4(1, b, 32, 40, false)}, whole},
		{"two ends: the first counts", [][]byte{part4(1, b, 24, 40, false), part4(1, b, 16, 24, false), part4(1, b, 0, 24, true)}, whole},
		{"beyond the end", [][]byte{part4(1, b, 24, 32, false), part4(1, b, 32, 40, true), part4(1, b, 0, 24, true)}, whole[:12]},
		{"IPv6", [][]byte{part6(1, six, 24, 40, false), part6(1, six, 0, 24, true)}, whole},
		{"IPv6, captured twice", [][]byte{part6(1, six, 24, 40, false), part6(1, six, 24, 40, false), part6(1, six, 0, 24, true)}, whole},
		{"IPv6 refuses overlap", [][]byte{part6(1, six, 0, 32, true), part6(1, six, 24, 40, false), part6(1, six, 32, 40, false), part6(1, six, 0, 32, true)}, ""},
		{"in a tunnel", [][]byte{outer(protoIPv4, part4(1, b, 0, 24, true)), outer(protoIPv4, part4(1, b, 24, 40, false))}, whole},
		{"of a tunnel", func() [][]byte {
			inner := fragmented.ip()
			first, last := outer(protoIPv4, inner[:32]), outer(protoIPv4, inner[32:])
			return [][]byte{edit(first, 6, 0x20, 0), edit(last, 6, 0, 4)}
		}(), whole},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &recorder{}
			a := New(func(flow.Conn) Sink { return r }, Limits{})
			for i, data := range test.packets {
				a.Packet(&capture.Packet{Number: i + 1, Link: linkRaw, Data: data, Length: len(data)})
			}
			a.Close()
			if got := string(r.stream[0]); got != test.want {
				t.Errorf("stream %q; want %q", got, test.want)
			}
			if a.decoder.fragments.size != 0 {
				t.Errorf("%d bytes are kept after the end", a.decoder.fragments.size)
			}
			if s := a.Stats(); (s.DatagramsLost > 0) == (s.Datagrams > 0) && !strings.Contains(test.name, "mixed") {
				t.Errorf("%d datagrams rebuilt, %d lost", s.Datagrams, s.DatagramsLost)
			}
		})
	}
}

// Of a fragment that the snaplen cut, what comes behind is cut, too.
func TestFragmentsCut(t *testing.T) {
	b := fragmented.tcp()
	var d decoder
	d.fragments = newFragments(Limits{}.withDefaults(), new(Stats), new(hits))
	for _, part := range []struct {
		data []byte
		cut  int
		want verdict
	}{{part4(1, b, 24, 40, false), 0, fragment}, {part4(1, b, 0, 24, true), 2, found}} {
		p := capture.Packet{Link: linkRaw, Data: part.data[:len(part.data)-part.cut], Length: len(part.data)}
		if got := d.decode(&p); got != part.want {
			t.Fatalf("verdict %d; want %d", got, part.want)
		}
	}
	if string(d.segment.data) != "ab" || d.segment.cut != 18 {
		t.Errorf("%q and %d cut; want %q, 18", d.segment.data, d.segment.cut, "ab")
	}
}

func TestFragmentLimits(t *testing.T) {
	b := fragmented.tcp()
	const size = 24 + pieceOverhead
	for _, test := range []struct {
		name   string
		limits Limits
		apart  time.Duration // between the first datagram and the others
		whole  bool          // the first one can be completed after two more began
		hits   []string
	}{
		{"datagrams", Limits{Fragments: 2}, 0, false, []string{"ip fragments 2"}}, // the late one, too
		{"datagrams, just not", Limits{Fragments: 3}, 0, true, nil},
		{"bytes", Limits{FragmentBytes: 3*size - 1}, 0, false, []string{"ip fragment bytes 1"}},
		{"bytes, just not", Limits{FragmentBytes: 3 * size}, 0, true, nil},
		{"time", Limits{FragmentTime: time.Second}, 1001 * time.Millisecond, false, nil},
		{"time, just not", Limits{FragmentTime: time.Second}, time.Second, true, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &recorder{}
			s := &script{assemble: New(func(flow.Conn) Sink { return r }, test.limits)}
			at := start
			packet := func(data []byte) {
				s.assemble.Packet(&capture.Packet{Number: 1, Time: at, Link: linkRaw, Data: data, Length: len(data)})
			}
			packet(part4(1, b, 0, 24, true))
			at = at.Add(test.apart)
			packet(part4(2, b, 0, 24, true))
			packet(part4(3, b, 0, 24, true))
			packet(part4(1, b, 24, 40, false))
			if got := len(r.stream[0]) > 0; got != test.whole {
				t.Errorf("the first datagram is whole: %v; want %v", got, test.whole)
			}
			if got := s.hits(); !slices.Equal(got, test.hits) {
				t.Errorf("limits hit: %v; want %v", got, test.hits)
			}
		})
	}
}

// A flood of fragments takes no more memory than the limits say, nor does a
// long row of whole datagrams behind one that stays incomplete.
func TestFragmentFlood(t *testing.T) {
	f := newFragments(Limits{Fragments: 100, FragmentBytes: 20_000}.withDefaults(), new(Stats), new(hits))
	data := make([]byte, 16)
	for i := range uint32(50_000) {
		id := datagram{id: i}
		f.add(piece{datagram: id, offset: int(i % 4096 * 8), more: true, data: data}, 0)
		id.protocol = 1
		f.add(piece{datagram: id, offset: 0, more: true, data: data}, 0)
		f.add(piece{datagram: id, offset: 16, data: data}, 0)
		if f.size > 20_000 || len(f.partial) > 100 || len(f.oldest) > 201 {
			t.Fatalf("%d bytes, %d datagrams, %d in the queue", f.size, len(f.partial), len(f.oldest))
		}
	}
	if f.stats.Datagrams != 50_000 {
		t.Errorf("%d datagrams rebuilt; want 50,000", f.stats.Datagrams)
	}
}

func ExampleFlowHash() {
	whole := &capture.Packet{Link: 101, Data: fragmented.ip()}
	answer := &capture.Packet{Link: 101, Data: tcpPacket{from: server, to: client}.ip()}
	part := &capture.Packet{Link: 101, Data: part4(1, fragmented.tcp(), 0, 24, true)}
	h1, _ := FlowHash(whole)
	h2, _ := FlowHash(answer)
	_, ok := FlowHash(part)
	fmt.Println(h1 == h2, ok)
	// Output: true false
}
