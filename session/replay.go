package session

import (
	"context"
	"errors"
	"fmt"

	"wsight/capture"
	"wsight/dissect"
	"wsight/flow"
)

// A ReplayRequest says what of a conversation to read again.
type ReplayRequest struct {
	Conversation int
	First, Last  int   // numbers of messages; 0: from the beginning, to the end
	MaxPayload   int64 // bytes of a message kept
	Whole        bool  // from the very beginning, in case that a place to go on from was none
	Hash         bool  // with the SHA-256 of messages

	// Decode says what messages are decoded as. It reads from the beginning,
	// because what a message means may depend on those before it.
	Decode Decoding
}

// errEnough stops a replay.
var errEnough = errors.New("enough")

// Replay reads a conversation again and gives its events to handle, until
// handle returns false. It gives the frames and messages of the numbers that
// were asked for, and whatever else happens between them. Where bytes are not
// kept any longer the error is capture.ErrNotKept.
func (r *Record) Replay(ctx context.Context, q ReplayRequest, handle func(dissect.Event) bool) error {
	p, err := r.player(q)
	if err != nil {
		return err
	}
	p.handle = handle
	err = p.play(ctx)
	if err == errEnough {
		err = nil
	}
	return err
}

// A player feeds the bytes of a connection to a new dissector.
type player struct {
	record *Record
	q      ReplayRequest
	log    *chunkLog
	number int // which conversation of its connection
	opened int
	handle func(dissect.Event) bool
	emit   func(dissect.Event) // event, or what decodes before it
	conv   *dissect.Conversation
	conn   dissect.Connection
	point  *point // to begin at; nil: at the beginning
	begin  int    // of the pieces
	end    int
	stop   bool

	offset [2]int64
	file   int
	window window
}

// player finds where to begin.
func (r *Record) player(q ReplayRequest) (*player, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(q.Conversation)
	if t == nil || t.log == nil {
		return nil, fmt.Errorf("replay: there is no conversation %d", q.Conversation)
	}
	p := &player{record: r, q: q, log: t.log, conv: t.conv, end: t.log.pieces.n, file: t.log.conn.File}
	p.number = t.ordinal
	p.offset = t.log.first
	if p.point = t.log.before(q, p.number); p.point != nil {
		p.begin, p.opened = p.point.piece, p.point.state.Conversations()
		for side, n := range p.point.fed {
			p.offset[side] += n
		}
		if n := t.log.special(p.begin); n > 0 {
			p.file = t.log.specials[n-1].file
		}
	}
	return p, nil
}

func (p *player) play(ctx context.Context) error {
	opts := p.record.opts.Dissect
	if keys := p.record.opts.Keys; keys != nil {
		opts.Keys = keys()
	}
	opts.MaxPayload = max(p.q.MaxPayload, 1)
	opts.MaxReports = 1
	opts.Hash = opts.Hash || p.q.Hash
	p.emit = newDecoder(p.q.Decode, &opts).before(p.event)
	dissector := dissect.New(opts)
	if p.point != nil {
		dissector.Resume(&p.conn, p.point.state)
	} else {
		p.conn = dissector.Connection(p.log.conn)
	}
	p.window.record = p.record
	const batch = 256
	var pieces [batch]piece
	var specials [batch]special
	for i := p.begin; i < p.end && !p.stop; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := p.fetch(i, min(batch, p.end-i), &pieces, &specials)
		if err != nil {
			return err
		}
		for k := 0; k < n && !p.stop; k++ {
			if err := p.feed(&pieces[k], &specials[k]); err != nil {
				return err
			}
		}
		i += n
	}
	if end := p.closed(); !p.stop && end != nil {
		p.conn.Close(*end, p.emit)
	}
	return nil
}

// closed returns the last word on the connection, nil while it goes on.
func (p *player) closed() *flow.Closed {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	if p.log.pieces.n > p.end {
		return nil
	}
	return p.log.end
}

// fetch copies pieces from i on, with what is special about them.
func (p *player) fetch(i, n int, pieces *[256]piece, specials *[256]special) (int, error) {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	next := p.log.special(i) // not kept from the last time: old ones may have gone
	for k := range n {
		at := p.log.pieces.at(i + k)
		if at == nil {
			return 0, capture.ErrNotKept
		}
		pieces[k] = *at
		if at.size&pieceSpecial != 0 {
			specials[k] = p.log.specials[next]
			next++
		}
	}
	return n, nil
}

func (p *player) feed(at *piece, s *special) error {
	side := flow.A
	if at.size&pieceFromB != 0 {
		side = flow.B
	}
	special := at.size&pieceSpecial != 0
	if special {
		p.file = s.file
		if s.signal != 0 {
			p.conn.Signal(flow.Signal{Kind: s.signal, From: side, Bytes: s.bytes, Offset: at.place, Packet: flow.IdentifyPacket(p.file, int(at.packet)), Time: unstamp(at.time)}, p.emit)
			return nil
		}
	}
	ch := flow.Chunk{From: side, Packet: flow.IdentifyPacket(p.file, int(at.packet)), Time: unstamp(at.time)}
	if special {
		ch.Lost, ch.Cut, ch.Vague = s.lost, s.cut, s.vague
	}
	if n := int(at.size & pieceSize); n > 0 {
		var err error
		if ch.Data, err = p.window.read(at, p.file, n); err != nil {
			return err
		}
	}
	ch.Offset = p.offset[side] + ch.Lost
	p.offset[side] = ch.Offset + int64(len(ch.Data))
	if !p.conn.Feed(&ch, p.emit) {
		p.stop = true
	}
	return nil
}

// event passes on what was asked for.
func (p *player) event(ev dissect.Event) {
	conv := ev.At().Conv
	if p.stop || conv == nil {
		return
	}
	if _, ok := ev.(*dissect.Opened); ok {
		p.opened++
		conv.Number = p.conv.Number - p.number + p.opened // only that of the one asked for counts
	}
	if conv.Number != p.conv.Number {
		return
	}
	n := 0
	switch e := ev.(type) {
	case *dissect.Message:
		n = e.N
	case *dissect.Frame:
		n = e.Message
	case *dissect.Finding, *dissect.Ended:
		return
	}
	if n > 0 && n < p.q.First {
		return
	}
	if !p.handle(ev) {
		p.stop = true
	}
	if _, ok := ev.(*dissect.Message); ok && p.q.Last > 0 && n >= p.q.Last {
		p.stop = true
	}
}
