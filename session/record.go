package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"wsight/capture"
	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/tls"
)

// A Record keeps what the pipeline found so that it can be shown while it is
// being read: for each conversation a summary and a compact row for each
// message, frame, hole, signal and finding. Payloads are not kept, only where
// they stand; [Record.Replay] reads them again.
//
// One goroutine runs the pipeline, any number may look.
type Record struct {
	opts RecordOptions

	mu      sync.Mutex // over all below
	tracks  []*track   // by Number-1
	dirty   []int      // indexes of those that changed
	version uint64     // counts events
	rows    int64      // kept now
	dropped int64      // no longer kept
	blocks  []blockRef // of rows, oldest first
	preview int64      // bytes of previews
	points  points
	hoard   hoard
	seen    Summary // so far
	done    bool
	err     error // why reading stopped before the end

	loose  []*dissect.Finding // that belong to no conversation
	sealed []dissect.Sealed   // the first of those that no key opens

	// What only the goroutine that runs touches:
	engine  *engine
	current *capture.Packet
	active  *chunkLog
	again   map[int]bool // whether an input can be read again
	packets *packetLog   // nil: no whole packets are kept

	spool struct {
		sync.Once
		*capture.Spool
		err error
	}
	files struct {
		sync.Mutex
		open map[int]*capture.File
	}
}

// RecordOptions say how much a Record keeps. The zero value means the
// defaults.
type RecordOptions struct {
	Options
	// Rows is how many rows are kept, DefaultRows when zero; beyond it the
	// oldest go. Spool is how many bytes are kept of what cannot be read again, 1 GiB
	// by default.
	Rows, Spool int64
	// Points is how many bytes are taken at most by the state that is kept
	// now and then of long connections, so that reading a message again need
	// not begin where its connection did; 64 MiB by default.
	Points int64

	// Packets says that whole packets are kept in the spool, for
	// [Record.Packets]: for inputs that cannot be read again.
	Packets bool

	// Watch, if set, is told each event once it has been taken in. It is lent.
	Watch func(dissect.Event)

	// Keys, if set, returns the secrets of this moment for a reading in another
	// goroutine: what is added later must not change them. nil: nothing is
	// added to those of Dissect.Keys while something is read again.
	Keys func() *tls.KeyLog

	// Reread opens an input a second time, as capture.Inputs does. nil: none
	// can be read again.
	Reread func(file int) (*capture.File, bool)
}

// DefaultRows is how many rows a Record keeps when its options do not say.
const DefaultRows = 32 << 20

const (
	defaultSpool  = 1 << 30
	defaultPoints = 64 << 20
)

// NewRecord returns a Record that has seen nothing.
func NewRecord(opts RecordOptions) *Record {
	if opts.Rows <= 0 {
		opts.Rows = DefaultRows
	}
	if opts.Spool <= 0 {
		opts.Spool = defaultSpool
	}
	if opts.Points <= 0 {
		opts.Points = defaultPoints
	}
	if opts.Kept <= 0 {
		opts.Kept = DefaultKept
	}
	opts.Dissect.MaxPayload = previewLong + 1
	r := &Record{opts: opts, again: map[int]bool{}, points: points{spacing: pointSpacing}}
	r.files.open = map[int]*capture.File{}
	if opts.Packets {
		r.packets = newPacketLog(r)
	}
	return r
}

