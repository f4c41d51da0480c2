package capture

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"sync/atomic"
	"time"
)

// DefaultMaxBlock is the longest packet, or block of pcapng, that is read
// when Options do not say otherwise. No network that a person captures comes
// near it.
const DefaultMaxBlock = 16 << 20

// Options say how captures are read. The zero value is useful.
type Options struct {
	// MaxBlock is the longest packet or block in bytes, DefaultMaxBlock when
	// zero. It bounds the memory that an input can take.
	MaxBlock int

	// Secrets is given each TLS key log (NSS format) that a pcapng file
	// carries, before the packets that follow it. The bytes are the callee's.
	Secrets func(keylog []byte)

	// Join makes one capture of all inputs, Separate makes each a vantage
	// point. See [Open].
	Join, Separate bool

	// Input is what the name "-" stands for: standard input when nil.
	Input io.Reader
}

// A Reader gives the packets of one capture file, whichever of its formats it
// has. It implements [Source].
type Reader struct {
	name    string
	options Options
	input   *meter
	window  window
	format  format // nil until the input is recognised
	packed  string
	unpack  io.Reader
	packet  Packet
	bytes   int64
	err     error
	counts  *counts
}

var (
	_ Source = (*Reader)(nil)
	_ Source = (*Inputs)(nil)
)

// counts are what may be asked for while a Reader works.
type counts struct{ packets, bytes, dropped, read atomic.Int64 }

func (c *counts) stats() Stats {
	return Stats{Packets: c.packets.Load(), Bytes: c.bytes.Load(), Dropped: c.dropped.Load()}
}

// NewReader returns a Reader of r, which messages call name. It does not read
// yet, so it never waits. When r has a SetReadDeadline method, as pipes and
// sockets do, cancelling the context of Packets ends a read that waits.
func NewReader(r io.Reader, name string, options Options) *Reader {
	c := &counts{}
	c.dropped.Store(-1)
	if options.MaxBlock <= 0 {
		options.MaxBlock = DefaultMaxBlock
	}
	return &Reader{
		name: name, options: options, counts: c,
		input: &meter{Reader: r, read: &c.read},
	}
}

// Packets implements [Source]. It can be called once.
func (r *Reader) Packets(ctx context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) {
		defer r.begin(ctx)()
		defer r.publish()
		for {
			p, err := r.next()
			if err == io.EOF {
				return
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// Stats implements [Source]. Its figures are those of the last read from the
// input, so they may be short of the last packets that were given; at the end
// they are exact.
func (r *Reader) Stats() Stats { return r.counts.stats() }

// begin ties reads to ctx: its end keeps them from starting, and ends one that
// waits where the input can do that. It returns what unties them.
func (r *Reader) begin(ctx context.Context) (end func()) {
	r.input.ctx = ctx
	waits, ok := r.input.Reader.(interface{ SetReadDeadline(time.Time) error })
	if !ok {
		return func() {}
	}
	stop := context.AfterFunc(ctx, func() { _ = waits.SetReadDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// next returns the next packet, or io.EOF. It works between begin and its end.
func (r *Reader) next() (*Packet, error) {
	const every = 1024 // packets between looks at the context; each read looks too
	if r.packet.Number%every == 0 && r.err == nil {
		if r.err = r.input.ctx.Err(); r.err == nil && r.format == nil {
			r.err = r.open()
		}
	}
	if r.err == nil {
		err := r.format.next(&r.window, &r.packet)
		if err == nil {
			r.packet.Number++
			r.bytes += int64(len(r.packet.Data))
			return &r.packet, nil
		}
		r.err = err
	}
	r.publish()
	if err := r.input.ctx.Err(); err != nil {
		return nil, err
	}
	return nil, r.place(r.err)
}

// open recognises the format of the input.
func (r *Reader) open() error {
	r.window = window{input: r.input, limit: r.options.MaxBlock, fills: r.publish, buffer: r.window.buffer}
	// What ends an input that is too short to be packed comes up again below.
	head, _ := r.window.peek(magicSize)
	if r.packed = compression(head); r.packed != "" {
		seen := bytes.NewReader(r.window.view())
		r.unpack = decompressor(r.packed, io.MultiReader(seen, r.input))
		r.window = window{input: r.unpack, limit: r.options.MaxBlock, fills: r.publish}
	}
	f, err := recognise(&r.window, r.options.Secrets)
	if err != nil {
		return err
	}
	if err := f.open(&r.window); err != nil {
		return err
	}
	r.format = f
	return nil
}

// place tells err which file it is about.
func (r *Reader) place(err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.File, e.Packed = r.name, r.packed
	}
	return err
}

// publish makes the counts visible to Stats.
func (r *Reader) publish() {
	r.counts.packets.Store(int64(r.packet.Number))
	r.counts.bytes.Store(r.bytes)
	if r.format != nil {
		r.counts.dropped.Store(r.format.dropped())
	}
}

// Close releases what decompression holds. It does not close the input.
func (r *Reader) Close() error {
	if c, ok := r.unpack.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// A meter counts what is read through it, as long as ctx allows.
type meter struct {
	io.Reader
	ctx  context.Context
	read *atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.Reader.Read(p)
	m.read.Add(int64(n))
	return n, err
}
