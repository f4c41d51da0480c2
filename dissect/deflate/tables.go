package deflate

import "math/bits"

// An entry of a code table. A lookup with the next bits of the stream gives
// either a symbol or the place of a second table for codes that are longer
// than the index of the first.
//
//	 31   30            16  15   14   13  12        8  7         0
//	+----+----------------+----+----+----+-----------+-----------+
//	|lit | literal, base, |exc.|sub-|end | bits of   | bits to   |
//	|    | or place       |    |table|of bl.| the code| consume  |
//	+----+----------------+----+----+----+-----------+-----------+
//
// A base has extra bits behind its code; consumed are both. For a second
// table, the field "bits of the code" holds the number of its index bits.
type entry uint32

const (
	isLiteral  entry = 1 << 31
	isSpecial  entry = 1 << 15
	isSubtable entry = 1 << 14
	isEnd      entry = 1 << 13
)

func (e entry) consume() uint  { return uint(e & 63) }
func (e entry) codeBits() uint { return uint(e >> 8 & 31) }
func (e entry) value() int     { return int(e >> 16 & 0x7FFF) }

const (
	literalBits  = 10 // index bits of the first table for literals and lengths
	distanceBits = 8
	lengthBits   = 7 // of the code for code lengths, which needs no second table
	maxCodeBits  = 15

	// The sizes are what any complete code of that many symbols can need
	// (zlib's program "enough": 288 10 15 and 32 8 15).
	literalSize  = 1334
	distanceSize = 402

	literalSymbols  = 288
	distanceSymbols = 32
	lengthSymbols   = 19
)

// tables decode the codes of one block.
type tables struct {
	literal  [literalSize]entry
	distance [distanceSize]entry
	dynamic  dynamic
}

// A Pool lends code tables to Inflaters that are not written to at the same
// time, so that a direction at rest holds none. The zero value is ready.
type Pool struct{ free []*tables }

func (z *Inflater) borrow() *tables {
	if z.borrowed != nil {
		return z.borrowed
	}
	if z.Pool != nil && len(z.Pool.free) > 0 {
		last := len(z.Pool.free) - 1
		z.borrowed = z.Pool.free[last]
		z.Pool.free = z.Pool.free[:last]
	} else {
		z.borrowed = new(tables)
	}
	return z.borrowed
}

func (z *Inflater) giveBack() {
	z.tables = nil
	if z.Pool != nil && z.borrowed != nil {
		z.Pool.free = append(z.Pool.free, z.borrowed)
		z.borrowed = nil
	}
}

// meaning of the symbols, without the bits of their codes (RFC 1951 §3.2.5).
var (
	literalMeaning  = meaningOfLiterals()
	distanceMeaning = meaningOfDistances()
	lengthMeaning   = meaningOfCodeLengths()
	fixedTables     = fixed()
)

