package query

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A finder looks for a text in many others. It compares two bytes of the text,
// those that are rarest in what people send, at eight places at a time, and
// the rest only where both fit: what it costs does not depend on how often one
// of them comes.
type finder struct {
	needle  []byte // joined with mask
	mask    []byte // bits in which the forms of a byte may differ
	letters []letter
	rare    [2]probe

	ones, high uint64 // kept here: the compiler would load them for every word
}

// A probe is a byte to look for at a place of the needle.
type probe struct {
	at int
	pattern
}

// A pattern is a byte eight times, and the bits of it that do not matter set.
type pattern struct{ value, mask uint64 }

// differs returns a word that is 0 in the bytes where w fits.
func (p pattern) differs(w uint64) uint64 { return (w | p.mask) ^ p.value }

// A letter has forms that the mask alone does not tell from others.
type letter struct {
	at    int
	forms []string
}

const (
	ones = 0x0101010101010101 // a byte times this is eight of it
	high = 0x80 * ones
)

// commonness are the bytes of JSON and English, the most common first.
const commonness = "\" e,t:ao0in1srl2dhcu{}34m5.67pf89gy[]wbv-k_/xjqz"

// newFinder makes a finder of a text as it is.
func newFinder(needle []byte) *finder {
	f := &finder{needle: needle, mask: make([]byte, len(needle))}
	f.choose()
	return f
}

// newFold makes a finder of words in letters of either case, as far as the
// forms of a letter take as many bytes as it: all but a few signs, such as
// that for Kelvin.
func newFold(words string) *finder {
	f := &finder{}
	for rest := words; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		form := rest[:size]
		at := len(f.needle)
		f.needle = append(f.needle, form...)
		f.mask = append(f.mask, make([]byte, size)...)
		rest = rest[size:]
		if r == utf8.RuneError {
			continue
		}
		forms := []string{form}
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if utf8.RuneLen(other) == size {
				forms = append(forms, string(other))
			}
		}
		differ := 0
		for i := range size {
			for _, form := range forms {
				f.mask[at+i] |= forms[0][i] ^ form[i]
			}
			f.needle[at+i] |= f.mask[at+i]
			differ += bits.OnesCount8(f.mask[at+i])
		}
		if differ > 1 {
			f.letters = append(f.letters, letter{at, forms})
		}
	}
	f.choose()
	return f
}

// choose finds the rarest bytes.
func (f *finder) choose() {
	f.ones, f.high = ones, high
	ranks := [2]int{-1, -1}
	for at, c := range f.needle {
		rank := rarity(c)
		switch p := (probe{at, f.pattern(at)}); {
		case rank > ranks[0]:
			ranks[1], f.rare[1] = ranks[0], f.rare[0]
			ranks[0], f.rare[0] = rank, p
		case rank > ranks[1]:
			ranks[1], f.rare[1] = rank, p
		}
	}
	if ranks[1] < 0 {
		f.rare[1] = f.rare[0]
	}
}

// rarity is higher for bytes that are rarer.
func rarity(c byte) int {
	if c >= 0xc0 { // begins a letter of a script, and most of that script
		return len(commonness) / 2
	}
	if i := strings.IndexByte(commonness, c); i >= 0 {
		return i
	}
	if i := strings.IndexByte(commonness, c|0x20); i >= 0 && 'A' <= c && c <= 'Z' {
		return i
	}
	return len(commonness)
}

// index returns the first place of the needle in data from a place on, or -1.
func (f *finder) index(data []byte, from int) int {
	n := len(f.needle)
	if n == 0 {
		return from
	}
	// Most texts do not have the rarest byte at all, which the machine finds
	// out a vector at a time; what stands before the first needs no more.
	const few, near = 3, 64
	for range few {
		if n > len(data)-from {
			return -1
		}
		hop := f.hop(data[from+f.rare[0].at : len(data)-n+f.rare[0].at+1])
		if hop < 0 {
			return -1
		}
		if from += hop; f.is(data[from:]) {
			return from
		}
		from++
		if hop < near || f.rare[0].mask != 0 {
			break // it is not rare here, or dear to find
		}
	}
	return f.sweep(data, from)
}

