package query

import (
	"bytes"
	"strings"

	"wsight/dissect"
)

// search builds what a bare word asks: whether a payload, or the reason of a
// Close, holds it, in letters of either case.
func search(words string, negated bool) func(*Row) bool {
	needle := []byte(strings.ToLower(words))
	return func(r *Row) bool {
		m, ok := r.Event.(*dissect.Message)
		if !ok || m.Undecoded != "" {
			return false
		}
		return (within(m.Payload, needle) || within(m.Reason, needle)) != negated
	}
}

// search is what a bare word becomes inside of a larger condition.
func (f *Filter) search(params ...any) (any, error) {
	words, _ := params[0].(string)
	return search(words, false)(f.row), nil
}

// within reports whether data holds the needle, which is in lower case.
func within(data, needle []byte) bool {
	if len(needle) == 0 {
		return true
	}
	lower := needle[0]
	if lower >= 0x80 { // letters of other scripts change their length
		return bytes.Contains(bytes.ToLower(data), needle)
	}
	upper := lower
	if 'a' <= lower && lower <= 'z' {
		upper -= 'a' - 'A'
	}
	// Where the first letter stands next, in each case; it is looked for again
	// only behind that, so that data is read twice at most.
	low, up := next(data, lower, 0), len(data)
	if upper != lower {
		up = next(data, upper, 0)
	}
	for {
		at := min(low, up)
		if len(data)-at < len(needle) {
			return false
		}
		if bytes.EqualFold(data[at:at+len(needle)], needle) {
			return true
		}
		if at == low {
			low = next(data, lower, at+1)
		} else {
			up = next(data, upper, at+1)
		}
	}
}

// next returns the place of c in data from a place on, len(data) when there is none.
func next(data []byte, c byte, from int) int {
	if i := bytes.IndexByte(data[from:], c); i >= 0 {
		return from + i
	}
	return len(data)
}
