package reassembly

import (
	"time"

	"wsight/flow"
)

// A conn is what is kept of one connection, about 400 bytes while nothing is
// out of order. What finds it, and what every packet changes, stands first:
// with many connections at a time every line of the processor's cache counts.
type conn struct {
	key      key
	chained  *conn // the next one in its chain of the table
	v6       bool
	list     uint8
	lowIsA   bool  // the lower end of key is side A
	opened   bool  // A is known to have opened it
	answered bool  // a SYN ACK was seen
	foreign  uint8 // segments in a row that belong to neither stream
	refused  bool  // nobody wants it, or wanted more of it
	packets  int64 // so far

	sink   Sink          // nil when nobody wants it, and when it is over
	last   time.Duration // when its last packet came
	placed int64         // packets of the capture when it was put last in its list for a packet of its own
	links[conn]
	id    int64
	sides [2]half
	spot  // where its first packet was captured
}

// A half is one side of a connection: what it sent.
type half struct {
	first   uint32        // sequence number of offset 0
	next    uint32        // of the next byte to deliver
	acked   uint32        // the highest one that the other end acknowledged; see ackSeen
	fin     uint32        // of the FIN; see finSeen
	offset  int64         // of next in the stream
	lost    int64         // bytes missing before the next chunk, and
	cut     int64         // how many of them the snaplen cut off
	last    time.Duration // when the last segment came that took up sequence space
	backlog *backlog      // nil unless there is a hole
	unseen  *unseen       // nil unless a FIN seems to be missing
	history history
	lastOne bool // that segment was one byte long
	state
	spot // where it was captured
}

// state says what is known of a half.
type state struct {
	known   bool // first, next and acked hold
	synSeen bool
	ackSeen bool // the other end acknowledges, as far as the capture shows
	finSeen bool
	finDone bool // and everything before it was delivered or given up
	zero    bool // its receive window is closed
}

const (
	// maxWindow is the largest receive window, RFC 7323 §2.3: nothing older
	// than that can be a retransmission.
	maxWindow = 1 << 30
	// resetWindow is how far beyond the bytes seen an RST may lie. The true
	// window is often unknown; most are smaller.
	resetWindow = 1 << 20
	// lateWindow tells a late packet of an ended connection from a packet of
	// the next one between the same ends whose SYN was missed.
	lateWindow = 16 << 20
	// lateTime is for how long, and lateCount of how many, ended connections
	// are remembered: longer than any ordinary retransmission.
	lateTime  = 60 * time.Second
	lateCount = 4 << 10
	// duplicateTime tells a packet captured twice (a bridge and its port, two
	// VLANs) from one that was sent twice: no stack repeats a SYN or a
	// keep-alive probe that soon.
	duplicateTime = 100 * time.Millisecond
)

// segment takes in one segment.
func (a *Assembler) segment(s *segment) {
	c := a.table.find(s)
	if c != nil && c.list == listEnded && s.flags&(flagSYN|flagRST) != flagSYN {
		if !a.outlived(c, s) {
			c.packets++
			return
		}
		a.table.remove(c)
		c = nil
	}
	switch {
	case s.flags&(flagSYN|flagRST) == flagSYN:
		if c = a.synchronize(c, s); c == nil {
			return
		}
	case c == nil:
		if !s.joinable() {
			a.stats.Strays++
			return
		}
		c = a.begin(s, beginning{senderIsA: true, list: listActive})
	}
	side := c.sideOf(s)
	c.last = a.now
	c.packets++
	switch {
	case c.list == listHalfOpen && s.flags&(flagSYN|flagRST) == 0:
		a.table.move(c, listQuiet)
	case a.stats.Packets-c.placed >= a.lag:
		a.table.move(c, c.list)
		c.placed = a.stats.Packets
	}
	switch {
	case c.sink == nil:
		a.unwanted(c, side, s)
	case s.flags&flagRST != 0:
		a.reset(c, side, s)
	default:
		a.advance(c, side, s)
	}
}

// joinable reports whether s may begin a connection whose SYN was not seen. A
// bare ACK, FIN or RST may not: it could be the last one of a connection that
// is over. Nor may what looks like the keep-alive probe of an idle one: one
// byte, of no meaning, that nobody was told to push.
func (s *segment) joinable() bool {
	length := len(s.data) + s.cut
	return length > 1 || length == 1 && s.flags&flagPSH != 0
}

// outlived reports whether s, which is no SYN, cannot belong to c, which is over.
func (a *Assembler) outlived(c *conn, s *segment) bool {
	if a.now-c.last > lateTime {
		return true
	}
	h := &c.sides[c.sideOf(s)]
	if h.known && far(s.seq, h.next) && s.joinable() {
		return true
	}
	if len(s.data)+s.cut > 0 {
		a.stats.Misplaced++
	}
	return false
}

