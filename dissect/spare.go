package dissect

// A spare keeps values that are done with for the next user, so that many
// short connections cost no garbage. Whoever puts one in gives up every
// reference to it.
type spare[T any] struct{ free []*T }

// maxSpare bounds what is kept after many connections were open at a time.
const maxSpare = 1024

// get returns a value in whatever state it was put.
func (s *spare[T]) get() *T {
	if n := len(s.free); n > 0 {
		v := s.free[n-1]
		s.free = s.free[:n-1]
		return v
	}
	return new(T)
}

func (s *spare[T]) put(v *T) {
	if len(s.free) < maxSpare {
		s.free = append(s.free, v)
	}
}
