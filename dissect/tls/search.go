package tls

// find searches for the number of r under a key, within what the session and
// all sessions together may spend. What was spent on a search that succeeds
// is given back: only a key that is right finds anything.
func (s *Session) find(key protection, r *record, from, to uint64) (uint64, bool) {
	if to <= from {
		return 0, false
	}
	budget := min(s.work, s.d.limits.Search-s.d.stats.SearchSpent)
	if budget <= 0 {
		return 0, false
	}
	left := budget
	number, ok := key.find(r, from, to, &left)
	if ok {
		s.work = sessionSearch
		return number, true
	}
	s.spend(budget - left)
	return 0, false
}

// spend counts work that was in vain.
func (s *Session) spend(work int64) {
	s.work -= work
	s.d.stats.SearchSpent += work
}

// guessRecords is on how many records of a side the log is tried.
const guessRecords = 2

// guessing reports whether the log should be tried on a record of h, and
// counts the attempt.
func (s *Session) guessing(h *half) bool {
	log := s.d.log
	if log == nil || s.work <= 0 || s.d.stats.SearchSpent > s.d.limits.Search/2 { // the rest is for lost records
		return false
	}
	if h.guessed != log.version+1 {
		h.guessed, h.guesses = log.version+1, 0
	}
	h.guesses++
	return h.guesses <= guessRecords
}

// candidates calls try with the secrets of the log until it returns true:
// first those that belong to no connection seen, the newest first.
func (s *Session) candidates(try func(*secrets) bool) bool {
	const most = 4096
	log := s.d.log
	tried := 0
	for _, claimed := range []bool{false, true} {
		for i := range log.order {
			c := log.order[(log.oldest+len(log.order)-1-i)%len(log.order)]
			if _, is := s.d.claimed[c]; is != claimed {
				continue
			}
			if tried++; tried > most || s.work <= 0 {
				return false
			}
			if try(c) {
				s.d.claim(c)
				return true
			}
		}
	}
	return false
}

// guess13 tries the secrets of the log on a record whose connection is not
// known: the ClientHello was not captured, or it was encrypted and this is
// the outer one.
func (s *Session) guess13(h *half, r *record) outcome {
	hello := s.hello
	if hello.clientSeen && !s.info.ECH || !s.guessing(h) || len(s.d.log.order) == 0 {
		return blocked
	}
	// Few candidates may be searched deep, many only a little.
	n := int64(len(s.d.log.order)) * 4
	deep := min(uint64(max(s.work/n/2/(costTryGCM*2), 16)), maxSearch)
	epoch := h.epoch
	if hello.serverSeen || hello.clientSeen {
		deep = 4 + h.gap.records + h.gap.window()
	} else {
		h.epoch = inHandshake // what is seen is most likely not the handshake's end
	}
	was := s.info
	old := hello.secrets
	if s.candidates(func(c *secrets) bool {
		hello.secrets = c
		for _, client := range []bool{false, true} {
			if was.ClientKnown && client != (was.Client == h.side) {
				continue
			}
			s.info.ClientKnown, s.info.Client = true, h.side
			if !client {
				s.info.Client = h.side.Other()
			}
			s.spend(costSetup)
			if s.later(h, r, 0, deep) {
				return true
			}
			clear(h.ahead[:])
		}
		return false
	}) {
		return taken
	}
	hello.secrets, h.epoch = old, epoch
	s.info.Client, s.info.ClientKnown = was.Client, was.ClientKnown
	return blocked
}
