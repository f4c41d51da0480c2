package spare

import "testing"

func TestList(t *testing.T) {
	var l List[int]
	if v := l.Get(); *v != 0 {
		t.Errorf("Get of an empty list = %d; want a new value", *v)
	}
	first, second := new(int), new(int)
	l.Put(first)
	l.Put(second)
	if a, b := l.Get(), l.Get(); a != second || b != first {
		t.Error("what was put last did not come first")
	}
	for range most + 1 {
		l.Put(new(int))
	}
	if len(l.free) != most {
		t.Errorf("%d values are kept; want %d", len(l.free), most)
	}
}
