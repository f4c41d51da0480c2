package dissect

import (
	"bytes"
	"fmt"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/http1"
	"wsight/finding"
	"wsight/flow"
)

// http1Layer reads requests and responses until one of them changes what the
// connection is: a 101 to an upgrade, a 2xx to a CONNECT.
//
// What the client sends behind a request that may change it is held until
// the answer decides what those bytes are (the MIGHT_SWITCH_PROTOCOL of h11).
type http1Layer struct {
	context
	client  flow.Side
	sides   [2]http1Side
	pending []*exchange // requests whose answer has not come, oldest first
	current *exchange   // whose answer's body is being read
	last    *exchange   // a rejected attempt that has not been ended
	held    hold        // client bytes behind a request that may switch
	early   hold        // server bytes that came before the request they answer
}

// http1Side is where one side is between heads and bodies.
type http1Side struct {
	head   []byte // of a head that is not complete
	seen   int    // bytes of head that were searched for its end
	body   http1.Body
	inBody bool
}

// bodyKept is how much of an answer's content is judged.
const bodyKept = 4 << 10

// maxPending bounds the requests of a pipeline that wait for their answer.
const maxPending = 128

func newHTTP1(c *Connection, ctx context, client flow.Side) *http1Layer {
	l := c.heads.Get()
	pending := l.pending[:0]
	*l = http1Layer{}
	l.context, l.client, l.pending = ctx, client, pending
	return l
}

func (l *http1Layer) feed(c *Connection, ch flow.Chunk) layer {
	if ch.From == l.client {
		return l.feedClient(c, &ch)
	}
	return l.feedServer(c, &ch)
}

func (l *http1Layer) feedClient(c *Connection, ch *flow.Chunk) layer {
	side := &l.sides[l.client]
	if l.early.waiting && (ch.Lost > 0 || len(side.head) == 0 && http1.StartsRequest(ch.Data) == flow.No) {
		return pass(c, l.replay(c), *ch) // the request was not captured
	}
	if l.switching() {
		if c.outlived(ch.Data) {
			return l.adrift(c, *ch)
		}
		if l.held.add(*ch, c.opts.MaxHeld) {
			return l
		}
		l.overflow(c, fmt.Sprintf("the client sent more than %d bytes before an answer came", c.opts.MaxHeld))
		return l.adrift(c, flow.Chunk{From: ch.From, Packet: ch.Packet, Time: ch.Time})
	}
	if ch.Lost > 0 && !side.skip(ch.Lost) {
		return l.adrift(c, *ch)
	}
	for len(ch.Data) > 0 {
		if side.inBody {
			n, done := side.body.Feed(ch.Data)
			ch.Data = ch.Data[n:]
			side.inBody = !done
			continue
		}
		r, head, n := &c.read.request, ch.Data, 0
		if len(side.head) == 0 {
			n = c.lines.Request(r, ch.Data)
			head = ch.Data[:n]
		}
		if n == 0 {
			head, n = side.join(ch.Data, c.opts.MaxHead)
			if n < 0 {
				return l.tooLong(c, *ch)
			}
			if n == 0 {
				return l
			}
			c.lines.Request(r, head)
		}
		ch.Data = ch.Data[n:]
		if http1.StartsRequest(head) != flow.Yes || len(l.pending) >= maxPending {
			ch.Data = append(bytes.Clone(head), ch.Data...)
			return l.adrift(c, *ch)
		}
		l.request(c, r)
		if l.switching() {
			if c.outlived(ch.Data) {
				l.unanswered(c)
				side.inBody = false
				continue
			}
			if len(ch.Data) > 0 {
				ch.Lost = 0
				l.held.add(*ch, c.opts.MaxHeld)
			}
			return l.replay(c)
		}
	}
	return l
}

// request takes a complete request head.
func (l *http1Layer) request(c *Connection, read *header.Request) {
	x := &exchange{packet: c.packet, time: c.time, latency: -1}
	x.heads.request = *read
	r := &x.heads.request
	l.endLast(c)
	if handshake.IsAttempt(r, nil) {
		x.request = r
		l.attempt(c, x, r.Print)
	} else {
		side := &l.sides[l.client]
		side.body = http1.RequestBody(r)
		side.inBody = !side.body.Done()
		if r.Method == "CONNECT" {
			x.request = r
		} else {
			*r = header.Request{Method: r.Method} // nothing else of it is needed
		}
	}
	l.pending = append(l.pending, x)
}

