package tls

// open12 handles a record of TLS 1.2 and before: everything is sealed once
// the side has sent ChangeCipherSpec.
func (s *Session) open12(h *half, r *record) outcome {
	if !h.changed {
		if got := s.openClear12(h, r); got != 0 {
			return got
		}
	}
	if h.key == nil {
		if got := s.prepare12(h, r); got != 0 {
			return got
		}
	}
	n := h.number + h.gap.records
	if out, ok := h.key.open(s.d.plain[:0], r, n); ok {
		s.opened12(h, r, out, n)
		return taken
	}
	if s.search12(h, r) {
		return taken
	}
	return failed
}

// openClear12 handles a record of a side whose ChangeCipherSpec was not seen;
// it returns 0 when the record is sealed all the same.
func (s *Session) openClear12(h *half, r *record) outcome {
	switch r.kind {
	case typeChangeCipherSpec:
		s.change(h)
		return taken
	case typeAlert:
		if len(r.body) == 2 {
			s.alert(h, r.offset, r.body, false)
			return taken
		}
	case typeHandshake:
		if h.gap.lost == 0 || !s.changedUnseen(h, r) {
			s.clear(h, r)
		}
		return taken
	}
	// Application data is never in the clear: ChangeCipherSpec was lost, and
	// at least Finished with it.
	const flight = 16
	lost := h.gap
	s.change(h)
	h.gap = lost
	h.gap.records = 0
	h.gap.unframed = max(lost.unframed, flight*smallest)
	return 0
}

// changedUnseen opens a handshake record as a sealed one, after a gap that may
// have swallowed ChangeCipherSpec.
func (s *Session) changedUnseen(h *half, r *record) bool {
	if s.secretsOf(s.hello) == nil || !s.hello.serverSeen || !s.hello.supported {
		return false
	}
	was := *h
	s.change(h)
	h.gap = was.gap
	h.gap.records = 0
	h.key = s.key12(h.hello, s.hello.secrets, s.isClient(h))
	if h.key != nil && s.search12(h, r) {
		return true
	}
	*h = was
	return false
}

// change puts the keys of the newest handshake into use.
func (s *Session) change(h *half) {
	h.changed = true
	h.hello = s.hello
	h.key, h.number = nil, 0
	h.gap.records, h.gap.unframed, h.gap.room = 0, 0, 0
	h.messages.reset()
}

// prepare12 makes the key of h; it returns 0 when there is one.
func (s *Session) prepare12(h *half, r *record) outcome {
	if h.hello == nil || !h.hello.serverSeen {
		h.hello = s.hello
	}
	hello := h.hello
	if hello.version < TLS10 || !hello.supported {
		s.full = hello.serverSeen // waiting would not help
		return blocked
	}
	if !hello.serverSeen {
		return blocked
	}
	if s.secretsOf(hello) == nil && !hello.clientSeen {
		s.guess12(h, r)
	}
	h.key = s.key12(hello, hello.secrets, s.isClient(h))
	if h.key == nil {
		return blocked
	}
	return 0
}

// key12 makes the key of one side, RFC 5246 §6.3; nil without a secret.
func (s *Session) key12(hello *hello, secrets *secrets, client bool) protection {
	secret := secrets.get(master)
	if secret == nil {
		return nil
	}
	random := &secrets.random
	if hello.clientSeen { // a resumed session has the secret of another handshake
		random = &hello.client
	}
	spec := hello.spec
	mac, iv := 0, 4
	switch spec.mode {
	case chacha:
		iv = 12
	case cbc:
		mac, iv = spec.mac().Size(), 16
	}
	block := keyBlock(hello.version, spec.hash, secret, random, &hello.server, 2*(mac+spec.key+iv))
	// client_write_MAC_key, server_write_MAC_key, then keys and IVs likewise
	take := func(n int) []byte {
		pair := block[:2*n]
		block = block[2*n:]
		if client {
			return pair[:n]
		}
		return pair[n:]
	}
	macKey, key := take(mac), take(spec.key)
	if spec.mode == cbc {
		return newSealedCBC(hello.version, spec, hello.encryptThenMAC, macKey, key, take(iv))
	}
	return newSealed12(spec, key, take(iv))
}

// guess12 looks for the master secret when the ClientHello was not captured.
func (s *Session) guess12(h *half, r *record) {
	if !s.info.ClientKnown || !s.guessing(h) {
		return
	}
	s.candidates(func(c *secrets) bool {
		key := s.key12(h.hello, c, s.isClient(h))
		if key == nil {
			return false
		}
		s.spend(10 * costSetup)
		if _, ok := s.find(key, r, 0, 2+h.gap.records+h.gap.window()); !ok {
			return false
		}
		h.hello.secrets = c
		return true
	})
}

// search12 tries the numbers that r may have after lost records, and the keys
// of a renegotiation whose ChangeCipherSpec may be among them.
func (s *Session) search12(h *half, r *record) bool {
	g := &h.gap
	if g.records == 0 && g.unframed == 0 {
		return false
	}
	base := h.number + g.records
	if n, ok := s.find(h.key, r, base, base+1+g.window()); ok {
		if out, ok := h.key.open(s.d.plain[:0], r, n); ok {
			s.opened12(h, r, out, n)
			return true
		}
	}
	if h.hello == s.hello || !s.hello.serverSeen || !s.hello.supported {
		return false
	}
	key := s.key12(s.hello, s.secretsOf(s.hello), s.isClient(h))
	if key == nil {
		return false
	}
	n, ok := s.find(key, r, 0, 1+g.records+g.window())
	if !ok {
		return false
	}
	lost := h.gap
	s.change(h)
	h.gap, h.key = lost, key
	out, ok := h.key.open(s.d.plain[:0], r, n)
	if ok {
		h.sure = false
		s.opened12(h, r, out, n)
	}
	return ok
}

// opened12 interprets what a record opened to.
func (s *Session) opened12(h *half, r *record, out []byte, number uint64) {
	s.resume(h, r.offset, number, !h.sure)
	h.number = number + 1
	switch r.kind {
	case typeApplicationData:
		s.deliver(h, r.offset, out, false)
	case typeHandshake:
		s.handshake(h, r.offset, out)
	case typeAlert:
		s.alert(h, r.offset, out, true)
	case typeChangeCipherSpec: // a renegotiation
		h.sure = false
		s.change(h)
	}
}
