package session

// Spares are values that are done with, for the next user: the one put last
// comes first, for it is the likeliest to be in the processor's cache.
type spares[T any] struct{ free []*T }

// maxSpares bounds what is kept after many connections were open at a time.
const maxSpares = 1024

// get returns a value in whatever state it was put.
func (s *spares[T]) get() *T {
	n := len(s.free)
	if n == 0 {
		return new(T)
	}
	v := s.free[n-1]
	s.free = s.free[:n-1]
	return v
}

func (s *spares[T]) put(v *T) {
	if len(s.free) < maxSpares {
		s.free = append(s.free, v)
	}
}
