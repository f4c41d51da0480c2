package export

import "time"

// A timeline counts messages over time, in at most timelineBins bins of equal
// width, which grows with the time that passes.
type timeline struct {
	width time.Duration
	bins  []int64
}

const (
	timelineBins  = 60
	timelineWidth = time.Millisecond // of the first bins
)

// add counts a message at a time since the capture began.
func (t *timeline) add(at time.Duration) {
	if t.width == 0 {
		t.width = timelineWidth
	}
	at = max(at, 0)
	for at/t.width >= timelineBins {
		t.fold()
	}
	i := int(at / t.width)
	for i >= len(t.bins) {
		t.bins = append(t.bins, 0)
	}
	t.bins[i]++
}

// fold makes bins of double width.
func (t *timeline) fold() {
	n := 0
	for i := 0; i < len(t.bins); i += 2 {
		sum := t.bins[i]
		if i+1 < len(t.bins) {
			sum += t.bins[i+1]
		}
		t.bins[n] = sum
		n++
	}
	t.bins = t.bins[:n]
	t.width *= 2
}

func (t *timeline) merge(o *timeline) {
	if o.width == 0 {
		return
	}
	if t.width == 0 {
		t.width = o.width
	}
	for t.width < o.width {
		t.fold()
	}
	other := timeline{o.width, append([]int64(nil), o.bins...)}
	for other.width < t.width {
		other.fold()
	}
	for i, n := range other.bins {
		for i >= len(t.bins) {
			t.bins = append(t.bins, 0)
		}
		t.bins[i] += n
	}
}

// peak returns the most messages a second of any bin.
func (t *timeline) peak() float64 {
	most := int64(0)
	for _, n := range t.bins {
		most = max(most, n)
	}
	if t.width == 0 {
		return 0
	}
	return float64(most) / t.width.Seconds()
}

// plot draws the bins from the beginning to width columns, which stand for
// the time that span covers.
func (t *timeline) plot(columns int, span time.Duration, ascii bool) string {
	marks := []rune("▁▂▃▄▅▆▇█")
	if ascii {
		marks = []rune(".:-=+*#@")
	}
	if t.width == 0 || columns == 0 {
		return ""
	}
	sums := make([]int64, columns)
	most := int64(0)
	span = max(span, 1)
	for i, n := range t.bins {
		at := min(int(float64(i)*float64(t.width)/float64(span)*float64(columns)), columns-1)
		sums[at] += n
		most = max(most, sums[at])
	}
	line := make([]rune, columns)
	for i, n := range sums {
		switch {
		case n == 0:
			line[i] = ' '
		default:
			line[i] = marks[min(int(n*int64(len(marks))/(most+1)), len(marks)-1)]
		}
	}
	return string(line)
}
