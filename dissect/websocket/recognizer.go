package websocket

import "wsight/flow"

const (
	// recognizerHeld is how many bytes of a side a Recognizer keeps.
	recognizerHeld = 16 << 10

	// recognizerLimit is after how many bytes of each side that has any a
	// Recognizer gives up.
	recognizerLimit = 256 << 10

	// What one side alone has to show, in bits. Masked frames say more than
	// unmasked ones, because chance does not unmask to text, and because the
	// lengths and tags of other protocols look like unmasked headers.
	maskedAlone   = 40
	unmaskedAlone = 56

	// What each side has to show, and both together, when both speak.
	eachSide  = 12
	bothSides = 44

	// firstByteBits is what a chain needs that begins with the first byte.
	firstByteBits = 18

	// endCredit is how much less is asked when nothing more will come.
	endCredit = 10

	// silence is how many bytes a side may have sent without showing anything
	// before that speaks against the other one, and how much it does.
	silence     = 2 << 10
	silenceBits = 24
)

// A Verdict says whether a TCP connection carries WebSocket frames. The
// numbers are ours.
type Verdict uint8

const (
	Undecided  Verdict = iota // more bytes are needed
	Recognized                // it carries frames
	Foreign                   // it carries something else
)

// A Recognizer finds out whether a TCP connection whose handshake was not
// captured carries WebSocket frames, from the bytes alone: no port, and not
// even both directions, are needed. The stream may begin inside a frame. The
// zero value is ready. It keeps at most 16 KiB of each side.
type Recognizer struct {
	// Opened says that the SYN was seen: the first byte of each side begins a
	// frame, or there are none.
	Opened bool

	sides   [2]hunter
	bytes   [2]int64
	verdict Verdict
	client  flow.Side
	start   [2]int64
	fills   bool
	deflate bool
}

// Feed takes the next bytes that from sent, best one segment at a time, after
// lost bytes that are missing from the capture. It returns what is known then;
// after a verdict it does nothing more.
func (r *Recognizer) Feed(from flow.Side, p []byte, lost int64) Verdict {
	if r.verdict != Undecided {
		return r.verdict
	}
	u := &r.sides[from]
	u.rsv1, u.limit, u.aligned = rsv1Possible, recognizerHeld, r.Opened
	if lost > 0 {
		u.skip(lost)
	}
	if len(p) == 0 {
		return Undecided
	}
	r.bytes[from] += int64(len(p))
	for cut := true; len(p) > 0; cut = false {
		n := min(len(p), huntStep)
		u.feed(p[:n], cut)
		p = p[n:]
	}
	r.decide(false)
	return r.verdict
}

// End returns the verdict when nothing more will come: less evidence will do
// then.
func (r *Recognizer) End() Verdict {
	if r.verdict == Undecided {
		if r.decide(true); r.verdict == Undecided {
			r.verdict = Foreign
		}
	}
	return r.verdict
}

// Client returns the side that masks, once frames are recognized.
func (r *Recognizer) Client() flow.Side { return r.client }

// Start returns the offset at which the frames of side s begin, counted from
// the first byte fed, lost ones included. It returns -1 when that is not
// known, and the decoder has to hunt.
func (r *Recognizer) Start(s flow.Side) int64 { return r.start[s] }

// Fills reports whether the frames of a side began with a segment and ended
// with one: what carries them has no headers of its own.
func (r *Recognizer) Fills() bool { return r.fills }

func (r *Recognizer) filled(s flow.Side, c *chain) bool {
	return c != nil && c.cut && c.next == r.sides[s].end
}

// Deflate reports whether compressed messages were seen: RSV1 on frames whose
// payloads may be DEFLATE.
func (r *Recognizer) Deflate() bool { return r.deflate }

// evidence is the best that a side has to show for one role.
type evidence struct {
	chain *chain
	bits  int
}

func (r *Recognizer) evidence(s flow.Side, m masking) evidence {
	c, bits := r.sides[s].best(true, func(c *chain) bool { return c.mask == m })
	return evidence{c, bits}
}

// decide judges both ways in which the roles can lie.
func (r *Recognizer) decide(end bool) {
	for client := flow.A; client <= flow.B; client++ {
		c, s := r.evidence(client, masked), r.evidence(client.Other(), unmasked)
		if r.enough(client, c, s, end) {
			r.verdict, r.client = Recognized, client
			r.start[client], r.start[client.Other()] = startOf(c), startOf(s)
			r.fills = r.filled(client, c.chain) || r.filled(client.Other(), s.chain)
			r.deflate = c.chain != nil && c.chain.rsv1 > 0 || s.chain != nil && s.chain.rsv1 > 0
			return
		}
	}
	if r.hopeless() {
		r.verdict = Foreign
	}
}

// startOf is strict, because a wrong start invents frames. A chain that begins
// with the very first byte was not looked for in many places.
func startOf(e evidence) int64 {
	switch {
	case e.chain == nil:
		return -1
	case e.bits >= resumeBits:
		return e.chain.first()
	case e.chain.start == 0 && e.bits >= firstByteBits:
		return 0
	}
	return -1
}

// enough reports whether c of the client and s of the server are frames.
func (r *Recognizer) enough(client flow.Side, c, s evidence, end bool) bool {
	maskedNeed, unmaskedNeed, bothNeed := maskedAlone, unmaskedAlone, bothSides
	if end {
		maskedNeed, unmaskedNeed, bothNeed = maskedNeed-endCredit, unmaskedNeed-endCredit, bothNeed-endCredit
	}
	if c.bits >= eachSide && s.bits >= eachSide && c.bits+s.bits >= bothNeed && r.covers(client, c.chain, end) && r.covers(client.Other(), s.chain, end) {
		return true
	}
	if r.bytes[client.Other()] > silence && s.bits < eachSide {
		maskedNeed += silenceBits
	}
	if r.bytes[client] > silence && c.bits < eachSide {
		unmaskedNeed += silenceBits
	}
	if c.bits >= maskedNeed {
		return true
	}
	return s.bits >= unmaskedNeed && r.covers(client.Other(), s.chain, end) && (s.chain.text > 0 || s.chain.frames >= 4 || s.bits >= unmaskedNeed+silenceBits) &&
		(r.bytes[client] == 0 || c.bits >= eachSide)
}

// covers reports whether c takes up a fair part of what its side said. Frames
// follow each other without end; chance comes late and ends soon. At the end
// it will do that c ends exactly there.
func (r *Recognizer) covers(s flow.Side, c *chain, end bool) bool {
	return (min(c.next, r.sides[s].end)-c.start)*4 >= r.bytes[s] || end && c.next == r.sides[s].end && c.frames > 1
}

// hopeless reports whether nothing that may still come can help.
func (r *Recognizer) hopeless() bool {
	speaking, over := 0, 0
	for s := range r.sides {
		switch {
		case r.bytes[s] == 0:
			continue
		case r.Opened && len(r.sides[s].chains) == 0:
			return true
		case r.bytes[s] > recognizerLimit && r.evidence(flow.Side(s), masked).bits < endBits && r.evidence(flow.Side(s), unmasked).bits < endBits:
			over++
		}
		speaking++
	}
	return over == speaking || r.bytes[0]+r.bytes[1] > 4*recognizerLimit
}