// attempt begins the conversation of x, whose head has that fingerprint.
func (l *http1Layer) attempt(c *Connection, x *exchange, head uint64) {
	x.attempt = true
	conv := &Conversation{TLS: l.tls, HTTP: "1.1", Via: l.via, Head: head}
	if c.convs > 0 {
		conv.Start, conv.StartPacket = c.time, c.packet
	}
	x.talk = c.open(conv, l.client)
}

// switching reports whether an unanswered request may change what the
// connection is.
func (l *http1Layer) switching() bool {
	n := len(l.pending)
	return n > 0 && (l.pending[n-1].attempt || l.pending[n-1].heads.request.Method == "CONNECT")
}

func (l *http1Layer) feedServer(c *Connection, ch *flow.Chunk) layer {
	side := &l.sides[l.client.Other()]
	if l.early.waiting {
		if l.early.add(*ch, c.opts.MaxHeld) {
			return l
		}
		return l.replay(c)
	}
	if ch.Lost > 0 && !side.skip(ch.Lost) {
		return l.adrift(c, *ch)
	}
	for len(ch.Data) > 0 {
		if side.inBody {
			n, done := side.body.Feed(ch.Data)
			ch.Data = ch.Data[n:]
			if done {
				l.answered(c)
			}
			continue
		}
		r, head, n := &c.read.response, ch.Data, 0
		if len(side.head) == 0 {
			n = c.lines.Response(r, ch.Data)
			head = ch.Data[:n]
		}
		if n == 0 {
			head, n = side.join(ch.Data, c.opts.MaxHead)
			if n < 0 {
				return l.tooLong(c, *ch)
			}
			if n == 0 {
				return l
			}
			c.lines.Response(r, head)
		}
		ch.Data = ch.Data[n:]
		if r.Version != "1.1" && http1.StartsResponse(head) != flow.Yes {
			ch.Data = append(bytes.Clone(head), ch.Data...)
			return l.adrift(c, *ch)
		}
		if next := l.response(c, r, head, ch); next != l {
			return next
		}
		if l.early.waiting {
			return l
		}
	}
	return l
}

// response takes a complete response head, and what was read of it; rest is
// what follows it.
func (l *http1Layer) response(c *Connection, r *header.Response, head []byte, rest *flow.Chunk) layer {
	if len(l.pending) == 0 {
		connected := r.Status/100 == 2 && http1.ResponseBody(r, "").Framing == http1.UntilClose
		if (handshake.IsAttempt(nil, r) || connected) && !l.early.given {
			// The request may only be late in the capture.
			first := *rest
			first.Data, first.Lost = append(bytes.Clone(head), rest.Data...), 0
			l.early.waiting = true
			l.early.add(first, c.opts.MaxHeld)
			return l
		}
		l.pending = append(l.pending, &exchange{latency: -1})
	}
	if r.Status/100 == 1 && r.Status != 101 {
		return l
	}
	x := l.pending[0]
	l.pending = append(l.pending[:0], l.pending[1:]...)
	x.heads.response = *r
	x.response = &x.heads.response
	if !x.time.IsZero() && !c.time.IsZero() {
		x.latency = max(0, c.time.Sub(x.time))
	}
	if !x.attempt && handshake.IsAttempt(nil, r) {
		l.attempt(c, x, 0)
	}
	rest.Lost = 0
	if r.Status == 101 || x.heads.request.Method == "CONNECT" && r.Status/100 == 2 {
		l.unanswered(c) // what was asked behind it goes nowhere
	}
	switch {
	case x.attempt && r.Status == 101:
		return l.upgrade(c, x, rest)
	case r.Status == 101 && r.Fields.HasToken("Upgrade", "h2c"):
		return pass(c, newHTTP2(c, l.context, l.client), append(l.held.take(), *rest)...)
	case r.Status == 101:
		return nil // Upgrade to something else
	case x.heads.request.Method == "CONNECT" && r.Status/100 == 2:
		if x.attempt { // what asks for both gets the tunnel (RFC 9110 §9.3.6)
			l.judge(c, x, nil)
			x.talk.end(c, StateRejected)
		}
		ctx := l.context
		ctx.via = x.request.Target
		return pass(c, &opening{context: ctx}, append(l.held.chunks, *rest)...)
	}
	side := &l.sides[l.client.Other()]
	side.body = http1.ResponseBody(r, x.heads.request.Method)
	if x.heads.request.Method == "" && r.Status/100 == 2 && side.body.Framing == http1.UntilClose {
		return l.adrift(c, *rest) // its request was lost: it may have been a CONNECT
	}
	if x.attempt {
		side.body.Keep = bodyKept
	}
	l.current = x
	side.inBody = !side.body.Done()
	if !side.inBody {
		l.answered(c)
	}
	return l.unhold(c)
}

