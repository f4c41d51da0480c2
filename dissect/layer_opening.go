package dissect

import (
	"time"

	"wsight/dissect/http1"
	"wsight/dissect/http2"
	"wsight/dissect/tls"
	"wsight/dissect/tunnel"
	"wsight/dissect/websocket"
	"wsight/flow"
)

// opening finds out what the bytes of a connection are, at its start or where
// the thread was lost. It holds what both sides said until it knows.
type opening struct {
	context
	hold
	first   [2][]byte // the first bytes of each side, while they may still become a head
	asked   [2]bool   // that side's first bytes were judged: they start nothing that is known
	wanting bool      // the first bytes of a side may still become a head
	middle  bool      // the thread was lost: heads and frames may begin at any chunk
	rec     websocket.Recognizer
	http2   [2]http2.Recognizer // of what each side says
	http1   bool                // the connection has spoken HTTP/1
	waits   bool                // frames were recognised, and may yet turn out to be in HTTP/2
	since   time.Time           // when that began
	ends    []flow.Signal       // FIN and RST, while there is no conversation to tell them to

	client flow.Side
	exact  bool      // what the client says begins right behind its request
	expect *exchange // an attempt whose answer may be among the lost bytes
}

// firstBytes is how much is kept of the start of a side to recognise a head.
const firstBytes = 8 << 10

func (o *opening) feed(c *Connection, ch flow.Chunk) layer {
	fits := o.add(ch, c.opts.MaxHeld)
	if next, found := o.head(c, ch); found {
		return next
	}
	o.rec.Opened = c.flow.Opened && !o.middle
	if next := o.joinHTTP2(c, ch); next != nil {
		return next
	}
	switch o.rec.Feed(ch.From, ch.Data, ch.Lost) {
	case websocket.Recognized:
		if o.waits = fits && o.mayBeHTTP2(c, ch); o.waits {
			return o
		}
		return o.recognized(c)
	case websocket.Foreign:
		if !o.wanting {
			return o.give(c)
		}
	}
	if !fits {
		return o.give(c)
	}
	return o
}

// known returns the layer for what begins with p, which side said.
func (ctx context) known(c *Connection, side flow.Side, p []byte) layer {
	client, begins := speaksHTTP2(side, p)
	switch {
	case begins:
		return newHTTP2(c, ctx, client)
	case ctx.tls != nil && ctx.tls.ALPN == "h2" && ctx.tls.clientKnown:
		return newHTTP2(c, ctx, ctx.tls.client)
	case ctx.tls == nil && tls.Starts(p) == flow.Yes:
		return newTLS(c, ctx)
	case http1.StartsRequest(p) == flow.Yes:
		return newHTTP1(c, ctx, side)
	case http1.StartsResponse(p) == flow.Yes:
		return newHTTP1(c, ctx, side.Other())
	}
	return nil
}

// head looks for a layer in the first bytes of a side, and in the middle of
// things at the start of every chunk. It returns what came of one that it found:
// nil when that let go of the connection.
func (o *opening) head(c *Connection, ch flow.Chunk) (after layer, found bool) {
	side := ch.From
	switch {
	case o.middle || ch.Lost > 0 || o.asked[side] && !c.flow.Opened:
		o.first[side] = append(o.first[side][:0], ch.Data[:min(len(ch.Data), firstBytes)]...)
		if next := o.known(c, side, o.first[side]); next != nil {
			return o.resume(c, next, ch), true
		}
		o.middle = true
		return nil, false
	case o.asked[side]:
		return nil, false
	}
	o.first[side] = append(o.first[side], ch.Data[:min(len(ch.Data), firstBytes-len(o.first[side]))]...)
	p := o.first[side]
	if next := o.known(c, side, p); next != nil {
		return pass(c, next, o.take()...), true
	}
	header, verdict := tunnel.ParseProxy(p)
	switch {
	case verdict == flow.Yes:
		ctx := o.context
		if header.Source.IsValid() {
			ctx.via = header.Source.String()
		}
		return pass(c, &opening{context: ctx}, without(o.take(), side, header.Size)...), true
	case c.flow.Opened && startsSocks(p):
		return pass(c, newSocks(o.context, side), o.take()...), true
	}
	_, preface := startsHTTP2(p)
	_, settings := startsSettings(p)
	record := o.tls == nil && tls.Starts(p) == flow.NeedMore
	more := preface || settings || record || verdict == flow.NeedMore || http1.StartsRequest(p) == flow.NeedMore || http1.StartsResponse(p) == flow.NeedMore
	o.asked[side] = !more || len(p) >= firstBytes
	other := side.Other()
	o.wanting = !o.asked[side] || len(o.first[other]) > 0 && !o.asked[other]
	return nil, false
}

