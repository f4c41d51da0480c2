package handshake

import "wsight/dissect/header"

// A reading is what the fields of one head say about the handshake. One pass
// over them gathers it, because the rules ask for many names, most of which a
// head does not have.
type reading struct {
	origin, connection, upgrade                lines
	key, accept, version, protocol, extensions lines
	draft                                      lines // Sec-WebSocket-Key1, which hixie-76 sends
	websocket                                  bool  // Upgrade names websocket
	upgrades                                   bool  // Connection lists upgrade
	own                                        bool  // a field of RFC 6455 §11.3 is there
}

// Lines are the field lines of one name.
type lines struct {
	first *string // the value of the first one; nil when there is none
	count int
}

// read gathers in r, which is new, what f says; its pointers lead into f.
func (r *reading) read(f header.Fields) {
	for i := range f {
		name, value := f[i].Name, &f[i].Value
		r.own = r.own || isOwn(name)
		l := r.lines(name)
		if l == nil {
			continue
		}
		if l.count++; l.count == 1 {
			l.first = value
		}
		switch l {
		case &r.upgrade:
			r.websocket = r.websocket || namesWebSocket(*value)
		case &r.connection:
			r.upgrades = r.upgrades || header.Lists(*value, "upgrade")
		}
	}
}

// lines returns where a line called name belongs, nil when no rule asks for
// it. No two of the names are of the same length.
func (r *reading) lines(name string) (l *lines) {
	known := ""
	switch len(name) {
	case len("Origin"):
		l, known = &r.origin, "Origin"
	case len("Upgrade"):
		l, known = &r.upgrade, "Upgrade"
	case len("Connection"):
		l, known = &r.connection, "Connection"
	case len("Sec-WebSocket-Key"):
		l, known = &r.key, "Sec-WebSocket-Key"
	case len("Sec-WebSocket-Key1"):
		l, known = &r.draft, "Sec-WebSocket-Key1"
	case len("Sec-WebSocket-Accept"):
		l, known = &r.accept, "Sec-WebSocket-Accept"
	case len("Sec-WebSocket-Version"):
		l, known = &r.version, "Sec-WebSocket-Version"
	case len("Sec-WebSocket-Protocol"):
		l, known = &r.protocol, "Sec-WebSocket-Protocol"
	case len("Sec-WebSocket-Extensions"):
		l, known = &r.extensions, "Sec-WebSocket-Extensions"
	}
	if !header.EqualFold(name, known) {
		return nil
	}
	return l
}
