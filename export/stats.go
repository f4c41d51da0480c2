package export

import (
	"cmp"
	"container/heap"
	"io"
	"slices"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/flow"
	"wsight/query"
	"wsight/session"
)

// StatsOptions say what the figures are of and how they look.
type StatsOptions struct {
	JSON  bool
	ASCII bool
	Width int  // cells of a line; 0: 100
	Rows  bool // single messages were selected: what TCP connections say of themselves does not count
}

// Stats counts messages and bytes, and times them: for everything, for each
// host, path, subprotocol and connection. Memory is bounded by statsGroups,
// statsConnections and, for connections that are open, by Keep: the oldest
// beyond it count in all the sums, but are not listed.
type Stats struct {
	pen
	shelf[statsConn]
	opts    StatsOptions
	origin  time.Time // of the first message
	all     statsGroup
	names   int64                     // bytes of the names of groups
	by      [3]map[string]*statsGroup // host, path, subprotocol
	largest statsHeap
	listed  int64 // bytes that those hold
	omitted int
}

const (
	statsGroups      = 1000 // names of a kind that are told apart
	statsConnections = 1000 // the ones with most bytes that are listed
)

// groupings are the kinds of groups, in the order of Stats.by.
var groupings = [3]string{"host", "path", "subprotocol"}

// A statsGroup are the figures of everything that shares a name.
type statsGroup struct {
	name string // "" when it is unknown
	rest bool   // it is what is left over
	figures
}

// A statsConn is a connection.
type statsConn struct {
	conv              *dissect.Conversation
	host, path, proto string
	state             string
	copies            int   // other places where it was captured
	request, response int64 // size of the heads
	last              time.Time
	groups            [len(groupings)]*statsGroup // where its figures went, when they were given up
	sent              figures                     // of those, what its end tells again
	figures
}

// The sizes of heads that are supposed when none was captured: those of a
// browser that sends few cookies, and of a plain server.
const (
	supposedRequest  = 500
	supposedResponse = 200
)

// NewStats returns what counts events and writes the figures to w.
func NewStats(w io.Writer, opts StatsOptions) *Stats {
	s := &Stats{pen: pen{w: w}, opts: opts}
	s.shelf = newShelf(s.giveUp)
	for i := range s.by {
		s.by[i] = map[string]*statsGroup{}
	}
	return s
}

// Event implements Writer.
func (s *Stats) Event(e dissect.Event) {
	conv := e.At().Conv
	if o, ok := e.(*dissect.Opened); ok {
		c := statsConn{conv: o.Conv, request: supposedRequest, response: supposedResponse}
		c.connections = 1
		s.put(conv, c)
		return
	}
	held := s.get(conv)
	if held == nil {
		return
	}
	c := &held.value
	switch e := e.(type) {
	case *dissect.Handshake:
		c.handshake(e)
	case *dissect.Message:
		s.message(c, e)
	case *dissect.Ended:
		s.take(held)
		s.ended(c, e)
		return
	}
	s.grow(held, c.size()-held.size)
}

// size is how many bytes c holds, about.
func (c *statsConn) size() int64 {
	const bucket = 32 // of a histogram
	n := len(c.host) + len(c.path) + len(c.proto) + 8*len(c.bins)
	for _, h := range []*histogram{&c.length, &c.gap, &c.ping, &c.answer, &c.latency} {
		n += bucket * len(h.counts)
	}
	return int64(n)
}

// giveUp adds what is known of c to the sums before it has ended.
func (s *Stats) giveUp(c *statsConn) {
	if c.groups[0] == nil {
		for i, name := range c.names() {
			c.groups[i] = s.group(i, name)
		}
		c.host, c.path, c.proto = "", "", ""
	}
	s.sum(c)
	for d := range c.frames {
		c.sent.frames[d] += c.frames[d]
		c.sent.wire[d] += c.wire[d]
	}
	c.sent.lost += c.lost
	c.figures = figures{}
}

// names returns the name of c in each grouping.
func (c *statsConn) names() [len(groupings)]string {
	return [...]string{c.host, c.host + c.path, c.proto}
}

// sum adds the figures of c to those of everything and of its groups.
func (s *Stats) sum(c *statsConn) {
	s.all.merge(&c.figures)
	names := c.names()
	for i, g := range c.groups {
		if g == nil {
			g = s.group(i, names[i])
		}
		g.merge(&c.figures)
	}
}

