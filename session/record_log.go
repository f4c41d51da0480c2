package session

import (
	"slices"

	"wsight/capture"
	"wsight/flow"
)

// A chunkLog notes where the bytes of one TCP connection stand, in the order
// in which they were given to the dissector. Because that is deterministic,
// the same bytes give the same events again, whatever reassembly had to do to
// put them in order.
type chunkLog struct {
	record   *Record
	conn     flow.Conn
	tracks   []*track // of its conversations, as they began
	begun    int      // conversations, with those that another one tells of
	pieces   blocks[piece]
	specials []special
	file     int // input of the last piece
	fed      [2]int64
	first    [2]int64 // stream offset of the first byte of a side
	known    [2]bool
	points   []*point
	next     int64        // work at which the next point is due
	lost     bool         // bytes could not be kept
	end      *flow.Closed // nil while it goes on
}

// A piece is a chunk or a signal: 24 bytes without a pointer.
type piece struct {
	place  int64 // in its input, or in the spool
	time   int64
	packet uint32
	size   uint32 // low 28 bits; see the flags
}

const (
	pieceFromB   = 1 << 31
	pieceSpooled = 1 << 30
	pieceSpecial = 1 << 29
	pieceGone    = 1 << 28 // its bytes could not be kept
	pieceSize    = 1<<28 - 1
)

// A special is what few pieces have: bytes missing in front, another input
// than the piece before, or a signal in place of bytes.
type special struct {
	piece     uint32
	file      int
	lost, cut int64
	vague     bool
	signal    flow.SignalKind // 0: none
	bytes     int64
}

// chunk notes ch, which the current packet brought or released.
func (l *chunkLog) chunk(ch *flow.Chunk) {
	if !l.known[ch.From] {
		l.known[ch.From], l.first[ch.From] = true, ch.Offset-ch.Lost
	}
	l.record.active = l
	l.fed[ch.From] += int64(len(ch.Data)) + ch.Lost
	p := piece{time: stamp(ch.Time), packet: uint32(ch.Packet.Number()), size: uint32(len(ch.Data))}
	if ch.From == flow.B {
		p.size |= pieceFromB
	}
	s := special{file: ch.Packet.Input(), lost: ch.Lost, cut: ch.Cut, vague: ch.Vague}
	r := l.record
	place, direct := int64(0), false
	if r.current != nil && r.rereadable(r.current.File) {
		place, direct = placeOf(r.current, ch.Data)
	}
	if direct {
		s.file = r.current.File
	} else if len(ch.Data) > 0 {
		p.size |= pieceSpooled
		var err error
		if place, err = r.keep(ch.Data); err != nil {
			p.size |= pieceGone
			l.lost = true
		}
	}
	p.place = place
	l.add(p, s)
}

// keep puts the bytes of a chunk into the spool.
func (r *Record) keep(b []byte) (place int64, err error) {
	if r.packets != nil {
		return r.packets.chunk(r.current, b)
	}
	spool, err := r.kept()
	if err != nil {
		return 0, err
	}
	return spool.Append(b)
}

// closed says that nothing more will come but events.
func (l *chunkLog) closed(end flow.Closed) {
	l.record.active = l
	l.record.mu.Lock()
	l.end = &end
	l.pieces.trim()
	l.record.mu.Unlock()
}

// signal notes s.
func (l *chunkLog) signal(s flow.Signal) {
	l.record.active = l
	p := piece{time: stamp(s.Time), packet: uint32(s.Packet.Number()), place: s.Offset}
	if s.From == flow.B {
		p.size |= pieceFromB
	}
	l.add(p, special{file: s.Packet.Input(), signal: s.Kind, bytes: s.Bytes})
}

func (l *chunkLog) add(p piece, s special) {
	l.record.mu.Lock() // a replay may be reading
	defer l.record.mu.Unlock()
	if s.lost > 0 || s.signal != 0 || s.vague || s.file != l.file {
		p.size |= pieceSpecial
		s.piece = uint32(l.pieces.n)
		l.specials = append(l.specials, s)
		l.file = s.file
	}
	l.pieces.add(p)
}

// special returns the index of the first special of piece i or a later one.
func (l *chunkLog) special(i int) int {
	n, _ := slices.BinarySearchFunc(l.specials, i, func(s special, piece int) int { return int(s.piece) - piece })
	return n
}

// rereadable reports whether an input can be read a second time.
func (r *Record) rereadable(file int) bool {
	yes, known := r.again[file]
	if !known {
		yes = r.reread(file) != nil
		r.again[file] = yes
	}
	return yes
}

// placeOf returns where b stands in the input of p, when b is a part of its
// bytes and no copy.
func placeOf(p *capture.Packet, b []byte) (int64, bool) {
	if p.Offset < 0 {
		return 0, false
	}
	at, ok := within(p.Data, b)
	return p.Offset + int64(at), ok
}
