package reassembly

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"wsight/flow"
)

// The control bits of RFC 9293 §3.1 that matter here.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// A key is the unordered pair of ends of a connection. The lower end comes
// first, so that both directions have the same key. IPv4 uses the first two
// words (address and port), IPv6 all (addresses, then ports): the short form
// is hashed faster.
type key [5]uint64

// ends returns the lower and the higher end of k.
func (k *key) ends(v6 bool) [2]netip.AddrPort {
	var ends [2]netip.AddrPort
	for i := range ends {
		if !v6 {
			var addr [4]byte
			binary.BigEndian.PutUint32(addr[:], uint32(k[i]>>16))
			ends[i] = netip.AddrPortFrom(netip.AddrFrom4(addr), uint16(k[i]))
			continue
		}
		var addr [16]byte
		binary.BigEndian.PutUint64(addr[:], k[2*i])
		binary.BigEndian.PutUint64(addr[8:], k[2*i+1])
		ends[i] = netip.AddrPortFrom(netip.AddrFrom16(addr), uint16(k[4]>>(16*(1-i))))
	}
	return ends
}

// same is k == o, without the call that the compiler makes of that.
func (k *key) same(o *key) bool {
	return k[0] == o[0] && k[1] == o[1] && k[2] == o[2] && k[3] == o[3] && k[4] == o[4]
}

// hash spreads k over 64 bits. It is the same in every process, so that a
// capture is always shared out in the same way.
func (k *key) hash() uint64 {
	const prime1, prime2 = 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9
	sum := uint64(prime1)
	for _, word := range k {
		high, low := bits.Mul64(sum^word, prime2)
		sum = high ^ low + prime1
	}
	return sum
}

// A segment is one TCP segment as it was captured.
type segment struct {
	key     key
	v6      bool
	forward bool // sent by the lower end of key
	flags   uint8
	window  uint16 // as sent: not scaled
	seq     uint32
	ack     uint32
	data    []byte // payload as far as it was captured
	cut     int    // payload bytes behind data that the snaplen cut off
	hops    uint8  // that the packet may still take: TTL, hop limit
}

// tcp reads the segment in b, of which missing bytes were cut off. Addresses
// holds source and destination.
//
//	 0                   1                   2                   3
//	|          Source Port          |       Destination Port        |
//	|                        Sequence Number                        |
//	|                    Acknowledgment Number                      |
//	|Offset |Rsrvd  |    Flags      |            Window             |
//	|           Checksum            |         Urgent Pointer        |
//	|                      Options, then data                       |
func (s *segment) tcp(b []byte, missing int, addresses []byte) verdict {
	if len(b) < 20 {
		return malformed
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > len(b)+missing {
		return malformed
	}
	s.seq = binary.BigEndian.Uint32(b[4:])
	s.ack = binary.BigEndian.Uint32(b[8:])
	s.flags = b[13]
	s.window = binary.BigEndian.Uint16(b[14:])
	if header <= len(b) {
		s.data, s.cut = b[header:], missing
	} else {
		s.data, s.cut = nil, len(b)+missing-header
	}

	source, destination := uint64(binary.BigEndian.Uint16(b)), uint64(binary.BigEndian.Uint16(b[2:]))
	if len(addresses) == 8 {
		low := uint64(binary.BigEndian.Uint32(addresses))<<16 | source
		high := uint64(binary.BigEndian.Uint32(addresses[4:]))<<16 | destination
		s.v6, s.forward = false, low <= high
		if !s.forward {
			low, high = high, low
		}
		s.key = key{low, high}
		return found
	}
	k := key{
		binary.BigEndian.Uint64(addresses), binary.BigEndian.Uint64(addresses[8:]),
		binary.BigEndian.Uint64(addresses[16:]), binary.BigEndian.Uint64(addresses[24:]),
		source<<16 | destination,
	}
	s.v6, s.forward = true, true
	if k[0] > k[2] || k[0] == k[2] && (k[1] > k[3] || k[1] == k[3] && source > destination) {
		s.forward = false
		k = key{k[2], k[3], k[0], k[1], destination<<16 | source}
	}
	s.key = k
	return found
}

// after reports how far a lies behind b in sequence space, wrap-around
// included; negative when it lies before it.
func after(a, b uint32) int32 { return int32(a - b) }

// both returns the half of side, and the other one.
func (c *conn) both(side flow.Side) (own, other *half) {
	return &c.sides[side&1], &c.sides[side&1^1] // masked: there is no index to check
}

// sideOf returns which end of c sent s.
func (c *conn) sideOf(s *segment) flow.Side {
	if s.forward == c.lowIsA {
		return flow.A
	}
	return flow.B
}
