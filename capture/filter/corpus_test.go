package filter

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
)

// A networkPacket is a packet from its network header on.
type networkPacket struct {
	etherType uint16
	data      []byte
}

var (
	corpusAddresses = []string{
		"10.0.0.1", "10.0.0.2", "10.1.2.3", "192.168.1.1", "192.168.1.77", "172.16.5.4", "127.0.0.1", "224.0.0.251", "255.255.255.255",
		"::1", "fe80::1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "ff02::fb",
	}
	corpusPorts     = []uint16{80, 443, 8080, 8000, 8100, 22, 53, 65535, 0, 40000}
	corpusProtocols = []uint8{protocolTCP, protocolUDP, protocolSCTP, protocolICMP, protocolICMP6, protocolIGMP, 47, protocolESP, protocolAH, protocolPIM, protocolVRRP}
)

// networkPackets returns packets of IPv4, IPv6 and ARP: every protocol, with
// and without options, fragments, extension headers.
func networkPackets(random *rand.Rand) []networkPacket {
	var packets []networkPacket
	address := func(v6 bool) []byte {
		for {
			a := netip.MustParseAddr(corpusAddresses[random.IntN(len(corpusAddresses))])
			if a.Is6() == v6 {
				return a.AsSlice()
			}
		}
	}
	for _, protocol := range corpusProtocols {
		for range 12 {
			packets = append(packets,
				networkPacket{etherIP, packet4(random, protocol, address(false), address(false))},
				networkPacket{etherIPv6, packet6(random, protocol, address(true), address(true))})
		}
	}
	for _, etherType := range []uint16{etherARP, etherRARP} {
		for range 6 {
			b := []byte{0, 1, 8, 0, 6, 4, 0, byte(1 + random.IntN(2))}
			b = append(append(b, 2, 0, 0, 0, 0, 1), address(false)...)
			b = append(append(b, 2, 0, 0, 0, 0, 2), address(false)...)
			packets = append(packets, networkPacket{etherType, b})
		}
	}
	return packets
}

func transport(random *rand.Rand, protocol uint8) []byte {
	b := make([]byte, 20+random.IntN(60))
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	switch protocol {
	case protocolTCP:
		flags := []byte{0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0xc2}
		b[12], b[13] = byte(5+random.IntN(3))<<4, flags[random.IntN(len(flags))]
		fallthrough
	case protocolUDP, protocolSCTP:
		binary.BigEndian.PutUint16(b, corpusPorts[random.IntN(len(corpusPorts))])
		binary.BigEndian.PutUint16(b[2:], corpusPorts[random.IntN(len(corpusPorts))])
	case protocolICMP, protocolICMP6:
		b[0] = []byte{0, 3, 8, 128, 129, 135}[random.IntN(6)]
	}
	return b
}

