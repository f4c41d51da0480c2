package tls

import (
	"slices"

	"wsight/flow"
)

// handshake interprets the content of a handshake record, sealed or not.
func (s *Session) handshake(h *half, offset int64, content []byte) {
	for len(content) > 0 {
		m, ok := h.messages.next(&content)
		if !ok {
			return
		}
		switch m.kind {
		case clientHello:
			s.clientHello(h, offset, m.body)
		case serverHello:
			s.serverHello(h, offset, m.body)
		case encryptedExtensions:
			if s.hello.version == TLS13 && h.epoch == inHandshake {
				s.encryptedExtensions(h, offset, m.body)
			}
		case newSessionTicket:
			s.ticket(m.body)
		case finished:
			s.finish(h, offset)
		case keyUpdate:
			// It ends its record, since the key changes after it (§5.1).
			if s.hello.version == TLS13 && h.epoch == application && len(m.body) == 1 && m.last {
				s.keyUpdate(h, offset, m.body[0] == 1)
			}
		}
	}
}

func (s *Session) clientHello(h *half, offset int64, body []byte) {
	e, ok := parseClientHello(body)
	if !ok {
		return
	}
	e.Place = h.place(offset)
	s.hellos++
	e.Again = s.hellos > 1
	s.roles(h.side)
	old := s.hello
	again := old.clientSeen && old.client == e.Random // after a HelloRetryRequest
	if !again {
		s.hello = &hello{}
		switch {
		case !old.clientSeen && old.serverSeen: // the other side's stream was delivered first
			*s.hello = *old
		case old.serverSeen: // a renegotiation keeps the version
			s.hello.version = old.version
		}
		s.done = false
		s.halves[0].finished, s.halves[1].finished = false, false
	}
	hello := s.hello
	hello.client, hello.clientSeen = e.Random, true
	hello.origin = e.Random
	hello.offersCCM = slices.Contains(e.Suites, suiteCCM) || slices.Contains(e.Suites, suiteCCM8)
	hello.sessionID = append([]byte(nil), e.sessionID...)
	s.offered(hello, &e)
	if !again {
		hello.early = e.EarlyData
	}
	s.info.ServerName, s.info.Offered, s.info.ECH = e.ServerName, e.ALPN, e.ECH
	s.info.EarlyData = s.info.EarlyData || e.EarlyData
	s.dirty = s.dirty || len(s.kept) > 0
	s.emit(&e)
}

func (s *Session) serverHello(h *half, offset int64, body []byte) {
	e, ok := parseServerHello(body)
	if !ok {
		return
	}
	e.Place = h.place(offset)
	s.roles(h.side.Other())
	if s.hello.serverSeen && s.hello.server != e.Random && !e.Retry { // the ClientHello of a new handshake was lost
		s.hello = &hello{}
	}
	hello := s.hello
	hello.version, hello.suite = e.Version, e.Suite
	hello.spec, hello.supported = e.Suite.spec()
	hello.supported = hello.supported && (e.Version == TLS13) == e.Suite.only13()
	if e.Version != TLS13 {
		e.Resumed = e.resumes(hello.sessionID)
	}
	if e.Retry {
		hello.early, s.info.Retried = false, true // §4.2.10: it rejects early data
	} else {
		hello.server, hello.serverSeen = e.Random, true
		hello.encryptThenMAC = e.EncryptThenMAC
		if e.Resumed {
			hello.origin = hello.earlier
		} else if s.d.log != nil && e.Version != TLS13 && hello.clientSeen {
			s.d.resumable.remember(e.sessionID, &hello.client)
		}
		s.info.ALPN = e.ALPN
		s.info.Resumed = e.Resumed
	}
	s.info.Version, s.info.Suite, s.info.SuiteKnown = e.Version, e.Suite, true
	s.dirty = s.dirty || len(s.kept) > 0
	s.emit(&e)
}

func (s *Session) encryptedExtensions(h *half, offset int64, body []byte) {
	e := parseEncryptedExtensions(body)
	e.Place = h.place(offset)
	s.info.ALPN = e.ALPN
	if e.EarlyData {
		s.answerEarly(earlyAccepted)
	} else {
		s.answerEarly(earlyRejected)
	}
	s.emit(&e)
}

// answerEarly notes what became of early data. The first answer counts.
func (s *Session) answerEarly(a earlyAnswer) {
	if s.hello.answer == earlyUnknown {
		s.hello.answer = a
		s.dirty = s.dirty || len(s.kept) > 0
	}
}

// roles notes who is the client. The first hello decides.
func (s *Session) roles(client flow.Side) {
	if !s.info.ClientKnown {
		s.info.Client, s.info.ClientKnown = client, true
	}
}

// isClient reports whether h is the client's half, if that is known.
func (s *Session) isClient(h *half) bool { return s.info.ClientKnown && s.info.Client == h.side }

// finish notes that a side finished the handshake.
func (s *Session) finish(h *half, offset int64) {
	h.finished = true
	s.dirty = s.dirty || len(s.kept) > 0
	// In TLS 1.3 the client is the last to finish, in earlier versions either
	// side is (RFC 5246 §7.3).
	complete := s.halves[0].finished && s.halves[1].finished
	if s.hello.version == TLS13 {
		complete = s.isClient(h)
	}
	if complete && !s.done && (s.hello.clientSeen || s.hello.serverSeen) {
		s.done = true
		s.emit(&Complete{h.place(offset)})
	}
}

// alert tells an alert; body is nil when it could not be opened.
func (s *Session) alert(h *half, offset int64, body []byte, sealed bool) {
	e := Alert{Place: h.place(offset), Sealed: sealed, Opaque: len(body) < 2}
	if !e.Opaque {
		e.Level, e.Description = AlertLevel(body[0]), AlertDescription(body[1])
	}
	s.emit(&e)
}

// deliver tells application data.
func (s *Session) deliver(h *half, offset int64, content []byte, early bool) {
	if !early && !h.finished {
		s.finish(h, offset) // the record that said so was lost or could not be opened
	}
	h.data = true
	s.events.data = Data{Place: h.place(offset), Payload: content, Lost: h.lost, Exact: !h.vague, Early: early}
	h.lost, h.vague = 0, false
	s.emit(&s.events.data)
}

// resume ends a gap: the record that follows it opened under this number.
// restarted says that the key is not the one of before the gap.
func (s *Session) resume(h *half, offset int64, number uint64, restarted bool) {
	g := h.gap
	h.gap = gap{}
	h.sure = true
	h.counts.Opened++
	if g.lost == 0 {
		return
	}
	h.messages.lose()
	records := int64(-1)
	room, exact := g.room, true
	over := int64(headerSize + h.key.overhead())
	switch {
	case !restarted:
		records = int64(number - h.number)
		if unknown := records - int64(g.records); unknown > 0 {
			room += max(0, g.unframed-unknown*over)
		}
		_, padding := h.key.(*sealedCBC)
		exact = h.data && !h.padded && !g.mixed && !padding || room == 0
	case number == 0, number == 1 && s.hello.version != TLS13:
		room = 0 // nothing was sealed under this key before, or only Finished
	default:
		room += max(0, g.unframed-max(0, int64(number-g.records))*over)
		exact = room == 0
	}
	if h.epoch == inHandshake {
		room = 0
	}
	h.lost += room
	h.vague = h.vague || !exact
	s.emit(&Lost{Place: h.place(offset), Bytes: g.lost, Records: records, Resumed: true})
}
