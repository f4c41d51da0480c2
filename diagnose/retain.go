package diagnose

// list puts l last among the legs without a neighbour and lets the oldest go.
func (h *Hops) list(l *leg) {
	l.listed, l.older = true, h.newest
	if h.newest != nil {
		h.newest.newer = l
	} else {
		h.oldest = l
	}
	h.newest = l
	most := maxAlone
	if h.single {
		most = maxSingle
	}
	if h.alone++; h.alone > most {
		h.forget(h.oldest)
	}
}

// unlist takes l out of the legs without a neighbour.
func (h *Hops) unlist(l *leg) {
	if !l.listed {
		return
	}
	if l.older != nil {
		l.older.newer = l.newer
	} else {
		h.oldest = l.newer
	}
	if l.newer != nil {
		l.newer.older = l.older
	} else {
		h.newest = l.older
	}
	l.listed, l.older, l.newer = false, nil, nil
	h.alone--
}

// forget lets go of l. What is joined to it keeps it for itself.
func (h *Hops) forget(l *leg) {
	h.waits(l, -1)
	h.unlist(l)
	h.drop(l)
	h.unindex(l)
	h.clients.remove(l.conv.Client.Addr())
	h.servers.remove(l.conv.Server.Addr())
	h.legs.remove(l.conv)
	if l.free() && len(h.spare) < maxSpare {
		*l = leg{notes: l.notes}
		h.spare = append(h.spare, l)
	}
}

// unindex takes l out of the ones that are found by their key.
func (h *Hops) unindex(l *leg) {
	if l.expected == "" || l.copy {
		return
	}
	first := h.answers[l.answer]
	switch {
	case first != l:
		for ; first != nil; first = first.same {
			if first.same == l {
				first.same = l.same
				break
			}
		}
	case l.same == nil:
		delete(h.answers, l.answer)
	default:
		h.answers[l.answer] = l.same
	}
	l.same = nil
}

// fresh returns an empty leg.
func (h *Hops) fresh() *leg {
	n := len(h.spare)
	if n == 0 {
		return &leg{}
	}
	l := h.spare[n-1]
	h.spare = h.spare[:n-1]
	return l
}

// drop lets the fingerprints of l go.
func (h *Hops) drop(l *leg) {
	l.forgot = l.forgot || len(l.notes) > 0
	h.notes -= len(l.notes)
	l.notes = l.notes[:0]
	if cap(l.notes) > spareNotes {
		l.notes = nil
	}
}

// spareNotes is how many notes a leg that is used again has room for.
const spareNotes = 16
