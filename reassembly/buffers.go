package reassembly

// buffers are kept for the bytes that wait behind holes: reordering is common
// enough that making one for each would show.
type buffers struct {
	free [][]byte
}

const (
	bufferSize = 2 << 10 // holds what fits an Ethernet frame
	maxBuffers = 256
)

func (s *buffers) get(size int) []byte {
	if size > bufferSize || size < bufferSize/4 {
		return make([]byte, 0, size)
	}
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		return b
	}
	return make([]byte, 0, bufferSize)
}

func (s *buffers) put(b []byte) {
	if cap(b) == bufferSize && len(s.free) < maxBuffers {
		s.free = append(s.free, b[:0])
	}
}
