package session

import (
	"context"
	"errors"
	"sync"

	"wsight/capture"
	"wsight/dissect"
	"wsight/reassembly"
)

// Workers say how the work on a capture is shared out.
//
// What is told, and in which order, does not depend on N, as long as no limit
// on how much is kept at a time is met: those count per worker.
//
//	           batches            reports
//	reader ──┬─────────▶ lane 0 ──┬─────────▶ merger, which calls handle
//	         └─────────▶ lane 1 ──┘
//
// Every lane sees every packet: its own ones whole, of the others the time, so
// that it gives up waiting exactly when a single worker does.
type Workers struct {
	N int // how many; below 2 there is one, and nothing else is asked for

	// Writer returns what makes the lines of one worker. Messages and frames
	// are written where they were read; the other events, which are few, are
	// given to handle.
	Writer func() LineWriter

	// Line takes a line, in parts: what stands before the number of its
	// conversation, the number, and the rest. They are valid until it returns.
	Line func(before []byte, number int, after []byte)
}

// A LineWriter writes the lines of events whose conversations have no number
// yet.
type LineWriter interface {
	// AppendOpen appends the line of e to b, or nothing, and returns where in
	// it the number of its conversation belongs.
	AppendOpen(b []byte, e dissect.Event) (line []byte, gap int)
}

// RunShared is Run with several workers. Messages that have a line come to
// handle neither whole nor at all: their lines go to Workers.Line. It is for
// captures that are read as fast as possible: Options.Owner, Options.Trace
// and limits on idle time are for one worker, and get one.
func RunShared(ctx context.Context, src capture.Source, opts Options, workers Workers, handle func(dissect.Event)) (Summary, error) {
	if workers.N < 2 || opts.Owner != nil || opts.Trace != nil || opts.KeysMayCome || opts.Limits.Idle > 0 {
		return Run(ctx, src, opts, handle)
	}
	workers.N = min(workers.N, maxWorkers)
	r := newReader(opts, workers.N)
	lanes := make([]*lane, workers.N)
	for i := range lanes {
		lanes[i] = newLane(i, workers, opts, r.keys)
	}
	var running sync.WaitGroup
	for i, l := range lanes {
		running.Go(func() { l.run(r.out[i]) })
	}
	running.Go(func() { r.run(ctx, src) })
	m := newMerger(opts, workers, handle)
	m.run(r, lanes)
	running.Wait()
	failed := r.err
	if errors.Is(failed, context.Canceled) {
		failed = nil
	}
	complete := failed == nil
	m.engine.span = r.span
	m.engine.dropped(src.Stats())
	return m.summary(r, lanes, src.Stats(), complete), failed
}

// maxWorkers bounds how many workers there are: each keeps buffers.
const maxWorkers = 64

// summary puts together what the lanes counted.
func (m *merger) summary(r *reader, lanes []*lane, stats capture.Stats, complete bool) Summary {
	s := Summary{
		Packets: stats.Packets, Bytes: stats.Bytes, Dropped: stats.Dropped, Complete: complete,
		WebSocket: int64(m.engine.convs), Copies: m.engine.twins.count, Truncated: r.truncated, First: r.span.first, Last: r.span.last,
		PassedOver: r.passed, Keys: secrets(r.known),
	}
	for _, l := range lanes {
		s.Other += l.count.other
		s.TLSWithoutKeys += l.count.opaque
	}
	for vantage := range lanes[0].vantages {
		hits := map[string]bool{}
		for i, l := range lanes {
			t := l.vantages[vantage].Stats()
			s.TCP += t.Connections
			s.Evicted += t.Evicted
			if i == 0 {
				s.Undecoded += t.Undecoded // of packets that every lane was given
				s.QUIC += t.QUIC
			}
			for _, hit := range t.Limits {
				hits[hit.Name] = true
			}
		}
		s.Limits = append(s.Limits, reassembly.InOrder(hits)...)
	}
	return s
}
