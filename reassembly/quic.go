package reassembly

import (
	"encoding/binary"
	"hash/maphash"
)

// quic counts QUIC connections, which carry HTTP/3: they are named, not
// decoded. A connection is told by the ID that its client chose.
type quic struct {
	seed  maphash.Seed
	known map[uint64]struct{}
	count int64
}

// maxQUIC bounds how many connections are told apart; more are only counted
// by their first packets.
const maxQUIC = 1 << 14

// initial returns the connection ID in the UDP header and payload b when that
// is an Initial packet on its way to a server (RFC 9000 §17.2.2), and nil
// otherwise.
func initial(b []byte) []byte {
	const (
		udpHeader = 8
		smallest  = 1200 // bytes of the datagram of an Initial, §14.1
		long      = 0xC0 // long header form and fixed bit
		kind      = 0x30
	)
	if len(b) < udpHeader+7 || binary.BigEndian.Uint16(b[4:]) < udpHeader+smallest {
		return nil
	}
	if binary.BigEndian.Uint16(b) <= binary.BigEndian.Uint16(b[2:]) {
		return nil // servers have the lower port
	}
	p := b[udpHeader:]
	want := byte(0)
	switch binary.BigEndian.Uint32(p[1:]) {
	case 1:
	case 0x6b3343cf: // version 2, where an Initial has another number (RFC 9369 §3.2)
		want = 0x10
	default:
		return nil
	}
	n := int(p[5])
	if p[0]&long != long || p[0]&kind != want || n > 20 || len(p) < 6+n {
		return nil
	}
	return p[6 : 6+n]
}

// see counts the connection with the given ID once.
func (q *quic) see(id []byte) {
	if q.known == nil {
		q.seed, q.known = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	h := maphash.Bytes(q.seed, id)
	if _, old := q.known[h]; old || len(q.known) >= maxQUIC {
		return
	}
	q.known[h] = struct{}{}
	q.count++
}
