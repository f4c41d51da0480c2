package dissect

import (
	"wsight/dissect/tunnel"
	"wsight/flow"
)

// socksLayer follows a SOCKS negotiation; what both sides say behind it is a
// connection of its own to the target.
type socksLayer struct {
	context
	client flow.Side
	socks  tunnel.Socks
	sides  [2]socksSide
}

type socksSide struct {
	unread []byte
	done   bool
	hold   // what this side said behind its negotiation
}

func newSocks(ctx context, client flow.Side) *socksLayer {
	return &socksLayer{context: ctx, client: client}
}

// startsSocks reports whether p begins like the first message of a client: a
// version, and for version 5 the number of methods, none of which is absurd.
func startsSocks(p []byte) bool {
	var s tunnel.Socks
	if len(p) == 0 || p[0] != 4 && p[0] != 5 {
		return false
	}
	_, v := s.Client(p)
	return v != flow.No
}

func (l *socksLayer) feed(c *Connection, ch flow.Chunk) layer {
	side := &l.sides[ch.From]
	if ch.Lost > 0 {
		return nil // what was agreed cannot be known
	}
	if side.done {
		if !side.add(ch, c.opts.MaxHeld) {
			return nil
		}
		return l
	}
	side.unread = append(side.unread, ch.Data...)
	read := l.socks.Server
	if ch.From == l.client {
		read = l.socks.Client
	}
	n, v := read(side.unread)
	side.unread = side.unread[n:]
	switch {
	case v == flow.No || len(side.unread) > c.opts.MaxHead:
		return nil
	case v == flow.NeedMore:
		return l
	}
	side.done = true
	ch.Data = side.unread
	side.add(ch, c.opts.MaxHeld)
	other := &l.sides[ch.From.Other()]
	if !other.done {
		return l
	}
	ctx := l.context
	ctx.via = l.socks.Target
	packet, at := c.packet, c.time
	next := pass(c, &opening{context: ctx}, append(l.sides[l.client].take(), l.sides[l.client.Other()].take()...)...)
	c.packet, c.time = packet, at
	return next
}

func (l *socksLayer) signal(*Connection, flow.Signal) {}

func (l *socksLayer) close(*Connection, flow.Closed) {}
