package verdict

import (
	"maps"
	"slices"

	"wsight/finding"
)

// What is settled are conversations that ended a while ago and were judged
// then, to be let go.
type settled struct {
	causes merger
	sum    tally
	over   int // conversations that have ended and are kept; those with a neighbour are not counted for long
	most   int // of them
	early  int // conversations with trouble that were judged before the capture was over
}

// maxOver is how many conversations are kept that have ended. Beside them a
// neighbour or fellows that end alike may still appear.
const maxOver = 16_384

// Early returns how many conversations with trouble had to be judged before
// the capture was over: what they have in common with others that ended much
// later is not known.
func (v *Verdict) Early() int { return v.early }

// settle judges the older half of the conversations that ended, but for those
// that have a neighbour, and reports whether there is room for more now.
func (v *Verdict) settle() bool {
	single := func(l *leg) bool { return l.ended != nil && l.near == nil && l.far == nil }
	v.over = 0
	for _, l := range v.order {
		if single(l) {
			v.over++
		}
	}
	kept, left := v.order[:0], (v.over+1)/2
	for _, l := range v.order {
		if left == 0 || !single(l) {
			kept = append(kept, l)
			continue
		}
		left--
		v.over--
		delete(v.legs, l.conv)
		if v.spokenFor(l) {
			continue
		}
		v.sum.add(l)
		v.sum.sockets++
		if l.worst > 0 {
			v.causes.judge(&socket{legs: []*leg{l}})
		}
		if l.worst >= finding.Warning {
			v.early++
		}
	}
	clear(v.order[len(kept):])
	v.order = kept
	return len(v.order) < v.limit
}

// judge adds what is wrong with s.
func (m *merger) judge(s *socket) {
	for _, d := range s.lacks() {
		m.add(d, s)
	}
	if d, ok := s.judge(); ok {
		m.add(d, s)
	}
}

// clone returns a merger that may be added to without changing m.
func (m *merger) clone() merger {
	copies := make(map[*Diagnosis]*Diagnosis, len(m.order))
	c := merger{byKey: maps.Clone(m.byKey)}
	for _, d := range m.order {
		own := *d
		own.Connections, own.Packets = slices.Clone(d.Connections), slices.Clone(d.Packets)
		own.Consequences, own.Beside = slices.Clone(d.Consequences), slices.Clone(d.Beside)
		copies[d] = &own
		c.order = append(c.order, &own)
	}
	for k, d := range c.byKey {
		c.byKey[k] = copies[d]
	}
	return c
}
