package export

import "io"

// bufferSize is how much is collected before it is written.
const bufferSize = 64 << 10

// A pen collects output until there is enough to write.
type pen struct {
	w   io.Writer
	buf []byte
	err error
}

// rest writes what was collected if that is enough.
func (p *pen) rest() {
	if len(p.buf) >= bufferSize {
		p.flush()
	}
}

// flush writes what was collected, and returns the first error so far.
func (p *pen) flush() error {
	if len(p.buf) > 0 && p.err == nil {
		_, p.err = p.w.Write(p.buf)
	}
	p.buf = p.buf[:0]
	return p.err
}
