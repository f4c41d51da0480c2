package diagnose

import (
	"iter"
	"testing"

	"wsight/dissect"
)

// all yields everything that is remembered.
func (r *roster[T]) all() iter.Seq2[*dissect.Conversation, *T] {
	return func(yield func(*dissect.Conversation, *T) bool) {
		for _, s := range r.seats {
			if s.conv != nil && !yield(s.conv, s.holds) {
				return
			}
		}
		for c, v := range r.rest {
			if !yield(c, v) {
				return
			}
		}
	}
}

// TestRoster holds it against a map: three conversations share each seat that
// is taken.
func TestRoster(t *testing.T) {
	var r roster[int]
	want := map[*dissect.Conversation]*int{}
	var convs []*dissect.Conversation
	for n := range 30 {
		convs = append(convs, &dissect.Conversation{Number: n%10 + n/10*seatCount})
	}
	check := func(step string) {
		t.Helper()
		for _, c := range convs {
			if got := r.of(c); got != want[c] {
				t.Fatalf("%s: of(%d) = %v; want %v", step, c.Number, got, want[c])
			}
		}
		if r.count != len(want) {
			t.Fatalf("%s: %d are counted, %d are there", step, r.count, len(want))
		}
	}
	check("empty")
	for n, c := range convs {
		want[c] = &n
		r.add(c, want[c])
		check("add")
	}
	for _, n := range []int{10, 0, 20, 5, 5, 29} { // one whose seat was taken, who sits there, one of the rest again
		r.remove(convs[n])
		delete(want, convs[n])
		check("remove")
	}
	want[convs[0]] = new(int)
	r.add(convs[0], want[convs[0]])
	check("add again")
}
