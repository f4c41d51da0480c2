package reassembly

import (
	"encoding/binary"
	"slices"
	"time"
)

// A datagram is what the fragments of one IP packet have in common:
// RFC 791 §3.2, RFC 8200 §4.5.
type datagram struct {
	addresses [4]uint64
	id        uint32
	protocol  uint8
	v6        bool
}

func datagramOf(protocol uint8, id uint32, addresses []byte) datagram {
	g := datagram{id: id, protocol: protocol, v6: len(addresses) == 32}
	for i := range len(addresses) / 8 {
		g.addresses[i] = binary.BigEndian.Uint64(addresses[8*i:])
	}
	return g
}

// A piece is one fragment.
type piece struct {
	datagram datagram
	offset   int
	more     bool   // more pieces follow
	data     []byte // as far as captured
	missing  int    // bytes behind data that the snaplen cut off
	part     Part
}

func (p *piece) end() int { return p.offset + len(p.data) + p.missing }

// A partial is a datagram of which not all pieces have been seen.
type partial struct {
	datagram datagram
	pieces   []piece // by offset; they do not overlap
	total    int     // -1 until the last piece is known
	size     int     // what it counts against the limit
	since    time.Duration
	refused  bool // its pieces overlapped: RFC 8200 §4.5 wants it dropped
}

// Bounds that no ordinary traffic reaches.
const (
	maxDatagram   = 65535
	maxPieces     = 1024 // 64 KiB over the smallest MTU of IPv4 is 1,365; nobody does that
	pieceOverhead = 96   // bytes of memory that a piece costs beside its data
)

// fragments rebuilds IP datagrams. The first copy of a byte wins.
type fragments struct {
	limits  Limits
	stats   *Stats
	hits    *hits
	partial map[datagram]*partial
	oldest  []*partial // in order of appearance; entries that are done stay until they come first
	size    int

	part  Part   // of the packet being taken in
	parts []Part // of the datagram that it completes
}

func newFragments(limits Limits, stats *Stats, hits *hits) *fragments {
	return &fragments{limits: limits, stats: stats, hits: hits, partial: make(map[datagram]*partial)}
}

// begin notes which packet comes next.
func (f *fragments) begin(file, packet int) {
	f.part = Part{file, packet}
	f.parts = f.parts[:0]
}

// fragment takes in one fragment and, when it was the last that its datagram
// lacked, reads what the datagram carries.
func (d *decoder) fragment(p piece, addresses []byte) verdict {
	switch p.datagram.protocol {
	case protoTCP, protoUDP, protoGRE, protoIPv4, protoIPv6:
	case protoHopByHop, protoRouting, protoDestination, protoAH:
		if !p.datagram.v6 {
			return other
		}
	default:
		return other
	}
	if p.more && p.end()%8 != 0 || p.end() > maxDatagram || p.end() == p.offset {
		return malformed
	}
	if d.fragments == nil {
		return fragment
	}
	if d.depth++; d.depth > maxDepth {
		return malformed
	}
	b, missing, ok := d.fragments.add(p, d.now)
	if !ok {
		return fragment
	}
	return d.transport(p.datagram.protocol, b, missing, addresses)
}

// add keeps p. Once the datagram is whole it returns its payload, and how many
// bytes behind it the snaplen cut off.
func (f *fragments) add(p piece, now time.Duration) (payload []byte, missing int, ok bool) {
	f.stats.Fragments++
	f.expire(now)
	p.part = f.part
	g := f.partial[p.datagram]
	if g == nil {
		if len(f.partial) >= f.limits.Fragments {
			f.hits[limitFragments]++
			f.dropOldest()
		}
		if len(f.oldest) > 2*f.limits.Fragments {
			f.oldest = slices.DeleteFunc(f.oldest, func(g *partial) bool { return f.partial[g.datagram] != g })
		}
		g = &partial{datagram: p.datagram, total: -1, since: now}
		f.partial[p.datagram] = g
		f.oldest = append(f.oldest, g)
	}
	if g.refused || !g.insert(p) {
		return nil, 0, false
	}
	size := len(p.data) + pieceOverhead
	g.size += size
	f.size += size
	if g.refused || len(g.pieces) > maxPieces {
		f.release(g)
		return nil, 0, false
	}
	if g.whole() {
		f.stats.Datagrams++
		for i := range g.pieces {
			f.parts = append(f.parts, g.pieces[i].part)
		}
		payload, missing = g.payload()
		f.remove(g)
		return payload, missing, true
	}
	for f.size > f.limits.FragmentBytes && len(f.partial) > 0 {
		f.hits[limitFragmentBytes]++
		f.dropOldest()
	}
	return nil, 0, false
}

