package capture

import (
	"math"
	"testing"
	"time"
)

func TestResolution(t *testing.T) {
	tests := []struct {
		name   string
		value  uint8
		offset int64
		stamp  uint64
		want   time.Time // zero: none
	}{
		{"seconds", 0, 0, 1_700_000_000, time.Unix(1_700_000_000, 0)},
		{"milliseconds", 3, 0, 1_700_000_000_123, time.Unix(1_700_000_000, 123e6)},
		{"microseconds", 6, 0, 1_700_000_000_123_456, time.Unix(1_700_000_000, 123_456_000)},
		{"nanoseconds", 9, 0, 1_700_000_000_123_456_789, time.Unix(1_700_000_000, 123_456_789)},
		{"picoseconds", 12, 0, 1_123_456_789_999, time.Unix(1, 123_456_789)},
		{"10^-19", 19, 0, 1.5e19, time.Unix(1, 5e8)},
		{"10^-20", 20, 0, 1.5e19, time.Unix(0, 15e7)},
		{"10^-127", 127, 0, math.MaxUint64, time.Unix(0, 0)},
		{"2^0", 0x80, 0, 1_700_000_000, time.Unix(1_700_000_000, 0)},
		{"2^-10", 0x8A, 0, 3 << 9, time.Unix(1, 5e8)},
		{"2^-32, as NTP has it", 0xA0, 0, 1_700_000_000<<32 | 1<<31, time.Unix(1_700_000_000, 5e8)},
		{"2^-63", 0xBF, 0, 3 << 62, time.Unix(1, 5e8)},
		{"2^-64", 0xC0, 0, 1 << 63, time.Unix(0, 5e8)},
		{"2^-127", 0xFF, 0, math.MaxUint64, time.Unix(0, 0)},
		{"with an offset", 6, 1_700_000_000, 5e6, time.Unix(1_700_000_005, 0)},
		{"with one backwards", 6, -10, 5e6, time.Unix(-5, 0)},
		{"the last second of 9999", 0, 0, lastSecond, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"the first of 10000", 0, 0, lastSecond + 1, time.Time{}},
		{"before the first year", 0, math.MinInt64, 0, time.Time{}},
		{"beyond 63 bits", 0, 0, math.MaxUint64, time.Time{}},
		{"beyond 63 bits with the offset", 0, math.MaxInt64, math.MaxInt64, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := resolution{tt.value, tt.offset}.time(tt.stamp)
			if !got.Equal(tt.want) {
				t.Errorf("time(%d) = %v; want %v", tt.stamp, got, tt.want)
			}
		})
	}
}
