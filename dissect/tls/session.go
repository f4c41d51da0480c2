package tls

import (
	"wsight/flow"
)

// A Session is one TLS connection. It consumes the streams of both sides and
// calls back with what it understood, record by record, within the call that
// delivered the last byte of the record.
type Session struct {
	d      *Decryptor
	halves [2]half
	hello  *hello // of the newest handshake
	hellos int    // ClientHellos so far
	info   Info
	kept   []keptRecord
	size   int64  // bytes of kept
	full   bool   // a limit of kept was met
	seen   uint64 // version of the log when it was last asked
	dirty  bool   // something became known that kept records may wait for
	done   bool   // Complete was emitted for the newest handshake
	work   int64  // what is left of sessionSearch

	emit   func(Event)
	record record // the one being cut
	events events
}

// events are reused, so that nothing is allocated for each record.
type events struct {
	data Data
}

// Info is what a session knows of its connection so far. It needs no secrets,
// except for the ALPN of TLS 1.3.
type Info struct {
	Client      flow.Side // which side is the client, if ClientKnown
	ClientKnown bool
	ServerName  string   // of the newest ClientHello; "" when absent or not captured
	Offered     []string // ALPN protocols that the client offered
	ALPN        string   // the one that the server chose; "" when none or unknown
	Version     Version  // 0 when unknown
	Suite       CipherSuite
	SuiteKnown  bool
	Resumed     bool
	EarlyData   bool // announced by the client
	Retried     bool // there was a HelloRetryRequest
	ECH         bool
	Midstream   bool // neither hello was captured
}

// hello is what the hellos of one handshake say that matters for its keys.
type hello struct {
	client, server         [32]byte
	clientSeen, serverSeen bool
	sessionID              []byte   // of the client
	earlier                [32]byte // client random of the handshake that made the session offered
	origin                 [32]byte // of the one that made the master secret
	version                Version
	suite                  CipherSuite
	spec                   spec
	supported              bool
	encryptThenMAC         bool
	offersCCM              bool // a suite of TLS 1.3 with CCM
	early                  bool // early data may come
	answer                 earlyAnswer
	secrets                *secrets
}

// earlyAnswer is what the server makes of early data.
type earlyAnswer uint8

const (
	earlyUnknown earlyAnswer = iota
	earlyAccepted
	earlyRejected
	earlyUnseen // EncryptedExtensions, which tells, went by without being seen
)

// NewSession returns a session for a connection of which nothing was seen yet.
func (d *Decryptor) NewSession() *Session {
	s := &Session{d: d, hello: &hello{}, work: sessionSearch}
	s.halves[flow.A].side = flow.A
	s.halves[flow.B].side = flow.B
	return s
}

// Info returns what is known so far. Its slices must not be changed.
func (s *Session) Info() Info {
	info := s.info
	info.Midstream = !s.hello.clientSeen && !s.hello.serverSeen
	return info
}

// Counts returns the figures of one side.
func (s *Session) Counts(side flow.Side) Counts { return s.halves[side].counts }

// Waiting reports whether records are kept until a secret becomes known.
func (s *Session) Waiting() bool { return len(s.kept) > 0 }

// Feed consumes the next bytes of one side. The chunks of a side must come in
// order, those of both about in the order in which they were captured.
func (s *Session) Feed(c *flow.Chunk, emit func(Event)) {
	s.Retry(emit)
	s.emit = emit
	h := &s.halves[c.From]
	h.packet, h.time = c.Packet, c.Time
	if c.Lost > 0 {
		s.lose(h, c.Lost)
	}
	if len(h.buf) == 0 {
		h.at = c.Offset
	}
	s.cut(h, c.Data)
	s.emit = nil
}

// Retry opens what was kept if the key log has grown since. Feed does it by
// itself; Retry is for connections on which nothing moves.
func (s *Session) Retry(emit func(Event)) {
	if s.d.log == nil || s.seen == s.d.log.version {
		return
	}
	s.seen = s.d.log.version
	if len(s.kept) == 0 {
		return
	}
	s.emit = emit
	s.drain()
	s.emit = nil
}