// insert puts a copy of p in its place, cut to what is new, and reports
// whether anything was.
func (g *partial) insert(p piece) bool {
	if !p.more {
		if g.total >= 0 && g.total != p.end() {
			return false
		}
		g.total = p.end()
	} else if g.total >= 0 && p.end() > g.total {
		return false
	}
	i, _ := slices.BinarySearchFunc(g.pieces, p.offset, func(q piece, offset int) int { return q.offset - offset })
	if i < len(g.pieces) && g.pieces[i].offset == p.offset && g.pieces[i].end() == p.end() {
		return false // the same packet seen twice
	}
	before := i > 0 && g.pieces[i-1].end() > p.offset
	behind := i < len(g.pieces) && g.pieces[i].offset < p.end()
	if (before || behind) && g.datagram.v6 {
		g.refused = true
		return true
	}
	if before {
		p = p.from(g.pieces[i-1].end())
	}
	if behind {
		// What reaches beyond the next piece is not kept: the sender's own
		// pieces will bring it, and only a forger overlaps like this.
		p = p.until(g.pieces[i].offset)
	}
	if p.end() <= p.offset {
		return false
	}
	p.data = slices.Clone(p.data)
	g.pieces = slices.Insert(g.pieces, i, p)
	return true
}

// from returns the part of p from offset on.
func (p piece) from(offset int) piece {
	skip := offset - p.offset
	kept := min(skip, len(p.data))
	p.data = p.data[kept:]
	p.missing = max(0, p.missing-(skip-kept))
	p.offset = offset
	return p
}

// until returns the part of p before offset.
func (p piece) until(offset int) piece {
	p.data, p.missing = trim(p.data, max(0, offset-p.offset))
	return p
}

func (g *partial) whole() bool {
	next := 0
	for i := range g.pieces {
		if g.pieces[i].offset != next {
			return false
		}
		next = g.pieces[i].end()
	}
	return next == g.total
}

// payload joins the pieces up to the first byte that was not captured.
func (g *partial) payload() (payload []byte, missing int) {
	payload = make([]byte, 0, min(g.total, g.size))
	for i := range g.pieces {
		payload = append(payload, g.pieces[i].data...)
		if g.pieces[i].missing > 0 {
			break
		}
	}
	return payload, g.total - len(payload)
}

// expire lets go of datagrams that have waited too long.
func (f *fragments) expire(now time.Duration) {
	for len(f.oldest) > 0 {
		g := f.oldest[0]
		if f.partial[g.datagram] == g {
			if now-g.since <= f.limits.FragmentTime {
				return
			}
			f.dropOldest()
			continue
		}
		f.oldest = f.oldest[1:]
	}
}

// dropOldest lets go of the datagram that has waited longest.
func (f *fragments) dropOldest() {
	for len(f.oldest) > 0 {
		g := f.oldest[0]
		f.oldest = f.oldest[1:]
		if f.partial[g.datagram] == g {
			f.stats.DatagramsLost++
			f.remove(g)
			return
		}
	}
}

// release frees the pieces of g but remembers that it was refused.
func (f *fragments) release(g *partial) {
	f.size -= g.size
	g.size, g.pieces, g.refused = 0, nil, true
}

func (f *fragments) remove(g *partial) {
	f.size -= g.size
	delete(f.partial, g.datagram)
	g.pieces = nil
}
