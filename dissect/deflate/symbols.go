package deflate

import "encoding/binary"

// ringSize is the history and some room, so that a copy may write a few bytes
// too many without destroying history that can still be referred to.
const ringSize = windowSize + 1024

const (
	maxMatch = 258

	// A turn of the fast loop reads at most 16 bytes and writes at most two
	// literals and a match, whose copy may run over by 15 bytes.
	fastInput  = 16
	fastOutput = 2 + maxMatch + 16
)

// wrap gives out what is waiting and goes on at the start of the ring.
func (z *Inflater) wrap(out func([]byte)) error {
	err := z.flush(out)
	z.pos, z.from = 0, 0
	return err
}

// reach judges a distance that exceeds what the agreement or the history
// allows. hist is the number of known bytes of history.
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

// own returns how many bytes of output this message has so far.
func (z *Inflater) own() int64 { return z.given + int64(z.pos-z.from) }

// symbols reads literals and matches until p or the block ends.
func (z *Inflater) symbols(p []byte, out func([]byte)) ([]byte, bool, error) {
	for {
		if len(p) >= fastInput && z.pos <= ringSize-fastOutput {
			var err error
			if p, err = z.fast(p); err != nil {
				return p, false, err
			}
			if z.state != symbols {
				return p, true, nil
			}
		}
		p = z.fill(p)
		s, ok, err := z.symbol()
		switch {
		case err != nil:
			return p, false, err
		case !ok:
			if len(p) > 0 {
				continue
			}
			return p, false, nil
		case s.end:
			z.endBlock()
			return p, true, nil
		}
		if err := z.put(s, out); err != nil {
			return p, false, err
		}
	}
}

// A symbol is a literal, the end of the block, or a match.
type symbol struct {
	end              bool
	literal          byte
	length, distance int // length 0: a literal
}

// symbol takes one symbol from z.bits, or reports false when it is not there
// in full.
func (z *Inflater) symbol() (s symbol, ok bool, err error) {
	bits, n := z.bits, z.nBits
	e := lookup(z.tables.literal[:], literalBits, &bits, &n)
	if e.consume() > n {
		return s, false, nil
	}
	switch {
	case e&isLiteral != 0:
		s.literal = byte(e >> 16)
	case e&isEnd != 0:
		s.end = true
	case e&isSpecial != 0:
		if n == 0 {
			return s, false, nil
		}
		return s, false, corrupt("a literal or length has no code")
	default:
		s.length = e.value() + int(bits>>e.codeBits()&(1<<(e.consume()-e.codeBits())-1))
	}
	bits >>= e.consume()
	n -= e.consume()
	if s.length > 0 {
		e = lookup(z.tables.distance[:], distanceBits, &bits, &n)
		if e.consume() > n {
			return s, false, nil
		}
		if e&isSpecial != 0 {
			if n == 0 {
				return s, false, nil
			}
			return s, false, corrupt("a distance has no code")
		}
		s.distance = e.value() + int(bits>>e.codeBits()&(1<<(e.consume()-e.codeBits())-1))
		bits >>= e.consume()
		n -= e.consume()
	}
	z.bits, z.nBits = bits, n
	return s, true, nil
}

// lookup finds the entry for the next bits, through a second table if need
// be, whose index bits it takes. With too few bits, the entry asks for more
// than there are.
func lookup(table []entry, index uint, bits *uint64, n *uint) entry {
	e := table[*bits&(1<<index-1)]
	if e&isSubtable == 0 {
		return e
	}
	if *n < index {
		return entry(63)
	}
	*bits >>= index
	*n -= index
	return table[e.value()+int(*bits&(1<<e.codeBits()-1))]
}

// put appends what s stands for, byte by byte, around the end of the ring.
func (z *Inflater) put(s symbol, out func([]byte)) error {
	length := max(s.length, 1)
	if s.length > 0 {
		own := int(min(z.own(), windowSize))
		if s.distance > z.hist || s.distance > z.window() || z.alone && s.distance > own {
			if err := z.reach(s.distance, z.hist, own); err != nil {
				return err
			}
		}
	}
	for range length {
		if z.pos == ringSize {
			if err := z.wrap(out); err != nil {
				return err
			}
		}
		b := s.literal
		if s.length > 0 {
			from := z.pos - s.distance
			if from < 0 {
				from += ringSize
			}
			b = z.ring[from]
		}
		z.ring[z.pos] = b
		z.pos++
	}
	z.hist = min(z.hist+length, windowSize)
	return nil
}

