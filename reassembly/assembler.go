package reassembly

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// A Sink receives what happens on one connection, in the order of the capture
// except that bytes behind a hole come when the hole is filled or given up.
// It must not call the assembler.
type Sink interface {
	// Chunk receives the next bytes of a side. Returning false says that
	// nothing more of this connection is wanted: the sink is let go and not
	// called again, not even with Closed. What the pointer leads to is valid
	// until it returns, and not to be changed.
	Chunk(*flow.Chunk) (more bool)

	// Signal receives what TCP told beside the bytes.
	Signal(flow.Signal)

	// Closed is the last call.
	Closed(flow.Closed)
}

// An Assembler follows the TCP connections seen from one vantage point. It
// starts no goroutine and must not be used by two at a time.
type Assembler struct {
	open    func(flow.Conn) Sink
	limits  Limits
	lag     int64 // see Limits.lag
	decoder decoder
	table   table
	stats   *Stats
	hits    *hits

	taken  *capture.Packet // while it is being taken in
	at     place           // the packet being taken in; the last one afterwards
	chunk  flow.Chunk      // for the sink: in one place, as copies of it on the stack cost more than the rest of a packet
	now    time.Duration   // time passed in the capture, without the jumps back
	latest int64           // time of the last packet that has one, in Unix nanoseconds

	waits     [waitCount]list[backlog, *backlog]
	unseen    list[unseen, *unseen]
	late      []stream // working memory of giveUpLate
	spare     *backlog // linked by next
	spares    int
	queued    int // cost of all parts in backlogs
	buffers   buffers
	histories histories

	share, shares uint64 // see Share
	found         bool   // the packet taken in last was a segment, or
	fragment      bool   // a part of what may be one
}

// A place says where in the capture something is.
type place struct {
	packet flow.PacketID
	time   time.Time
	file   int
	spot
	vantage int
}

// New returns an assembler that calls open for each connection, at its first
// packet: a SYN, or, when the capture began later, the first bytes. Open may
// return nil for a connection that is not wanted.
func New(open func(flow.Conn) Sink, limits Limits) *Assembler {
	a := &Assembler{
		open: open, limits: limits.withDefaults(), table: newTable(),
		stats: new(Stats), hits: new(hits),
	}
	a.lag = a.limits.lag()
	a.decoder.fragments = newFragments(a.limits, a.stats, a.hits)
	return a
}

// Share makes a one of n assemblers among which packets are shared out: it
// follows only connections whose [FlowHash] modulo n is index. It must be
// called before the first packet. A packet that is given to several of them
// is counted by each.
func (a *Assembler) Share(index, n int) {
	a.share, a.shares = uint64(index), uint64(n)
}

// Packet takes in one packet. It keeps nothing of p.
func (a *Assembler) Packet(p *capture.Packet) {
	a.place(p)
	a.taken = p
	a.stats.Packets++
	a.tick(p.Time)
	if a.decoder.segment.plain(p) {
		a.found, a.fragment = true, false
		a.decoder.fragments.parts = a.decoder.fragments.parts[:0]
		a.own()
	} else {
		a.decode(p)
	}
	a.taken = nil
}

// own takes in the segment that was found, if its connection is one that a
// follows.
func (a *Assembler) own() {
	if s := &a.decoder.segment; a.shares == 0 || s.key.hash()%a.shares == a.share {
		a.stats.Segments++
		a.segment(s)
	}
}

// decode takes in p, which has more layers than a plain segment, or no TCP.
func (a *Assembler) decode(p *capture.Packet) {
	if p.Length > len(p.Data) {
		a.stats.Truncated++
	}
	a.decoder.now = a.now
	a.decoder.fragments.begin(p.File, p.Number)
	verdict := a.decoder.decode(p)
	a.found, a.fragment = verdict == found, verdict == fragment
	switch verdict {
	case found:
		a.at.index = a.decoder.interfaceIndex(p)
		a.own()
	case other:
		a.stats.Other++
	case malformed:
		a.stats.Undecoded++
		if a.decoder.depth > maxDepth {
			a.hits[limitTunnels]++
		}
	case unknownLink:
		a.stats.Undecoded++
		if a.stats.UnknownLinks == nil {
			a.stats.UnknownLinks = make(map[capture.LinkType]int64)
		}
		a.stats.UnknownLinks[p.Link]++
	}
}

// Tick lets the time of the capture pass up to that of p, as Packet does,
// without taking p in: it is for the packets of another one's [Assembler.Share].
// A Tick and then Packet with the same p is as good as Packet alone.
func (a *Assembler) Tick(p *capture.Packet) {
	a.place(p)
	a.tick(p.Time)
}

// place notes where p stands. It writes field by field: a literal would be made
// elsewhere and then copied.
func (a *Assembler) place(p *capture.Packet) {
	a.at.packet, a.at.time, a.at.file = flow.IdentifyPacket(p.File, p.Number), p.Time, p.File
	a.at.spot = spot{from: p.Interface}
	a.at.vantage = p.Vantage
}

// tick lets the time of the capture pass, up to t. Clocks are set back, files
// are joined in the wrong order, and some packets have no time: then none
// passes.
func (a *Assembler) tick(t time.Time) {
	if t.IsZero() {
		return
	}
	nanoseconds := t.UnixNano()
	if passed := nanoseconds - a.latest; passed > 0 && a.latest != 0 {
		const forever = 1 << 61 // 73 years: timestamps may be anything
		a.now = min(a.now+time.Duration(min(passed, forever)), forever)
		if a.waiting() {
			a.giveUpLate()
		}
		if a.limits.Idle > 0 {
			a.endIdle()
		}
	}
	a.latest = nanoseconds
}

// endIdle ends the connections that were quiet for too long.
func (a *Assembler) endIdle() {
	for i := listHalfOpen; i <= listActive; i++ {
		for c := a.table.lists[i].head; c != nil && a.now-c.last > a.limits.Idle; c = a.table.lists[i].head {
			a.hits[limitIdle]++
			a.finish(c, flow.EndIdle)
			a.table.remove(c)
		}
	}
}

// Close ends the capture: all that waits is delivered and every connection
// closed, in the order in which they appeared. Nothing may follow it but Stats.
func (a *Assembler) Close() {
	var open []*conn
	for i := listHalfOpen; i <= listActive; i++ {
		for c := a.table.lists[i].head; c != nil; c = c.next {
			open = append(open, c)
		}
	}
	slices.SortFunc(open, func(c, d *conn) int { return cmp.Compare(c.id, d.id) })
	for _, c := range open {
		a.finish(c, flow.EndCapture)
		a.table.remove(c)
	}
	for len(a.decoder.fragments.partial) > 0 {
		a.decoder.fragments.dropOldest()
	}
}

// Stats returns what was counted so far.
func (a *Assembler) Stats() Stats {
	stats := *a.stats
	stats.UnknownLinks = maps.Clone(stats.UnknownLinks)
	stats.Limits = a.hits.list()
	stats.QUIC = a.decoder.quic.count
	return stats
}
