package diagnose

import "slices"

// copied reports whether a and b, which have the same key, are one TCP
// connection that was captured twice: on both ends of a veth, before and
// behind a bridge or a NAT, in the captures of both hosts.
func copied(a, b *leg) bool {
	x, y := a.conv, b.conv
	if x.TCP == y.TCP && x.File == y.File || x.Stream != y.Stream {
		return false
	}
	if x.Opener && y.Opener {
		return x.Sequence == y.Sequence
	}
	if x.Client == y.Client && x.Server == y.Server {
		return true
	}
	return (x.Client == y.Client || x.Server == y.Server) && alike(a, b)
}

// alike reports whether the heads of two handshakes are the same, octet for octet.
func alike(a, b *leg) bool {
	if a.request == nil || b.request == nil || (a.response == nil) != (b.response == nil) {
		return false
	}
	if a.request.Target != b.request.Target || !slices.Equal(a.request.Fields, b.request.Fields) {
		return false
	}
	return a.response == nil || a.response.Status == b.response.Status && slices.Equal(a.response.Fields, b.response.Fields)
}

// copied notes that l is first, captured once more.
func (h *Hops) copied(first, l *leg) {
	l.copy = true
	h.drop(l)
	l.copies = append(l.copies, first.conv)
	first.copies = append(first.copies, l.conv)
}

// findCopy looks whether l, which has no handshake, is in another input too.
func (h *Hops) findCopy(l *leg) {
	if h.files < 2 {
		return
	}
	steps := 0
	for other := h.newest; other != nil && steps < maxCandidates; other = other.older {
		steps++
		c := other.conv
		if c.File != l.conv.File && c.Client == l.conv.Client && c.Server == l.conv.Server && other.end == nil && !other.copy {
			h.copied(other, l)
			return
		}
	}
}
