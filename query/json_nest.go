package query

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A nest passes over what stands between two brackets, and counts those of
// its own kind that are not in texts. What they hold is not looked at: the
// other kind of brackets nests by itself where the text is JSON.
//
// Eight bytes are looked at at a time. A byte that is looked for gets its
// highest bit set; a byte times ones has in its highest bit whether there was
// an odd number of such bits up to it, that is, whether it stands in a text.
type nest struct {
	opens, closes byte

	// Each byte eight times, and the constants, which the compiler would load
	// for every word.
	open, close, quote, slash, ones, high, low uint64
}

var (
	object = newNest('{', '}')
	array  = newNest('[', ']')
)

func newNest(opens, closes byte) *nest {
	return &nest{opens: opens, closes: closes, open: uint64(opens) * ones, close: uint64(closes) * ones,
		quote: '"' * ones, slash: '\\' * ones, ones: ones, high: high, low: ^uint64(high)}
}

// A nesting is how far a nest was passed over.
type nesting struct {
	at      int
	depth   int    // brackets that are open there
	outside uint64 // all ones where no text is open, else 0
	escaped uint64 // the highest bit of a byte when the byte at at is escaped
}

// skip passes over brackets, the first of which stands at at. It returns where
// it goes on, or -1 when the text ends before.
func (n *nest) skip(t *jsonScan, at int) int {
	plain := t.data[:t.plain(at)]
	if end := n.flat(plain, at); end >= 0 {
		return end
	}
	g := nesting{at: at + 1, depth: 1, outside: ^uint64(0)}
	for g.at < len(t.data) {
		if end := n.blocks(plain, &g); end >= 0 {
			return end
		}
		if end := n.words(t.data, &g); end >= 0 {
			return end
		}
		plain = t.data[:t.plain(min(g.at, len(t.data)))]
	}
	return -1
}

// flat is skip where the first bracket that closes is the one, which the
// machine finds a vector at a time; -1 where that is not sure.
func (n *nest) flat(data []byte, at int) int {
	if at >= len(data) {
		return -1
	}
	inner := data[at+1:]
	size := bytes.IndexByte(inner, n.closes)
	if size < 0 {
		return -1
	}
	inner = inner[:size]
	if bytes.IndexByte(inner, n.opens) >= 0 || bytes.Count(inner, []byte{'"'})%2 != 0 {
		return -1
	}
	return at + size + 2
}

// blocks passes over data, which has no backslash, by blocks of 32 bytes. It
// returns where it goes on behind the last bracket, or -1 when it is in none.
func (n *nest) blocks(data []byte, g *nesting) int {
	k := *n
	if g.escaped != 0 || g.at > len(data) {
		return -1
	}
	depth, outside := g.depth, g.outside
	rest := data[g.at:]
	for ; len(rest) >= 32; rest = rest[32:] {
		block := (*[32]byte)(rest)
		w := binary.LittleEndian.Uint64(block[:8])
		seven, ascii := w&k.low, ^w&k.high
		p := ((k.high-(seven^k.quote))&ascii)*k.ones ^ outside
		ascii &= p
		opens, closes := (k.high-(seven^k.open))&ascii, (k.high-(seven^k.close))&ascii

		w = binary.LittleEndian.Uint64(block[8:16])
		seven, ascii = w&k.low, ^w&k.high
		p = ((k.high-(seven^k.quote))&ascii)*k.ones ^ uint64(int64(p)>>63)
		ascii &= p
		opens, closes = opens|(k.high-(seven^k.open))&ascii>>1, closes|(k.high-(seven^k.close))&ascii>>1

		w = binary.LittleEndian.Uint64(block[16:24])
		seven, ascii = w&k.low, ^w&k.high
		p = ((k.high-(seven^k.quote))&ascii)*k.ones ^ uint64(int64(p)>>63)
		ascii &= p
		opens, closes = opens|(k.high-(seven^k.open))&ascii>>2, closes|(k.high-(seven^k.close))&ascii>>2

		w = binary.LittleEndian.Uint64(block[24:])
		seven, ascii = w&k.low, ^w&k.high
		p = ((k.high-(seven^k.quote))&ascii)*k.ones ^ uint64(int64(p)>>63)
		ascii &= p
		opens, closes = opens|(k.high-(seven^k.open))&ascii>>3, closes|(k.high-(seven^k.close))&ascii>>3

		gone := bits.OnesCount64(closes)
		if depth <= gone {
			for i := 0; i < 32; i += 8 {
				down := bits.OnesCount64(closes & k.high)
				if depth <= down {
					if end := lastBracket(opens&k.high, closes&k.high, depth); end >= 0 {
						return len(data) - len(rest) + i + end
					}
				}
				depth += bits.OnesCount64(opens&k.high) - down
				opens, closes = opens<<1, closes<<1
			}
		} else {
			depth += bits.OnesCount64(opens) - gone
		}
		outside = uint64(int64(p) >> 63)
	}
	g.at, g.depth, g.outside = len(data)-len(rest), depth, outside
	return -1
}

// words passes over the next 32 bytes, a word at a time. It returns where it
// goes on behind the last bracket, or -1 when it is not there.
func (n *nest) words(data []byte, g *nesting) int {
	for until := g.at + 32; g.at < until && g.at < len(data); g.at += 8 {
		w := word(data[g.at:])
		seven, ascii := w&n.low, ^w&n.high
		quotes := (n.high - (seven ^ n.quote)) & ascii
		if slashes := (n.high - (seven ^ n.slash)) & ascii; slashes|g.escaped != 0 {
			var escaped uint64
			escaped, g.escaped = escapes(slashes, g.escaped)
			quotes &^= escaped
		}
		p := quotes*n.ones ^ g.outside
		g.outside = uint64(int64(p) >> 63)
		ascii &= p
		opens, closes := (n.high-(seven^n.open))&ascii, (n.high-(seven^n.close))&ascii
		gone := bits.OnesCount64(closes)
		if g.depth <= gone {
			if end := lastBracket(opens, closes, g.depth); end >= 0 {
				return g.at + end
			}
		}
		g.depth += bits.OnesCount64(opens) - gone
	}
	return -1
}

// lastBracket returns the place behind the bracket of a word that makes the
// depth 0, or -1.
func lastBracket(opens, closes uint64, depth int) int {
	for both := opens | closes; both != 0; both &= both - 1 {
		if first := both & -both; opens&first != 0 {
			depth++
		} else if depth--; depth == 0 {
			return bits.TrailingZeros64(first)/8 + 1
		}
	}
	return -1
}

// word returns the first eight bytes of data, zeroes behind its end.
func word(data []byte) uint64 {
	if len(data) >= 8 {
		return binary.LittleEndian.Uint64(data)
	}
	var w uint64
	for i, c := range data {
		w |= uint64(c) << (8 * i)
	}
	return w
}

// escapes returns which bytes of a word are escaped by the backslashes in it.
// The first may be, by the word before; rest says the same for the next.
func escapes(slashes, before uint64) (escaped, rest uint64) {
	escaped = before
	for slashes &^= before; slashes != 0; {
		first := slashes & -slashes
		escaped |= first << 8
		rest = first >> 56
		slashes &^= first | first<<8
	}
	return escaped, rest
}
