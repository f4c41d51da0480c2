package reassembly

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"wsight/capture"
)

// unhex returns the bytes of hex digits between which blanks may stand.
func unhex(digits string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		panic(err)
	}
	return b
}

var (
	hello   = tcpPacket{from: client, to: server, seq: 1, flags: flagACK | flagPSH, data: []byte("hello")}
	client6 = netip.MustParseAddrPort("[2001:db8::1]:40000")
	server6 = netip.MustParseAddrPort("[2001:db8::2]:80")
	hello6  = tcpPacket{from: client6, to: server6, seq: 1, flags: flagACK | flagPSH, data: []byte("hello")}
)

// udpTo puts a UDP header before payload.
func udpTo(port uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(unhex("c000"), port)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	return join(b, 0, 0, payload)
}

// outer puts an IP header between two tunnel ends before payload.
func outer(protocol uint8, payload []byte) []byte {
	return ipPacket(netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("203.0.113.2"), protocol, payload)
}

// ip6With puts an IPv6 header before extension headers, of which the first has
// the given number, and the segment.
func ip6With(number uint8, extensions string, p tcpPacket) []byte {
	return ipPacket(p.from.Addr(), p.to.Addr(), number, join(unhex(extensions), p.tcp()))
}

// edit returns b with some bytes replaced.
func edit(b []byte, at int, with ...byte) []byte {
	b = append([]byte(nil), b...)
	copy(b[at:], with)
	return b
}

// A layerTest is a packet by what lies below its TCP.
type layerTest struct {
	name   string
	link   capture.LinkType
	data   []byte
	want   verdict
	length int // on the wire; 0 when nothing is cut
}

