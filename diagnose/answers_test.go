package diagnose

import (
	"fmt"
	"slices"
	"testing"
)

// count returns how many legs are found.
func (a *answers) count() int {
	n := 0
	for _, l := range a {
		for ; l != nil; l = l.same {
			n++
		}
	}
	return n
}

// TestAnswers holds that legs are found by their own key alone, the newest
// first and no more than the last ones, however many others share their chain.
func TestAnswers(t *testing.T) {
	const same = "the same key again and again"
	var a answers
	var want []*leg
	for i := range 2 * maxCandidates {
		l := &leg{expected: same}
		a.add(l)
		a.add(&leg{expected: fmt.Sprintf("%028d", i)})
		want = slices.Insert(want, 0, l)
	}
	want = want[:maxCandidates]
	check := func(step string) {
		t.Helper()
		var got []*leg
		for l := a.newest(same); l != nil; l = l.next() {
			got = append(got, l)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d legs are found by one key; want the last %d", step, len(got), len(want))
		}
	}
	check("added")
	for _, i := range []int{maxCandidates - 1, 100, 0} {
		a.remove(want[i])
		want = slices.Delete(want, i, i+1)
	}
	check("removed")
	a.remove(&leg{expected: same, answer: fingerprint(same)})
	check("removed what is not there")
	for i := range 2 * maxCandidates {
		key := fmt.Sprintf("%028d", i)
		if l := a.newest(key); l == nil || l.expected != key || l.next() != nil {
			t.Errorf("newest(%s) = %v", key, l)
		}
	}
	if l := a.newest("nobody's"); l != nil {
		t.Errorf("a leg with the key %s is found by another one", l.expected)
	}
	if got, want := a.count(), 2*maxCandidates+len(want); got != want {
		t.Errorf("%d legs are kept; want %d", got, want)
	}
}
