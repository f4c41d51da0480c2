package dissect

import (
	"time"

	"wsight/dissect/deflate"
	"wsight/dissect/http1"
	"wsight/dissect/spare"
	"wsight/dissect/tls"
	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
)

// A Connection understands the two byte streams of one TCP connection.
//
// It is a stack of one layer that may hold others: what the bytes are is
// found out, and when that changes, as with a 101, the layer that knows
// returns its successor. Any bytes give events; nothing is an error.
//
// With many of them at a time what each chunk touches is no longer in the
// processor's cache: it stands together at the start.
type Connection struct {
	*Dissector
	layer   layer
	heard   [2]bool   // packets of that side are in the capture
	placed  [2]bool   // reached is known
	reached [2]uint32 // TCP sequence number behind what each side has sent
	tls     bool
	plain   bool         // TLS without a secret that opens it
	sealed  [2]bool      // what that side says cannot be decrypted, or not all of it
	work    int64        // see Work
	last    [2]time.Time // when each side was last heard
	lost    [2]int64     // bytes known to be missing, per side
	cut     int64        // how many of them the snaplen cut off
	convs   int          // conversations opened
	flow    flow.Conn
	also    []string // other interfaces that its packets were captured on
}

// A layer reads what is left when the layers below are peeled off.
type layer interface {
	// feed consumes ch and returns the layer for what follows: itself, its
	// successor, which has been given the bytes that were left over, or nil
	// when nothing more of this connection is of interest.
	feed(c *Connection, ch flow.Chunk) layer
	// signal hears what TCP told beside the bytes.
	signal(c *Connection, s flow.Signal)
	// close ends everything that is open. It is the last call.
	close(c *Connection, end flow.Closed)
}

// A Dissector makes Connections that share options and working memory, and the
// text of the lines that their HTTP/1 heads have in common. They must not be
// fed at the same time.
type Dissector struct {
	// What is being fed, to one of them at a time.
	packet flow.PacketID
	time   time.Time
	emit   func(Event)
	past   bool // it was held: what answers it would have come by now

	opts    Options
	scratch websocket.Scratch
	tables  deflate.Pool

	decryptor   *tls.Decryptor
	blind       *tls.Decryptor // for connections that no secret can open: it only reads hellos
	keysMayCome bool

	// The events that come most often are reused: they are valid only until
	// emit returns.
	message   Message
	frame     Frame
	signalled Signalled
	opened    Opened
	handshake Handshake
	ended     Ended

	codes   []finding.Code // that a frame header broke; its memory is used again
	lines   *http1.Lines
	read    heads // what they read last
	heads   spare.List[http1Layer]
	talks   spare.List[talk]
	streams spare.List[stream]

	inflaters spare.List[deflate.Inflater]
}

// New returns a Dissector with the given options.
func New(opts Options) *Dissector {
	d := &Dissector{opts: opts.withDefaults(), lines: new(http1.Lines)}
	d.decryptor = tls.NewDecryptor(d.opts.Keys, d.opts.TLS)
	d.blind = tls.NewDecryptor(nil, tls.Limits{Kept: -1})
	return d
}

// ExpectKeys says that secrets may be added to Options.Keys while connections
// are fed: TLS is followed although none is known yet.
func (d *Dissector) ExpectKeys() { d.keysMayCome = true }

// mayDecrypt reports whether following TLS can lead to anything.
func (d *Dissector) mayDecrypt() bool {
	return d.opts.Keys != nil && (d.keysMayCome || d.opts.Keys.Version() > 0)
}

// Connection returns what understands the connection that conn names. It must
// not be copied once it was fed.
func (d *Dissector) Connection(conn flow.Conn) Connection {
	return Connection{Dissector: d, layer: start{}, flow: conn}
}

// Feed consumes the next bytes of one side and emits what they complete.
// It reports false when nothing more of the connection is of interest: it is
// something else than WebSocket.
func (c *Connection) Feed(ch *flow.Chunk, emit func(Event)) (more bool) {
	if c.layer == nil {
		return false
	}
	c.at(ch.Packet, ch.Time, emit)
	if len(ch.Data) > 0 {
		c.heard[ch.From] = true
		c.last[ch.From] = ch.Time
		c.reached[ch.From], c.placed[ch.From] = ch.Sequence+uint32(len(ch.Data)), true
	}
	if ch.Lost > 0 {
		c.lost[ch.From] += ch.Lost
		c.cut += ch.Cut
	}
	c.work += int64(len(ch.Data)) + chunkWork
	if s, ok := c.layer.(*stream); ok { // nearly always, and it needs no copy
		s.take(ch)
		return true
	}
	c.layer = c.layer.feed(c, *ch)
	return c.layer != nil
}

// Signal hears what TCP told beside the bytes.
func (c *Connection) Signal(s flow.Signal, emit func(Event)) {
	if c.layer == nil {
		return
	}
	c.at(s.Packet, s.Time, emit)
	c.heard[s.From] = true
	switch s.Kind {
	case flow.Established:
		if !c.placed[s.From] {
			c.reached[s.From], c.placed[s.From] = s.Sequence, true
		}
	case flow.Elsewhere:
		c.elsewhere(s.Interface)
		return
	}
	c.layer.signal(c, s)
}

// Close ends the connection and emits what was still open.
func (c *Connection) Close(end flow.Closed, emit func(Event)) {
	if c.layer == nil {
		return
	}
	c.at(end.Packet, end.Time, emit)
	for side, lost := range end.Lost {
		c.lost[side] += lost
		c.heard[side] = c.heard[side] || end.Packets[side] > 0
	}
	c.layer.close(c, end)
	c.layer = nil
}

// Encrypted reports whether the connection speaks TLS, and whether nothing
// could be decrypted of it.
func (c *Connection) Encrypted() (tls, opaque bool) { return c.tls, c.plain }

func (c *Connection) at(packet flow.PacketID, t time.Time, emit func(Event)) {
	c.packet, c.time, c.emit = packet, t, emit
}

// A context is what the layers below say about the bytes of a layer.
type context struct {
	tls    *TLS
	via    string
	stream uint32 // of HTTP/2; 0: none
}

// pass gives next what is left over and returns the layer that came of it.
func pass(c *Connection, next layer, rest ...flow.Chunk) layer {
	for _, ch := range rest {
		if next == nil {
			return nil
		}
		if len(ch.Data) > 0 || ch.Lost > 0 {
			c.packet, c.time = ch.Packet, ch.Time
			next = next.feed(c, ch)
		}
	}
	return next
}

// Conversations returns how many conversations the connection has held so far.
func (c *Connection) Conversations() int { return c.convs }
