package verdict

import (
	"cmp"
	"slices"
	"strconv"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A Verdict collects what is known of the conversations of a capture and
// judges them when it is over. What it keeps of each is bounded, and so is how
// many it keeps: beyond that, the ones without trouble are only counted.
type Verdict struct {
	legs  map[*dissect.Conversation]*leg
	order []*leg
	limit int
	letGo int // conversations of which nothing is known, for want of room
	settled
}

const (
	// MaxLegs is how many conversations are kept. One takes about 1 KB, and
	// some more for each finding.
	MaxLegs = 100_000
	// manyLegs is from how many on the heads of healthy handshakes are let go.
	manyLegs = 10_000
)

// New returns a Verdict that has seen nothing.
func New() *Verdict {
	return &Verdict{legs: map[*dissect.Conversation]*leg{}, limit: MaxLegs, settled: settled{most: maxOver, causes: merger{byKey: map[key]*Diagnosis{}}}}
}

// Observe takes the next event of a run.
func (v *Verdict) Observe(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Opened:
		if len(v.order) >= v.limit && !v.settle() {
			v.letGo++
			return
		}
		l := &leg{conv: e.Conv, certainty: Certain}
		l.reach(e.Packet)
		v.legs[e.Conv] = l
		v.order = append(v.order, l)
	case *diagnose.Hop:
		v.join(e)
	case *dissect.Handshake:
		if l := v.legs[e.Conv]; l != nil {
			l.handshake(e)
			l.reach(e.Packet)
			l.heard = e.Time
		}
	case *dissect.Message:
		if l := v.legs[e.Conv]; l != nil {
			l.reach(e.Packet)
			if l.gone == [3]bool{} {
				l.heard, l.speaker = e.Time, e.Dir
			}
		}
	case *dissect.Signalled:
		if l := v.legs[e.Conv]; l != nil && (e.Signal.Kind == flow.Fin || e.Signal.Kind == flow.Reset) {
			l.gone[e.Dir] = true
		}
	case *dissect.Finding:
		if l := v.legs[e.Conv]; l != nil {
			l.reach(e.Packet)
			l.finding(e)
		}
		for _, other := range e.Others {
			if l := v.legs[other]; l != nil && diagnosedTogether(e.Code) {
				l.finding(e)
			}
		}
	case *dissect.Ended:
		if l := v.legs[e.Conv]; l != nil {
			l.end(e)
			l.copies = slices.Clone(e.Copies)
			if len(v.order) > manyLegs && l.worst < finding.Warning {
				l.heads = heads{} // there is enough to quote from
			}
			if v.over++; v.over > v.most {
				v.settle()
			}
		}
	}
}

// diagnosedTogether reports whether a finding of that code is the cause of
// what happened to every conversation that it names.
func diagnosedTogether(code finding.Code) bool {
	switch code {
	case finding.EndTogether, finding.EndLifetime, finding.EndAfterSize, finding.EndIdleTimeout, finding.HTTP2Goaway:
		return true
	}
	return false
}

// join makes two conversations neighbours.
func (v *Verdict) join(h *diagnose.Hop) {
	for i := 1; i < len(h.Conversations); i++ {
		near, far := v.legs[h.Conversations[i-1]], v.legs[h.Conversations[i]]
		if near == nil || far == nil || near == far || near.far != nil || far.near != nil {
			continue
		}
		near.far, far.near = far, near
		far.certainty = certaintyOf(h.Certainty)
		far.skew = h.ClockOffset
	}
}

func certaintyOf(c diagnose.Certainty) Certainty {
	switch c {
	case diagnose.Certain:
		return Certain
	case diagnose.Likely:
		return Likely
	}
	return Guess
}

// sockets returns every WebSocket with its legs, in the order in which the
// first of its legs was recognised.
func (v *Verdict) sockets() []*socket {
	var all []*socket
	for _, l := range v.order {
		if l.near != nil || v.spokenFor(l) {
			continue
		}
		s := along(l)
		all = append(all, s)
	}
	return all
}

// along returns the WebSocket of which l is the first leg.
func along(l *leg) *socket {
	s := &socket{}
	for ; l != nil && len(s.legs) < maxChain; l = l.far {
		if n := len(s.legs); n > 0 {
			l.offset = s.legs[n-1].offset + l.skew
		}
		s.legs = append(s.legs, l)
	}
	return s
}

// Of returns what is wrong with the WebSocket that a conversation is a leg of,
// the worst first, as [Verdict.Diagnoses] would if there were no other; nothing
// when all is well, or the conversation is not kept. It may be asked at any
// time, and knows what was observed so far.
func (v *Verdict) Of(c *dissect.Conversation) []Diagnosis {
	l := v.legs[c]
	if l == nil {
		return nil
	}
	for _, c := range l.copies {
		if other := v.legs[c]; other != nil && v.spokenFor(l) && !v.spokenFor(other) {
			l = other
			break
		}
	}
	for range maxChain {
		if l.near != nil {
			l = l.near
		}
	}
	m := merger{byKey: map[key]*Diagnosis{}}
	s := along(l)
	for _, d := range s.lacks() {
		m.add(d, s)
	}
	if d, ok := s.judge(); ok {
		m.add(d, s)
	}
	return m.list()
}

// spokenFor reports whether another place where l was captured speaks for it:
// the one that is joined to other legs, else the first one.
func (v *Verdict) spokenFor(l *leg) bool {
	joined := func(l *leg) bool { return l.near != nil || l.far != nil }
	for _, c := range l.copies {
		switch other := v.legs[c]; {
		case other == nil:
		case joined(other) != joined(l):
			return joined(other)
		case other.conv.Number < l.conv.Number:
			return true
		}
	}
	return false
}

// Copies returns where else a conversation was captured; nil when nowhere, or
// when it is not kept. They must not be changed.
func (v *Verdict) Copies(c *dissect.Conversation) []*dissect.Conversation {
	if l := v.legs[c]; l != nil {
		return l.copies
	}
	return nil
}

// maxChain bounds the legs of one WebSocket.
const maxChain = 16

// Diagnoses returns what is wrong, the worst first, and at the end, when
// nothing is but what the capture lacks, that all is well. It may be asked
// again when more was observed.
func (v *Verdict) Diagnoses(q Quality) []Diagnosis {
	m := v.causes.clone()
	sum := v.sum
	sockets := v.sockets()
	for _, s := range sockets {
		for _, l := range s.legs {
			sum.add(l)
		}
		m.judge(s)
	}
	sum.sockets += len(sockets)
	list := m.list()
	for i := range list {
		list[i].Next = alsoKeys(list[i].Next, q.TLSWithoutKeys)
	}
	if !slices.ContainsFunc(list, func(d Diagnosis) bool { return d.Culprit != Capture }) {
		list = append(list, sum.healthy(q, v.letGo))
	}
	return list
}

func itoa(n int) string { return strconv.Itoa(n) }

// compare orders diagnoses: errors first, then what broke more connections.
func compare(a, b *Diagnosis) int {
	return cmp.Or(-cmp.Compare(a.Severity, b.Severity), -cmp.Compare(a.Count, b.Count), a.Time.Compare(b.Time), cmp.Compare(a.Code, b.Code))
}
