package tls

// This file cuts the stream of a side into records and keeps in step over
// holes. A hole inside a record leaves the length known: only that record is
// lost. A hole over a header puts the session out of step: it looks for bytes
// that can be a header, and is in step again when that record opens, or, since
// the record may be lost for another reason, when a second header follows it.

// cut consumes p, the next bytes of h.
func (s *Session) cut(h *half, p []byte) {
	for len(p) > 0 {
		if len(h.buf) == 0 {
			p = p[s.run(h, p):]
			if len(p) == 0 {
				return
			}
		}
		n := min(len(p), h.need-len(h.buf))
		h.buf = s.d.extend(h.buf, p[:n])
		p = p[n:]
		if len(h.buf) < h.need {
			return
		}
		used := s.run(h, h.buf)
		h.buf = h.buf[:copy(h.buf, h.buf[used:])]
		if len(h.buf) == 0 {
			s.drop(h)
		}
	}
}

func (s *Session) drop(h *half) {
	s.d.release(h.buf)
	h.buf = nil
}

// run consumes the complete records at the start of src and returns how many
// bytes that were. If some are left, h.need says how many there must be.
func (s *Session) run(h *half, src []byte) (used int) {
	advance := func(n int) { used += n; h.at += int64(n) }
	for {
		if h.skip > 0 {
			n := min(h.skip, len(src)-used)
			h.skip -= n
			advance(n)
		}
		if h.scanning {
			n := unlikely(src[used:])
			h.end().unframe(int64(n))
			advance(n)
		}
		b := src[used:]
		if len(b) < headerSize {
			h.need = headerSize
			return used
		}
		if !h.scanning && !plausible(b) {
			h.scanning = true
			continue
		}
		size := headerSize + bodyLength(b)
		if len(b) < size {
			h.need = size
			return used
		}
		r := &s.record
		r.parse(b, h.at)
		if (h.refused == h.at+1 || s.process(h, r) == failed) && h.scanning {
			h.refused = h.at + 1
			if len(b) < size+headerSize {
				h.need = size + headerSize
				return used
			}
			if !likely(b[size:]) {
				if s.work > 0 { // it was tried
					s.spend(int64(size))
				}
				h.end().unframe(1)
				advance(1)
				continue
			}
			s.fail(h, r)
		}
		h.scanning = false
		h.counts.Records++
		h.counts.Bytes += int64(size)
		advance(size)
	}
}

// unlikely returns how many bytes at the start of b cannot begin a record.
func unlikely(b []byte) int {
	for i := range b {
		if likely(b[i:]) {
			return i
		}
	}
	return len(b)
}

// abandon goes on behind bytes that looked like a header out of step, and whose
// record does not come any more: sealed bytes look like anything now and then,
// and records that are there in full may stand among what was waiting for it.
func (s *Session) abandon(h *half) {
	b := h.buf
	for h.scanning && len(b) >= headerSize {
		h.end().unframe(1)
		h.at++
		b = b[1:]
		b = b[s.run(h, b):]
	}
	h.buf = h.buf[:copy(h.buf, b)]
}

// lose says that n bytes of h are missing here.
func (s *Session) lose(h *half, n int64) {
	h.counts.Lost += n
	s.abandon(h)
	g := h.end()
	switch {
	case h.skip > 0: // the record is lost already
		missing := min(n, int64(h.skip))
		h.skip -= int(missing)
		n -= missing
	case len(h.buf) >= headerSize && !h.scanning:
		s.damage(h, h.buf)
		left := int64(headerSize + bodyLength(h.buf) - len(h.buf))
		missing := min(n, left)
		h.skip = int(left - missing)
		n -= missing
	case len(h.buf) > 0:
		g.unframe(int64(len(h.buf)))
		h.scanning = true
	}
	s.drop(h)
	if n > 0 {
		g.unframe(n)
		h.scanning = true
	}
}

// unframe counts n bytes of which it is not known how they were cut.
func (g *gap) unframe(n int64) {
	if n > 0 {
		g.lost += n
		g.unframed += n
		g.broken = true
	}
}

// damage counts a record of which only the header is whole.
func (s *Session) damage(h *half, header []byte) {
	size := bodyLength(header)
	kind := header[0]
	g := h.end()
	g.lost += int64(headerSize + size)
	g.broken = true
	switch {
	case kind == typeChangeCipherSpec && size == 1 && !h.changed:
		s.change(h) // there is only one thing it can say
	case kind == typeApplicationData || h.changed || h.queued > 0:
		s.count(h, g, kind, size)
	}
}

// count adds one sealed record of known size to g.
func (s *Session) count(h *half, g *gap, kind byte, size int) {
	g.records++
	over := smallest - headerSize
	if h.key != nil {
		over = h.key.overhead()
	}
	g.room += int64(max(0, size-over))
	g.mixed = g.mixed || kind != typeApplicationData
	h.counts.Sealed++
}
