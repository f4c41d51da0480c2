package dissect

import (
	"math"

	"wsight/flow"
)

// A Checkpoint is the state of a [Connection] between two chunks, from which
// it can go on later with the chunks that followed: the keys and numbers of
// TLS, the tables of HTTP/2, the history of permessage-deflate, and how far
// each conversation had come. It shares nothing that changes with its
// Connection, and does not change itself.
//
// Of payloads it keeps nothing: a message that was unfinished has no beginning
// when it is finished after a [Dissector.Resume]; see Unfinished.
type Checkpoint struct {
	conn Connection
	size int
}

// Unfinished names a direction of a conversation that was inside a data message.
type Unfinished struct {
	Conversation int // its number
	Dir          flow.Direction
}

// Checkpoint copies the state of c. It returns nil when that would take more
// than most bytes, and while too much is undecided to go on from: before a
// conversation has begun, and while the secrets of a TLS connection are waited
// for.
func (c *Connection) Checkpoint(most int) *Checkpoint {
	p := &Checkpoint{}
	to := copier{conn: &p.conn, left: most}
	if !to.copy(c) {
		return nil
	}
	p.size = most - to.left
	return p
}

// Resume makes c a connection in the state that p holds, which may be used
// again. It belongs to d, whose options need not be those of the first one.
func (d *Dissector) Resume(c *Connection, p *Checkpoint) {
	to := copier{conn: c, dissector: d, left: math.MaxInt}
	to.copy(&p.conn) // what was copied once can be copied again
}

// Size returns roughly how many bytes of memory p takes.
func (p *Checkpoint) Size() int { return p.size }

// Conversations returns how many conversations had begun.
func (p *Checkpoint) Conversations() int { return p.conn.convs }

// Messages returns how many messages had been told of the conversation with
// this number. ok is false when it had not begun or was over.
func (p *Checkpoint) Messages(conversation int) (n int, ok bool) {
	p.conn.layer.(lasting).each(func(s *stream) {
		if s.conv.Number == conversation && !s.ended {
			n, ok = s.n, true
		}
	})
	return n, ok
}

// Unfinished returns the directions that were inside a message.
func (p *Checkpoint) Unfinished() []Unfinished {
	var all []Unfinished
	p.conn.layer.(lasting).each(func(s *stream) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if s.half(d).open {
				all = append(all, Unfinished{s.conv.Number, d})
			}
		}
	})
	return all
}

// chunkWork is how much work a chunk is beside its bytes.
const chunkWork = 64

// Work returns how much was done for c, in bytes: of its streams, and of what
// they inflated to, and something for each chunk. It says about how long doing
// it again would take.
func (c *Connection) Work() int64 { return c.work }

// A lasting layer may be there for hours, and can be copied.
type lasting interface {
	layer
	// copyTo returns a copy that shares nothing that changes; false when it is
	// not to be had.
	copyTo(to *copier) (layer, bool)
	// each calls see with every conversation that has frames.
	each(see func(*stream))
}

var _ = []lasting{&stream{}, &tlsLayer{}, &http2Layer{}}

// A copier copies the state of a connection: into a Checkpoint, or out of it.
type copier struct {
	conn      *Connection // that the copies belong to
	dissector *Dissector  // its own; nil in a Checkpoint
	tls       *TLS        // that copies point to, instead of the original
	left      int         // bytes that the copies may still take
}

func (to *copier) copy(from *Connection) bool {
	l, ok := from.layer.(lasting)
	if !ok {
		return false
	}
	*to.conn = *from
	to.conn.Dissector = to.dissector
	to.conn.layer, ok = l.copyTo(to)
	return ok
}

// pay counts n bytes, and reports false when they are too many.
func (to *copier) pay(n int) bool {
	to.left -= n
	return to.left >= 0
}