// answered ends the answer whose body is complete.
func (l *http1Layer) answered(c *Connection) {
	side := &l.sides[l.client.Other()]
	side.inBody = false
	if x := l.current; x != nil && x.attempt {
		l.judge(c, x, side.body.Prefix())
		l.last = x
	}
	l.current = nil
}

// upgrade hands over to the frames behind a 101.
func (l *http1Layer) upgrade(c *Connection, x *exchange, rest *flow.Chunk) layer {
	l.judge(c, x, nil)
	if x.request == nil {
		r := finding.Report{Code: finding.CaptureMidstream, Detail: "the capture has the 101 but not the request that it answers"}
		if c.sealed[l.client] {
			r.Title, r.Detail = "the request of the handshake cannot be decrypted", "the 101 can be read, and the request that it answers is sealed"
		}
		c.report(x.talk, r, 0, 0)
	}
	if l.held.precedes(c.packet, c.time) && !handshake.Hixie(x.request) {
		first := l.held.chunks[0]
		c.report(x.talk, finding.Report{Code: finding.HandshakeEarlyData}, flow.ClientToServer, 0, first.Packet, c.packet)
	}
	var next layer = newStream(c, x.talk, agreed(x))
	if len(l.held.chunks) > 0 {
		packet, at := c.packet, c.time
		next = pass(c, next, l.held.chunks...)
		c.packet, c.time = packet, at
	}
	c.heads.Put(l)
	if len(rest.Data) > 0 {
		next = pass(c, next, *rest)
	}
	return next
}

// endLast ends a rejected attempt, because the connection is used again or
// has ended.
func (l *http1Layer) endLast(c *Connection) {
	if l.last != nil {
		l.last.talk.end(c, StateRejected)
		l.last = nil
	}
}

func (l *http1Layer) signal(c *Connection, s flow.Signal) {
	for _, x := range l.pending {
		if x.talk != nil {
			x.talk.signal(c, s)
		}
	}
	for _, x := range []*exchange{l.current, l.last} {
		if x != nil && x.talk != nil {
			x.talk.signal(c, s)
		}
	}
}

func (l *http1Layer) close(c *Connection, end flow.Closed) {
	if l.early.waiting {
		if next := l.replay(c); next != l {
			if next != nil {
				next.close(c, end)
			}
			return
		}
	}
	server := l.client.Other()
	unseen := !c.heard[server] && end.Packets[server] == 0 || end.Lost[server] > 0
	if l.switching() && len(l.held.chunks) > 0 && unseen {
		// The answer was not captured: what follows may be frames all the same.
		if next := l.adrift(c, flow.Chunk{From: l.client}); next != nil {
			c.packet, c.time = end.Packet, end.Time
			next.close(c, end)
		}
		return
	}
	if l.current != nil {
		l.answered(c)
	}
	l.endLast(c)
	l.unanswered(c)
}

// outlived reports whether the client asks again with p, and no answer to what
// it asked before is among what is still to be read.
func (c *Connection) outlived(p []byte) bool {
	return c.past && http1.StartsRequest(p) == flow.Yes
}

// unanswered ends the attempts whose answer will not come.
func (l *http1Layer) unanswered(c *Connection) {
	for _, x := range l.pending {
		if x.attempt {
			l.judge(c, x, nil)
			l.lostAnswer(c, x)
			x.talk.endWith(c, StateUnanswered, l.foreign())
		}
	}
	l.pending = l.pending[:0]
}