// End says that nothing more will come and returns what the session holds to
// its Decryptor: what is still kept is told to be undecryptable.
func (s *Session) End(emit func(Event)) {
	s.Retry(emit)
	s.emit = emit
	for i := range s.halves {
		s.abandon(&s.halves[i])
	}
	s.letGo()
	for i := range s.halves {
		h := &s.halves[i]
		if len(h.buf) > 0 && h.scanning {
			h.gap.unframe(int64(len(h.buf)))
		}
		s.drop(h)
		if lost := h.gap.lost - h.gap.sealed; lost > 0 && h.sure {
			s.emit(&Lost{Place: h.place(h.at), Bytes: lost, Records: -1})
			h.gap = gap{}
		}
		if h.failures > 0 && !h.sure {
			s.undecryptable(h, h.at, WrongSecret)
		}
	}
	s.emit = nil
}

// place is that of a record at this offset that the current chunk completed.
func (h *half) place(offset int64) Place {
	return Place{From: h.side, Offset: offset, Packet: h.packet, Time: h.time}
}

// outcome is what became of a record. The numbers are ours.
type outcome uint8

const (
	taken   outcome = iota + 1 // understood, or there was nothing to open
	blocked                    // it may be opened when more is known
	failed                     // it does not open; nothing was changed
)

// process handles a complete record; only a failed one is left to the caller
// while scanning.
func (s *Session) process(h *half, r *record) outcome {
	got := blocked
	if h.queued == 0 {
		got = s.attempt(h, r)
	}
	switch got {
	case blocked:
		s.keep(h, r)
	case failed:
		if h.scanning {
			return failed
		}
		s.fail(h, r)
	}
	if s.dirty {
		s.drain()
	}
	return taken
}

// attempt opens and interprets a record if it can.
func (s *Session) attempt(h *half, r *record) outcome {
	if h.gap.broken && h.key != nil {
		h.key.pass(nil)
		h.gap.broken = false
	}
	if h.scanning && s.work <= 0 {
		return failed
	}
	switch {
	case s.hello.version == TLS13, s.hello.version == 0 && r.kind == typeApplicationData:
		return s.open13(h, r)
	case s.hello.version == 0:
		return s.openUnknown(h, r)
	}
	return s.open12(h, r)
}

// openUnknown handles a record before the version is known.
func (s *Session) openUnknown(h *half, r *record) outcome {
	switch r.kind {
	case typeChangeCipherSpec:
		// In TLS 1.3 it means nothing (§D.4), and a client with early data
		// sends it before the ServerHello.
		s.change(h)
		return taken
	case typeAlert:
		if len(r.body) == 2 {
			s.alert(h, r.offset, r.body, false)
			return taken
		}
		return blocked
	}
	// Both sides may send it before their hellos when there was a
	// HelloRetryRequest, which may be lost.
	if h.changed && !readsAsHello(r.body) {
		return blocked
	}
	s.clear(h, r)
	return taken
}

// clear handles a handshake record that is not sealed.
func (s *Session) clear(h *half, r *record) {
	if h.gap.lost > 0 {
		s.emit(&Lost{Place: h.place(r.offset), Bytes: h.gap.lost, Records: -1, Resumed: true})
		h.messages.lose()
	}
	h.gap = gap{}
	s.handshake(h, r.offset, r.body)
}

// fail counts a record that does not open.
func (s *Session) fail(h *half, r *record) {
	if h.key != nil {
		h.key.pass(r.body)
		h.gap.broken = false
		if h.sure {
			h.gap.lost += int64(headerSize + len(r.body))
		}
	}
	if r.kind == typeApplicationData || h.changed {
		s.count(h, &h.gap, r.kind, len(r.body))
	}
	const enough = 32 // a server's flight before its first application data has fewer records
	if h.failures++; h.failures == enough && !h.sure {
		s.undecryptable(h, r.offset, WrongSecret)
	}
}

// undecryptable says once that records of h cannot be opened.
func (s *Session) undecryptable(h *half, offset int64, reason Reason) {
	if !h.told {
		h.told = true
		s.emit(&Undecryptable{Place: h.place(offset), Reason: reason})
	}
}

// reason says why a record of h cannot be opened now.
func (s *Session) reason() Reason {
	switch hello := s.hello; {
	case hello.serverSeen && (hello.version < TLS10 || hello.version > TLS13):
		return UnsupportedVersion
	case hello.serverSeen && !hello.supported:
		return UnsupportedSuite
	case !hello.clientSeen || !hello.serverSeen:
		return NoHandshake
	}
	return NoSecret
}
