package capture

import (
	"math"
	"math/bits"
	"time"
)

// A resolution turns the time stamps of a pcapng interface into times: its
// if_tsresol and if_tsoffset, draft-ietf-opsawg-pcapng §4.2. The zero value
// is not useful: microseconds, the default of the format, is 6.
type resolution struct {
	value  uint8 // as in the file: 10^-value, with the high bit 2^-(value & 0x7F)
	offset int64 // in seconds
}

const microseconds = 6

// The seconds of the years 1 to 9999. Times beyond them have no spelling in
// RFC 3339 and come from broken writers only.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// time returns the time of a stamp, and the zero time for one that no
// calendar holds.
func (r resolution) time(stamp uint64) time.Time {
	var seconds, nanoseconds uint64
	switch r.value {
	case 6:
		seconds, nanoseconds = stamp/1e6, stamp%1e6*1e3
	case 9:
		seconds, nanoseconds = stamp/1e9, stamp%1e9
	default:
		seconds, nanoseconds = r.split(stamp)
	}
	if seconds > math.MaxInt64 {
		return time.Time{}
	}
	s := int64(seconds)
	if sum := s + r.offset; (sum > s) == (r.offset > 0) && firstSecond < sum && sum <= lastSecond {
		return time.Unix(sum, int64(nanoseconds)).UTC()
	}
	return time.Time{}
}

// split is the general case of time.
func (r resolution) split(stamp uint64) (seconds, nanoseconds uint64) {
	exponent := int(r.value & 0x7F)
	if r.value&0x80 != 0 {
		rest := stamp
		if exponent < 64 {
			seconds = stamp >> exponent
			rest = stamp & (1<<exponent - 1)
		}
		// rest * 1e9 >> exponent, with 128 bits between.
		high, low := bits.Mul64(rest, 1e9)
		if exponent < 64 {
			return seconds, high<<(64-exponent) | low>>exponent
		}
		return 0, high >> (exponent - 64)
	}

	const digits = 19 // of the largest power of ten in 64 bits
	unit := uint64(1) // of a second
	for range min(exponent, digits) {
		unit *= 10
	}
	seconds, rest := stamp/unit, stamp%unit
	if exponent > digits {
		seconds, rest = 0, stamp // not one second fits
	}
	for ; exponent < 9; exponent++ {
		rest *= 10
	}
	for ; exponent > 9 && rest > 0; exponent-- {
		rest /= 10
	}
	return seconds, rest
}
