package diagnose

import (
	"testing"

	"wsight/dissect"
)

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
		if got := r.remove(convs[n]); got != want[convs[n]] {
			t.Errorf("remove(%d) = %v; want %v", convs[n].Number, got, want[convs[n]])
		}
		delete(want, convs[n])
		check("remove")
	}
	want[convs[0]] = new(int)
	r.add(convs[0], want[convs[0]])
	check("add again")
}