// Run reads src to its end, or until ctx is done. It may be called once.
func (r *Record) Run(ctx context.Context, src capture.Source) error {
	observe := r.observe
	if watch := r.opts.Watch; watch != nil {
		observe = func(ev dissect.Event) { r.observe(ev); watch(ev) }
	}
	opts := r.opts.Options
	opts.Dissect.Sealed = r.seal // what is read again later is not told again
	e := newEngine(opts, observe)
	r.engine, e.record, e.observed = e, r, true
	e.twins.eager = true // where its bytes stand is known when it begins
	var failed error
	var clock sampler
	var packets, bytes int64
	for p, err := range src.Packets(ctx) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				failed = err
			}
			break
		}
		r.current = p
		packets, bytes = packets+1, bytes+int64(len(p.Data))
		e.packet(p)
		if clock.due(p) {
			s := e.summary(src.Stats(), false)
			s.Packets, s.Bytes = packets, bytes // what a source counts may lag behind
			r.sample(s)
		}
	}
	r.current = nil
	e.close()
	e.dropped(src.Stats())
	r.sample(e.summary(src.Stats(), failed == nil && ctx.Err() == nil))
	r.mu.Lock()
	r.done, r.err = true, failed
	r.version++
	r.mu.Unlock()
	return failed
}

// A sampler says when the figures of the capture are brought up to date: at
// every packet of a slow source, at every 256th of a fast one.
type sampler struct {
	n    int
	last time.Time
}

func (s *sampler) due(p *capture.Packet) bool {
	s.n++
	slow := p.Time.Sub(s.last) > 50*time.Millisecond
	if slow {
		s.last = p.Time
	}
	return slow || s.n%256 == 0
}

func (r *Record) sample(s Summary) {
	r.mu.Lock()
	r.seen = s
	r.version++
	r.mu.Unlock()
}

// Close lets go of the files that were opened to read again.
func (r *Record) Close() error {
	r.files.Lock()
	defer r.files.Unlock()
	var errs []error
	for _, f := range r.files.open {
		errs = append(errs, f.Close())
	}
	clear(r.files.open)
	if r.spool.Spool != nil {
		errs = append(errs, r.spool.Spool.Close())
	}
	return errors.Join(errs...)
}

// reread returns an input opened again, or nil.
func (r *Record) reread(file int) *capture.File {
	r.files.Lock()
	defer r.files.Unlock()
	if f := r.files.open[file]; f != nil || r.opts.Reread == nil {
		return f
	}
	f, ok := r.opts.Reread(file)
	if !ok {
		return nil
	}
	r.files.open[file] = f
	return f
}

// kept returns the spool, which is made when it is first needed.
func (r *Record) kept() (*capture.Spool, error) {
	r.spool.Do(func() { r.spool.Spool, r.spool.err = capture.NewSpool(r.opts.Spool) })
	return r.spool.Spool, r.spool.err
}

// observe takes an event of the pipeline.
func (r *Record) observe(ev dissect.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	if h, ok := ev.(*diagnose.Hop); ok {
		r.hop(h)
		return
	}
	at := ev.At()
	if at.Conv == nil {
		if f, ok := ev.(*dissect.Finding); ok && len(r.loose) < maxLoose {
			r.loose = append(r.loose, f.Clone())
		}
		return
	}
	if _, ok := ev.(*dissect.Opened); ok {
		r.open(at.Conv)
	}
	if n := at.Conv.Number; n >= 1 && n <= len(r.tracks) {
		r.tracks[n-1].observe(ev)
	}
}

func (r *Record) open(c *dissect.Conversation) {
	for len(r.tracks) < c.Number {
		t := &track{record: r, conv: c, log: r.active, last: noTime}
		if r.active != nil {
			t.ordinal = r.active.begun + 1
			r.active.tracks = append(r.active.tracks, t)
		}
		t.sum = Overview{Number: c.Number, Conv: c, Start: c.Start, State: Opening}
		r.tracks = append(r.tracks, t)
	}
	r.skip()
}

// copied takes a conversation that another one tells of.
func (r *Record) copied(c *dissect.Conversation) {
	r.skip()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	if t := r.track(c.CopyOf.Number); t != nil {
		t.touch()
		t.sum.Also = append(slices.Clip(t.sum.Also), c)
	}
}

// skip counts a conversation of the connection that is being read.
func (r *Record) skip() {
	if r.active != nil {
		r.active.begun++
	}
}

// Version changes whenever something was added.
func (r *Record) Version() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}
