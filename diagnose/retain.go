package diagnose

// list puts l last among the legs without a neighbour and lets the oldest go.
func (h *hops) list(l *leg) {
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
func (h *hops) unlist(l *leg) {
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
func (h *hops) forget(l *leg) {
	h.waits(l, -1)
	h.unlist(l)
	h.drop(l)
	if l.expected != "" {
		h.answers.remove(l)
	}
	h.clients[l.client]--
	h.servers[l.server]--
	if l.story != nil {
		l.story.leg = nil
	}
	if l.free() && len(h.spare) < maxSpare {
		*l = leg{notes: l.notes}
		h.spare = append(h.spare, l)
	}
}

// fresh returns an empty leg.
func (h *hops) fresh() *leg {
	n := len(h.spare)
	if n == 0 {
		return &leg{}
	}
	l := h.spare[n-1]
	h.spare = h.spare[:n-1]
	return l
}

// drop lets the fingerprints of l go.
func (h *hops) drop(l *leg) {
	l.forgot = l.forgot || len(l.notes) > 0
	h.notes -= len(l.notes)
	l.notes = l.notes[:0]
	if cap(l.notes) > spareNotes {
		l.notes = nil
	}
}

// maxSpare is how many legs are kept to be used again.
const maxSpare = 64

// spareNotes is how many notes a leg that is used again has room for.
const spareNotes = 16
