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
	span      span
	passed    int64 // packets that were not selected
	convs     int
	ng        bool // a packet came from a pcapng
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
	if opts.Inputs == 1 {
		e.watch.Single()
	}
	// Taken once: a method value is an allocation.
	e.emit, e.tell = decoder.before(e.event), e.pass
	e.owners = newAttribution(opts.Owner)
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
	if e.opts.Select != nil && !e.opts.Select(p) {
		e.passed++
		return
	}
	for p.Vantage >= len(e.vantages) {
		e.vantages = append(e.vantages, reassembly.New(e.open, e.opts.Limits))
	}
	a := e.vantages[p.Vantage]
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

// event takes what dissect found.
func (e *engine) event(ev dissect.Event) {
	o, opened := ev.(*dissect.Opened)
	if opened {
		o.Conv.Number = e.convs + 1
	}
	if e.twins.silent(ev, e.tell) {
		if opened {
			o.Conv.Number = 0 // it is another one that is told
			if e.record != nil {
				e.record.copied(o.Conv)
			}
		}
		return
	}
	if opened {
		e.convs++
	}
	if e.owners != nil {
		e.owners.observe(ev)
	}
	if _, ok := ev.(*dissect.Ended); ok {
		// What is found at the end of a connection stands before its last line.
		e.watch.Observe(ev, e.tell)
		e.tell(ev)
		return
	}
	e.tell(ev)
	e.watch.Observe(ev, e.tell)
}

// pass hands an event on, unless it is a finding that is ignored.
func (e *engine) pass(ev dissect.Event) {
	if f, ok := ev.(*dissect.Finding); ok && len(e.ignored) > 0 && e.ignored[f.Code] {
		return
	}
	e.twins.pass(ev, e.handle)
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
