package session

import (
	"math/bits"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/flow"
)

// A track is what is kept of one conversation.
type track struct {
	record   *Record
	dirty    bool // it is in record.dirty
	conv     *dissect.Conversation
	log      *chunkLog
	ordinal  int // which conversation of its connection, from 1
	rows     blocks[packed]
	inputs   sources // of the packets of rows
	text     arena
	sum      Overview
	heads    *Heads
	ended    *dissect.Ended
	findings []*dissect.Finding
	headless bool // heads were kept, and went

	headsWeight, wordsWeight int64 // see hoard

	hops    []*diagnose.Hop
	last    int64            // time of the last row
	gaps    [64]uint32       // how many gaps between rows had so many bits of nanoseconds
	masked  [3]bool          // whether the last frame was
	open    [3][]*unfinished // messages that points lie in
	pings   [3][]openPing
	lastRow [3]int // last message row of a direction
}

// observe makes the rows of an event.
func (t *track) observe(ev dissect.Event) {
	t.touch()
	at := ev.At()
	if !at.Time.IsZero() {
		t.sum.Last = at.Time
	}
	switch e := ev.(type) {
	case *dissect.Handshake:
		t.handshake(e)
	case *dissect.Frame:
		t.framed(e)
	case *dissect.Message:
		t.message(e)
	case *dissect.Hole:
		t.hole(e)
	case *dissect.Signalled:
		t.signal(e)
	case *dissect.Finding:
		t.finding(e)
	case *dissect.Ended:
		t.end(e)
	}
}

// touch notes that the overview changes.
func (t *track) touch() {
	if !t.dirty {
		t.dirty = true
		t.record.dirty = append(t.record.dirty, t.sum.Number-1)
	}
}

// add appends a row, behind one that tells of a long silence before it.
func (t *track) add(p packed, at dissect.Place) int {
	p.time, p.packet = stamp(at.Time), uint32(at.Packet.Number())
	t.inputs.add(t.rows.n, at.Packet)
	if t.log != nil && t.log.pieces.n > 0 {
		p.piece = uint32(t.log.pieces.n - 1)
	}
	if p.time != noTime && t.last != noTime && p.kind != RowFinding && p.kind != RowEnd {
		if gap := p.time - t.last; gap > 0 {
			if t.unusual(gap) {
				t.append(packed{kind: RowIdle, time: t.last, length: gap, packet: p.packet, piece: p.piece})
			}
			t.gaps[bits.Len64(uint64(gap))]++
		}
	}
	if p.time != noTime && p.time > t.last {
		t.last = p.time
	}
	return t.append(p)
}

func (t *track) append(p packed) int {
	r := t.record
	if t.rows.n%blockRows == 0 {
		r.blocks = append(r.blocks, blockRef{uint32(t.sum.Number - 1), uint32(t.rows.n / blockRows)})
	}
	t.rows.add(p)
	if r.rows++; r.rows > r.opts.Rows {
		r.shrink()
	}
	return t.rows.n - 1
}

// unusual reports whether a silence is longer than a second and ten times
// the median of those before.
func (t *track) unusual(gap int64) bool {
	if gap <= int64(time.Second) {
		return false
	}
	total := uint32(0)
	for _, n := range t.gaps {
		total += n
	}
	if total < fewGaps && gap < int64(5*time.Second) {
		return false // too little is known of what is usual
	}
	half := uint32(0)
	for i, n := range t.gaps {
		if half += n; half*2 >= total && total > 0 {
			return gap > 10<<max(i-1, 0)
		}
	}
	return true
}

// fewGaps is how many gaps say what is usual.
const fewGaps = 8

func sided(d flow.Direction) uint16 {
	switch d {
	case flow.ClientToServer:
		return flagSided
	case flow.ServerToClient:
		return flagSided | flagServer
	}
	return 0
}

// previewLong is how much of a payload is kept for the list while the
// previews of all conversations take less than previewBudget, previewShort
// how much after that.
const (
	previewLong   = 160
	previewShort  = 24
	previewBudget = 8 << 20
)

func (t *track) hole(e *dissect.Hole) {
	p := packed{kind: RowHole, wire: e.Passed, length: e.Lost, flags: sided(e.Dir), aux: uint32(min(e.Cut, 1<<32-1))}
	if !e.Resumed {
		p.flags |= flagIncomplete
	}
	t.sum.Lost += e.Lost
	t.add(p, e.Place)
}

func (t *track) signal(e *dissect.Signalled) {
	switch e.Signal.Kind {
	case flow.Established, flow.Retransmitted:
		t.sum.Resent += int64(b2i(e.Signal.Kind == flow.Retransmitted))
		return // too many to be worth a row
	case flow.Fin, flow.Reset:
		if t.sum.TCPEnd == 0 {
			t.sum.TCPEnd, t.sum.TCPBy = e.Signal.Kind, e.Dir
		}
	}
	p := packed{kind: RowSignal, wire: e.Signal.Bytes, aux: uint32(e.Signal.Kind), flags: sided(e.Dir)}
	if e.Signal.Unseen {
		p.flags |= flagIncomplete
	}
	t.add(p, e.Place)
}

// n returns the number of the last message.
func (t *track) n() uint32 {
	n := uint32(0)
	for _, row := range t.lastRow {
		if p := t.rows.at(row); p != nil && p.kind == RowMessage {
			n = max(n, p.n)
		}
	}
	return n
}
