package diagnose

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/safe"
)

// joinByKey looks for the neighbours of l among the legs whose handshake has
// the same key, and for one whose answer l was given.
func (h *Hops) joinByKey(l *leg, place dissect.Place, tell func(dissect.Event)) {
	if l.accepted() && l.accept != "" && l.expected != "" && l.accept != l.expected {
		h.foreignAnswer(l, place, tell)
	}
	if l.expected == "" {
		return
	}
	key := fingerprint(l.expected)
	first := h.answers[key]
	for other := first; other != nil; other = other.same {
		if other.expected == l.expected && copied(other, l) {
			h.copied(other, l)
			return
		}
	}
	l.same = first
	h.answers[key] = l
	crop(l)
	var above, below *leg
	for other := first; other != nil; other = other.same {
		upper, lower, ok := order(other, l)
		switch {
		case !ok || other.copy || other.expected != l.expected:
		case lower == l && upper.down == nil && nearer(upper, above, l):
			above = upper
		case upper == l && lower.up == nil && nearer(lower, below, l):
			below = lower
		}
	}
	if below != nil {
		h.join(l, below, ByKey, Certain, place, tell)
	}
	if above != nil && !leads(l, above) {
		h.join(above, l, ByKey, Certain, place, tell)
	}
}

// leads reports whether one comes to l from its neighbours towards the server.
func leads(from, l *leg) bool {
	for from.down != nil {
		if from = from.down.lower; from == l {
			return true
		}
	}
	return false
}

// crop bounds how many legs are found by one key, which some programs never
// change.
func crop(l *leg) {
	for steps := 1; l != nil; steps++ {
		if steps == maxCandidates {
			l.same = nil
		}
		l = l.same
	}
}

// foreignAnswer tells about a 101 whose Accept belongs to another handshake.
func (h *Hops) foreignAnswer(l *leg, place dissect.Place, tell func(dissect.Event)) {
	owner := h.answers[fingerprint(l.accept)]
	if owner == nil || owner.expected != l.accept {
		return
	}
	if upper, lower, ok := order(owner, l); ok && lower == owner && upper.down == nil && lower.up == nil {
		h.join(l, owner, ByKey, Certain, place, tell)
		return
	}
	if at, known := owner.answered.since(l.asked); !known || at > 0 {
		return
	}
	tell(&dissect.Finding{
		Place: place,
		Report: finding.Report{
			Code:  finding.HandshakeCached,
			Title: "the 101 repeats the answer to an earlier handshake",
			Detail: "Sec-WebSocket-Accept " + safe.Quote(l.accept) + " is the hash of the key " + safe.Quote(owner.key) +
				", which another handshake had used before; a cache or a proxy replayed its answer",
		},
		Dir:     0,
		Packets: evidence(proof{owner, owner.answered.packet}, proof{l, l.answered.packet}),
		Others:  []*dissect.Conversation{owner.conv},
	})
}

func evidence(proofs ...proof) []dissect.Evidence {
	var list []dissect.Evidence
	for _, p := range proofs {
		if p.packet > 0 {
			list = append(list, dissect.Evidence{File: p.leg.conv.File, Packet: p.packet})
		}
	}
	return list
}

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

// maxCandidates bounds the conversations that one is compared with.
const maxCandidates = 256

// order says which of two legs is nearer to the client. It reports false when
// they cannot be neighbours at all.
func order(a, b *leg) (upper, lower *leg, ok bool) {
	x, y := a.conv, b.conv
	if x.Server == y.Server && x.Client.Addr() == y.Client.Addr() {
		return nil, nil, false // the same client once more
	}
	down, up := x.Server.Addr() == y.Client.Addr(), y.Server.Addr() == x.Client.Addr()
	switch {
	case down && !up:
		upper, lower = a, b
	case up && !down:
		upper, lower = b, a
	case forwardedFor(b, x) && !forwardedFor(a, y):
		upper, lower = a, b
	case forwardedFor(a, y) && !forwardedFor(b, x):
		upper, lower = b, a
	case x.Server == y.Server && x.File == y.File && !nested(a, b) && !nested(b, a):
		return nil, nil, false
	default:
		upper, lower = a, b
		if gap, known := b.asked.since(a.asked); known && gap < 0 {
			upper, lower = b, a
		} else if !known && b.conv.Number < a.conv.Number {
			upper, lower = b, a
		}
	}
	if x.File == y.File {
		if early, known := upper.asked.since(lower.asked); known && early > clockSlack {
			return nil, nil, false // the proxy asked before the client did
		}
	}
	return upper, lower, true
}

// clockSlack is how far packets of one input may be out of order.
const clockSlack = 50 * time.Millisecond

// nested reports whether inner was asked and answered while outer waited.
func nested(outer, inner *leg) bool {
	asked, ok := inner.asked.since(outer.asked)
	if !ok || asked < 0 {
		return false
	}
	if outer.response == nil {
		return true
	}
	left, ok := outer.answered.since(inner.asked)
	return ok && left >= 0
}

// forwardedFor reports whether the request of l says that it was made for the
// client of c.
func forwardedFor(l *leg, c *dissect.Conversation) bool {
	if l.conv.Via != "" && l.conv.Via == c.Client.String() {
		return true
	}
	if l.request == nil {
		return false
	}
	for _, name := range [...]string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"} {
		for value := range l.request.Fields.Values(name) {
			if names(value, c.Client.Addr()) {
				return true
			}
		}
	}
	return false
}

// names reports whether a, as a word of its own, stands in the value of a
// forwarding field.
func names(value string, a netip.Addr) bool {
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;=\"[]", r) }) {
		if got, err := netip.ParseAddr(word); err == nil && got.Unmap() == a.Unmap() {
			return true
		}
		if got, err := netip.ParseAddrPort(word); err == nil && got.Addr().Unmap() == a.Unmap() {
			return true
		}
	}
	return false
}

// nearer reports whether a is a better neighbour of l than b.
func nearer(a, b, l *leg) bool {
	if b == nil {
		return true
	}
	if x, y := related(a, l), related(b, l); x != y {
		return x
	}
	if a.accepted() != b.accepted() {
		return a.accepted()
	}
	x, ok := a.asked.since(l.asked)
	y, known := b.asked.since(l.asked)
	return ok && known && x.Abs() < y.Abs()
}

// related reports whether one address is the server of one leg and the client
// of the other: the proxy's.
func related(a, b *leg) bool {
	return a.conv.Server.Addr() == b.conv.Client.Addr() || b.conv.Server.Addr() == a.conv.Client.Addr()
}

// join makes neighbours of two legs.
func (h *Hops) join(upper, lower *leg, by Bond, certainty Certainty, place dissect.Place, tell func(dissect.Event)) {
	j := newJoint(upper, lower, by, certainty)
	j.blind = upper.forgot || lower.forgot
	h.unlist(upper)
	h.unlist(lower)
	for _, l := range [...]*leg{upper, lower} {
		for _, n := range l.notes {
			h.compare(j, l, n)
		}
	}
	if upper.request != nil && lower.request != nil {
		t := teller{joint: j, place: j.at(place), tell: tell}
		t.handshakes()
	}
}
