package export

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"
)

// Numbers are written as strconv writes them: those of every length, and their
// neighbours.
func TestAppendInt(t *testing.T) {
	numbers := []int64{0, -1, -9, -10, math.MinInt64, math.MaxInt64, 10203040, 90000009, 12345678, 123456789}
	for ten := int64(1); ten <= 1e18; ten *= 10 {
		numbers = append(numbers, ten-1, ten, ten+1, 2*ten, 5*ten)
	}
	for _, n := range numbers {
		if got, want := string(appendInt([]byte("{"), `"n":`, n)), `{"n":`+strconv.FormatInt(n, 10); got != want {
			t.Errorf("appendInt(%d) = %s; want %s", n, got, want)
		}
	}
}

// Both halves that eightDigits divides at once take every value.
func TestEightDigits(t *testing.T) {
	for half := range uint64(1e4) {
		for _, n := range []uint64{half, half * 1e4, half*1e4 + 9999, 99990000 + half} {
			got := string(binary.LittleEndian.AppendUint64(nil, eightDigits(n)|ascii))
			if want := fmt.Sprintf("%08d", n); got != want {
				t.Fatalf("eightDigits(%d) = %q; want %q", n, got, want)
			}
		}
	}
}

func TestAppendDuration(t *testing.T) {
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{-1, "null"},
		{0, "0"},
		{1, "0.000000001"},
		{10, "0.00000001"},
		{time.Microsecond, "0.000001"},
		{time.Second - 1, "0.999999999"},
		{time.Second, "1"},
		{90*time.Second + 500*time.Millisecond, "90.5"},
		{time.Second + 123456789, "1.123456789"},
		{time.Second + 123456780, "1.12345678"},
		{math.MaxInt64, "9223372036.854775807"},
	} {
		if got := string(appendDuration(nil, `,"rtt":`, tt.d)); got != `,"rtt":`+tt.want {
			t.Errorf("appendDuration(%d) = %s; want %s", tt.d, got, tt.want)
		}
	}
}
