package diagnose

import "hash/maphash"

// Answers find legs by the Sec-WebSocket-Accept that fits their key. They are
// chains of those whose fingerprints lead to one place, the newest first: as
// many places as legs, so that few share a chain. The zero value has none.
type answers struct {
	places []*leg // a power of two
	count  int
	seed   maphash.Seed // without it, keys could be chosen so that all share one chain
}

// fewestAnswers is as many as legs are mostly kept: each that is passed is
// looked up where the processor's cache has it no more.
const fewestAnswers = 1 << 12

func (a *answers) fingerprint(accept string) uint64 { return maphash.String(a.seed, accept) }

func (a *answers) chain(answer uint64) **leg { return &a.places[answer&uint64(len(a.places)-1)] }

// newest returns the last leg whose key accept fits, or nil.
func (a *answers) newest(accept string) *leg {
	if a.count == 0 {
		return nil
	}
	answer := a.fingerprint(accept)
	l := *a.chain(answer)
	for l != nil && (l.answer != answer || l.expected != accept) {
		l = l.same
	}
	return l
}

// next returns the leg with the same key that came before l, or nil.
func (l *leg) next() *leg {
	n := l.same
	for n != nil && (n.answer != l.answer || n.expected != l.expected) {
		n = n.same
	}
	return n
}

// add takes l, whose key is known, and bounds how many legs are found by it:
// some programs never change theirs.
func (a *answers) add(l *leg) {
	if a.count == len(a.places) {
		a.grow()
	}
	l.answer = a.fingerprint(l.expected)
	first := a.chain(l.answer)
	l.same, *first = *first, l
	a.count++
	steps := 1
	for n := l.next(); n != nil; n = n.next() {
		if steps++; steps > maxCandidates {
			a.remove(n)
			return
		}
	}
}

// grow makes two chains of each.
func (a *answers) grow() {
	if a.places == nil {
		a.places, a.seed = make([]*leg, fewestAnswers), maphash.MakeSeed()
		return
	}
	half := len(a.places)
	a.places = append(a.places, make([]*leg, half)...)
	for i := range half {
		l, ends := a.places[i], [2]**leg{&a.places[i], &a.places[half+i]}
		for ; l != nil; l = l.same {
			end := &ends[l.answer/uint64(half)&1]
			**end, *end = l, &l.same
		}
		*ends[0], *ends[1] = nil, nil
	}
}

// remove takes l out, if it is there.
func (a *answers) remove(l *leg) {
	if a.count == 0 {
		return
	}
	for at := a.chain(l.answer); *at != nil; at = &(*at).same {
		if *at == l {
			*at, l.same = l.same, nil
			a.count--
			return
		}
	}
}