// layerTests has one row per way to TCP, with near misses.
func layerTests() []layerTest {
	ip4, ip6 := hello.ip(), hello6.ip()
	ethernet := ether(etherIPv4, ip4)
	const hopByHop = "06 00 01 04 00000000"
	return []layerTest{
		{"ethernet", 1, ethernet, found, 0},
		{"ethernet, IPv6", 1, ether(etherIPv6, ip6), found, 0},
		{"ethernet, padded", 1, join(ethernet, "trailer and FCS"), found, 0},
		{"ethernet, ARP", 1, ether(0x0806, make([]byte, 28)), other, 0},
		{"ethernet, no header", 1, ethernet[:13], malformed, 0},
		{"ethernet, no IP header", 1, ethernet[:14+19], malformed, 0},
		{"ethernet, not the IP it says", 1, ether(etherIPv4, ip6), malformed, 0},
		{"802.1Q", 1, ether(etherVLAN, join(unhex("0064 0800"), ip4)), found, 0},
		{"802.1ad", 1, ether(etherProvider, join(unhex("0064 8100 0065 86dd"), ip6)), found, 0},
		{"QinQ 9100", 1, ether(etherQinQ, join(unhex("0064 8100 0065 0800"), ip4)), found, 0},
		{"VLAN tags without end", 1, ether(etherVLAN, unhex(strings.Repeat("0064 8100", 12))), malformed, 0},
		{"802.3 with SNAP", 1, ether(0x0050, join(unhex("aaaa03 000000 0800"), ip4)), found, 0},
		{"802.3, spanning tree", 1, ether(0x0026, unhex("424203 0000000000")), other, 0},
		{"MPLS", 1, ether(etherMPLS, join(unhex("00010040 00020140"), ip4)), found, 0},
		{"MPLS, pseudowire with a control word", 1, ether(etherMPLS, join(unhex("00010140 00000000"), ethernet)), found, 0},
		{"MPLS, something else", 1, ether(etherMPLS, unhex("00010140 ffffffff")), other, 0},
		{"MPLS, no bottom", 1, ether(etherMPLS, unhex("00010040")), malformed, 0},
		{"PPPoE", 1, ether(etherPPPoE, join(unhex("1100 0001 0030 0021"), ip4)), found, 0},
		{"PPPoE, IPv6", 1, ether(etherPPPoE, join(unhex("1100 0001 0030 0057"), ip6)), found, 0},
		{"PPPoE, LCP", 1, ether(etherPPPoE, unhex("1100 0001 0008 c021 01000004")), other, 0},

		{"SLL", 113, join(unhex("0000 0001 0006 020000000001 0000 0800"), ip4), found, 0},
		{"SLL, VLAN", 113, join(unhex("0000 0001 0006 020000000001 0000 8100 0064 0800"), ip4), found, 0},
		{"SLL, netlink", 113, join(unhex("0000 0338 0000 0000000000000000 0800"), ip4), other, 0},
		{"SLL2", 276, join(unhex("0800 0000 00000001 0001 00 06 020000000001 0000"), ip4), found, 0},
		{"SLL2, IPv6", 276, join(unhex("86dd 0000 00000001 0001 04 06 020000000001 0000"), ip6), found, 0},
		{"SLL2, cut", 276, unhex("0800 0000 00000001 0001 00 06 020000000001 00"), malformed, 0},
		{"NULL, little endian", 0, join(unhex("02000000"), ip4), found, 0},
		{"NULL, big endian", 0, join(unhex("00000002"), ip4), found, 0},
		{"NULL, Linux", 0, join(unhex("0a000000"), ip6), found, 0},
		{"NULL, Windows", 0, join(unhex("17000000"), ip6), found, 0},
		{"LOOP, OpenBSD", 108, join(unhex("00000018"), ip6), found, 0},
		{"NULL, FreeBSD", 0, join(unhex("1c000000"), ip6), found, 0},
		{"NULL, macOS", 0, join(unhex("1e000000"), ip6), found, 0},
		{"NULL, AppleTalk", 0, join(unhex("10000000"), ip4), other, 0},
		{"RAW 101", 101, ip4, found, 0},
		{"RAW 12", 12, ip6, found, 0},
		{"RAW 14", 14, ip4, found, 0},
		{"RAW, empty", 101, nil, malformed, 0},
		{"RAW, version 5", 101, edit(ip4, 0, 0x55), malformed, 0},
		{"IPV4", 228, ip4, found, 0},
		{"IPV6", 229, ip6, found, 0},
		{"PPP", 9, join(unhex("ff03 0021"), ip4), found, 0},
		{"PPP, compressed", 9, join(unhex("21"), ip4), found, 0},
		{"PPP in HDLC", 50, join(unhex("ff03 0057"), ip6), found, 0},
		{"PPP in HDLC, Cisco", 50, join(unhex("0f00 0800"), ip4), found, 0},
		{"C_HDLC", 104, join(unhex("0f00 86dd"), ip6), found, 0},
		{"PPP_ETHER", 51, join(unhex("1100 0001 0030 0021"), ip4), found, 0},
		{"a link type nobody reads", 147, ip4, unknownLink, 0},

		{"IPv4, UDP", 101, ipPacket(client.Addr(), server.Addr(), protoUDP, udpTo(53, nil)), other, 0},
		{"IPv4, options", 101, join(edit(ip4[:20], 0, 0x46, 0, 0, byte(len(ip4)+4)), unhex("01010101"), ip4[20:]), found, 0},
		{"IPv4, header shorter than it may be", 101, edit(ip4, 0, 0x44), malformed, 0},
		{"IPv4, total length shorter than the header", 101, edit(ip4, 2, 0, 19), malformed, 0},
		{"IPv4, total length 0", 101, edit(ip4, 2, 0, 0), found, 0},
		{"IPv6, payload length 0", 101, edit(ip6, 4, 0, 0), found, 0},
		{"IPv6, hop-by-hop", 101, ip6With(protoHopByHop, hopByHop, hello6), found, 0},
		{"IPv6, all headers", 101, ip6With(protoHopByHop, "2b 00 01 04 00000000  3c 00 00 00 00000000  33 00 01 04 00000000"+
			"06 01 0000 00000000 00000000", hello6), found, 0},
		{"IPv6, headers without end", 101, ip6With(protoDestination, strings.Repeat("3c 00 01 04 00000000", 20), hello6), malformed, 0},
		{"IPv6, a header longer than the packet", 101, ip6With(protoDestination, "06 ff 01 04 00000000", hello6), malformed, 0},
		{"IPv6, ESP", 101, ip6With(50, "00000000 00000000", hello6), other, 0},
		{"IPv6, jumbo payload", 101, edit(ip6With(protoHopByHop, "06 00 c2 04 00000021", hello6), 4, 0, 0), found, 0},
		{"IPv6, atomic fragment", 101, ip6With(protoFragment, "06 00 0000 12345678", hello6), found, 0},
		{"IPv4, fragment", 101, edit(ip4, 6, 0x20, 0), malformed, 0}, // 25 bytes are no multiple of 8
		{"IPv6, fragment", 101, ip6With(protoFragment, "06 00 0008 12345678", hello6), fragment, 0},

		{"TCP, header cut off", 101, ip4[:20+19], malformed, len(ip4)},
		{"TCP, options cut off", 101, edit(ip4, 32, 0x60)[:40], found, len(ip4)},
		{"TCP, offset too small", 101, edit(ip4, 32, 0x40), malformed, 0},
		{"TCP, offset beyond the end", 101, edit(ip4, 32, 0xf0), malformed, 0},

		{"IP in IP", 101, outer(protoIPv4, ip4), found, 0},
		{"6in4", 101, outer(protoIPv6, ip6), found, 0},
		{"4in6", 101, ipPacket(client6.Addr(), server6.Addr(), protoIPv4, ip4), found, 0},
		{"IP in IP in IP, without end", 101, nested(20), malformed, 0},
		{"IP in IP, deep", 101, nested(maxDepth), found, 0},
		{"GRE", 101, outer(protoGRE, join(unhex("0000 0800"), ip4)), found, 0},
		{"GRE, checksum, key, sequence number", 101, outer(protoGRE, join(unhex("b000 86dd 00000000 00000001 00000002"), ip6)), found, 0},
		{"GRE, Ethernet", 101, outer(protoGRE, join(unhex("2000 6558 00000001"), ethernet)), found, 0},
		{"GRE, PPTP", 101, outer(protoGRE, join(unhex("3081 880b 00000000 00000001 00000002 ff03 0021"), ip4)), found, 0},
		{"GRE, cut", 101, outer(protoGRE, unhex("b000 0800 0000")), malformed, 0},
		{"GRE, something else", 101, outer(protoGRE, unhex("0000 0806 0000")), other, 0},
		{"ERSPAN I", 101, outer(protoGRE, join(unhex("0000 88be"), ethernet)), found, 0},
		{"ERSPAN II", 101, outer(protoGRE, join(unhex("1000 88be 00000001 1001 0001 00000000"), ethernet)), found, 0},
		{"ERSPAN II, cut", 101, outer(protoGRE, unhex("1000 88be 00000001 1001 00")), malformed, 0},
		{"ERSPAN III", 101, outer(protoGRE, join(unhex("1000 22eb 00000001 2001 0001 00000000 0000 0000"), ethernet)), found, 0},
		{"ERSPAN III with a subheader", 101, outer(protoGRE, join(unhex("1000 22eb 00000001 2001 0001 00000000 0000 0001 0000000000000000"), ethernet)), found, 0},
		{"ERSPAN III, IP", 101, outer(protoGRE, join(unhex("1000 22eb 00000001 2001 0001 00000000 0000 0800"), ip4)), found, 0},
		{"VXLAN", 101, outer(protoUDP, udpTo(4789, join(unhex("08000000 00000100"), ethernet))), found, 0},
		{"VXLAN, flannel", 101, outer(protoUDP, udpTo(8472, join(unhex("08000000 00000100"), ethernet))), found, 0},
		{"VXLAN without an identifier", 101, outer(protoUDP, udpTo(4789, join(unhex("00000000 00000100"), ethernet))), other, 0},
		{"VXLAN, cut", 101, outer(protoUDP, udpTo(4789, unhex("08000000"))), other, 0},
		{"another port", 101, outer(protoUDP, udpTo(4790, join(unhex("08000000 00000100"), ethernet))), other, 0},
		{"Geneve", 101, outer(protoUDP, udpTo(6081, join(unhex("0000 6558 00000100"), ethernet))), found, 0},
		{"Geneve, IP and options", 101, outer(protoUDP, udpTo(6081, join(unhex("0200 0800 00000100 00010001 00000000"), ip4))), found, 0},
		{"Geneve, 252 bytes of options", 101, outer(protoUDP, udpTo(6081, join(unhex("3f00 0800 00000100"+strings.Repeat("00010000", 63)), ip4))), found, 0},
		{"Geneve, cut", 101, outer(protoUDP, udpTo(6081, unhex("0400 0800 00000100 00010001"))), malformed, 0},
	}
}

