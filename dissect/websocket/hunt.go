package websocket

import (
	"math"
	mathbits "math/bits"
	"slices"
)

const (
	// heldLimit is how many bytes a hunt keeps.
	heldLimit = 64 << 10

	// maxChains limits the chains that a hunt follows at a time. Bytes chosen
	// to look like headers everywhere make more; the later ones are ignored
	// until others have ended.
	maxChains = 1024

	// maxCuts limits how many segments and holes a hunt remembers.
	maxCuts = 8 << 10

	// huntStep is how many bytes are looked at before asking whether the hunt
	// is over, so that few have to be looked at again after it.
	huntStep = 2 << 10
)

// masking is what a hunt knows of the mask bit. The numbers are ours.
type masking uint8

const (
	maskUnknown masking = iota
	masked
	unmasked
)

// A hunter looks for frames in bytes that begin anywhere. It follows every
// chain of plausible headers, each of which says where the next one is, until
// one has enough evidence.
type hunter struct {
	held
	mask    masking
	rsv1    rsv1
	aligned bool  // only the very first byte can begin a frame
	limit   int   // how many bytes to keep; 0: heldLimit
	begun   int64 // offset of the first byte, kept or not
	chains  []chain
	wake    int64 // up to this offset, no chain can go on
}

// A chain is consecutive headers.
type chain struct {
	start  int64 // of the first header
	next   int64 // of the next header
	last   int64 // of the last one that was read
	from   int64 // of the first one that may be given out; -1: none yet
	bits   int   // the evidence
	frames int
	rsv1   int // frames with RSV1
	text   int // frames whose payload reads as text
	mask   masking
	key    [4]byte // of the last header, if it is masked
	open   opening
	lands  bool // that the last frame ends with a segment would be evidence
	cut    bool // the first header begins a segment
}

// opening is what a chain knows of fragmented messages. The numbers are ours.
type opening uint8

const (
	openUnknown opening = iota
	closed              // the next data frame begins a message
	open                // the next data frame continues one
)

// restart begins a hunt at offset.
func (u *hunter) restart(offset int64) {
	u.held.reset(offset)
	u.chains, u.wake = u.chains[:0], offset
}

// feed adds bytes, at most huntStep of them. cut says that a segment begins
// with them.
func (u *hunter) feed(p []byte, cut bool) {
	limit := u.limit
	if limit == 0 {
		limit = heldLimit
	}
	if len(u.runs) > 0 && (len(u.bytes)+len(p) > limit || len(u.cuts) >= maxCuts || len(u.runs) >= maxCuts) {
		u.shorten(limit / 2)
	}
	first := u.end
	if len(u.runs) == 0 {
		u.begun = first
	}
	u.add(p, cut)
	u.scan(first)
	u.follow()
}

// skip adds a hole.
func (u *hunter) skip(n int64) {
	u.hole(n)
	u.follow()
}

// shorten forgets all but the last n bytes, and half of them at least. A chain that began before them
// goes on with its later frames.
func (u *hunter) shorten(n int) {
	u.drop(len(u.bytes) - min(n, len(u.bytes)/2))
	start := u.start()
	u.chains = slices.DeleteFunc(u.chains, func(c chain) bool { return c.next < start })
}

// scan starts a chain at every new byte that may begin a frame, beginning
// with offset.
func (u *hunter) scan(offset int64) {
	p, _ := u.from(offset)
	for i, b := range p {
		at := offset + int64(i)
		if u.aligned && at > 0 {
			break
		}
		cut := i == 0 && u.segment(at) > 0
		// A chain that begins with an unfinished message is believed only at
		// the start of a segment: small numbers look like one.
		if b&0x30 != 0 || b&0x80 == 0 && !cut || !Opcode(b&0xF).Defined() || b&0x40 != 0 && u.rsv1 == rsv1Never {
			continue
		}
		if i+1 < len(p) && u.mask != maskUnknown && (p[i+1]&0x80 != 0) != (u.mask == masked) {
			continue
		}
		if len(u.chains) >= maxChains {
			break
		}
		c := chain{start: at, next: at, last: at, from: -1, mask: u.mask}
		if u.advance(&c) {
			u.chains = append(u.chains, c)
			u.wake = min(u.wake, c.next)
		}
	}
}

// follow goes on with every chain, and forgets the ones that end in nonsense.
func (u *hunter) follow() {
	if u.end <= u.wake {
		return
	}
	u.wake = math.MaxInt64
	kept := u.chains[:0]
	for i := range u.chains {
		if c := &u.chains[i]; c.next >= u.end || u.advance(c) {
			kept = append(kept, *c)
			u.wake = min(u.wake, c.next)
		}
	}
	u.chains = kept
}

