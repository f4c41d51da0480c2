package capture

import (
	"context"
	"io"
	"time"
)

// A chain reads files that continue each other as if they were one.
type chain struct {
	in      *Inputs
	files   []int // those that are still to be opened
	buffers int   // how many chains share the memory for buffers
	reader  *Reader
	end     func()    // of reader
	time    time.Time // of the last packet that had one, for a merge of several chains
}

// packet returns the one that next has read.
func (c *chain) packet() *Packet { return &c.reader.packet }

// next reads the next packet. It returns io.EOF after the last file, and the
// error of one that could not be read to its end; then the next call goes on
// with the file after it.
func (c *chain) next(ctx context.Context) error {
	for {
		if c.reader == nil {
			if len(c.files) == 0 || ctx.Err() != nil {
				return io.EOF
			}
			file := c.files[0]
			c.files = c.files[1:]
			const total = 32 << 20 // for all chains together
			r, end, err := c.in.inputs[file].open(file, c.in.options, max(smallBuffer, min(bufferSize, total/c.buffers)))
			if err != nil {
				return err
			}
			untie := r.begin(ctx)
			c.reader, c.end = r, func() { untie(); end() }
		}
		_, err := c.reader.next()
		if err == nil {
			return nil
		}
		c.close()
		if err != io.EOF {
			return err
		}
	}
}

// clock notes the time of the packet.
func (c *chain) clock() {
	if t := c.packet().Time; !t.IsZero() {
		c.time = t
	}
}

func (c *chain) close() {
	if c.reader != nil {
		c.end()
		c.reader = nil
	}
}

// A merge gives the packets of several chains in order of time. The chain
// whose packet is next is the first of heap, which has at each place an
// earlier packet than at its two children.
type merge struct {
	heap []*chain
	errs []error
}

// add takes up a chain.
func (m *merge) add(ctx context.Context, c *chain) {
	if !m.read(ctx, c) {
		return
	}
	c.clock()
	m.heap = append(m.heap, c)
	for i := len(m.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if !m.heap[i].time.Before(m.heap[parent].time) {
			return
		}
		m.heap[i], m.heap[parent] = m.heap[parent], m.heap[i]
		i = parent
	}
}

// advance passes the packet that is first.
func (m *merge) advance(ctx context.Context) {
	if m.read(ctx, m.heap[0]) {
		m.heap[0].clock()
	} else {
		last := len(m.heap) - 1
		m.heap[0] = m.heap[last]
		m.heap = m.heap[:last]
	}
	for i := 0; 2*i+1 < len(m.heap); {
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(m.heap) && m.heap[child].time.Before(m.heap[least].time) {
				least = child
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// read lets c have its next packet. It reports false when there is none.
func (m *merge) read(ctx context.Context, c *chain) bool {
	for {
		err := c.next(ctx)
		if err == nil {
			return true
		}
		if err == io.EOF {
			return false
		}
		if ctx.Err() == nil {
			m.errs = append(m.errs, err)
		}
	}
}

func (m *merge) close() {
	for _, c := range m.heap {
		c.close()
	}
}
