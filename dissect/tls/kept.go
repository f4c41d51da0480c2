package tls

import (
	"time"

	"wsight/flow"
)

// keptRecord is a sealed record that waits for a secret.
type keptRecord struct {
	record
	half   *half
	packet flow.PacketID
	time   time.Time
	gap    gap // before it, the ones before other kept records excepted
}

// keptCost is what a kept record costs beside its body.
const keptCost = 192

// keep keeps r until more is known, if the limits allow.
func (s *Session) keep(h *half, r *record) {
	cost := int64(len(r.body) + keptCost)
	if limits := &s.d.limits; !s.full && (s.size+cost > limits.Kept || s.d.kept+cost > limits.KeptTotal) {
		if limits.Kept > 0 {
			s.d.stats.Overflowed++
		}
		s.letGo()
		s.full = true
	}
	if s.full {
		s.refuse(h, r)
		return
	}
	k := keptRecord{record: *r, half: h, packet: h.packet, time: h.time, gap: h.tail}
	k.body = append([]byte(nil), r.body...)
	h.tail = gap{}
	h.queued++
	s.size += cost
	s.d.kept += cost
	s.kept = append(s.kept, k)
}

// refuse gives a sealed record up.
func (s *Session) refuse(h *half, r *record) {
	s.undecryptable(h, r.offset, s.reason())
	if r.kind == typeAlert {
		s.alert(h, r.offset, nil, true)
	}
	if r.kind == typeHandshake && h.changed {
		s.finish(h, r.offset) // of TLS 1.2: the first sealed message is Finished
	}
	size := int64(headerSize + len(r.body))
	s.count(h, &h.gap, r.kind, len(r.body))
	h.gap.lost += size
	h.gap.sealed += size
}

// letGo gives up all that is kept.
func (s *Session) letGo() {
	for i := range s.kept {
		k := &s.kept[i]
		h := k.half
		h.gap.add(k.gap)
		s.at(k, func() { s.refuse(h, &k.record) })
		s.took(k)
	}
	s.kept = nil
}

// at runs f as if the chunk that completed k were the current one.
func (s *Session) at(k *keptRecord, f func()) {
	packet, time := k.half.packet, k.half.time
	k.half.packet, k.half.time = k.packet, k.time
	f()
	k.half.packet, k.half.time = packet, time
}

// took says that k is no longer kept.
func (s *Session) took(k *keptRecord) {
	h := k.half
	cost := int64(len(k.body) + keptCost)
	s.size -= cost
	s.d.kept -= cost
	if h.queued--; h.queued == 0 {
		h.gap.add(h.tail)
		h.tail = gap{}
	}
}

// drain opens what is kept and can be opened by now, in the order in which it
// came.
func (s *Session) drain() {
	for s.dirty = true; s.dirty; {
		s.dirty = false
		var stuck [2]bool
		rest := s.kept[:0]
		for i := range s.kept {
			k := &s.kept[i]
			h := k.half
			if !stuck[h.side] {
				h.gap.add(k.gap)
				k.gap = gap{}
				s.at(k, func() { stuck[h.side] = !s.open(h, &k.record) })
			}
			if stuck[h.side] {
				rest = append(rest, *k)
			} else {
				s.took(k)
			}
		}
		clear(s.kept[len(rest):])
		s.kept = rest
	}
}

// open attempts a kept record and reports whether it is done with.
func (s *Session) open(h *half, r *record) bool {
	scanning := h.scanning // the end of the stream may be out of step meanwhile
	h.scanning = false
	got := s.attempt(h, r)
	h.scanning = scanning
	if got == failed {
		s.fail(h, r)
	}
	return got != blocked
}
