package session

import (
	"wsight/capture"
	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/spare"
	"wsight/finding"
	"wsight/flow"
	"wsight/reassembly"
)

// An engine is one worker: it shares nothing.
type engine struct {
	opts      Options
	handle    func(dissect.Event)
	emit      func(dissect.Event) // event, or what decodes before it
	tell      func(dissect.Event) // pass
	vantages  []*reassembly.Assembler
	dissector *dissect.Dissector
	watch     *diagnose.Watch
	twins     *twins
	ignored   map[finding.Code]bool
	sinks     spare.List[sink]
	owners    *attribution // nil: nobody can be asked
	minds     bool         // there are owners to be asked, or ends that wait
	span      span
	passed    int64 // packets that were not selected
	convs     int
	ng        bool // a packet came from a pcapng
	observed  bool // see observe
	count     counts
	record    *Record // keeps what was found; nil: nobody looks back
}

func newEngine(opts Options, handle func(dissect.Event)) *engine {
	decoder := newDecoder(opts.Decode, &opts.Dissect)
	watch := diagnose.New()
	opts.Dissect.Compared = watch.Compares
	e := &engine{opts: opts, handle: handle, dissector: dissect.New(opts.Dissect), watch: watch, twins: newTwins(&opts), ignored: map[finding.Code]bool{}}
	for _, code := range opts.Ignore {
		e.ignored[code] = true
	}
	e.observed = opts.Select != nil || opts.Trace != nil || opts.Fragments != nil
	if opts.Inputs == 1 {
		e.watch.Single()
	}
	// Taken once: a method value is an allocation.
	e.emit, e.tell = decoder.before(e.event), e.pass
	e.owners = newAttribution(opts.Owner)
	e.minds = e.owners != nil || e.twins.several
	if opts.KeysMayCome {
		e.dissector.ExpectKeys()
	}
	return e
}

func (e *engine) packet(p *capture.Packet) {
	e.span.add(p)
	if !e.ng && p.Interface.Section != nil {
		e.ng = true // a pcapng may carry secrets anywhere
		e.dissector.ExpectKeys()
	}
	for p.Vantage >= len(e.vantages) {
		e.vantages = append(e.vantages, reassembly.New(e.open, e.opts.Limits))
	}
	if a := e.vantages[p.Vantage]; e.observed {
		e.observe(p, a)
	} else {
		a.Packet(p)
	}
}

// observe takes in a packet that may not be selected, or that somebody wants to
// know more of.
func (e *engine) observe(p *capture.Packet, a *reassembly.Assembler) {
	if e.opts.Select != nil && !e.opts.Select(p) {
		e.passed++
		return
	}
	if e.record != nil && e.record.packets != nil {
		e.record.packets.begin()
		a.Packet(p)
		e.record.packets.taken(p, a.Belonging(), a.Parts())
	} else {
		a.Packet(p)
	}
	if e.opts.Trace != nil {
		e.opts.Trace(p, a.Connection())
	}
	if e.opts.Fragments != nil && len(a.Parts()) > 0 {
		e.opts.Fragments(a.Connection(), a.Parts())
	}
}

func (e *engine) open(conn flow.Conn) reassembly.Sink {
	s := e.sinks.Get()
	s.engine, s.log, s.conn = e, nil, e.dissector.Connection(conn)
	if e.record != nil {
		s.log = &chunkLog{record: e.record, conn: conn}
	}
	return s
}

func (e *engine) close() {
	for _, a := range e.vantages {
		a.Close()
	}
	e.finish()
}

// finish tells what can be said only when the capture is over.
func (e *engine) finish() {
	e.watch.Close(e.tell)
	e.twins.close(e.handle)
}

// dropped tells about packets that the capture itself lost.
func (e *engine) dropped(stats capture.Stats) {
	e.watch.Dropped(stats.Dropped, dissect.Place{Time: e.span.last}, e.tell)
}

// A sink joins one TCP connection to what understands it.
type sink struct {
	engine *engine
	log    *chunkLog // where its bytes stand; nil: nobody looks back
	conn   dissect.Connection
}

// Chunk implements reassembly.Sink.
func (s *sink) Chunk(ch *flow.Chunk) bool {
	if s.log != nil {
		s.log.chunk(ch)
	}
	more := s.conn.Feed(ch, s.engine.emit)
	if s.log != nil && more {
		s.log.mark(&s.conn)
	}
	if !more {
		if s.log != nil && s.log.record.packets != nil {
			s.log.record.packets.over(s.log)
		}
		s.over() // Closed will not be called
	}
	return more
}

// Signal implements reassembly.Sink.
func (s *sink) Signal(sig flow.Signal) {
	if s.log != nil {
		s.log.signal(sig)
	}
	s.conn.Signal(sig, s.engine.emit)
}

// Closed implements reassembly.Sink.
func (s *sink) Closed(end flow.Closed) {
	if s.log != nil {
		s.log.closed(end)
	}
	s.conn.Close(end, s.engine.emit)
	s.over()
}

// over takes leave of the connection: s belongs to another one next.
func (s *sink) over() {
	s.engine.count.connection(&s.conn)
	s.engine.sinks.Put(s)
}
