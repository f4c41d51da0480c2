package afpacket

import (
	"math"
	"testing"
)

func TestBounded(t *testing.T) {
	for _, tt := range []struct {
		name   string
		size   int
		memory uint64
		want   int
	}{
		{"as asked", 64 << 20, 8 << 30, 64 << 20},
		{"whole blocks", 64<<20 + 1, 8 << 30, 64 << 20},
		{"the least", 1, 8 << 30, minimumRing},
		{"an eighth of the memory", 1 << 30, 8 << 30, 1 << 30},
		{"more than that", 1<<30 + blockSize, 8 << 30, 1 << 30},
		{"absurd", math.MaxInt, 8 << 30, 1 << 30},
		{"absurd, with memory as absurd", math.MaxInt, math.MaxUint64, 2<<30 - blockSize},
		{"next to no memory", 64 << 20, 1 << 20, minimumRing},
	} {
		if got := bounded(tt.size, tt.memory); got != tt.want {
			t.Errorf("%s: bounded(%d, %d) = %d; want %d", tt.name, tt.size, tt.memory, got, tt.want)
		}
	}
}
