package tls

import "crypto/sha256"

// maxResumable bounds how many sessions a [Decryptor] knows how to resume.
const maxResumable = 1 << 15

// resumable remembers for sessions of TLS 1.2 and before which handshake made
// their master secret: not every program that resumes one logs it again (Go
// does not). Sessions are named by what the client shows to resume them, a
// session id or a ticket.
type resumable struct {
	byName map[[32]byte][32]byte // to the client random
	order  [][32]byte            // a ring once it is full
	oldest int
}

// remember notes that what resumes the session that began with this random.
func (r *resumable) remember(what []byte, random *[32]byte) {
	if len(what) == 0 {
		return
	}
	if r.byName == nil {
		r.byName = make(map[[32]byte][32]byte)
	}
	name := sha256.Sum256(what)
	if _, known := r.byName[name]; !known {
		if len(r.order) < maxResumable {
			r.order = append(r.order, name)
		} else {
			delete(r.byName, r.order[r.oldest])
			r.order[r.oldest] = name
			r.oldest = (r.oldest + 1) % len(r.order)
		}
	}
	r.byName[name] = *random
}

// origin returns the client random of the handshake that made the session.
func (r *resumable) origin(what []byte) (random [32]byte, ok bool) {
	if len(what) == 0 || len(r.byName) == 0 {
		return random, false
	}
	random, ok = r.byName[sha256.Sum256(what)]
	return random, ok
}

// offered notes which session the client would resume.
func (s *Session) offered(hello *hello, e *ClientHello) {
	for _, what := range [][]byte{e.ticket, e.sessionID} {
		if origin, ok := s.d.resumable.origin(what); ok {
			hello.earlier = origin
			return
		}
	}
	hello.earlier = hello.client
}

// ticket reads a NewSessionTicket of TLS 1.2, RFC 5077 §3.3.
func (s *Session) ticket(body []byte) {
	const before = 4 + 2 // lifetime and length
	if s.d.log != nil && s.hello.serverSeen && s.hello.version <= TLS12 && len(body) > before {
		s.d.resumable.remember(body[before:], &s.hello.origin)
	}
}

// secretsOf returns the secrets of a handshake, nil while the log has none.
func (s *Session) secretsOf(hello *hello) *secrets {
	if hello.secrets == nil && hello.clientSeen {
		hello.secrets = s.d.lookup(&hello.client)
		if hello.secrets == nil && hello.origin != hello.client {
			hello.secrets = s.d.lookup(&hello.origin)
		}
	}
	return hello.secrets
}
