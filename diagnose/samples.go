package diagnose

import (
	"slices"
	"time"
)

// samples keeps an even choice of many durations, and the least of all.
type samples struct {
	kept   []time.Duration
	stride int
	seen   int
	least  time.Duration
}

// maxSamples bounds how many durations are kept.
const maxSamples = 256

func (s *samples) add(d time.Duration) {
	if s.seen == 0 || d < s.least {
		s.least = d
	}
	s.stride = max(s.stride, 1)
	if s.seen%s.stride == 0 {
		if len(s.kept) == maxSamples {
			for i := range maxSamples / 2 {
				s.kept[i] = s.kept[2*i]
			}
			s.kept = s.kept[:maxSamples/2]
			s.stride *= 2
		}
		s.kept = append(s.kept, d)
	}
	s.seen++
}

// median returns the middle one, and false when there is none.
func (s *samples) median() (time.Duration, bool) {
	if len(s.kept) == 0 {
		return 0, false
	}
	sorted := slices.Clone(s.kept)
	slices.Sort(sorted)
	return sorted[len(sorted)/2], true
}
