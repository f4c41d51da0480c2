package session

import (
	"slices"

	"wsight/dissect"
	"wsight/flow"
)

// A point is a place in the log of a connection from which a replay may go on,
// because the state of the dissector there was kept.
type point struct {
	piece      int // the first one after it
	fed        [2]int64
	work       int64 // of the connection up to it
	state      *dissect.Checkpoint
	unfinished []*unfinished
	early      bool // the first one of a TLS connection; see mark
}

// unfinished is a message inside of which a point lies: it cannot be read
// from there.
type unfinished struct {
	dissect.Unfinished
	n int // its number; 0 while it goes on
}

// points says how the points of all connections share the memory for them.
// When it does not suffice, they are thinned out everywhere alike, so that
// whichever message is opened the work to reach it stays as small as can be.
type points struct {
	logs    []*chunkLog // that have some
	bytes   int64       // of all points but early ones
	early   int64       // bytes of those
	spacing int64       // least work between two points of a connection
}

const (
	// pointSpacing is the work between points while memory suffices: it is
	// done again within some 20 ms, also where it is inflating.
	pointSpacing = 4 << 20

	// pointShare is how many times the size of a point lies between it and
	// the next one, at least.
	pointShare = 16
)

// mark makes a point of where the dissector stands, if it is time for one. It
// is called between chunks.
//
// In a TLS connection the first one is made as early as possible: it holds
// secrets that may not be found again without the connections before it.
func (l *chunkLog) mark(conn *dissect.Connection) {
	r := l.record
	tls, _ := conn.Encrypted()
	early := tls && l.next == 0
	if conn.Work() < l.next || len(l.tracks) == 0 || l.lost {
		return
	}
	if !tls && l.next == 0 {
		l.next = r.points.spacing
		return
	}
	most := r.opts.Points / 8
	state := conn.Checkpoint(int(most))
	if state == nil {
		if !early {
			l.next = conn.Work() + max(r.points.spacing, most)
		}
		return
	}
	size := int64(state.Size())
	r.mu.Lock()
	defer r.mu.Unlock()
	l.next = conn.Work() + max(r.points.spacing, pointShare*size)
	if early && r.points.early+size > r.opts.Points/2 {
		return
	}
	p := &point{piece: l.pieces.n, fed: l.fed, work: conn.Work(), state: state, early: early}
	for _, u := range state.Unfinished() {
		open := &unfinished{Unfinished: u}
		p.unfinished = append(p.unfinished, open)
		if u.Conversation == 0 {
			continue // another one tells of it
		}
		t := r.tracks[u.Conversation-1]
		t.open[u.Dir] = append(t.open[u.Dir], open)
	}
	if len(l.points) == 0 {
		r.points.logs = append(r.points.logs, l)
	}
	l.points = append(l.points, p)
	*r.points.share(p) += size
	r.thin()
}

// share returns what p is counted in.
func (s *points) share(p *point) *int64 {
	if p.early {
		return &s.early
	}
	return &s.bytes
}

// complete notes that a data message is over, which has number n.
func (t *track) complete(dir flow.Direction, n int) {
	for _, u := range t.open[dir] {
		u.n = n
	}
	t.open[dir] = t.open[dir][:0]
}

// thin lets points go until the others fit in the memory for them.
func (r *Record) thin() {
	for r.points.bytes > r.opts.Points/2 {
		r.points.spacing *= 2
		for _, l := range r.points.logs {
			last := int64(0)
			l.forget(func(p *point) bool {
				if p.early || p.work-last >= r.points.spacing {
					last = p.work
					return false
				}
				return true
			})
		}
		r.points.logs = slices.DeleteFunc(r.points.logs, func(l *chunkLog) bool { return len(l.points) == 0 })
	}
}

// forget lets the points go for which gone is true.
func (l *chunkLog) forget(gone func(*point) bool) {
	l.points = slices.DeleteFunc(l.points, func(p *point) bool {
		yes := gone(p)
		if yes {
			*l.record.points.share(p) -= int64(p.state.Size())
		}
		return yes
	})
}

// before returns the last point from which a replay gives all that is asked
// for of a conversation, the i-th of its connection; nil: only the beginning.
func (l *chunkLog) before(q ReplayRequest, i int) *point {
	for _, p := range slices.Backward(l.points) {
		if q.First > 0 && !q.Whole && len(q.Decode.Rules) == 0 && p.leads(q, i) {
			return p
		}
	}
	return nil
}

// leads reports whether the messages asked for begin behind p.
func (p *point) leads(q ReplayRequest, i int) bool {
	if i > p.state.Conversations() {
		return true // the conversation does
	}
	if n, ok := p.state.Messages(q.Conversation); !ok || n >= q.First {
		return false
	}
	for _, u := range p.unfinished {
		if u.Conversation != q.Conversation || u.n > 0 && u.n < q.First {
			continue
		}
		if q.Last == 0 || u.n > 0 && u.n <= q.Last {
			return false
		}
	}
	return true
}

// release lets go of what only rows needed that are no longer kept.
func (l *chunkLog) release() {
	first, needed := l.pieces.n, ReplayRequest{}
	for _, t := range l.tracks {
		from := t.rows.gone * blockRows
		if p := t.rows.at(from); p != nil {
			first = min(first, int(p.piece))
			needed = ReplayRequest{Conversation: t.sum.Number, First: int(t.numbered(from))}
		}
	}
	keep := 0
	for i, p := range l.points {
		switch {
		case p.piece > first:
		case len(l.tracks) == 1 && needed.First > 0 && p.leads(needed, l.tracks[0].ordinal):
			keep = p.piece
		case i > 0: // a message begins before the piece that completes it
			keep = max(keep, l.points[i-1].piece)
		}
	}
	l.forget(func(p *point) bool { return p.piece < keep })
	for i := l.pieces.gone; i < keep/blockRows; i++ {
		l.pieces.drop(i)
		l.pieces.gone = i + 1
	}
	// The one before tells the file of the pieces that follow.
	if n := l.special(keep) - 1; n > len(l.specials)/2 {
		l.specials = slices.Clone(l.specials[n:])
	}
}

// numbered returns the number of the first message from row id on, 0 when it is
// none of the next rows.
func (t *track) numbered(id int) uint32 {
	for i := id; i < id+blockRows; i++ {
		p := t.rows.at(i)
		if p == nil {
			break
		}
		if p.kind == RowMessage {
			return p.n
		}
	}
	return 0
}
