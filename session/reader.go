package session

import (
	"context"

	"wsight/capture"
	"wsight/dissect/tls"
	"wsight/reassembly"
)

// A batch is a run of packets that the lanes work on at the same time. They
// only read it.
type batch struct {
	first   uint64 // number of packets[0] in the run, from 1
	packets []capture.Packet
	lanes   []int // whose each packet is; everybody's
	data    []byte
	keys    *tls.KeyLog // the secrets that are known from here on; nil: as before
}

const (
	// A batch is small, because payloads inflate to many times its size in the
	// lines of each report on it, and large enough to keep all lanes busy.
	batchPackets = 384
	batchBytes   = 96 << 10
	// everybody is given what is no whole TCP segment: a fragment may be
	// anybody's.
	everybody = -1
	// batches is how many there are: one that is filled, one that is worked
	// on, and one that waits.
	batches = 3
)

// A reader fills batches. It works in its own goroutine.
type reader struct {
	opts Options
	out  []chan *batch // of each lane
	sent chan *batch   // in order, for whoever waits for all lanes
	free chan *batch

	known     *tls.KeyLog // grows while the source is read; nil: there is none
	version   uint64      // of known, when the lanes last heard of it
	keys      *tls.KeyLog // what they know at the beginning
	next      uint64
	span      span
	passed    int64 // packets that were not selected
	truncated int64
	err       error // why the source was not read to its end
}

func newReader(opts Options, lanes int) *reader {
	r := &reader{opts: opts, sent: make(chan *batch, batches), free: make(chan *batch, batches), known: opts.Dissect.Keys, next: 1}
	for range batches {
		r.free <- &batch{data: make([]byte, 0, batchBytes)}
	}
	for range lanes {
		r.out = append(r.out, make(chan *batch, 1))
	}
	if r.known != nil {
		r.keys, r.version = r.known.Clone(), r.known.Version()
	}
	return r
}

// run reads src to its end.
func (r *reader) run(ctx context.Context, src capture.Source) {
	b := r.batch()
	for p, err := range src.Packets(ctx) {
		if err != nil {
			r.err = err
			break
		}
		r.span.add(p)
		if r.known != nil && r.known.Version() != r.version {
			// Secrets came between the last packet and this one.
			b = r.send(b)
			b.keys, r.version = r.known.Clone(), r.known.Version()
		}
		if r.opts.Select != nil && !r.opts.Select(p) {
			r.passed++
			continue
		}
		if len(b.packets) == batchPackets || len(b.data)+len(p.Data) > batchBytes {
			b = r.send(b)
		}
		r.add(b, p)
	}
	r.send(b)
	for _, out := range r.out {
		close(out)
	}
	close(r.sent)
}

func (r *reader) add(b *batch, p *capture.Packet) {
	if p.Length > len(p.Data) {
		r.truncated++
	}
	lane := everybody
	if hash, ok := reassembly.FlowHash(p); ok {
		lane = int(hash % uint64(len(r.out)))
	}
	from := len(b.data)
	b.data = append(b.data, p.Data...)
	kept := *p
	kept.Data = b.data[from:len(b.data):len(b.data)]
	b.packets = append(b.packets, kept)
	b.lanes = append(b.lanes, lane)
}

// batch returns an empty one, when there is one.
func (r *reader) batch() *batch {
	b := <-r.free
	b.first, b.keys = r.next, nil
	b.packets, b.lanes, b.data = b.packets[:0], b.lanes[:0], b.data[:0]
	if cap(b.data) > 2*batchBytes {
		b.data = make([]byte, 0, batchBytes) // a packet of unusual size
	}
	return b
}

// send gives b to all lanes, unless it is empty, and returns the next one.
func (r *reader) send(b *batch) *batch {
	if len(b.packets) == 0 && b.keys == nil {
		return b
	}
	r.next += uint64(len(b.packets))
	for _, out := range r.out {
		out <- b
	}
	r.sent <- b
	return r.batch()
}