// hop returns the first place of the rarest byte in data, or -1.
func (f *finder) hop(data []byte) int {
	value, mask := byte(f.rare[0].value), byte(f.rare[0].mask)
	one := bytes.IndexByte(data, value)
	switch bits.OnesCount8(mask) {
	case 0:
		return one
	case 1:
		if one >= 0 {
			data = data[:one]
		}
		if other := bytes.IndexByte(data, value&^mask); other >= 0 {
			return other
		}
		return one
	}
	return 0
}

// none reports whether data certainly does not hold the needle, which takes
// little time.
func (f *finder) none(data []byte) bool { return f.hop(data) < 0 }

// sweep returns the first place of the needle in data from a place on, or -1.
func (f *finder) sweep(data []byte, from int) int {
	end := len(data) - len(f.needle) + 1 // of the places where it may begin
	if from >= end {
		return -1
	}
	a, b := data[from+f.rare[0].at:end+f.rare[0].at], data[from+f.rare[1].at:end+f.rare[1].at]
	one, other, misses := f.rare[0].pattern, f.rare[1].pattern, 0
	for at := 0; at < len(a); {
		at += f.pass(one, other, a[at:], b[at:])
		for until := at + block; at < until && at+8 <= len(a); at += 8 {
			t := one.differs(binary.LittleEndian.Uint64(a[at:])) | other.differs(binary.LittleEndian.Uint64(b[at:]))
			for marks := (t - ones) &^ t & high; marks != 0; marks &= marks - 1 {
				i := from + at + bits.TrailingZeros64(marks)/8
				wrong := f.mismatch(data[i:])
				if wrong < 0 {
					return i
				}
				// Where both come together, as in every row, what was wrong
				// there tells more.
				if misses++; misses == 2 || misses == 4 {
					other, b = f.pattern(wrong), data[from+wrong:end+wrong]
				}
			}
		}
		for ; len(a)-at < 8 && at < len(a); at++ {
			if f.is(data[from+at:]) {
				return from + at
			}
		}
	}
	return -1
}

const block = 32

// pass returns how many bytes, by blocks, do not hold two bytes, one in a and
// the other at the same place of b, which is as long.
func (f *finder) pass(one, other pattern, a, b []byte) int {
	ones, high := f.ones, f.high
	size := len(a)
	for len(a) >= block && len(b) >= block {
		p, q := (*[block]byte)(a), (*[block]byte)(b)
		s := one.differs(binary.LittleEndian.Uint64(p[:8])) | other.differs(binary.LittleEndian.Uint64(q[:8]))
		t := one.differs(binary.LittleEndian.Uint64(p[8:16])) | other.differs(binary.LittleEndian.Uint64(q[8:16]))
		u := one.differs(binary.LittleEndian.Uint64(p[16:24])) | other.differs(binary.LittleEndian.Uint64(q[16:24]))
		v := one.differs(binary.LittleEndian.Uint64(p[24:])) | other.differs(binary.LittleEndian.Uint64(q[24:]))
		// A byte of 0 gets its highest bit set by this, few others do.
		if ((s-ones)&^s|(t-ones)&^t|(u-ones)&^u|(v-ones)&^v)&high != 0 {
			break
		}
		a, b = a[block:], b[block:]
	}
	return size - len(a)
}

// is reports whether data begins with the needle.
func (f *finder) is(data []byte) bool { return f.mismatch(data) < 0 }

// mismatch returns where data differs from the needle, or -1 where it begins
// with it.
func (f *finder) mismatch(data []byte) int {
	if len(data) < len(f.needle) {
		return 0
	}
	for i, c := range f.needle {
		if data[i]|f.mask[i] != c {
			return i
		}
	}
	for _, l := range f.letters {
		if !l.is(data[l.at:]) {
			return l.at
		}
	}
	return -1
}

// pattern returns a byte of the needle.
func (f *finder) pattern(at int) pattern {
	return pattern{uint64(f.needle[at]) * ones, uint64(f.mask[at]) * ones}
}

// is reports whether data begins with a form of the letter.
func (l *letter) is(data []byte) bool {
	for _, form := range l.forms {
		if string(data[:len(form)]) == form {
			return true
		}
	}
	return false
}

// within reports whether data holds the needle.
func (f *finder) within(data []byte) bool {
	return f.index(data, 0) >= 0
}
