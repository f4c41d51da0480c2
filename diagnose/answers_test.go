package diagnose

import (
	"fmt"
	"slices"
	"testing"
)

// TestAnswers holds that legs are found by their own key alone, the newest
// first and no more than the last ones, however many others share their chain.
func TestAnswers(t *testing.T) {
	const same = "the same key again and again"
	const others = 5 * fewestAnswers // so that there have to be more chains
	var a answers
	var want []*leg
	for i := range 2 * maxCandidates {
		l := &leg{expected: same}
		a.add(l)
		want = slices.Insert(want, 0, l)
		for k := i * others / (2 * maxCandidates); k < (i+1)*others/(2*maxCandidates); k++ {
			a.add(&leg{expected: fmt.Sprintf("%028d", k)})
		}
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
	a.remove(&leg{expected: same, answer: a.fingerprint(same)})
	check("removed what is not there")
	for i := range others {
		key := fmt.Sprintf("%028d", i)
		if l := a.newest(key); l == nil || l.expected != key || l.next() != nil {
			t.Errorf("newest(%s) = %v", key, l)
		}
	}
	if l := a.newest("nobody's"); l != nil {
		t.Errorf("a leg with the key %s is found by another one", l.expected)
	}
	kept := 0
	for i, l := range a.places {
		for ; l != nil; l = l.same {
			if kept++; a.chain(l.answer) != &a.places[i] {
				t.Fatalf("the leg with the key %s is in a chain where nobody looks for it", l.expected)
			}
		}
	}
	if want := others + len(want); kept != want || a.count != want {
		t.Errorf("%d legs are kept, and %d counted; want %d", kept, a.count, want)
	}
}