func packet4(random *rand.Rand, protocol uint8, from, to []byte) []byte {
	options := 4 * random.IntN(3)
	b := make([]byte, 20+options)
	b[0] = 0x45 + byte(options/4)
	b[1] = byte(random.IntN(4) * 8)
	b[8], b[9] = byte(1+random.IntN(64)), protocol
	binary.BigEndian.PutUint16(b[6:], []uint16{0, 0x4000, 0x2000, 0x0010, 0x2010, 0x1fff}[random.IntN(6)]*uint16(random.IntN(2)))
	copy(b[12:], from)
	copy(b[16:], to)
	b = append(b, transport(random, protocol)...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	return b
}

func packet6(random *rand.Rand, protocol uint8, from, to []byte) []byte {
	b := make([]byte, 40)
	b[0], b[6], b[7] = 0x60, protocol, 64
	copy(b[8:], from)
	copy(b[24:], to)
	switch random.IntN(4) {
	case 0: // a fragment header
		b[6] = protocolFragment
		b = append(b, protocol, 0, 0, byte(random.IntN(2)*8), 0, 0, 0, 1)
	case 1: // hop-by-hop options
		b[6] = 0
		b = append(b, protocol, 0, 1, 4, 0, 0, 0, 0)
	}
	b = append(b, transport(random, protocol)...)
	binary.BigEndian.PutUint16(b[4:], uint16(len(b)-40))
	return b
}

// A corpusPacket is a packet of a link type, and what a packet socket would
// have shown of it where it is an Ethernet frame.
type corpusPacket struct {
	data   []byte
	length int
}

var corpusMACs = [][]byte{
	{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, {1, 0, 0x5e, 0, 0, 0xfb}, {0x33, 0x33, 0, 0, 0, 0xfb},
}

// linkHeader puts the header of a link type before a packet. It returns nil
// where the link type cannot carry it.
func linkHeader(random *rand.Rand, link uint16, p networkPacket) []byte {
	etherType := binary.BigEndian.AppendUint16(nil, p.etherType)
	ip := p.etherType == etherIP || p.etherType == etherIPv6
	var header []byte
	switch link {
	case 1:
		header = append(header, corpusMACs[random.IntN(len(corpusMACs))]...)
		header = append(append(header, corpusMACs[random.IntN(2)]...), tags(random, etherType)...)
	case 113:
		header = append([]byte{0, byte(random.IntN(5)), 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, etherType...)
	case 276:
		header = append(etherType, 0, 0, 0, 0, 0, 3, 0, 1, byte(random.IntN(5)), 6, 2, 0, 0, 0, 0, 1, 0, 0)
	case 104:
		header = append([]byte{0x0f, 0}, etherType...)
	case 9, 50, 51:
		if !ip {
			return nil
		}
		header = binary.BigEndian.AppendUint16(nil, uint16(pppNumber(uint32(p.etherType))))
		if link == 51 {
			header = append([]byte{0x11, 0, 0, 7, 0, byte(2 + len(p.data))}, header...)
		} else {
			header = append([]byte{0xff, 3}, header...)
		}
	case 0, 108:
		if !ip {
			return nil
		}
		family := uint32(2)
		if p.etherType == etherIPv6 {
			family = []uint32{24, 28, 30}[random.IntN(3)]
		}
		if link == 0 {
			header = binary.LittleEndian.AppendUint32(nil, family)
		} else {
			header = binary.BigEndian.AppendUint32(nil, family)
		}
	case 101:
		if !ip {
			return nil
		}
	case 228:
		if p.etherType != etherIP {
			return nil
		}
	case 229:
		if p.etherType != etherIPv6 {
			return nil
		}
	}
	return append(header, p.data...)
}

// tags puts VLAN tags, MPLS labels or a PPPoE header before what etherType says.
func tags(random *rand.Rand, etherType []byte) []byte {
	tag := []byte{byte(random.IntN(2) << 5), byte([]int{1, 7, 100}[random.IntN(3)])}
	vlan := append(append([]byte{0x81, 0}, tag...), etherType...)
	number := uint32(binary.BigEndian.Uint16(etherType))
	switch random.IntN(12) {
	case 0, 1:
		return vlan
	case 2:
		return append([]byte{0x88, 0xa8, 0, 9}, vlan...)
	case 3:
		return append([]byte{0x81, 0, 0, 7}, vlan...)
	case 4:
		return append(append([]byte{0x91, 0}, tag...), etherType...)
	case 5:
		return []byte{0x88, 0x47, 0, 0x06, 0x40 | 1, 64} // label 100, bottom
	case 6:
		return []byte{0x88, 0x47, 0, 0x06, 0x40, 64, 0, 0x01, 0x41, 64} // labels 100 and 20
	case 7:
		if number == etherIP || number == etherIPv6 {
			return binary.BigEndian.AppendUint16([]byte{0x88, 0x64, 0x11, 0, 0, 7, 0, 60}, uint16(pppNumber(number)))
		}
	case 8:
		return append([]byte{0x81, 0, 0, 7}, 0x88, 0x47, 0, 0x06, 0x40|1, 64)
	}
	return etherType
}

var corpusLinks = []uint16{1, 0, 108, 101, 228, 229, 113, 276, 9, 50, 104, 51}

// corpus returns packets of a link type: whole, cut short at many places, and random bytes.
func corpus(link uint16) []corpusPacket {
	random := rand.New(rand.NewPCG(7, uint64(link)))
	var packets []corpusPacket
	for _, p := range networkPackets(random) {
		b := linkHeader(random, link, p)
		if b == nil {
			continue
		}
		packets = append(packets, corpusPacket{b, len(b)})
		if link == 1 { // most of the tests on tags are on Ethernet
			b = linkHeader(random, link, p)
			packets = append(packets, corpusPacket{b, len(b)})
		}
		packets = append(packets, corpusPacket{b[:random.IntN(len(b)+1)], len(b)})
	}
	for range 100 {
		b := make([]byte, random.IntN(80))
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		packets = append(packets, corpusPacket{b, len(b)})
	}
	return packets
}
