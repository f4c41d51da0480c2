package export

import (
	"math/bits"
	"slices"
)

// A histogram counts whole numbers by their size, so that percentiles are
// right to within 3 %. It takes room for the sizes that occur.
type histogram struct {
	counts   map[uint16]int64
	n        int64
	min, max int64
	sum      float64
}

// histogramBits is how many bits of a number are kept below its highest one.
const histogramBits = 5

func (h *histogram) add(v int64) { h.addMany(max(v, 0), 1) }

func (h *histogram) addMany(v, n int64) {
	if h.counts == nil {
		h.counts = map[uint16]int64{}
	}
	if h.n == 0 || v < h.min {
		h.min = v
	}
	h.max = max(h.max, v)
	h.n += n
	h.sum += float64(v) * float64(n)
	h.counts[bucket(v)] += n
}

// bucket returns the number of the bucket of v: numbers that share their
// highest bits share one.
func bucket(v int64) uint16 {
	width := bits.Len64(uint64(v))
	if width <= histogramBits+1 {
		return uint16(v)
	}
	shift := width - histogramBits - 1
	return uint16(shift<<histogramBits) + uint16(v>>shift)
}

// floor returns the smallest number of a bucket, and how many it holds.
func floor(b uint16) (low, size int64) {
	if b < 2<<histogramBits {
		return int64(b), 1
	}
	shift := b>>histogramBits - 1
	return int64(b-shift<<histogramBits) << shift, 1 << shift
}

func (h *histogram) merge(o *histogram) {
	if o.n == 0 {
		return
	}
	if h.counts == nil {
		h.counts = map[uint16]int64{}
	}
	if h.n == 0 || o.min < h.min {
		h.min = o.min
	}
	h.max = max(h.max, o.max)
	h.n += o.n
	h.sum += o.sum
	for b, n := range o.counts {
		h.counts[b] += n
	}
}

// quantiles returns the values that the given shares, in rising order, are
// not above.
func (h *histogram) quantiles(shares ...float64) []int64 {
	values := make([]int64, len(shares))
	if h.n == 0 {
		return values
	}
	order := make([]uint16, 0, len(h.counts))
	for b := range h.counts {
		order = append(order, b)
	}
	slices.Sort(order)
	seen, at := int64(0), 0
	for i, share := range shares {
		rank := max(int64(share*float64(h.n)+0.999999), 1)
		for seen+h.counts[order[at]] < rank && at < len(order)-1 {
			seen += h.counts[order[at]]
			at++
		}
		low, size := floor(order[at])
		values[i] = min(max(low+(size-1)/2, h.min), h.max)
	}
	return values
}
