package deflate

import "encoding/binary"

// state says what the next bits are (RFC 1951 §3.2.3). The numbers are ours.
type state uint8

const (
	blockHead state = iota
	storedHead
	storedBytes
	dynamicCounts
	dynamicOrder
	dynamicLengths
	symbols
)

// dynamic is what is known of the code lengths of a block while they are
// being read (RFC 1951 §3.2.7).
type dynamic struct {
	literals, distances, orders int // how many code lengths there are
	done                        int // how many have been read
	lengths                     [literalSymbols + distanceSymbols]uint8
	order                       [lengthSymbols]uint8
	table                       [1 << lengthBits]entry
}

// order in which the lengths of the code for code lengths are sent.
var lengthOrder = [lengthSymbols]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// run reads p to its end, or to a fault. A symbol that p does not complete
// stays in z.bits: a symbol with all its extra bits has at most 48.
func (z *Inflater) run(p []byte, out func([]byte)) (rest []byte, err error) {
	for {
		var more bool
		switch z.state {
		case blockHead:
			p, more, err = z.blockHead(p)
		case storedHead:
			p, more, err = z.storedHead(p)
		case storedBytes:
			p, more, err = z.storedBytes(p, out)
		case dynamicCounts:
			p, more, err = z.dynamicCounts(p)
		case dynamicOrder:
			p, more, err = z.dynamicOrder(p)
		case dynamicLengths:
			p, more, err = z.dynamicLengths(p)
		default:
			p, more, err = z.symbols(p, out)
		}
		if err != nil || !more {
			return p, err
		}
	}
}

// fill moves bytes from p to z.bits while there is room.
func (z *Inflater) fill(p []byte) []byte {
	if len(p) >= 8 {
		n := (63 - z.nBits) >> 3
		z.bits |= binary.LittleEndian.Uint64(p) << (z.nBits & 63)
		z.nBits += n * 8
		z.bits &= 1<<(z.nBits&63) - 1
		return p[n:]
	}
	for z.nBits <= 56 && len(p) > 0 {
		z.bits |= uint64(p[0]) << z.nBits
		z.nBits += 8
		p = p[1:]
	}
	return p
}

// take returns the next n bits, which must be there.
func (z *Inflater) take(n uint) int {
	v := z.bits & (1<<n - 1)
	z.bits >>= n
	z.nBits -= n
	return int(v)
}

func (z *Inflater) blockHead(p []byte) ([]byte, bool, error) {
	if p = z.fill(p); z.nBits < 3 {
		return p, false, nil
	}
	z.ended = false
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.take(z.nBits % 8)
		z.state = storedHead
	case 1:
		z.tables = fixedTables
		z.state = symbols
	case 2:
		z.state = dynamicCounts
	default:
		return p, false, corrupt("block type 3")
	}
	return p, true, nil
}

// endBlock goes on behind a block. After one with BFINAL the bits up to the
// next byte are padding, and what follows begins anew (RFC 7692 §7.2.3.4).
func (z *Inflater) endBlock() {
	z.state = blockHead
	if z.final {
		z.take(z.nBits % 8)
		z.ended = true
	}
}

func (z *Inflater) storedHead(p []byte) ([]byte, bool, error) {
	if p = z.fill(p); z.nBits < 32 {
		return p, false, nil
	}
	n, inverted := z.take(16), z.take(16)
	if n != inverted^0xFFFF {
		return p, false, corrupt("length of a stored block and its complement differ")
	}
	z.stored = n
	z.state = storedBytes
	return p, true, nil
}

func (z *Inflater) storedBytes(p []byte, out func([]byte)) ([]byte, bool, error) {
	for z.stored > 0 {
		if z.pos == ringSize {
			if err := z.wrap(out); err != nil {
				return p, false, err
			}
		}
		n := 0
		if z.nBits > 0 {
			z.ring[z.pos] = byte(z.take(8))
			n = 1
		} else {
			n = copy(z.ring[z.pos:], p[:min(z.stored, len(p))])
			p = p[n:]
		}
		if n == 0 {
			return p, false, nil
		}
		z.pos += n
		z.stored -= n
		z.hist = min(z.hist+n, windowSize)
	}
	z.endBlock()
	return p, true, nil
}

func (z *Inflater) dynamicCounts(p []byte) ([]byte, bool, error) {
	if p = z.fill(p); z.nBits < 14 {
		return p, false, nil
	}
	d := &z.borrow().dynamic
	d.literals, d.distances, d.orders = z.take(5)+257, z.take(5)+1, z.take(4)+4
	if d.literals > 286 || d.distances > 30 {
		return p, false, corrupt("more codes than there are symbols")
	}
	d.done, d.order = 0, [lengthSymbols]uint8{}
	z.state = dynamicOrder
	return p, true, nil
}

func (z *Inflater) dynamicOrder(p []byte) ([]byte, bool, error) {
	d := &z.borrowed.dynamic
	for ; d.done < d.orders; d.done++ {
		if z.nBits < 3 {
			if p = z.fill(p); z.nBits < 3 {
				return p, false, nil
			}
		}
		d.order[lengthOrder[d.done]] = uint8(z.take(3))
	}
	if !build(d.table[:], lengthBits, d.order[:], lengthMeaning[:]) {
		return p, false, corrupt("the code for code lengths is no prefix code")
	}
	d.done = 0
	z.state = dynamicLengths
	return p, true, nil
}

func (z *Inflater) dynamicLengths(p []byte) ([]byte, bool, error) {
	d := &z.borrowed.dynamic
	for d.done < d.literals+d.distances {
		if z.nBits < lengthBits+7 {
			p = z.fill(p)
		}
		e := d.table[z.bits&(1<<lengthBits-1)]
		if e&isSpecial != 0 {
			if z.nBits == 0 {
				return p, false, nil
			}
			return p, false, corrupt("a code length has no code")
		}
		repeat, extra, base := 1, uint(0), 0
		length := uint8(e.value())
		switch length {
		case 16:
			extra, base = 2, 3
		case 17:
			extra, base = 3, 3
		case 18:
			extra, base = 7, 11
		}
		if z.nBits < e.consume()+extra {
			return p, false, nil
		}
		z.take(e.consume())
		if extra > 0 {
			repeat = base + z.take(extra)
			if length == 16 && d.done == 0 {
				return p, false, corrupt("a code length repeats nothing")
			}
			if length == 16 {
				length = d.lengths[d.done-1]
			} else {
				length = 0
			}
		}
		if d.done+repeat > d.literals+d.distances {
			return p, false, corrupt("more code lengths than announced")
		}
		for range repeat {
			d.lengths[d.done] = length
			d.done++
		}
	}
	t := z.borrowed
	if !build(t.literal[:], literalBits, d.lengths[:d.literals], literalMeaning[:]) {
		return p, false, corrupt("the code for literals and lengths is no prefix code")
	}
	if !build(t.distance[:], distanceBits, d.lengths[d.literals:d.literals+d.distances], distanceMeaning[:]) {
		return p, false, corrupt("the code for distances is no prefix code")
	}
	z.tables = t
	z.state = symbols
	return p, true, nil
}
