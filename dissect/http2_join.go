package dissect

import (
	"time"

	"wsight/dissect/http2"
	"wsight/flow"
)

// This file takes up an HTTP/2 connection whose beginning is not in the
// capture: frames are recognised where they follow one another.

// joinHTTP2 takes ch, and returns the layer for a connection that turns out to
// carry frames of HTTP/2 from somewhere on; nil while none are known.
func (o *opening) joinHTTP2(c *Connection, ch flow.Chunk) layer {
	r := &o.http2[ch.From]
	r.Feed(ch.Data, ch.Lost)
	if c.flow.Opened && !o.middle {
		return nil // it would have begun with them
	}
	if _, found := r.Found(); !found {
		return nil
	}
	return o.amid(c)
}

// What is recognised may stand in DATA of HTTP/2 that began before the
// capture. A side that sends such a frame does so at once.
const (
	longestData = 1 << 14 // the default of SETTINGS_MAX_FRAME_SIZE
	dataPause   = 500 * time.Millisecond
)

// mayBeHTTP2 reports whether frames that were recognised may stand in DATA of
// HTTP/2, ch the last of what was said: what comes will show.
func (o *opening) mayBeHTTP2(c *Connection, ch flow.Chunk) bool {
	switch {
	case o.http1 || c.flow.Opened && !o.middle || o.tls != nil && o.tls.ALPN != "" && o.tls.ALPN != "h2":
		return false
	case o.http2[flow.A].Open() || o.http2[flow.B].Open():
		return true
	case o.rec.Fills():
		return false
	case o.since.IsZero():
		o.since = ch.Time
	}
	return ch.Time.Sub(o.since) < dataPause && max(o.http2[flow.A].Offset(), o.http2[flow.B].Offset()) < longestData+http2.HeaderSize
}

// recognized goes on with frames of WebSocket, or with the HTTP/2 that carries
// them.
func (o *opening) recognized(c *Connection) layer {
	for side := range o.http2 {
		if _, likely := o.http2[side].Likely(); likely {
			return o.amid(c)
		}
	}
	return o.frames(c)
}

// amid returns the layer for the HTTP/2 that o has found, which is given all
// that was said since.
func (o *opening) amid(c *Connection) layer {
	o.abandon(c)
	client, _ := o.caller(c)
	l := newHTTP2(c, o.context, client)
	l.late()
	var starts, passed [2]int64
	for side := range starts {
		start, found := o.http2[side].Likely()
		if !found {
			l.sides[side].frames.Join()
		}
		starts[side] = start
	}
	packet, at := c.packet, c.time
	for _, ch := range o.take() {
		had := passed[ch.From]
		passed[ch.From] += ch.Lost + int64(len(ch.Data))
		if rest := passed[ch.From] - starts[ch.From]; had < starts[ch.From] {
			if rest <= 0 {
				continue
			}
			ch.Lost, ch.Data = 0, ch.Data[int64(len(ch.Data))-rest:]
		}
		c.packet, c.time = ch.Packet, ch.Time
		l.feed(c, ch)
	}
	c.packet, c.time = packet, at
	for _, end := range o.ends {
		l.signal(c, end)
	}
	return l
}

// late notes that the connection was joined after its beginning.
func (l *http2Layer) late() {
	for i := range l.sides {
		side := &l.sides[i]
		side.preface, side.broken = 0, true
		side.fields.Forget()
		l.shared[i].left = boundless
	}
}
