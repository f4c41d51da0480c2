package handshake

import (
	"strconv"
	"strings"

	"wsight/dissect/header"
)

// cacheEvidence returns the field line that shows that the answer came out of
// a cache, quoted, or "". A miss, and an Age of 0 alone, show nothing.
func cacheEvidence(f header.Fields) string {
	for _, field := range f {
		if stored(field) {
			return quoteLine(field)
		}
	}
	return ""
}

func stored(field header.Field) bool {
	switch name := field.Name; {
	case header.EqualFold(name, "Age"): // RFC 9111 §5.1
		seconds, err := strconv.ParseUint(field.Value, 10, 31)
		return err == nil && seconds > 0
	case header.EqualFold(name, "X-Varnish"): // the second id is that of the request that filled the cache
		return len(strings.Fields(field.Value)) == 2
	case header.EqualFold(name, "X-Cache"), header.EqualFold(name, "X-Cache-Status"), header.EqualFold(name, "X-Proxy-Cache"):
		return hasWord(field.Value, "hit")
	case header.EqualFold(name, "CF-Cache-Status"):
		for _, word := range []string{"hit", "stale", "updating", "revalidated"} {
			if header.EqualFold(field.Value, word) {
				return true
			}
		}
	case header.EqualFold(name, "Cache-Status"): // RFC 9211 §2.1: the parameter hit
		for member := range header.Members(field.Value) {
			if _, ok := parameter(header.ParseElement(member), "hit"); ok {
				return true
			}
		}
	}
	return false
}

// hasWord reports whether word is in s, in any case: "HIT", "Hit from
// cloudfront", "TCP_HIT", "MISS, HIT".
func hasWord(s, word string) bool {
	for piece := range strings.FieldsFuncSeq(s, func(c rune) bool { return c < '0' || c > 'z' || c > '9' && c < 'A' || c > 'Z' && c < 'a' }) {
		if header.EqualFold(piece, word) {
			return true
		}
	}
	return false
}
