package export

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"time"
)

func appendInt[N int | int64](b []byte, before string, n N) []byte {
	return appendNumber(b, before, int64(n))
}

// appendNumber is appendInt.
//
//go:noinline
func appendNumber(b []byte, before string, n int64) []byte {
	b = append(b, before...)
	if uint64(n) < 10 {
		return append(b, byte('0'+n))
	}
	if uint64(n) >= 1e8 {
		return strconv.AppendInt(b, n, 10)
	}
	digits := eightDigits(uint64(n))
	leading := bits.TrailingZeros64(digits) & 56 // zeros, eight bits each
	b = binary.LittleEndian.AppendUint64(b, (digits|ascii)>>leading)
	return b[:len(b)-leading/8]
}

// ascii makes characters of eight digits.
const ascii = 0x3030303030303030

// eightDigits returns the decimal digits of n, which is below 1e8: the first
// one in the low byte, where it comes to stand first in memory. It divides the
// halves of n at once, then their halves, then those of these.
func eightDigits(n uint64) uint64 {
	n = n/1e4 | n%1e4<<32
	hundreds := n * 5243 >> 19 & 0x7f_0000007f // n/100 for all n < 1e4
	n = hundreds | (n-hundreds*100)<<16
	tens := n * 103 >> 10 & 0xf_000f_000f_000f // n/10 for all n < 100
	return tens | (n-tens*10)<<8
}

// appendKnown appends n, or null when it is negative: unknown.
func appendKnown(b []byte, before string, n int64) []byte {
	if n < 0 {
		return appendNull(b, before)
	}
	return appendNumber(b, before, n)
}

// appendDuration appends seconds with as many decimals as d needs, or null
// when d is negative: unknown.
func appendDuration(b []byte, before string, d time.Duration) []byte {
	if d < 0 {
		return appendNull(b, before)
	}
	b = appendNumber(b, before, int64(d/time.Second))
	nanoseconds := uint64(d % time.Second)
	if nanoseconds == 0 {
		return b
	}
	digits, ninth := eightDigits(nanoseconds/10), byte(nanoseconds%10)
	b = binary.LittleEndian.AppendUint64(append(b, '.'), digits|ascii)
	if ninth != 0 {
		return append(b, '0'+ninth)
	}
	return b[:len(b)-bits.LeadingZeros64(digits)/8]
}
