package capture

import (
	"cmp"
	"slices"
	"time"
)

// arrange puts files into chains: sequences in which each file begins when
// the one before it has ended. It returns indexes of spans; the chains are in
// the order of their lowest one.
//
// Where several chains could go on with a file, as when two hosts wrote
// rotated files, it is the one whose name is most like its own.
func arrange(spans []span) [][]int {
	spans = slices.Clone(spans)
	order := make([]int, 0, len(spans))
	var chains [][]int
	for i := range spans {
		switch s := &spans[i]; {
		case s.stream:
			chains = append(chains, []int{i})
			continue
		case s.known():
		case i > 0: // no packet has a time: the file keeps its place in the command
			s.first, s.last = spans[i-1].last, spans[i-1].last
		}
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(spans[a].first.Compare(spans[b].first), spans[a].last.Compare(spans[b].last))
	})

	streams := len(chains)
	for _, i := range order {
		best, likeness := -1, -1
		for c, chain := range chains[streams:] {
			end := chain[len(chain)-1]
			if !follows(spans[end], spans[i]) {
				continue
			}
			if n := common(spans[end].name, spans[i].name); n > likeness {
				best, likeness = streams+c, n
			}
		}
		if best < 0 {
			chains = append(chains, []int{i})
		} else {
			chains[best] = append(chains[best], i)
		}
	}
	slices.SortFunc(chains, func(a, b []int) int { return cmp.Compare(slices.Min(a), slices.Min(b)) })
	return chains
}

// follows reports whether b begins when a has ended. A capture of several
// interfaces has packets slightly out of order, also where one file ends and
// the next begins: an overlap is none when it is short in itself and beside
// both files.
func follows(a, b span) bool {
	const jitter = 100 * time.Millisecond
	overlap := a.last.Sub(b.first)
	shorter := min(a.last.Sub(a.first), b.last.Sub(b.first))
	return overlap <= min(jitter, max(shorter/10, 0))
}

// common returns how many bytes a and b have in common at their start.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