func (c *statsConn) handshake(e *dissect.Handshake) {
	row := query.Row{Event: e, Handshake: e}
	for _, f := range []struct {
		name string
		to   *string
	}{{"host", &c.host}, {"path", &c.path}, {"subprotocol.agreed", &c.proto}} {
		field, _ := query.Lookup(f.name)
		text, _ := field.Append(nil, &row)
		*f.to = string(text)
	}
	if e.Request != nil && e.Request.Size > 0 {
		c.request = int64(e.Request.Size)
	}
	if e.Response != nil && e.Response.Size > 0 {
		c.response = int64(e.Response.Size)
	}
	if e.Verdict.Kind == handshake.Accepted {
		c.accepted = 1
	} else {
		c.failed = 1
	}
	if e.Latency >= 0 {
		c.latency.add(int64(e.Latency))
	}
}

func (s *Stats) message(c *statsConn, m *dissect.Message) {
	length := max(m.Length, 0)
	if m.Length < 0 {
		length = m.Wire
	}
	c.frames[m.Dir] += int64(m.Frames)
	c.payload[m.Dir] += m.Wire
	c.wire[m.Dir] += m.Wire + headers(m)
	c.lost += m.Lost
	if m.Type.Control() {
		c.control[m.Dir]++
		if m.Type == dissect.Pong && m.RTT >= 0 {
			c.ping.add(int64(m.RTT))
		}
		return
	}
	c.messages[m.Dir]++
	c.bytes[m.Dir] += length
	c.length.add(length)
	c.http += length + c.request + c.response
	if m.Compressed && m.Length >= 0 {
		c.compressed++
		c.deflated += m.Wire
		c.inflated += m.Length
	}
	if m.Decoded != nil && m.Decoded.RTT >= 0 {
		c.answer.add(int64(m.Decoded.RTT))
	}
	if m.Time.IsZero() {
		return
	}
	if s.origin.IsZero() {
		s.origin = m.Time
	}
	if !c.last.IsZero() {
		c.gap.add(int64(m.Time.Sub(c.last)))
	}
	c.last = m.Time
	c.timeline.add(m.Time.Sub(s.origin))
}

func (s *Stats) ended(c *statsConn, e *dissect.Ended) {
	c.state, c.copies = e.State.String(), len(e.Copies)
	c.duration = max(e.Duration, 0)
	if !s.opts.Rows {
		for _, d := range []flow.Direction{flow.ClientToServer, flow.ServerToClient} {
			c.frames[d], c.wire[d] = e.Totals[d].Frames-c.sent.frames[d], e.Totals[d].Wire-c.sent.wire[d]
		}
		c.lost = e.Lost - c.sent.lost
	}
	s.sum(c)
	if c.groups[0] != nil {
		s.omitted++
		return
	}
	heap.Push(&s.largest, c)
	s.listed += c.size()
	for len(s.largest) > statsConnections || s.listed > s.max {
		s.listed -= heap.Pop(&s.largest).(*statsConn).size()
		s.omitted++
	}
}

// group returns the group of that name, or that of what is left over.
func (s *Stats) group(by int, name string) *statsGroup {
	groups := s.by[by]
	g := groups[name]
	if g == nil {
		g = &statsGroup{name: name}
		if s.names += int64(len(name)); len(groups) >= statsGroups || s.names > s.max {
			const rest = "\x00" // no captured name is one, since heads hold none
			if g = groups[rest]; g == nil {
				g = &statsGroup{rest: true}
			}
			name = rest
		}
		groups[name] = g
	}
	return g
}

// Close writes the figures.
func (s *Stats) Close(session.Summary) error {
	for _, held := range s.open { // none is left when the session has ended
		s.ended(&held.value, &dissect.Ended{State: dissect.StateOpen, Duration: -1})
	}
	conns := slices.Clone(s.largest)
	slices.SortFunc(conns, func(a, b *statsConn) int { return cmp.Compare(a.conv.Number, b.conv.Number) })
	if s.opts.JSON {
		s.json(conns)
	} else {
		s.text(conns)
	}
	return s.flush()
}

// sorted returns the groups of a kind, those with most messages first.
func (s *Stats) sorted(by int) []*statsGroup {
	var groups []*statsGroup
	for _, g := range s.by[by] {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *statsGroup) int {
		return cmp.Or(cmp.Compare(both(b.messages), both(a.messages)), cmp.Compare(b.connections, a.connections), cmp.Compare(a.name, b.name))
	})
	return groups
}