func meaningOfLiterals() (m [literalSymbols]entry) {
	for i := range 256 {
		m[i] = isLiteral | entry(i)<<16
	}
	m[256] = isSpecial | isEnd
	base := 3
	for i := 257; i < 285; i++ {
		extra := max(0, (i-261)/4)
		m[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	m[285] = 258 << 16
	m[286], m[287] = isSpecial, isSpecial
	return m
}

func meaningOfDistances() (m [distanceSymbols]entry) {
	base := 1
	for i := range 30 {
		extra := max(0, (i-2)/2)
		m[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	m[30], m[31] = isSpecial, isSpecial
	return m
}

func meaningOfCodeLengths() (m [lengthSymbols]entry) {
	for i := range m {
		m[i] = entry(i) << 16
	}
	return m
}

// fixed builds the codes of RFC 1951 §3.2.6.
func fixed() *tables {
	var lengths [literalSymbols + distanceSymbols]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		case i < literalSymbols:
			lengths[i] = 8
		default:
			lengths[i] = 5
		}
	}
	t := new(tables)
	build(t.literal[:], literalBits, lengths[:literalSymbols], literalMeaning[:])
	build(t.distance[:], distanceBits, lengths[literalSymbols:], distanceMeaning[:])
	return t
}

// build fills table, whose first part has index bits, from the lengths of the
// codes of all symbols. It reports false when they form no prefix code. As in
// zlib, a code of one symbol with one bit may be incomplete; an empty one may
// be built and fails when it is used.
func build(table []entry, index int, lengths []uint8, meaning []entry) bool {
	var count [maxCodeBits + 1]int
	for _, n := range lengths {
		count[n]++
	}
	used, space, last := 0, 0, 0
	var next [maxCodeBits + 2]int
	for n := 1; n <= maxCodeBits; n++ {
		next[n+1] = next[n] + count[n]
		space += count[n] << (maxCodeBits - n)
		if count[n] > 0 {
			used, last = used+count[n], n
		}
	}
	if space != 1<<maxCodeBits {
		if used > 1 || used == 1 && last != 1 {
			return false
		}
		return sparse(table[:1<<index], lengths, meaning)
	}

	var sorted [literalSymbols]uint16
	for symbol, n := range lengths {
		if n != 0 {
			sorted[next[n]] = uint16(symbol)
			next[n]++
		}
	}

	// Codes are walked in order, bits reversed, since DEFLATE packs them with
	// the first bit lowest. The table is as large as the codes so far need and
	// is doubled when they get longer.
	n := 1
	for count[n] == 0 {
		n++
	}
	code, end, symbol := 0, 1<<n, 0
	for left := count[n]; n <= index; {
		table[code] = meaning[sorted[symbol]] + entry(n<<8|n)
		symbol++
		if code == end-1 {
			for ; n < index; n++ {
				copy(table[end:end*2], table[:end])
				end *= 2
			}
			return true
		}
		code = following(code, end)
		for left--; left == 0; left = count[n] {
			n++
			if n <= index {
				copy(table[end:end*2], table[:end])
			}
			end *= 2
		}
	}
	return subtables(table, index, subcode{code, n, symbol}, &count, sorted[:used], meaning)
}

// following returns the next code of the same length after code, both with
// their bits reversed; end is two to the power of the length.
func following(code, end int) int {
	bit := 1 << (bits.Len(uint(code^(end-1))) - 1)
	return code&(bit-1) | bit
}

// sparse fills a table for no symbol, or for one whose code is a single bit.
func sparse(table []entry, lengths []uint8, meaning []entry) bool {
	for i := range table {
		table[i] = isSpecial
	}
	for symbol, n := range lengths {
		if n == 1 {
			for i := 0; i < len(table); i += 2 {
				table[i] = meaning[symbol] + entry(1<<8|1)
			}
		}
	}
	return true
}

// A subcode is a place in the walk of build.
type subcode struct{ code, bits, symbol int }

// subtables adds the codes from at on, which are longer than the index.
func subtables(table []entry, index int, at subcode, count *[maxCodeBits + 1]int, sorted []uint16, meaning []entry) bool {
	code, n := at.code, at.bits
	left := count[n]
	prefix, start, end := -1, 0, 1<<index
	for symbol := at.symbol; ; symbol++ {
		if p := code & (1<<index - 1); p != prefix {
			prefix, start = p, end
			size := n - index
			for room := left; room < 1<<size; {
				size++
				room = room*2 + count[index+size]
			}
			end = start + 1<<size
			table[prefix] = isSpecial | isSubtable | entry(start<<16|size<<8|index)
		}
		own := n - index
		e := meaning[sorted[symbol]] + entry(own<<8|own)
		for i := start + code>>index; i < end; i += 1 << own {
			table[i] = e
		}
		if code == 1<<n-1 {
			return true
		}
		code = following(code, 1<<n)
		for left--; left == 0; left = count[n] {
			n++
		}
	}
}
