package deflate

import (
	"errors"
	"fmt"
)

// ErrContextLost says that a message refers to bytes of earlier messages that
// were not seen, or that bytes of its own are missing. Nothing is wrong with
// the traffic.
var ErrContextLost = errors.New("deflate: message refers to history that was not seen")

// ErrLimit says that a message inflates to more than the limits of the
// Inflater allow.
var ErrLimit = errors.New("deflate: message inflates beyond the limit")

// A CorruptError says that the compressed bytes of a message are not a
// sequence of DEFLATE blocks (RFC 1951).
type CorruptError struct {
	Offset int64 // compressed bytes of the message that were read when the fault showed
	What   string
}

// Error names the place and what is wrong there.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("deflate: corrupt at offset %d: %s", e.Offset, e.What)
}

const (
	// windowSize is the largest history that DEFLATE can refer to.
	windowSize = 1 << 15

	// DefaultLimit is how many bytes a message may inflate to.
	DefaultLimit = 64 << 20

	// DefaultRatio is how many bytes of output a byte of input may give.
	// DEFLATE itself cannot pass 1032.
	DefaultRatio = 400

	// RatioFloor is the output up to which any ratio is fine: messages of one
	// repeated byte are common in tests and harmless.
	RatioFloor = 4 << 20
)

// An Inflater inflates the messages of one direction, in order: Begin, Write
// as often as there are bytes, End. The zero value is ready; memory is
// allocated with the first compressed byte: 33 KiB of history, and 8 KiB of
// code tables while a message is unfinished.
//
// All 32 KiB of history are kept whatever was negotiated, so that a peer that
// breaks the agreement can still be read; see [Inflater.Beyond].
type Inflater struct {
	// WindowBits is the agreed window of the sender, 8 to 15; 0 means 15.
	WindowBits int

	// Limit is how many bytes a message may inflate to; 0 means DefaultLimit.
	Limit int64

	// Ratio is how many bytes of output a byte of input may give once a
	// message is larger than RatioFloor; 0 means DefaultRatio.
	Ratio int64

	// Pool lends code tables; nil means that the Inflater has its own.
	Pool *Pool

	ring *[ringSize]byte
	work
}

// work is the part of an Inflater that a Snapshot copies as it is.
type work struct {
	pos    int  // of the next byte of output in the ring
	from   int  // of the first byte of output that was not given out
	top    int  // where the bytes end that are older than those at the start of the ring
	hist   int  // bytes before pos that are known, at most windowSize
	lost   bool // there were bytes before the known ones, but they were not seen
	alone  bool // the agreement forbids references to before this message
	beyond Beyond

	in, given int64 // bytes of this message taken and given out
	err       error // what ended this message

	state  state
	final  bool // the current block has BFINAL set
	ended  bool // the last block had it, and nothing came after
	bits   uint64
	nBits  uint // of bits that are valid
	stored int  // bytes of a stored block that are to come

	tables   *tables // of the current block
	borrowed *tables // the ones for dynamic blocks
}

// Beyond says how a message broke the agreement although it could be read.
type Beyond struct {
	Window  int  // the longest distance that exceeds the agreed window; 0: none did
	Context bool // it refers to an earlier message in spite of no_context_takeover
}

// Begin starts a message. noTakeover says that the sender agreed to forget
// the history before each message (RFC 7692 §7.1.1).
func (z *Inflater) Begin(noTakeover bool) {
	z.alone, z.beyond = noTakeover, Beyond{}
	z.from, z.in, z.given, z.err = z.pos, 0, 0, nil
	z.state, z.final, z.ended = blockHead, false, false
	z.bits, z.nBits = 0, 0
}

// Write takes compressed bytes of the message and calls out, at most once for
// each 32 KiB, with what they give. The argument of out is valid until it
// returns. After an error the rest of the message is ignored, and the error
// is the same until Begin.
func (z *Inflater) Write(p []byte, out func([]byte)) error {
	if z.err != nil || len(p) == 0 {
		return z.err
	}
	if z.ring == nil {
		z.ring = new([ringSize]byte)
	}
	z.in += int64(len(p))
	rest, err := z.run(p, out)
	if flushErr := z.flush(out); err == nil {
		err = flushErr
	}
	if err != nil {
		z.fail(err, len(rest))
	}
	return z.err
}

// End finishes the message: it adds the four bytes that the sender took away
// (RFC 7692 §7.2.2). A message that ends with a BFINAL block needs none.
func (z *Inflater) End(out func([]byte)) error {
	// Nearly always the head of the empty block is all that is left, for which
	// the four bytes say that it is empty.
	if z.err == nil && z.in > 0 && z.nBits == 0 && (z.ended || z.state == storedHead) {
		z.state = blockHead
	} else if z.err == nil && z.in > 0 {
		in := z.in
		err := z.Write([]byte{0x00, 0x00, 0xFF, 0xFF}, out)
		z.in = in
		if err == nil && (z.state != blockHead || z.nBits != 0) {
			z.nBits = 0
			z.fail(corrupt("it ends inside a block"), 0)
		} else if c, ok := err.(*CorruptError); ok {
			c.Offset = min(c.Offset, in) // not in the bytes that were added
		}
	}
	z.giveBack()
	return z.err
}

// Lose says that compressed bytes of this direction are missing from the
// capture. An unfinished message cannot go on, and the history is unknown:
// later messages inflate as far as they do not refer to what was not seen.
func (z *Inflater) Lose() {
	z.hist, z.lost = 0, true
	if z.err == nil {
		z.err = ErrContextLost
	}
}

// Beyond says how the message broke the agreement, as far as it was read.
func (z *Inflater) Beyond() Beyond { return z.beyond }

// Release gives all memory back. The history is unknown afterwards, unless
// nothing was inflated yet.
func (z *Inflater) Release() {
	z.giveBack()
	z.lost = z.lost || z.hist > 0
	z.ring, z.hist, z.pos, z.from = nil, 0, 0, 0
}

// fail ends the message with err. What follows cannot rely on its output.
func (z *Inflater) fail(err error, unread int) {
	if c, ok := err.(*CorruptError); ok {
		c.Offset = max(0, z.in-int64(unread)-int64(z.nBits/8))
	}
	z.err, z.hist, z.lost = err, 0, true
}

// own returns how many bytes of output this message has so far.
func (z *Inflater) own() int { return int(z.given) + z.pos - z.from }

// flush gives out what was not given yet, within the limits.
func (z *Inflater) flush(out func([]byte)) error {
	limit, ratio := z.Limit, z.Ratio
	if limit == 0 {
		limit = DefaultLimit
	}
	if ratio == 0 {
		ratio = DefaultRatio
	}
	limit = min(limit, max(RatioFloor, z.in*ratio))
	p := z.ring[z.from:z.pos]
	room := limit - z.given
	z.from = z.pos
	z.given += min(int64(len(p)), room)
	switch {
	case int64(len(p)) > room:
		if room > 0 {
			out(p[:room])
		}
		return ErrLimit
	case len(p) > 0:
		out(p)
	}
	return nil
}

func corrupt(what string) error { return &CorruptError{What: what} }