// without returns chunks less the first n bytes of side.
func without(chunks []flow.Chunk, side flow.Side, n int) []flow.Chunk {
	for i := range chunks {
		if ch := &chunks[i]; ch.From == side && n > 0 {
			cut := min(n, len(ch.Data))
			ch.Data = ch.Data[cut:]
			n -= cut
		}
	}
	return chunks
}

// resume goes on with heads from ch, and gives up what was held before it. An
// answer belongs to the attempt that waits for one; a client that asks again has
// had an answer, which is lost.
func (o *opening) resume(c *Connection, next layer, ch flow.Chunk) layer {
	l, ok := next.(*http1Layer)
	if ok && o.expect != nil && l.client == o.client && ch.From != o.client {
		l.pending = append(l.pending, o.expect)
		o.expect = nil
	}
	o.abandon(c)
	ch.Lost = 0
	return next.feed(c, ch)
}

// frames goes on with frames that were recognised without a handshake.
func (o *opening) frames(c *Connection) layer {
	client := o.rec.Client()
	packet, at := c.packet, c.time
	var t *talk
	if o.expect != nil {
		t = o.expect.talk
		l := http1Layer{context: o.context, client: o.client}
		l.judgeUnseen(c, o.expect)
	} else {
		first := o.chunks[0]
		c.packet, c.time = first.Packet, first.Time
		bare := c.flow.Opened && !o.middle && o.start(client) == 0 && first.Lost == 0
		conv := &Conversation{TLS: o.tls, Via: o.via, Stream: o.stream, Midstream: true, Bare: bare}
		if o.stream != 0 {
			conv.HTTP = "2"
		}
		t = c.open(conv, client)
		c.report(t, c.unseenHandshake(), 0, 0)
		c.packet, c.time = packet, at
	}
	s := newStream(c, t, agreement{})
	s.joined(o)
	var passed [2]int64
	for _, ch := range o.take() {
		s.join(c, ch, &passed, o.start(ch.From))
	}
	for _, end := range o.ends {
		c.packet, c.time = end.Packet, end.Time
		s.signal(c, end)
	}
	c.packet, c.time = packet, at
	return s
}

// start returns where the frames of side begin. Behind a request whose answer
// was lost the client's begin at once.
func (o *opening) start(side flow.Side) int64 {
	if o.expect != nil && side == o.client && o.exact {
		return 0
	}
	return o.rec.Start(side)
}

// give lets go of a connection that carries something else.
func (o *opening) give(c *Connection) layer {
	o.abandon(c)
	return nil
}

// abandon ends the attempt whose answer was waited for.
func (o *opening) abandon(c *Connection) {
	if x := o.expect; x != nil {
		l := http1Layer{context: o.context, client: o.client}
		l.judge(c, x, nil)
		l.lostAnswer(c, x)
		x.talk.end(c, StateUnanswered)
		o.expect = nil
	}
}

func (o *opening) signal(c *Connection, s flow.Signal) {
	if o.expect != nil {
		o.expect.talk.signal(c, s)
		return
	}
	const most = 2 // the first is what counts
	if (s.Kind == flow.Fin || s.Kind == flow.Reset) && len(o.ends) < most {
		o.ends = append(o.ends, s)
	}
}

func (o *opening) close(c *Connection, end flow.Closed) {
	if o.rec.End() == websocket.Recognized {
		if next := o.recognized(c); next != nil {
			next.close(c, end)
		}
		return
	}
	o.abandon(c)
}
