package dissect

import (
	"net/netip"
	"time"

	"wsight/flow"
	"wsight/safe"
)

// A Sealed is what is known of a TLS connection of which nothing could be
// opened. Whether it carried a WebSocket is not among it.
type Sealed struct {
	Client, Server netip.AddrPort // by the hellos, else by who opened the connection
	TLS            TLS
	File           int
	Packet         flow.PacketID // the first
	Start, End     time.Time
	Bytes          [3]int64 // of the streams, records and handshake, by direction
	TCP            TCPEnd
	Reason         string // why nothing could be opened, in words
}

// foreignShown is how many cells are shown of what is no TLS.
const foreignShown = 40

// sealed collects it while the connection lasts.
type sealed struct {
	bytes   [2]int64
	foreign [2]string   // how a side begins that speaks no TLS
	end     flow.Signal // the first FIN or RST
	last    time.Time
	reason  string
}

// silent reports whether records were opened and none stayed closed: then there
// was a key, and if there was no application data nobody sent any, as on the
// connections that browsers open in advance.
func (l *tlsLayer) silent() bool {
	a, b := l.session.Counts(flow.A), l.session.Counts(flow.B)
	return a.Opened+b.Opened > 0 && a.Sealed+b.Sealed == 0
}

// tellSealed says what is known when the connection is over.
func (l *tlsLayer) tellSealed(c *Connection) {
	if c.opts.Sealed == nil || l.opened {
		return
	}
	client := flow.A
	if l.about.clientKnown {
		client = l.about.client
	}
	s := Sealed{
		Client: c.flow.Ends[client], Server: c.flow.Ends[client.Other()], TLS: l.about, File: c.flow.File, Packet: c.flow.Packet,
		Start: c.flow.Start, End: l.sealed.last, Reason: l.sealed.reason,
	}
	if keys := c.opts.Keys; keys == nil || keys.Version() == 0 {
		s.Reason = "there is no key"
	}
	if answer := l.sealed.foreign[client.Other()]; answer != "" && l.about.clientKnown {
		s.Reason = "the server speaks no TLS on this port, its answer begins with " + safe.Quote(answer)
	}
	s.Bytes[flow.ClientToServer], s.Bytes[flow.ServerToClient] = l.sealed.bytes[client], l.sealed.bytes[client.Other()]
	if end := l.sealed.end; end.Kind != 0 {
		by := flow.ServerToClient
		if end.From == client {
			by = flow.ClientToServer
		}
		s.TCP = TCPEnd{Kind: end.Kind, By: by, Packet: end.Packet, Time: end.Time}
	}
	c.opts.Sealed(s)
}
