package deflate

import "encoding/binary"

const (
	// turnOutput is what a turn of the loop over symbols may write: two
	// literals and a match, whose copy may run over by 15 bytes.
	turnOutput = 2 + maxMatch + 16

	maxMatch = 258

	// ringSize is the history, a turn that writes behind it, and some more.
	ringSize = windowSize + 4*turnOutput
)

// wrap gives out what is waiting and goes on at the start of the ring. It may
// be called when less than turnOutput bytes are left, so that a symbol never
// has to be cut; top remembers where the older bytes end.
func (z *Inflater) wrap(out func([]byte)) error {
	err := z.flush(out)
	z.top, z.pos, z.from = z.pos, 0, 0
	return err
}

// reach judges a distance that exceeds what the agreement or the history
// allows. hist bytes of history are known; own bytes are of this message.
func (z *Inflater) reach(distance, hist, own int) error {
	switch {
	case distance > hist && z.lost:
		return ErrContextLost
	case distance > hist:
		return corrupt("a distance reaches to before the first byte")
	}
	if distance > z.window() {
		z.beyond.Window = max(z.beyond.Window, distance)
	}
	if z.alone && distance > own {
		z.beyond.Context = true
	}
	return nil
}

func (z *Inflater) window() int {
	if z.WindowBits == 0 {
		return windowSize
	}
	return 1 << z.WindowBits
}

// symbols reads literals and matches until p or the block ends.
func (z *Inflater) symbols(p []byte, out func([]byte)) (rest []byte, more bool, err error) {
	for z.state == symbols {
		if z.pos > ringSize-turnOutput {
			if err := z.wrap(out); err != nil {
				return p, false, err
			}
		}
		if p, more, err = z.turns(p); err != nil || !more {
			return p, false, err
		}
	}
	return p, true, nil
}

// turns is the loop over symbols. It stops when the ring is nearly full or
// the block ends, and reports false when p ends first: then z.bits holds the
// beginning of a symbol, which has at most 48 bits.
//
// All state is in local variables, and a symbol is read from the bits of as
// few loads as possible: this loop is where the time goes.
func (z *Inflater) turns(p []byte) (rest []byte, more bool, err error) {
	var (
		ring    = z.ring
		t       = z.tables
		bits, n = z.bits, z.nBits
		pos     = z.pos
		at      = 0
		last    = len(p) - 8      // up to here, eight bytes can be loaded
		known   = z.hist - z.pos  // plus pos: the history that is known
		own     = z.own() - z.pos // plus pos: the output of this message
		window  = z.window()
		top     = z.top
		allowed = known // plus pos: the history that may be used
	)
	if z.alone {
		allowed = min(known, own)
	}
	more = true
turns:
	for pos <= ringSize-turnOutput {
		if at <= last {
			bits |= binary.LittleEndian.Uint64(p[at:]) << (n & 63)
			at += int(63-n) >> 3
			n |= 56
		} else {
			for ; n <= 56 && at < len(p); at++ {
				bits |= uint64(p[at]) << n
				n += 8
			}
		}

		e := t.literal[bits&(1<<literalBits-1)]
		if e&isLiteral != 0 && uint(e&63) <= n {
			bits >>= e & 63
			n -= uint(e & 63)
			ring[pos] = byte(e >> 16)
			pos++
			e = t.literal[bits&(1<<literalBits-1)]
			if e&isLiteral != 0 && uint(e&63) <= n {
				bits >>= e & 63
				n -= uint(e & 63)
				ring[pos] = byte(e >> 16)
				pos++
				e = t.literal[bits&(1<<literalBits-1)]
			}
		}

		held, used := bits, uint(0) // to put back a symbol that is not there in full
		if e&isSubtable != 0 && n >= literalBits {
			bits >>= literalBits
			n -= literalBits
			used = literalBits
			e = t.literal[e.value()+int(bits&(1<<e.codeBits()-1))]
		}
		if uint(e&63) > n || e&isSpecial != 0 && n == 0 {
			// With two literals before it, a long code may only seem to end here.
			bits, n = held, n+used
			if at == len(p) {
				more = false
				break turns
			}
			continue
		}
		switch {
		case e&isLiteral != 0:
			bits >>= e & 63
			n -= uint(e & 63)
			ring[pos] = byte(e >> 16)
			pos++
			continue
		case e&isEnd != 0:
			bits >>= e & 63
			n -= uint(e & 63)
			z.state = blockHead
			break turns
		case e&isSpecial != 0:
			err = corrupt("a literal or length has no code")
			break turns
		}
		length := e.value() + int(bits&(1<<(e&63)-1)>>(e>>8&31))
		bits >>= e & 63
		n -= uint(e & 63)
		used += uint(e & 63)

		if at <= last {
			bits |= binary.LittleEndian.Uint64(p[at:]) << (n & 63)
			at += int(63-n) >> 3
			n |= 56
		} else {
			for ; n <= 56-8 && at < len(p); at++ {
				bits |= uint64(p[at]) << n
				n += 8
			}
		}
		behind, left := bits, n
		e = t.distance[bits&(1<<distanceBits-1)]
		if e&isSubtable != 0 && n >= distanceBits {
			bits >>= distanceBits
			n -= distanceBits
			e = t.distance[e.value()+int(bits&(1<<e.codeBits()-1))]
		}
		if uint(e&63) > n || e&isSpecial != 0 && n == 0 {
			bits, n, more = behind<<used|held&(1<<used-1), left+used, false
			break turns
		}
		if e&isSpecial != 0 {
			err = corrupt("a distance has no code")
			break turns
		}
		distance := e.value() + int(bits&(1<<(e&63)-1)>>(e>>8&31))
		bits >>= e & 63
		n -= uint(e & 63)

		if distance > allowed+pos || distance > window {
			if err = z.reach(distance, known+pos, own+pos); err != nil {
				break turns
			}
		}
		from := pos - distance
		if from < 0 && from+top <= top-maxMatch-16 {
			from += top
		}
		if from >= 0 && distance >= 8 {
			// Most matches are short: two words and done.
			to, src := ring[pos:pos+maxMatch+16], ring[from:from+maxMatch+16]
			binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(src))
			binary.LittleEndian.PutUint64(to[8:], binary.LittleEndian.Uint64(src[8:]))
			for i := 16; i < length; i += 8 {
				binary.LittleEndian.PutUint64(to[i:], binary.LittleEndian.Uint64(src[i:]))
			}
		} else {
			z.match(pos, length, distance)
		}
		pos += length
	}
	z.bits, z.nBits = bits&(1<<n-1), n
	z.hist = min(known+pos, windowSize)
	z.pos = pos
	if z.state == blockHead {
		z.endBlock()
	}
	return p[at:], more, err
}

// match copies length bytes from distance before pos to pos, around the end of
// the ring or over themselves.
func (z *Inflater) match(pos, length, distance int) {
	ring := z.ring
	from := pos - distance
	if from < 0 {
		from += z.top
		tail := min(z.top-from, length)
		copy(ring[pos:pos+tail], ring[from:from+tail])
		pos, from, length = pos+tail, 0, length-tail
	}
	switch {
	case distance >= length:
		copy(ring[pos:pos+length], ring[from:from+length])
	case distance == 1:
		b := ring[from]
		to := ring[pos : pos+length]
		for i := range to {
			to[i] = b
		}
	default:
		for i := range length {
			ring[pos+i] = ring[from+i]
		}
	}
}
