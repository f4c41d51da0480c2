package capture

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Inputs are all the captures of one run, read as one [Source].
type Inputs struct {
	options Options
	inputs  []*input
	chains  [][]int // each a sequence of files, in order of time
	failed  []error // of the files that are in no chain, since they are no captures
}

// Open makes a source of the named files; "-" is [Options].Input. It looks at
// the start of each file, so that what is no capture is an [*Error] before
// any packet, but it does not wait for pipes. Among several files, one that is
// no capture does not keep the others from being read: it has no packets, and
// its error comes last from Packets. That none can be read is an error here.
//
// With several files it finds their time spans first, by the first and last
// packets of each: of a large plain file it reads little, of a compressed one
// all, until ctx ends. Files whose spans do not overlap continue one capture,
// in order of time. Files that overlap are separate vantage points; so is
// everything that can be read only once. Options.Join makes one vantage point
// of all, in which packets are merged by time; Options.Separate makes each
// file its own.
func Open(ctx context.Context, names []string, options Options) (*Inputs, error) {
	in := &Inputs{options: options}
	var good []int // files that can be read
	for i, name := range names {
		if name == "-" && slices.Contains(names[:i], "-") {
			return nil, &Error{
				File: nameOf(name), Expected: "it once", Found: "it twice", Err: errors.ErrUnsupported,
			}
		}
		opened, err := newInput(ctx, name, options)
		switch {
		case err == nil:
			good = append(good, i)
		case ctx.Err() != nil:
			return nil, err
		default:
			in.failed = append(in.failed, err)
			opened = &input{name: name, size: -1}
			opened.counts.dropped.Store(-1)
		}
		in.inputs = append(in.inputs, opened)
	}
	switch {
	case len(good) == 0 && len(in.failed) == 1:
		return nil, in.failed[0]
	case len(good) == 0:
		return nil, errors.Join(in.failed...)
	case len(good) == 1:
		in.chains = [][]int{good}
	case options.Separate:
		for _, file := range good {
			in.chains = append(in.chains, []int{file})
		}
	default:
		spans := make([]span, len(good))
		for i, file := range good {
			spans[i].name = names[file]
			if err := in.inputs[file].measure(ctx, options, &spans[i]); err != nil {
				return nil, err
			}
		}
		for _, chain := range arrange(spans) {
			for i := range chain {
				chain[i] = good[chain[i]]
			}
			in.chains = append(in.chains, chain)
		}
	}
	for vantage, chain := range in.chains {
		for _, file := range chain {
			if !options.Join {
				in.inputs[file].vantage = vantage
			}
		}
	}
	return in, nil
}

// Groups returns the files of each vantage point, by their indexes in the
// order of their names, in order of time.
func (in *Inputs) Groups() [][]int {
	if in.options.Join {
		return [][]int{slices.Concat(in.chains...)}
	}
	groups := make([][]int, len(in.chains))
	for i, chain := range in.chains {
		groups[i] = slices.Clone(chain)
	}
	return groups
}

// Packets implements [Source]. Packets of separate vantage points come in
// order of time, as far as each file has that order; one without a time comes
// right after its predecessor. A file that cannot be read to its end does not
// keep the others from being read: its error comes last, joined with others.
// Packets can be called once.
func (in *Inputs) Packets(ctx context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) {
		m := merge{}
		defer func() { m.close() }()
		for _, files := range in.chains {
			m.add(ctx, &chain{in: in, files: files, buffers: len(in.chains)})
		}
		for len(m.heap) > 1 {
			if !yield(m.heap[0].packet(), nil) {
				return
			}
			m.advance(ctx)
		}
		for len(m.heap) == 1 { // as mostly from the start: nothing is to be compared
			if !yield(m.heap[0].packet(), nil) {
				return
			}
			if !m.read(ctx, m.heap[0]) {
				m.heap = nil
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		switch errs := slices.Concat(in.failed, m.errs); len(errs) {
		case 0:
		case 1:
			yield(nil, errs[0])
		default:
			yield(nil, errors.Join(errs...))
		}
	}
}

// Stats implements [Source]: the sum over the inputs, with what [Reader.Stats]
// says about its freshness. Dropped is -1 when no input knows.
func (in *Inputs) Stats() Stats {
	total := Stats{Dropped: -1}
	for i := range in.inputs {
		s := in.FileStats(i)
		total.Packets += s.Packets
		total.Bytes += s.Bytes
		if s.Dropped >= 0 {
			total.Dropped = max(total.Dropped, 0) + s.Dropped
		}
	}
	return total
}

// FileStats returns the figures of one input, by its index.
func (in *Inputs) FileStats(file int) Stats { return in.inputs[file].counts.stats() }

// Progress says how far reading has come. It may be called while Packets
// runs.
func (in *Inputs) Progress() Progress {
	var p Progress
	for _, i := range in.inputs {
		p.Read += i.counts.read.Load()
		if i.size < 0 || p.Total < 0 {
			p.Total = -1
		} else {
			p.Total += i.size
		}
	}
	return p
}

// Progress counts bytes of inputs, compressed where they are.
type Progress struct {
	Read  int64
	Total int64 // -1 when an input has no known end
}

// Name returns the name of an input as messages use it.
func (in *Inputs) Name(file int) string { return nameOf(in.inputs[file].name) }