// unwanted follows a connection that nobody wants just well enough to know
// when it is over.
func (a *Assembler) unwanted(c *conn, side flow.Side, s *segment) {
	h := &c.sides[side]
	end := s.seq + uint32(len(s.data)+s.cut)
	if !h.known {
		h.known, h.first, h.next = true, s.seq, end
	} else if after(end, h.next) > 0 {
		h.next = end
	}
	h.finDone = h.finDone || s.flags&flagFIN != 0
	if s.flags&flagRST != 0 || h.finDone && c.sides[side.Other()].finDone {
		a.finish(c, flow.EndClosed)
	}
}

// advance takes in a segment that is no RST.
func (a *Assembler) advance(c *conn, side flow.Side, s *segment) {
	h, o := c.both(side)
	if far(s.seq, h.next) && a.foreign(c, side, s) {
		return
	}
	if s.flags&flagACK != 0 && s.flags&flagSYN == 0 {
		a.acknowledge(c, side, s)
		a.window(c, side, s)
	}
	if o.backlog != nil {
		a.patience(o.backlog)
	}
	// Without bytes it is of interest only where a keep-alive probe stands.
	if c.sink != nil && (len(s.data) > 0 || s.cut > 0 || h.known && s.seq == h.next-1 && s.flags&(flagSYN|flagFIN) == 0) {
		a.receive(c, side, s)
	}
	if c.sink != nil && s.flags&flagFIN != 0 {
		a.fin(c, side, s)
	}
	if c.sink != nil && h.backlog != nil {
		a.patience(h.backlog)
	}
	a.finishIfDone(c)
}

// far reports whether two sequence numbers are too far apart for one to be a
// late or an early packet of the stream that the other is from.
func far(a, b uint32) bool {
	distance := after(a, b)
	return distance > lateWindow || distance < -lateWindow
}

// foreign reports whether s, whose number lies far from its stream, is from
// another connection between the same ends, whose SYN was missed: its
// acknowledgement then lies far from the other stream, too. One such segment
// may be forged; three in a row, or one after a long silence, are believed.
func (a *Assembler) foreign(c *conn, side flow.Side, s *segment) bool {
	h, o := c.both(side)
	if !h.known || !o.known || s.flags&flagACK == 0 || !far(s.ack, o.next) || !s.joinable() {
		return false
	}
	const believed = 3
	if c.foreign++; c.foreign < believed && a.now-h.last < lateTime {
		a.stats.Misplaced++
		return true
	}
	a.finish(c, flow.EndReplaced)
	a.table.remove(c)
	c = a.begin(s, beginning{senderIsA: true, list: listActive})
	c.packets++
	if c.sink == nil {
		a.unwanted(c, flow.A, s)
	} else {
		a.advance(c, flow.A, s)
	}
	return true
}

// acknowledge notes how far the sender of s has received the other side.
func (a *Assembler) acknowledge(c *conn, side flow.Side, s *segment) {
	o := &c.sides[side.Other()]
	if !o.known {
		// The SYN ACK is missing. The first ACK of the end that opened the
		// connection tells where the other's stream begins; in a connection
		// joined later an ACK says nothing about what the capture will hold.
		if c.opened && side == flow.A && s.seq == c.sides[side].first {
			o.begin(s.ack)
		}
		return
	}
	news := !o.ackSeen
	o.ackSeen = true
	if after(s.ack, o.acked) > 0 && after(s.ack, o.next) <= maxWindow {
		o.acked, news = s.ack, true
		if s.ack == o.next+1 {
			a.beyond(c, side.Other())
		}
	}
	if news && o.backlog != nil {
		a.arm(o.backlog)
	}
}

// window signals that the receive window closed or opened. Zero is zero under
// every scale, so the scale need not be known.
func (a *Assembler) window(c *conn, side flow.Side, s *segment) {
	h := &c.sides[side]
	if zero := s.window == 0; zero != h.zero {
		h.zero = zero
		kind := flow.WindowOpen
		if zero {
			kind = flow.ZeroWindow
		}
		a.signal(c, flow.Signal{Kind: kind, From: side, Offset: h.offset})
	}
}

// begin sets where the stream starts.
func (h *half) begin(first uint32) {
	h.known, h.first, h.next, h.acked = true, first, first, first
}

// signal passes sig on, with the place of the current packet unless it has one.
func (a *Assembler) signal(c *conn, sig flow.Signal) {
	if c.sink != nil {

		if sig.Packet == 0 {
			sig.Packet, sig.Time = a.at.packet, a.at.time
		}
		c.sink.Signal(sig)
	}
}
