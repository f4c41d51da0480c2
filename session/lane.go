package session

import (
	"math"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/spare"
	"wsight/dissect/tls"
	"wsight/flow"
	"wsight/reassembly"
)

// A lane is a worker among several. It shares nothing with the others but the
// batches, and works in its own goroutine.
type lane struct {
	index, lanes int
	limits       reassembly.Limits
	dissector    *dissect.Dissector
	keys         *tls.KeyLog // its own; nil: there is none
	vantages     []*reassembly.Assembler
	sinks        spare.List[laneSink]
	count        counts
	ng           bool
	writer       LineWriter
	emit         func(dissect.Event) // event, or what decodes before it

	now    moment // of the packet at hand
	own    bool   // its bytes are being read; else only its time passes
	ending bool   // the capture is over

	report  *report // that is being written
	reports chan *report
	free    chan *report
}

// A moment says where in the order of one worker something stands: at which
// packet, and among what the time of that packet ends at the conversation
// that was opened by the earliest packet first.
type moment struct{ packet, opened uint64 }

// afterwards is the packet of what is told at the end of the capture.
const afterwards = 1 << 62

func newLane(index int, workers Workers, opts Options, keys *tls.KeyLog) *lane {
	l := &lane{
		index: index, lanes: workers.N, limits: opts.Limits, writer: workers.Writer(),
		reports: make(chan *report, 1), free: make(chan *report, reports), report: &report{},
	}
	if keys != nil {
		l.keys = keys.Clone()
		opts.Dissect.Keys = l.keys
	}
	decoder := newDecoder(opts.Decode, &opts.Dissect)
	l.dissector = dissect.New(opts.Dissect)
	l.emit = decoder.before(l.event)
	for range reports - 1 {
		l.free <- &report{}
	}
	return l
}

// run works on batches until there are no more: one report a batch. The
// connections that are open then fill as many more as they need.
func (l *lane) run(in <-chan *batch) {
	defer close(l.reports)
	for b := range in {
		if b.keys != nil {
			*l.keys = *b.keys // only ever read
		}
		for i := range b.packets {
			l.packet(&b.packets[i], b.first+uint64(i), b.lanes[i])
		}
		l.hand()
	}
	l.ending = true
	for vantage, a := range l.vantages {
		l.now.packet = afterwards + uint64(vantage)
		a.Close()
	}
	l.hand()
}

func (l *lane) packet(p *capture.Packet, number uint64, lane int) {
	if !l.ng && p.Interface.Section != nil {
		l.ng = true // a pcapng may carry secrets anywhere
		l.dissector.ExpectKeys()
	}
	for p.Vantage >= len(l.vantages) {
		a := reassembly.New(l.open, l.limits)
		a.Share(l.index, l.lanes)
		l.vantages = append(l.vantages, a)
	}
	l.now.packet = number
	a := l.vantages[p.Vantage]
	a.Tick(p)
	if lane == l.index || lane == everybody {
		l.own, l.now.opened = true, math.MaxUint64
		a.Packet(p)
		l.own = false
	}
}

func (l *lane) open(conn flow.Conn) reassembly.Sink {
	conn.ID = conn.ID*int64(l.lanes) + int64(l.index) // no other lane has the same
	s := l.sinks.Get()
	s.lane, s.opened, s.conn = l, l.now.packet, l.dissector.Connection(conn)
	return s
}

// event notes what dissect found.
func (l *lane) event(e dissect.Event) {
	l.report.add(l.now, e, l.writer)
	if l.ending && l.report.full() {
		l.hand()
	}
}

// hand passes the report on.
func (l *lane) hand() {
	l.reports <- l.report
	l.report = <-l.free
	l.report.clear()
}

// A laneSink joins one TCP connection to what understands it.
type laneSink struct {
	lane   *lane
	opened uint64 // number of the packet that opened it
	conn   dissect.Connection
}

// at makes the connection the one that events are about.
func (s *laneSink) at() func(dissect.Event) {
	if !s.lane.own {
		s.lane.now.opened = s.opened
	}
	return s.lane.emit
}

// Chunk implements reassembly.Sink.
func (s *laneSink) Chunk(ch *flow.Chunk) bool {
	more := s.conn.Feed(ch, s.at())
	if !more {
		s.over() // Closed will not be called
	}
	return more
}

// Signal implements reassembly.Sink.
func (s *laneSink) Signal(sig flow.Signal) { s.conn.Signal(sig, s.at()) }

// Closed implements reassembly.Sink.
func (s *laneSink) Closed(end flow.Closed) {
	s.conn.Close(end, s.at())
	s.over()
}

// over takes leave of the connection: s belongs to another one next.
func (s *laneSink) over() {
	s.lane.count.connection(&s.conn)
	s.lane.sinks.Put(s)
}
