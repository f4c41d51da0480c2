package tls

import (
	"bytes"
	"hash"
	"slices"
)

// Clone returns a session in the same state that shares nothing with s that
// changes: its keys, the numbers of its records, and what is there of records
// that are incomplete. It belongs to d; with nil it can only be cloned again.
// Nobody may clone a session that is Waiting.
func (s *Session) Clone(d *Decryptor) *Session {
	c := *s
	c.d, c.emit, c.record, c.events = d, nil, record{}, events{}
	c.kept = nil
	hellos := map[*hello]*hello{nil: nil}
	of := func(h *hello) *hello {
		copied, done := hellos[h]
		if !done {
			copied = h.clone(d)
			hellos[h] = copied
		}
		return copied
	}
	c.hello = of(s.hello)
	for i := range s.halves {
		h := &c.halves[i]
		h.buf = nil
		if old := s.halves[i].buf; d != nil && len(old) > 0 {
			h.buf = d.extend(nil, old)
		} else {
			h.buf = bytes.Clone(old)
		}
		h.hello = of(h.hello)
		h.messages.head, h.messages.body = bytes.Clone(h.messages.head), bytes.Clone(h.messages.body)
		if h.key != nil {
			h.key = h.key.clone()
		}
		for e := range h.ahead {
			for k := range h.ahead[e] {
				if a := &h.ahead[e][k]; a.key != nil {
					a.key = a.key.clone().(*sealed13)
				}
			}
		}
	}
	return &c
}

// Held returns roughly how many bytes of memory a clone takes.
func (s *Session) Held() int {
	const itself, key = 2 << 10, 1 << 10 // a key has its tables
	n := itself
	for i := range s.halves {
		h := &s.halves[i]
		n += cap(h.buf) + len(h.messages.body) + key
		for e := range h.ahead {
			for k := range h.ahead[e] {
				if h.ahead[e][k].key != nil {
					n += key
				}
			}
		}
	}
	return n
}

// clone copies h. Its secrets are those that the log of d has now.
func (h *hello) clone(d *Decryptor) *hello {
	c := *h
	c.sessionID = slices.Clone(h.sessionID)
	if h.secrets == nil {
		return &c
	}
	if d != nil && d.log != nil {
		if now := d.log.byRandom[h.secrets.random]; now != nil {
			c.secrets = now
			return &c
		}
	}
	secrets := *h.secrets
	c.secrets = &secrets
	return &c
}

func (p *sealed13) clone() protection {
	c := *p // what it points to never changes
	return &c
}

func (p *sealed12) clone() protection {
	c := *p
	return &c
}

func (p *sealedCBC) clone() protection {
	c := *p
	c.mode, c.sum = nil, nil
	mac, err := p.mac.(hash.Cloner).Clone()
	if err != nil {
		panic(err) // HMAC of the hashes of the standard library can be cloned
	}
	c.mac = mac
	return &c
}
