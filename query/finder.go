package query

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A finder looks for a text in many others. It looks for the byte of the text
// that is rarest in what people send, which the machine finds a vector at a
// time, and compares the rest there.
type finder struct {
	needle []byte
	rare   int // place of that byte
}

// commonness are the bytes of JSON and English, the most common first.
const commonness = "\" e,t:ao0in1srl2dhcu{}34m5.67pf89gy[]wbv-k_/xjqz"

func newFinder(needle []byte) *finder {
	f := &finder{needle: needle}
	best := -1
	for i, c := range needle {
		rank := strings.IndexByte(commonness, c|lowerBit(c))
		if rank < 0 {
			rank = len(commonness)
		}
		if rank > best {
			best, f.rare = rank, i
		}
	}
	return f
}

// lowerBit is the bit that makes c a small letter, 0 for what is no letter.
func lowerBit(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return 'a' - 'A'
	}
	return 0
}

// index returns the place of the needle in data from a place on, or -1.
func (f *finder) index(data []byte, from int) int {
	if len(f.needle) == 0 {
		return from
	}
	misses, first, end := 0, f.needle[0], len(f.needle)-1
	for last := len(data) - len(f.needle); from <= last; from++ {
		i := bytes.IndexByte(data[from+f.rare:last+f.rare+1], f.needle[f.rare])
		if i < 0 {
			return -1
		}
		from += i
		if data[from] == first && data[from+end] == f.needle[end] && bytes.Equal(data[from:from+end+1], f.needle) {
			return from
		}
		// Where the byte is not rare after all, the usual search is faster.
		if misses++; misses > 16+from/16 {
			if i = bytes.Index(data[from:], f.needle); i < 0 {
				return -1
			}
			return from + i
		}
	}
	return -1
}

// within reports whether data holds the needle.
func (f *finder) within(data []byte) bool {
	return f.index(data, 0) >= 0
}

// withinFold reports whether data holds the needle, which is in lower case,
// in letters of either case.
func (f *finder) withinFold(data []byte) bool {
	n := len(f.needle)
	if n == 0 {
		return true
	}
	lower := f.needle[f.rare]
	if lower >= utf8.RuneSelf { // letters of other scripts change their length
		return bytes.Contains(bytes.ToLower(data), f.needle)
	}
	if n > len(data) {
		return false
	}
	data, before := data[f.rare:], data
	end := len(before) - n // of the places where the needle may begin
	upper := lower
	if 'a' <= lower && lower <= 'z' {
		upper -= 'a' - 'A'
	}
	first, last := fold(f.needle[0]), fold(f.needle[n-1])
	// Where the letter stands next, in each case; it is looked for again only
	// behind that, so that data is read twice at most.
	low, up := next(data, lower, 0), len(data)
	if upper != lower {
		up = next(data, upper, 0)
	}
	for {
		at := min(low, up)
		if at > end {
			return false
		}
		if fold(before[at]) == first && fold(before[at+n-1]) == last && bytes.EqualFold(before[at:at+n], f.needle) {
			return true
		}
		if at == low {
			low = next(data, lower, at+1)
		} else {
			up = next(data, upper, at+1)
		}
	}
}

// fold maps letters of either case, and few others, to one byte.
func fold(c byte) byte {
	if c >= utf8.RuneSelf {
		return utf8.RuneSelf // its case may be in other bits
	}
	return c | 0x20
}

// next returns the place of c in data from a place on, len(data) when there is none.
func next(data []byte, c byte, from int) int {
	if i := bytes.IndexByte(data[from:], c); i >= 0 {
		return from + i
	}
	return len(data)
}
