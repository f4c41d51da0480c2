// Package packets builds the packets of captures whose every byte is known:
// sample captures, benchmarks and tests. Like a capture it holds Ethernet
// frames and nothing reads a clock, so the same calls give the same bytes.
//
// [Segment] and [Frame] append to a buffer and serve millions of packets;
// [Capture] and [Connection] script conversations of a few.
package packets

import (
	"encoding/binary"
	"net/netip"
)

// MSS is the most payload that a segment of 1,500 bytes over IPv4 carries
// beside a timestamp option. Over IPv6 it is 20 bytes less.
const MSS = 1448

// Flags are those of a TCP header (RFC 9293 §3.1).
type Flags uint8

const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
)

// An End is one end of TCP connections.
type End struct {
	MAC  [6]byte
	Addr netip.AddrPort
	TTL  uint8 // 0: 64
}

// A Segment is one TCP segment with the timestamp option (RFC 7323 §3); one
// with SYN also carries MSS, SACK permitted and a window scale of 7.
type Segment struct {
	From, To *End
	ID       uint16 // IPv4 identification
	Seq, Ack uint32
	Flags    Flags
	Window   uint16
	Time     uint32 // timestamp value
	Echo     uint32 // timestamp echo reply
	Payload  []byte
}

const (
	ipv4Len = 20
	tcpLen  = 20
)

// Append appends the Ethernet frame of s to dst. The family is that of s.From.
func (s *Segment) Append(dst []byte) []byte {
	options := 12
	if s.Flags&SYN != 0 {
		options = 20
	}
	length := tcpLen + options + len(s.Payload)
	dst = append(dst, s.To.MAC[:]...)
	dst = append(dst, s.From.MAC[:]...)
	var pseudo uint64 // sum over what the TCP checksum covers outside the segment
	if s.From.Addr.Addr().Is4() {
		dst, pseudo = s.appendIPv4(dst, length)
	} else {
		dst, pseudo = s.appendIPv6(dst, length)
	}
	start := len(dst)
	be := binary.BigEndian
	dst = be.AppendUint16(dst, s.From.Addr.Port())
	dst = be.AppendUint16(dst, s.To.Addr.Port())
	dst = be.AppendUint32(dst, s.Seq)
	dst = be.AppendUint32(dst, s.Ack)
	dst = append(dst, byte((tcpLen+options)/4<<4), byte(s.Flags))
	dst = be.AppendUint16(dst, s.Window)
	dst = append(dst, 0, 0, 0, 0) // checksum, urgent pointer
	if s.Flags&SYN != 0 {
		mss := uint16(1460)
		if !s.From.Addr.Addr().Is4() {
			mss = 1440
		}
		dst = append(dst, 2, 4, byte(mss>>8), byte(mss), 4, 2, 8, 10)
		dst = be.AppendUint32(dst, s.Time)
		dst = be.AppendUint32(dst, s.Echo)
		dst = append(dst, 1, 3, 3, 7)
	} else {
		dst = append(dst, 1, 1, 8, 10)
		dst = be.AppendUint32(dst, s.Time)
		dst = be.AppendUint32(dst, s.Echo)
	}
	dst = append(dst, s.Payload...)
	be.PutUint16(dst[start+16:], fold(sum(dst[start:], pseudo+6+uint64(length))))
	return dst
}

func (s *Segment) ttl() uint8 {
	if s.From.TTL == 0 {
		return 64
	}
	return s.From.TTL
}

func (s *Segment) appendIPv4(dst []byte, length int) ([]byte, uint64) {
	be := binary.BigEndian
	dst = append(dst, 0x08, 0x00)
	start := len(dst)
	dst = append(dst, 0x45, 0)
	dst = be.AppendUint16(dst, uint16(ipv4Len+length))
	dst = be.AppendUint16(dst, s.ID)
	dst = append(dst, 0x40, 0, s.ttl(), 6, 0, 0) // don't fragment, TCP
	from, to := s.From.Addr.Addr().As4(), s.To.Addr.Addr().As4()
	dst = append(dst, from[:]...)
	dst = append(dst, to[:]...)
	be.PutUint16(dst[start+10:], fold(sum(dst[start:], 0)))
	return dst, sum(dst[start+12:start+20], 0)
}

func (s *Segment) appendIPv6(dst []byte, length int) ([]byte, uint64) {
	dst = append(dst, 0x86, 0xdd)
	start := len(dst)
	dst = append(dst, 0x60, 0, 0, 0)
	dst = binary.BigEndian.AppendUint16(dst, uint16(length))
	dst = append(dst, 6, s.ttl())
	from, to := s.From.Addr.Addr().As16(), s.To.Addr.Addr().As16()
	dst = append(dst, from[:]...)
	dst = append(dst, to[:]...)
	return dst, sum(dst[start+8:start+40], 0)
}

// sum adds b to s in the arithmetic of the Internet checksum (RFC 1071), four
// words at a time.
func sum(b []byte, s uint64) uint64 {
	for ; len(b) >= 4; b = b[4:] {
		s += uint64(binary.BigEndian.Uint32(b))
	}
	if len(b) >= 2 {
		s += uint64(b[0])<<8 | uint64(b[1])
		b = b[2:]
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	return s
}

func fold(s uint64) uint16 {
	for s>>16 != 0 {
		s = s&0xffff + s>>16
	}
	return ^uint16(s)
}
