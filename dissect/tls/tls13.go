package tls

// open13 handles a record of TLS 1.3. Only application_data is sealed there.
//
// The key of a record is found by trying: the key in use, then the keys of
// the epochs that may come next. That costs one vain try at each change of
// keys and works without the secrets, or the records, in between.
func (s *Session) open13(h *half, r *record) outcome {
	if r.kind != typeApplicationData {
		return s.openClear13(h, r)
	}
	if s.hello.serverSeen && !s.hello.supported {
		s.full = true
		return blocked
	}
	if s.secretsOf(s.hello) == nil || !s.info.ClientKnown {
		return s.guess13(h, r)
	}
	if s.earlyUndecided(h) {
		return blocked
	}
	if h.key != nil {
		n := h.number + h.gap.records
		if out, ok := h.key.open(s.d.plain[:0], r, n); ok {
			s.opened13(h, r, out, n, false)
			return taken
		}
	}
	if s.later(h, r, 0, 1) || s.search13(h, r) {
		return taken
	}
	if s.lacks13(h) {
		return blocked
	}
	return failed
}

// openClear13 handles a record that is not sealed.
func (s *Session) openClear13(h *half, r *record) outcome {
	switch {
	case h.scanning && h.epoch > inClear: // bytes that look like a header
		return failed
	case r.kind == typeAlert && len(r.body) == 2:
		s.alert(h, r.offset, r.body, false)
	case r.kind == typeHandshake && h.epoch == inClear:
		s.clear(h, r)
	}
	return taken // ChangeCipherSpec means nothing, §5
}

// secret13 returns the secret of h for an epoch, nil when there is none.
func (s *Session) secret13(h *half, e epoch) []byte {
	use := [...]use{earlyData: clientEarly, inHandshake: clientHandshake, application: clientTraffic}[e]
	if !s.isClient(h) {
		if e == earlyData {
			return nil
		}
		use += serverHandshake - clientHandshake
	}
	if e == earlyData && !s.hello.early {
		return nil
	}
	return s.hello.secrets.get(use)
}

// earlyUndecided reports whether h may send early data of which it is not
// known yet whether the server takes it: what the server rejects is sent
// again, and must not be told twice.
func (s *Session) earlyUndecided(h *half) bool {
	return h.epoch <= earlyData && s.secret13(h, earlyData) != nil && s.hello.answer == earlyUnknown &&
		(!s.hello.serverSeen || s.secret13(&s.halves[h.side.Other()], inHandshake) != nil)
}

// lacks13 reports whether a secret that may open the next record of h can
// still become known.
func (s *Session) lacks13(h *half) bool {
	if s.secret13(h, application) != nil {
		return false
	}
	return h.finished || h.epoch < inHandshake && s.secret13(h, inHandshake) == nil
}

// later tries the keys of the epochs after the present one under the numbers
// from to to, exclusive.
func (s *Session) later(h *half, r *record, from, to uint64) bool {
	for e := h.epoch + 1; e <= application; e++ {
		secret := s.secret13(h, e)
		if secret == nil {
			continue
		}
		suites := suites13(len(secret), s.hello.offersCCM)
		if s.hello.serverSeen {
			suites = []CipherSuite{s.hello.suite}
		}
		for i, suite := range suites {
			a := &h.ahead[e][i]
			if a.key == nil || a.suite != suite {
				spec, _ := suite.spec()
				*a = ahead{suite: suite, key: newSealed13(spec, secret)}
			}
			if s.try13(h, r, e, secret, a, from, to) {
				return true
			}
		}
	}
	return false
}

