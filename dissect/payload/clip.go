package payload

import (
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// summaryLimit is how many bytes of captured text a summary quotes.
const summaryLimit = 120

// clip returns at most limit bytes of s, cut between characters, with an
// ellipsis when something was cut. A limit of 0 means all.
func clip(s string, limit int) string {
	if limit <= 0 || len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}

// clipAt returns how many bytes of b clip would look at, so that the rest of
// a large value is not copied only to be cut off.
func clipAt(b []byte, limit int) int {
	if limit <= 0 {
		return len(b)
	}
	return min(len(b), limit+utf8.UTFMax)
}

// clipHex returns b in hexadecimal, at most limit digits of it.
func clipHex(b []byte, limit int) string {
	if limit <= 0 || 2*len(b) <= limit {
		return hex.EncodeToString(b)
	}
	return hex.EncodeToString(b[:limit/2]) + "…"
}

// quantity says how many things there are: "1 byte", "3 bytes".
func quantity(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}
