package dissect

import (
	"fmt"

	"wsight/dissect/tls"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// tlsLayer opens the records of a TLS connection. What is inside is a
// connection of its own, the thread of which may be lost where records are.
type tlsLayer struct {
	context
	session *tls.Session
	conn    *Connection     // the one being fed
	hear    func(tls.Event) // event: taken once, since a method value is an allocation
	about   TLS             // what conversations inside point to
	inner   layer
	opened  bool // a record of application data was opened
	over    bool // inner is not interested in more
	sealed  sealed
	shut    []tls.Undecryptable // sides that cannot be opened, while nobody was told
}

func newTLS(c *Connection, ctx context) *tlsLayer {
	l := &tlsLayer{context: ctx, session: c.decryptor.NewSession()}
	if !c.mayDecrypt() {
		l.session = c.blind.NewSession()
	}
	l.context.tls = &l.about
	l.inner = &opening{context: l.context}
	c.tls, c.plain = true, true
	return l
}

func (l *tlsLayer) feed(c *Connection, ch flow.Chunk) layer {
	if l.sealed.bytes[ch.From] == 0 && c.flow.Opened && c.lost[ch.From] == 0 && tls.Starts(ch.Data) == flow.No {
		l.sealed.foreign[ch.From], c.plain = safe.Line(ch.Data, foreignShown), false // no key opens that
	}
	l.sealed.bytes[ch.From] += ch.Lost + int64(len(ch.Data))
	if !c.mayDecrypt() && c.opts.Sealed == nil {
		if l.sealed.bytes[ch.From.Other()] == 0 {
			return l
		}
		return nil // no secret is there and none will come: nothing more can be seen
	}
	l.sealed.last = ch.Time
	packet, at := c.packet, c.time
	l.session.Feed(&ch, l.listener(c))
	c.packet, c.time = packet, at
	if l.over {
		return nil
	}
	return l
}

// listener returns what takes the events of the session for c.
func (l *tlsLayer) listener(c *Connection) func(tls.Event) {
	l.conn = c
	if l.hear == nil {
		l.hear = l.event
	}
	return l.hear
}

// event takes what the session understood.
func (l *tlsLayer) event(e tls.Event) {
	c := l.conn
	switch e := e.(type) {
	case *tls.ClientHello:
		l.about.Random = e.Random
		l.describe()
	case *tls.ServerHello, *tls.EncryptedExtensions:
		l.describe()
	case *tls.Data:
		l.data(c, e)
	case *tls.Lost:
		l.recordLost(c, e)
	case *tls.Undecryptable:
		l.sealed.reason = e.Reason.String()
		l.shut = append(l.shut, *e)
		c.sealed[e.From] = true
	}
}

// describe notes what the hellos told.
func (l *tlsLayer) describe() {
	info := l.session.Info()
	l.about.client, l.about.clientKnown = info.Client, info.ClientKnown
	l.about.SNI, l.about.ALPN, l.about.ECH = info.ServerName, info.ALPN, info.ECH
	if info.Version != 0 {
		l.about.Version = info.Version.String()
	}
	if info.SuiteKnown {
		l.about.Cipher = info.Suite.String()
	}
}

// data feeds the content of a record to what is inside.
func (l *tlsLayer) data(c *Connection, d *tls.Data) {
	if l.inner == nil {
		l.over = true
		return
	}
	l.opened, c.plain = true, false
	c.packet, c.time = d.Packet, d.Time
	l.inner = l.inner.feed(c, flow.Chunk{
		From: d.From, Data: d.Payload, Lost: d.Lost, Vague: d.Lost > 0 && !d.Exact, Packet: d.Packet, Time: d.Time,
	})
	l.tellShut(c)
}

// tellShut tells the conversation inside of one direction that the other one
// cannot be opened: there was a secret for one side only.
func (l *tlsLayer) tellShut(c *Connection) {
	if h, ok := l.inner.(*http1Layer); ok && len(l.shut) > 0 {
		l.inner = h.replay(c) // the request that was waited for cannot come
	}
	if s, ok := l.inner.(*stream); ok && !s.ended {
		l.tellTalk(c, &s.talk)
		l.shut = nil
	}
}

// tellTalk tells one conversation what of it cannot be opened.
func (l *tlsLayer) tellTalk(c *Connection, t *talk) {
	for _, e := range l.shut {
		dir := t.dir(e.From)
		c.report(t, finding.Report{
			Code:   finding.TLSUndecryptable,
			Detail: fmt.Sprintf("what the %s sends cannot be opened: %s", party(dir), e.Reason),
		}, dir, 0, e.Packet)
	}
}

// tellOpen tells what is still open at the end what could not be opened of
// it: attempts without an answer, streams of HTTP/2.
func (l *tlsLayer) tellOpen(c *Connection) {
	var open []*talk
	switch inner := l.inner.(type) {
	case *http1Layer:
		for _, x := range inner.pending {
			if x.attempt {
				open = append(open, x.talk)
			}
		}
	case *http2Layer:
		for _, s := range inner.ordered() {
			t := s.talk
			if s.stream != nil {
				t = &s.stream.talk
			}
			open = append(open, t)
		}
	}
	for _, t := range open {
		l.tellTalk(c, t)
	}
	if len(open) > 0 {
		l.shut = nil
	}
}

// recordLost tells the conversations inside that records are missing.
func (l *tlsLayer) recordLost(c *Connection, e *tls.Lost) {
	if o, ok := l.inner.(*opening); ok && o.waits {
		l.inner = o.recognized(c)
	}
	l.tellShut(c)
	if s, ok := l.inner.(*stream); ok && !s.ended {
		c.packet, c.time = e.Packet, e.Time
		c.report(&s.talk, finding.Report{Code: finding.TLSRecordLost, Detail: lostRecords(e)}, s.dir(e.From), 0)
	}
}

func (l *tlsLayer) signal(c *Connection, s flow.Signal) {
	if (s.Kind == flow.Fin || s.Kind == flow.Reset) && l.sealed.end.Kind == 0 {
		l.sealed.end = s
	}
	if l.inner != nil {
		l.inner.signal(c, s)
	}
}

func (l *tlsLayer) close(c *Connection, end flow.Closed) {
	packet, at := c.packet, c.time
	l.session.End(l.listener(c))
	c.packet, c.time = packet, at
	l.tellShut(c)
	l.tellOpen(c)
	if h, ok := l.inner.(*http1Layer); ok && h.switching() && len(h.held.chunks) > 0 && c.sealed[h.client.Other()] {
		// There may be an answer that cannot be opened: what follows the request may be frames.
		l.inner = h.adrift(c, flow.Chunk{From: h.client})
		l.tellShut(c)
	}
	if l.silent() {
		l.opened, c.plain = true, false
	}
	l.tellSealed(c)
	end.Lost = [2]int64{} // of records, which the session accounts for
	if l.inner != nil {
		l.inner.close(c, end)
	}
}