// advance reads the headers of c that are there. It reports false when c is
// no chain of frames.
func (u *hunter) advance(c *chain) bool {
	for c.next < u.end {
		p, hole := u.from(c.next)
		h, ok := ParseHeader(p)
		if !ok {
			return !hole
		}
		if c.mask == maskUnknown {
			c.mask = unmasked
			if h.Masked {
				c.mask = masked
			}
		}
		bits, ok := headerBits(&h, u.rsv1)
		if c.frames > 0 && h.Masked && h.Mask == c.key && h.Mask != [4]byte{} {
			bits = 0 // a key is taken once: text that repeats itself looks like this
		}
		c.key = h.Mask
		if !ok || h.Masked != (c.mask == masked) || !c.continues(&h) {
			return false
		}
		payload := p[h.Size:]
		whole := uint64(len(payload)) >= h.Length
		if whole {
			payload = payload[:h.Length]
		}
		segment := u.segment(c.next)
		alone := whole && segment == int64(h.Size)+int64(h.Length)
		more, ok := payloadBits(&h, payload, whole, alone)
		if !ok {
			return false
		}
		switch {
		case c.frames == 0 && segment > 0:
			bits += min(mathbits.Len64(uint64(segment)), 8)
			c.cut = true
		case c.frames > 0 && c.lands:
			bits += min(u.landing(c.next), 12)
		}
		if alone && h.Fin {
			bits += 7 // one length of 126 fits
		}
		c.lands = h.Fin && !alone
		if h.Rsv1 {
			c.rsv1++
		}
		if h.Opcode == Text && more > 0 {
			c.text++
		}
		c.bits += bits + more
		c.frames++
		c.last = c.next
		if c.from < u.start() && (c.bits >= sureBits || c.cut && c.bits >= sureCutBits) {
			c.from = c.last // the first one, or the first whose bytes are still kept
		}
		c.next += int64(h.Size) + int64(h.Length)
	}
	return true
}

// continues applies the rules of §5.4 and reports whether h fits.
func (c *chain) continues(h *Header) bool {
	if h.Opcode.Control() {
		return true
	}
	if h.Opcode == Continuation && c.open == closed || h.Opcode != Continuation && c.open == open {
		return false
	}
	c.open = open
	if h.Fin {
		c.open = closed
	}
	return true
}

// weight returns the evidence for c. When its last frame ends where the bytes
// end, and a segment ends there too, that adds to it.
func (u *hunter) weight(c *chain, segmentEnd bool) int {
	if segmentEnd && c.next == u.end && c.lands {
		return c.bits + min(u.landing(u.end), 12)
	}
	return c.bits
}

// best returns the chain with the most evidence. segmentEnd says that the
// bytes so far end with a segment.
func (u *hunter) best(segmentEnd bool, want func(*chain) bool) (best *chain, weight int) {
	for i := range u.chains {
		if c := &u.chains[i]; c.frames > 0 && want(c) {
			if w := u.weight(c, segmentEnd); best == nil || w > weight {
				best, weight = c, w
			}
		}
	}
	return best, weight
}

// found returns where to resume, when that is certain enough.
func (u *hunter) found(segmentEnd bool) (offset int64, ok bool) {
	for i := range u.chains {
		c := &u.chains[i]
		if c.frames > 0 && u.weight(c, segmentEnd) >= resumeBits && c.first() >= u.start() {
			return c.first(), true
		}
	}
	return 0, false
}

// leads reports whether a chain that begins at offset is certain enough.
func (u *hunter) leads(offset int64) bool {
	return slices.ContainsFunc(u.chains, func(c chain) bool { return c.start == offset && c.bits >= endBits })
}

// foundAtEnd is found once the direction is over: less evidence will do for a
// chain that ends exactly with it, and the least for one that leaves nothing
// unexplained, because it begins with the first byte of the hunt.
func (u *hunter) foundAtEnd() (offset int64, ok bool) {
	c, weight := u.best(true, func(c *chain) bool { return c.next == u.end && c.first() >= u.start() })
	switch {
	case c == nil:
		return 0, false
	case c.start == u.begun && weight >= wholeBits:
		return c.start, true
	case weight < endBits:
		return 0, false
	}
	return c.first(), true
}

// first returns the offset of the first frame that may be given out.
func (c *chain) first() int64 {
	if c.from < 0 {
		return c.last
	}
	return c.from
}
