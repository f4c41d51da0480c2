package session

import (
	"math"
	"time"
)

// A packed is a row as it is kept: 48 bytes without a pointer.
type packed struct {
	time   int64 // nanoseconds since 1970, or noTime
	wire   int64 // payload bytes on the wire; of a hole those passed over; of a signal its bytes
	length int64 // payload bytes; -1 unknown; of a hole those lost; of an idle stretch nanoseconds
	packet uint32
	piece  uint32 // of the log of its connection, that completed it
	n      uint32 // of the message; of a frame that of its message
	aux    uint32 // see track: frames, close code, peer, index of a finding
	text   uint32 // place of the preview
	flags  uint16
	kind   RowKind
	short  uint8 // length of the preview
}

// The bits of packed.flags.
const (
	flagServer     = 1 << iota // sent by the server
	flagSided                  // sent by one of the two
	flagCompressed             // RSV1 of a frame
	flagIncomplete             // of a hole: reading did not resume; of a FIN: it is not in the capture
	flagMasked
	flagText   // valid UTF-8
	flagCut    // the preview is not all of the payload
	flagTyped0 // three bits for the MessageType, or
	flagTyped1
	flagTyped2
	flagLost    // undecoded: context-lost
	flagCorrupt // undecoded: corrupt; with flagLost: limit
	flagFin     // of a frame
	flagNote    // two bits for the worst finding of the row: 1 note, 2 warning, 3 error
	flagTrouble
	flagOpcode // of a frame: of a reserved opcode, which aux holds
)

const typeShift = 7

const noTime = math.MinInt64

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.UnixNano()
}

func unstamp(n int64) time.Time {
	if n == noTime {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// A blockRef names a block of rows.
type blockRef struct{ conv, block uint32 }

// shrink lets the oldest rows go while there are too many. A block that still
// grows is passed over once: its newest rows are not the oldest.
func (r *Record) shrink() {
	for passed := 0; r.rows > r.opts.Rows && len(r.blocks) > 1; {
		ref := r.blocks[0]
		r.blocks = r.blocks[1:]
		t := r.tracks[ref.conv]
		if len(t.rows.list[ref.block]) < blockRows && passed < len(r.blocks) {
			passed++
			r.blocks = append(r.blocks, ref)
			continue
		}
		n := t.rows.drop(int(ref.block))
		t.rows.gone = int(ref.block) + 1
		t.inputs.release(t.rows.gone * blockRows)
		r.rows -= int64(n)
		r.dropped += int64(n)
		if t.log != nil {
			t.log.release()
		}
	}
}