// fast is symbols without the care for the ends of p and of the ring: it
// stops before either, and at the end of the block.
func (z *Inflater) fast(p []byte) (rest []byte, err error) {
	var (
		ring     = z.ring
		t        = z.tables
		bits, n  = z.bits, z.nBits
		pos      = z.pos
		at       = 0
		known    = z.hist - z.pos // plus pos: the history that is known
		own      = int(min(z.own(), windowSize)) - z.pos
		window   = z.window()
		allowed  = known
		ended    bool
		fault    error
		lastRead = len(p) - fastInput
	)
	if z.alone {
		allowed = min(known, own)
	}
loop:
	for at <= lastRead && pos <= ringSize-fastOutput {
		bits |= binary.LittleEndian.Uint64(p[at:]) << (n & 63)
		at += int(63-n) >> 3
		n |= 56

		e := t.literal[bits&(1<<literalBits-1)]
		if e&isLiteral != 0 {
			bits >>= e & 63
			n -= uint(e & 63)
			ring[pos] = byte(e >> 16)
			pos++
			e = t.literal[bits&(1<<literalBits-1)]
			if e&isLiteral != 0 {
				bits >>= e & 63
				n -= uint(e & 63)
				ring[pos] = byte(e >> 16)
				pos++
				e = t.literal[bits&(1<<literalBits-1)]
				if e&isLiteral != 0 {
					bits >>= e & 63
					n -= uint(e & 63)
					ring[pos] = byte(e >> 16)
					pos++
					continue
				}
			}
		}
		if e&isSpecial != 0 {
			if e&isSubtable != 0 {
				bits >>= literalBits
				n -= literalBits
				e = t.literal[e.value()+int(bits&(1<<e.codeBits()-1))]
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
				ended = true
				break loop
			case e&isSpecial != 0:
				fault = corrupt("a literal or length has no code")
				break loop
			}
		}
		length := e.value() + int(bits&(1<<(e&63)-1)>>(e>>8&31))
		bits >>= e & 63
		n -= uint(e & 63)

		bits |= binary.LittleEndian.Uint64(p[at:]) << (n & 63)
		at += int(63-n) >> 3
		n |= 56

		e = t.distance[bits&(1<<distanceBits-1)]
		if e&isSpecial != 0 {
			if e&isSubtable != 0 {
				bits >>= distanceBits
				n -= distanceBits
				e = t.distance[e.value()+int(bits&(1<<e.codeBits()-1))]
			}
			if e&isSpecial != 0 {
				fault = corrupt("a distance has no code")
				break loop
			}
		}
		distance := e.value() + int(bits&(1<<(e&63)-1)>>(e>>8&31))
		bits >>= e & 63
		n -= uint(e & 63)

		if distance > allowed+pos || distance > window {
			if fault = z.reach(distance, known+pos, own+pos); fault != nil {
				break loop
			}
		}
		if from := pos - distance; from >= 0 && distance >= 8 {
			// Most matches are short: two words and done.
			to, src := ring[pos:pos+maxMatch+16], ring[from:from+maxMatch+16]
			binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(src))
			binary.LittleEndian.PutUint64(to[8:], binary.LittleEndian.Uint64(src[8:]))
			for i := 16; i < length; i += 8 {
				binary.LittleEndian.PutUint64(to[i:], binary.LittleEndian.Uint64(src[i:]))
			}
		} else {
			match(ring, pos, length, distance)
		}
		pos += length
	}
	z.bits, z.nBits = bits&(1<<n-1), n
	z.hist = min(known+pos, windowSize)
	z.pos = pos
	if ended {
		z.endBlock()
	}
	return p[at:], fault
}

// match copies length bytes from distance before pos to pos, around the end of
// the ring or over themselves. They do not reach the end of the ring.
func match(ring *[ringSize]byte, pos, length, distance int) {
	from := pos - distance
	if from < 0 {
		from += ringSize
		tail := min(ringSize-from, length)
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
