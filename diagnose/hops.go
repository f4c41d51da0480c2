package diagnose

import "wsight/dissect"

// A hops joins the conversations that are legs of one WebSocket and tells what
// happened to it in the proxies between them.
//
// It looks at all conversations of a capture, in the order of the capture, as
// the stories of a Watch lead to them. What it remembers is bounded: the last
// conversations that have no neighbour yet, with fingerprints of their
// messages.
type hops struct {
	answers  answers
	vantages int  // vantage points seen
	single   bool // see Watch.Single

	oldest, newest *leg // without a neighbour, in the order of recognition
	alone          int  // how many they are
	shaking        int  // legs whose handshake is still to come
	opened         int  // legs so far
	notes          int  // fingerprints that wait, everywhere

	spare []*leg // to be used again

	clients, servers crowd // last: behind all pointers the garbage collector does not look at them
}

const (
	// maxAlone bounds the conversations that are kept in case a neighbour appears.
	maxAlone = 4096
	// maxNotes bounds the fingerprints of messages that wait, about 12 MB.
	maxNotes = 1 << 17
	// maxSingle is maxAlone for a single input: the legs of one WebSocket
	// begin close together where there is one clock.
	maxSingle = 1024
	// maxLegNotes bounds the ones of a conversation without a neighbour.
	maxLegNotes = 4096
	// maxLoneNotes bounds the ones of a conversation in a single input whose
	// ends are no proxy's as far as is known: only its key can join it to
	// another one, soon after it began.
	maxLoneNotes = 128
	// firstLegs is how many legs show whether a proxy is there.
	firstLegs = 64
	// maxEarlyNotes bounds the ones that are kept of a conversation with one
	// neighbour, in case that there is another proxy on its other side.
	maxEarlyNotes = 64
)

// open begins the leg of s. Of a conversation that is captured more than once
// that is to be done once, or, as Opened.Copies says, again.
func (h *hops) open(s *story) {
	l := h.fresh()
	l.story, l.conv, l.copy = s, s.conv, s.copy
	s.leg = l
	h.vantages = max(h.vantages, s.conv.Vantage+1)
	l.client, l.server = slot(s.conv.Client.Addr()), slot(s.conv.Server.Addr())
	h.clients[l.client]++
	h.servers[l.server]++
	h.opened++
	h.waits(l, 1)
	h.list(l)
}

// shake takes the handshake of l.
func (h *hops) shake(l *leg, e *dissect.Handshake, tell func(dissect.Event)) {
	if l.kind != 0 || l.copy {
		return
	}
	h.waits(l, -1)
	l.shake(e)
	h.joinByKey(l, e.Place, tell)
	h.settle(l)
}

// waits counts l, which was not counted before or is not to be any longer, if
// its handshake is still to come.
func (h *hops) waits(l *leg, by int) {
	if l.kind == 0 && !l.ended && !l.copy && !l.conv.Midstream {
		h.shaking += by
	}
}

// settle lets go of what is kept for a neighbour of l, whose handshake is over,
// when none will come. Where everything was captured by one clock the leg
// behind a proxy is asked and answered before the 101 in front of it: l is in
// front of nothing that is known, and with no handshake under way behind nothing
// either. Only the addresses of a proxy lead to neighbours with other keys, or
// ones that come later: of a proxy that answers before it asks they show with
// the first connection that it opens, so the first legs of all are kept.
func (h *hops) settle(l *leg) {
	if h.single && h.opened > firstLegs && h.shaking == 0 && l.accepted() && l.free() && !h.proxied(l) {
		h.drop(l)
		l.forgot = true
		l.story.apart = true
	}
}

// message takes a message of l: for its neighbours, or until it has one.
func (h *hops) message(l *leg, m *dissect.Message) {
	if !l.compares() {
		return
	}
	n := noteOf(m)
	n.before, l.last[n.dir] = l.last[n.dir], n.done
	if !n.kind.Control() {
		n.illegal, l.illegal[n.dir] = l.illegal[n.dir], false
	}
	joined := l.up != nil || l.down != nil
	for _, j := range [...]*joint{l.up, l.down} {
		if j != nil {
			h.compare(j, l, n)
		}
	}
	switch {
	case l.up != nil && l.down != nil || l.forgot:
	case joined && len(l.notes) >= maxEarlyNotes, len(l.notes) >= maxLegNotes,
		!joined && len(l.notes) >= maxLoneNotes && h.single && !h.proxied(l):
		h.drop(l)
	default:
		if l.notes == nil {
			l.notes = make([]note, 0, 4)
		}
		l.notes = append(l.notes, n)
		if h.notes++; h.notes > maxNotes {
			h.makeRoom()
		}
	}
}

// proxied reports whether an end of l may be a proxy: its address is that of
// the other kind of end elsewhere.
func (h *hops) proxied(l *leg) bool {
	return h.servers[l.client] > 0 || h.clients[l.server] > 0
}

// compare gives n to j, and keeps count of what waits there.
func (h *hops) compare(j *joint, l *leg, n note) {
	if !j.sees() {
		return
	}
	before := j.waiting()
	j.take(l, n)
	after := j.waiting()
	h.notes += after - before
	if after > 0 && h.notes > maxNotes {
		h.makeRoom()
		if h.notes > maxNotes {
			h.notes -= after
			j.blind, j.data, j.control = true, [3]*lane{}, [3]*lane{}
		}
	}
}

// makeRoom lets the fingerprints of the oldest conversations go until there
// is room again.
func (h *hops) makeRoom() {
	for l := h.oldest; l != nil && h.notes > maxNotes*3/4; l = l.newer {
		h.drop(l)
	}
}
