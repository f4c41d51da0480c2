// Package spare keeps values that are done with for their next users, so that
// many short connections cost no garbage.
package spare

// A List holds values of one kind. The one put last comes first, for it is the
// likeliest to be in the processor's cache. The zero value is empty; it belongs
// to one goroutine.
type List[T any] struct{ free []*T }

// most bounds what is kept after many connections were open at a time.
const most = 1024

// Get returns a value in whatever state it was put, a new one if there is none.
func (l *List[T]) Get() *T {
	n := len(l.free)
	if n == 0 {
		return new(T)
	}
	v := l.free[n-1]
	l.free = l.free[:n-1]
	return v
}

// Put takes v, to which the caller gives up every reference.
func (l *List[T]) Put(v *T) {
	if len(l.free) < most {
		l.free = append(l.free, v)
	}
}