func nested(n int) []byte {
	b := hello.ip()
	for range n {
		b = outer(protoIPv4, b)
	}
	return b
}

func TestLayers(t *testing.T) {
	for _, test := range layerTests() {
		t.Run(test.name, func(t *testing.T) {
			length := test.length
			if length == 0 {
				length = len(test.data)
			}
			d := decoder{}
			p := capture.Packet{Link: test.link, Data: test.data, Length: length}
			if got := d.decode(&p); got != test.want {
				t.Fatalf("verdict %d; want %d", got, test.want)
			}
			if test.want != found {
				if _, ok := FlowHash(&p); ok {
					t.Error("has a flow hash")
				}
				return
			}
			want := hello
			if d.segment.v6 {
				want = hello6
			}
			if got := string(d.segment.data); got != "hello" && !(d.segment.cut == 5-4 && test.length > 0) {
				t.Errorf("data %q", got)
			}
			ends := d.segment.key.ends(d.segment.v6)
			if !d.segment.forward {
				ends[0], ends[1] = ends[1], ends[0]
			}
			if ends != [2]netip.AddrPort{want.from, want.to} {
				t.Errorf("ends %v", ends)
			}
			plain := capture.Packet{Link: linkRaw, Data: tcpPacket{from: want.to, to: want.from}.ip()}
			hash, _ := FlowHash(&p)
			if back, ok := FlowHash(&plain); !ok || back != hash {
				t.Errorf("flow hash %x; the other direction has %x", hash, back)
			}
		})
	}
}