// try13 tries one key under the numbers from to to and enters its epoch when
// it fits.
func (s *Session) try13(h *half, r *record, e epoch, secret []byte, a *ahead, from, to uint64) bool {
	number, ok := from, true
	if a.key.block == nil { // there is no short way to search without GCM
		to = min(to, from+max((to-from)/16, 256))
	}
	if to > from+1 {
		number, ok = s.find(a.key, r, from, to)
	}
	if !ok {
		return false
	}
	out, ok := a.key.open(s.d.plain[:0], r, number)
	if !ok {
		return false
	}
	suite := a.suite
	h.key, h.traffic, h.suite, h.epoch = a.key, secret, suite, e
	if e == application {
		clear(h.ahead[:])
		if !s.isClient(h) {
			s.answerEarly(earlyUnseen) // unless its EncryptedExtensions told
		}
	}
	if s.hello.version == 0 {
		s.hello.version = TLS13
	}
	if !s.info.SuiteKnown {
		s.info.Version, s.info.Suite, s.info.SuiteKnown = TLS13, suite, true
	}
	s.opened13(h, r, out, number, true)
	return true
}

// search13 tries the numbers that r may have after lost records.
func (s *Session) search13(h *half, r *record) bool {
	g := &h.gap
	window := g.window()
	if h.epoch == inClear && !s.began(h) {
		window = maxSearch
	}
	if g.records == 0 && window == 0 {
		return false
	}
	if h.key != nil {
		base := h.number + g.records
		if n, ok := s.find(h.key, r, base+1, base+1+window); ok {
			if out, ok := h.key.open(s.d.plain[:0], r, n); ok {
				s.opened13(h, r, out, n, false)
				return true
			}
		}
	}
	top := min(g.records, 1<<40) + window + 1
	bottom := uint64(0)
	if top > maxSearch {
		bottom = top - maxSearch
	}
	return s.later(h, r, bottom, top) || h.epoch == application && s.updated(h, r, bottom, top)
}

// began reports whether the hello of h was captured, so that its records can
// be counted.
func (s *Session) began(h *half) bool {
	if s.isClient(h) {
		return s.hello.clientSeen
	}
	return s.hello.serverSeen
}

// updated tries the next generations of the key: a KeyUpdate may be among
// the lost records.
func (s *Session) updated(h *half, r *record, bottom, top uint64) bool {
	const generations = 3
	spec, _ := h.suite.spec()
	secret := h.traffic
	for range generations {
		secret = nextTraffic(spec, secret)
		a := ahead{suite: h.suite, key: newSealed13(spec, secret)}
		s.work -= costSetup
		if s.try13(h, r, application, secret, &a, bottom, top) {
			return true
		}
	}
	return false
}

// nextTraffic is the secret after a KeyUpdate, §7.2.
func nextTraffic(s spec, secret []byte) []byte {
	return expandLabel(s.hash, secret, "traffic upd", s.hash().Size())
}

// opened13 interprets what a record opened to: content, its type, padding.
func (s *Session) opened13(h *half, r *record, out []byte, number uint64, restarted bool) {
	s.resume(h, r.offset, number, restarted)
	h.number = number + 1
	n := len(out)
	for n > 0 && out[n-1] == 0 {
		n--
	}
	if n == 0 {
		return // no type: the receiver ends the connection, §5.4
	}
	h.padded = h.padded || n < len(out)
	kind, content := out[n-1], out[:n-1]
	switch kind {
	case typeApplicationData:
		switch {
		case h.epoch == application:
			s.deliver(h, r.offset, content, false)
		case h.epoch == earlyData && s.hello.answer == earlyAccepted:
			s.deliver(h, r.offset, content, true)
		case h.epoch == earlyData && s.hello.answer != earlyRejected:
			h.lost += int64(len(content)) // it may have been for the server, or be repeated
			h.vague = true
		}
	case typeHandshake:
		s.handshake(h, r.offset, content)
	case typeAlert:
		s.alert(h, r.offset, content, true)
	}
}

// keyUpdate changes h to the next generation of its key.
func (s *Session) keyUpdate(h *half, offset int64, requested bool) {
	spec, _ := h.suite.spec()
	h.traffic = nextTraffic(spec, h.traffic)
	h.key, h.number = newSealed13(spec, h.traffic), 0
	s.emit(&KeyUpdate{Place: h.place(offset), Requested: requested})
}
