package session

import (
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A RowKind says what a row of a timeline tells. The numbers are ours.
type RowKind uint8

const (
	RowRequest  RowKind = iota + 1 // the head that asks for the upgrade
	RowResponse                    // its answer
	RowMessage
	RowFrame   // of a message of several frames, or with a reserved opcode
	RowHole    // bytes missing, or passed over
	RowSignal  // what TCP told
	RowIdle    // a silence longer than usual
	RowFinding // stands behind what it is about
	RowEnd
)

// A Row is one line of a timeline.
type Row struct {
	ID     int // from 0 in the conversation; stays the same when older rows go
	Kind   RowKind
	Dir    flow.Direction // 0: neither
	Time   time.Time      // zero when the capture has no clock
	Packet flow.PacketID

	// Of a message, and partly of a frame:
	N                 int
	Type              dissect.MessageType
	Opcode            int // of a frame
	Fin               bool
	Frames            int
	Wire              int64 // payload bytes on the wire; of a hole those passed over; of a signal its bytes
	Length            int64 // payload bytes, -1 when unknown; of a hole those lost
	Cut               int64 // of a hole: lost to the snaplen
	Compressed        bool
	Masked            bool
	Complete          bool // of a hole: reading resumed; of a FIN: it is in the capture
	Text              bool // valid UTF-8
	Undecoded         string
	Preview           string // the beginning of the payload, or the reason of a Close; as captured
	Truncated         bool   // Preview is not all
	Code              int    // of a Close; -1: none
	Peer              int    // ID of the ping of a pong and the other way round; -1: none
	Trouble           finding.Severity
	Idle              time.Duration
	Signal            flow.SignalKind
	Finding           *dissect.Finding
	State             dissect.EndState
	Reserved, Control bool
}

// row unpacks a row; text says whether the preview is wanted, which costs an
// allocation.
func (t *track) row(id int, text bool) (Row, bool) {
	p := t.rows.at(id)
	if p == nil {
		return Row{}, false
	}
	r := Row{ID: id, Kind: p.kind, Time: unstamp(p.time), Packet: t.inputs.packet(id, p.packet), Wire: p.wire, Length: p.length, Peer: -1, Code: -1,
		N: int(p.n), Complete: p.flags&flagIncomplete == 0, Masked: p.flags&flagMasked != 0, Compressed: p.flags&flagCompressed != 0}
	switch {
	case p.flags&flagSided == 0:
	case p.flags&flagServer != 0:
		r.Dir = flow.ServerToClient
	default:
		r.Dir = flow.ClientToServer
	}
	switch p.kind {
	case RowMessage:
		r.message(p)
		if text && p.short > 0 {
			r.Preview = string(t.text.at(p.text, p.short))
		}
	case RowFrame:
		r.Opcode, r.Fin = int(p.aux), p.flags&flagFin != 0
		r.Reserved = p.flags&flagOpcode != 0
	case RowHole:
		r.Cut = int64(p.aux)
	case RowSignal:
		r.Signal = flow.SignalKind(p.aux)
	case RowIdle:
		r.Idle = time.Duration(p.length)
	case RowFinding:
		r.Finding = t.findings[p.aux]
		r.Trouble = finding.Severity(p.flags / flagNote & 3)
	case RowEnd:
		r.State = dissect.EndState(p.length)
	}
	return r, true
}

func (r *Row) message(p *packed) {
	r.Type = dissect.MessageType(p.flags >> typeShift & 7)
	r.Control = r.Type.Control()
	r.Text, r.Truncated = p.flags&flagText != 0, p.flags&flagCut != 0
	r.Trouble = finding.Severity(p.flags / flagNote & 3)
	r.Fin = true
	switch p.flags & (flagLost | flagCorrupt) {
	case flagLost:
		r.Undecoded = "context-lost"
	case flagCorrupt:
		r.Undecoded = "corrupt"
	case flagLost | flagCorrupt:
		r.Undecoded = "limit"
	}
	r.Frames = 1
	switch r.Type {
	case dissect.Close:
		r.Code = int(p.aux) - 1
	case dissect.Ping, dissect.Pong:
		r.Peer = int(p.aux) - 1
	default:
		r.Frames = int(p.aux)
	}
}

// Extent returns the rows of a conversation that are kept: from first up to,
// but without, end.
func (r *Record) Extent(conv int) (first, end int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(conv)
	if t == nil {
		return 0, 0
	}
	return t.rows.gone * blockRows, t.rows.n
}

// AppendRows appends the rows with the given IDs to dst, without those that
// are no longer kept.
func (r *Record) AppendRows(dst []Row, conv int, ids []int) []Row {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(conv)
	if t == nil {
		return dst
	}
	for _, id := range ids {
		if row, ok := t.row(id, true); ok {
			dst = append(dst, row)
		}
	}
	return dst
}

// Row returns a row; ok is false when there is none or it is no longer kept.
func (r *Record) Row(conv, id int) (row Row, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(conv)
	if t == nil {
		return Row{}, false
	}
	return t.row(id, true)
}

// scanStep is how many rows are looked at under the lock at a time.
const scanStep = 16 << 10

// Scan gives the rows from ID from on to see, without previews, until see
// returns false. It returns the ID after the last one seen.
func (r *Record) Scan(conv, from int, see func(*Row) bool) int {
	for {
		next, more := r.scan(conv, from, see)
		if !more {
			return next
		}
		from = next
	}
}

func (r *Record) scan(conv, from int, see func(*Row) bool) (next int, more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(conv)
	if t == nil {
		return from, false
	}
	from = max(from, t.rows.gone*blockRows)
	end := min(from+scanStep, t.rows.n)
	var row Row // one for all: it is seen until see returns
	for id := from; id < end; id++ {
		var ok bool
		if row, ok = t.row(id, false); ok && !see(&row) {
			return id + 1, false
		}
	}
	return end, end < t.rows.n
}