// What the snaplen cut off is counted by the lengths in the headers, and
// padding is not data.
func TestPayloadLength(t *testing.T) {
	ip := hello.ip()
	for _, test := range []struct {
		name   string
		data   []byte
		length int
		want   string
		cut    int
	}{
		{"whole", ip, len(ip), "hello", 0},
		{"padded", join(ip, "\x00\x00\x00\x00"), len(ip) + 4, "hello", 0},
		{"padded, and cut within the padding", join(ip, "\x00"), len(ip) + 4, "hello", 0},
		{"cut", ip[:len(ip)-2], len(ip), "hel", 2},
		{"cut, and padded on the wire", ip[:len(ip)-2], len(ip) + 6, "hel", 2},
		{"cut, and the capture does not say", ip[:len(ip)-2], len(ip) - 2, "hel", 2},
		{"cut before the payload", ip[:40], len(ip), "", 5},
		{"total length left to the card, cut", edit(ip, 2, 0, 0)[:42], len(ip), "he", 3},
	} {
		var d decoder
		p := capture.Packet{Link: linkRaw, Data: test.data, Length: test.length}
		if d.decode(&p) != found || string(d.segment.data) != test.want || d.segment.cut != test.cut {
			t.Errorf("%s: %q and %d cut; want %q, %d", test.name, d.segment.data, d.segment.cut, test.want, test.cut)
		}
	}
}
