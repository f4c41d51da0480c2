package capture

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestArrange(t *testing.T) {
	s := func(name string, first, last float64) span {
		at := func(seconds float64) time.Time {
			return time.Unix(1_700_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
		}
		return span{name: name, first: at(first), last: at(last)}
	}
	tests := []struct {
		name  string
		spans []span
		want  [][]int
	}{
		{"one", []span{s("a", 0, 1)}, [][]int{{0}}},
		{"one after the other", []span{s("a", 0, 1), s("b", 1, 2)}, [][]int{{0, 1}}},
		{"in any order", []span{s("c", 4, 5), s("a", 0, 1), s("b", 2, 3)}, [][]int{{1, 2, 0}}},
		{"overlapping", []span{s("a", 0, 10), s("b", 5, 15)}, [][]int{{0}, {1}}},
		{"one within the other", []span{s("a", 0, 10), s("b", 5, 6)}, [][]int{{0}, {1}}},
		{"the same time", []span{s("a", 0, 10), s("b", 0, 10)}, [][]int{{0}, {1}}},
		{"jitter where files meet", []span{s("a", 0, 10), s("b", 9.95, 20)}, [][]int{{0, 1}}},
		{"more than jitter", []span{s("a", 0, 10), s("b", 9.85, 20)}, [][]int{{0}, {1}}},
		{"short files that overlap by what would be jitter", []span{s("a", 0, 0.1), s("b", 0.05, 0.15)}, [][]int{{0}, {1}}},
		{"rotated on two hosts, by name",
			[]span{s("left-1", 0, 10), s("left-2", 10, 20), s("right-1", 0.5, 9), s("right-2", 10.5, 20)},
			[][]int{{0, 1}, {2, 3}}},
		{"rotated on two hosts, the second ends first",
			[]span{s("left-1", 0, 10), s("left-2", 11, 20), s("right-1", 0, 9), s("right-2", 10.5, 20)},
			[][]int{{0, 1}, {2, 3}}},
		{"streams stand alone", []span{s("a", 0, 1), {name: "-", stream: true}, s("b", 1, 2)}, [][]int{{0, 2}, {1}}},
		{"without a time, in its place", []span{s("a", 5, 6), {name: "x"}, s("b", 0, 1)}, [][]int{{2, 0, 1}}},
		{"without a time, first", []span{{name: "x"}, s("a", 5, 6)}, [][]int{{0, 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, arrange(tt.spans)); diff != "" {
				t.Errorf("arrange (-want +got):\n%s", diff)
			}
		})
	}
}
