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

// event passes on what dissect found, and tells what follows from it. The
// kinds that come most often have ways of their own, which are short.
func (e *engine) event(ev dissect.Event) {
	switch ev := ev.(type) {
	case *dissect.Frame:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Frame(ev)
		}
	case *dissect.Message:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Message(ev, e.tell)
		}
	case *dissect.Signalled:
		e.signalled(ev)
	case *dissect.Handshake:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Handshake(ev, e.tell)
		}
	case *dissect.Opened:
		e.opened(ev)
	case *dissect.Ended:
		e.ended(ev)
	default:
		e.other(ev)
	}
}

// other takes what comes seldom. A finding that is ignored lets what waits wait.
func (e *engine) other(ev dissect.Event) {
	if ev.At().Conv.CopyOf != nil {
		return
	}
	if e.owners != nil {
		e.owners.observe(ev)
	}
	e.pass(ev)
	e.watch.Observe(ev, e.tell)
}

// due reports whether ev, which was completed at p, is to be told: whether it
// is not about a copy of what is told already. What waited for it is told
// before.
func (e *engine) due(p *dissect.Place, ev dissect.Event) bool {
	if p.Conv.CopyOf != nil {
		return false
	}
	if e.minds {
		e.mind(p, ev)
	}
	if e.twins.waits(p.Conv) {
		e.twins.begin(p.Conv, e.handle)
	}
	return true
}

// mind sees to what else goes by the time of events; see engine.minds.
func (e *engine) mind(p *dissect.Place, ev dissect.Event) {
	if e.owners != nil {
		e.owners.observe(ev)
	}
	if e.twins.several {
		e.twins.tick(p.Time, e.handle)
	}
}

// signalled takes what TCP told. What it repeats does not decide about the
// order of what is told: it is passed over while the beginning waits.
func (e *engine) signalled(ev *dissect.Signalled) {
	if ev.Signal.Kind != flow.Fin && ev.Signal.Kind != flow.Reset && e.twins.waits(ev.Conv) {
		if e.minds {
			e.mind(&ev.Place, ev)
		}
		e.watch.Signalled(ev)
		return
	}
	if e.due(&ev.Place, ev) {
		e.handle(ev)
		e.watch.Signalled(ev)
	}
}

// opened takes the beginning of a conversation.
func (e *engine) opened(ev *dissect.Opened) {
	ev.Conv.Number = e.convs + 1
	if !e.twins.recognise(ev) {
		ev.Conv.Number = 0 // it is another one that is told
		if e.record != nil {
			e.record.copied(ev.Conv)
		}
		return
	}
	e.convs++
	if e.minds {
		e.mind(&ev.Place, ev)
	}
	e.twins.open(ev, e.handle)
	e.watch.Opened(ev)
}

// ended takes the end of one. What is found at it stands before its last line.
func (e *engine) ended(ev *dissect.Ended) {
	e.twins.copies.End(ev, e.tell)
	if e.due(&ev.Place, ev) {
		e.watch.Ended(ev, e.tell)
		e.twins.end(ev, e.handle)
	}
}

// pass hands on what follows from others, unless it is a finding that is
// ignored.
func (e *engine) pass(ev dissect.Event) {
	if f, ok := ev.(*dissect.Finding); ok && len(e.ignored) > 0 && e.ignored[f.Code] {
		return
	}
	at := ev.At()
	if e.twins.several {
		e.twins.tick(at.Time, e.handle)
	}
	if at.Conv != nil && e.twins.waits(at.Conv) {
		e.twins.begin(at.Conv, e.handle)
	}
	e.handle(ev)
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
