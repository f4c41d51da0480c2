package export

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Every bucket begins where the one before it ends.
func TestBucket(t *testing.T) {
	next := int64(0)
	for b := range uint16(2000) {
		low, size := floor(b)
		if low != next || bucket(low) != b || bucket(low+size-1) != b {
			t.Fatalf("bucket %d is %d to %d; want it from %d on, holding both", b, low, low+size-1, next)
		}
		if next = low + size; next < 0 {
			break
		}
	}
	if b := bucket(1<<63 - 1); b > 2000 {
		t.Errorf("bucket of the largest number = %d", b)
	}
}

func TestQuantiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var whole, left, right histogram
	var values []int64
	for i := range 10_000 {
		v := int64(random.ExpFloat64() * 1e6)
		values = append(values, v)
		whole.add(v)
		if i%2 == 0 {
			left.add(v)
		} else {
			right.add(v)
		}
	}
	slices.Sort(values)
	left.merge(&right)
	for name, h := range map[string]*histogram{"whole": &whole, "merged": &left} {
		q := h.quantiles(0, 0.5, 0.9, 0.99, 1)
		for i, at := range []int{0, 4999, 8999, 9899, 9999} {
			if want := values[at]; float64(q[i]) < 0.97*float64(want)-1 || float64(q[i]) > 1.03*float64(want)+1 {
				t.Errorf("%s: quantile %d = %d; want about %d", name, i, q[i], want)
			}
		}
		if h.min != values[0] || h.max != values[9999] || h.n != 10_000 {
			t.Errorf("%s: %d values from %d to %d", name, h.n, h.min, h.max)
		}
	}
}

func TestTimeline(t *testing.T) {
	var a, b timeline
	for i := range 600 {
		a.add(time.Duration(i) * 100 * time.Millisecond)
	}
	b.add(0)
	b.add(10 * time.Millisecond)
	if len(a.bins) > timelineBins || a.width*timelineBins < time.Minute {
		t.Errorf("a minute takes %d bins of %v", len(a.bins), a.width)
	}
	b.merge(&a)
	total := int64(0)
	for _, n := range b.bins {
		total += n
	}
	if total != 602 || b.width != a.width {
		t.Errorf("merged: %d messages in bins of %v; want 602 of %v", total, b.width, a.width)
	}
	if got, want := a.plot(4, time.Minute, true), "@@@@"; got != want {
		t.Errorf("plot of an even rate = %q; want %q", got, want)
	}
	// Far beyond what was seen first, the bins stay few.
	a.add(1000 * time.Hour)
	if len(a.bins) > timelineBins {
		t.Errorf("%d bins", len(a.bins))
	}
}
