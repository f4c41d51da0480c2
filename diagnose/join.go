package diagnose

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// joinByKey looks for the neighbours of l among the legs whose handshake has
// the same key, and for one whose answer l was given.
func (h *hops) joinByKey(l *leg, place dissect.Place, tell func(dissect.Event)) {
	if l.accepted() && l.accept != "" && l.expected != "" && l.accept != l.expected {
		h.foreignAnswer(l, place, tell)
	}
	if l.expected == "" {
		return
	}
	h.answers.add(l)
	var above, below *leg
	for other := l.next(); other != nil; other = other.next() {
		upper, lower, ok := order(other, l)
		switch {
		case !ok || other.copy:
		case lower == l && l.up == nil && upper.down == nil && nearer(upper, above, l):
			above = upper
		case upper == l && l.down == nil && lower.up == nil && nearer(lower, below, l):
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

// foreignAnswer tells about a 101 whose Accept belongs to another handshake.
func (h *hops) foreignAnswer(l *leg, place dissect.Place, tell func(dissect.Event)) {
	owner := h.answers.newest(l.accept)
	if owner == nil {
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
			Facts: finding.OtherKey,
		},
		Dir:     0,
		Packets: evidence(owner.answered.packet, l.answered.packet),
		Others:  []*dissect.Conversation{owner.conv},
	})
}

// evidence returns the packets that are known, without repetitions.
func evidence(packets ...flow.PacketID) []flow.PacketID {
	var list []flow.PacketID
	for _, p := range packets {
		if p != 0 && (len(list) == 0 || list[len(list)-1] != p) {
			list = append(list, p)
		}
	}
	return list
}

// maxCandidates bounds the conversations that one is compared with.
const maxCandidates = 256

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
func (h *hops) join(upper, lower *leg, by Bond, certainty Certainty, place dissect.Place, tell func(dissect.Event)) {
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
