package dissect

import (
	"wsight/dissect/header"
	"wsight/dissect/http2"
	"wsight/flow"
)

// This file finds out which side is the client of an HTTP/2 connection that
// was joined in the middle. Until that is known what both sides say is looked
// at alike.

// caller returns the client of the connection, when TCP or TLS has told who it
// is.
func (ctx context) caller(c *Connection) (client flow.Side, told bool) {
	if ctx.tls != nil && ctx.tls.clientKnown {
		return ctx.tls.client, true
	}
	return flow.A, c.flow.Opened
}

// know notes which side is the client, when that was not certain.
func (l *http2Layer) know(client flow.Side) {
	if l.certain {
		return
	}
	l.certain = true
	if l.client == client {
		return
	}
	l.client = client
	l.settings, l.connects = false, false // were those of the client
	for i := range l.sides {
		l.sides[i].preface, l.sides[i].broken = 0, true
	}
}

// knowBySettings takes what only a server says (RFC 8441 §3).
func (r *http2Reader) knowBySettings(settings []http2.Setting) {
	for _, s := range settings {
		if s.ID == http2.SettingEnableConnectProtocol {
			r.know(r.from.Other())
		}
	}
}

// knowByFields reports whether it is known who is the client, of whom fields
// may tell it: requests and answers have pseudo-fields of their own (§8.3 of
// RFC 9113).
func (r *http2Reader) knowByFields(fields header.Fields) bool {
	switch {
	case r.certain:
	case fields.Has(":status"):
		r.know(r.from.Other())
	case fields.Has(":method"), fields.Has(":path"), fields.Has(":scheme"), fields.Has(":authority"), fields.Has(":protocol"):
		r.know(r.from)
	}
	return r.certain
}
