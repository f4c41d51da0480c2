package diagnose

// Answers find legs by the Sec-WebSocket-Accept that fits their key: chains of
// those whose fingerprints lead to one place, the newest first.
type answers [answerSlots]*leg

// answerSlots is as many as legs are kept at most, so that few share a chain:
// each that is passed is looked up where the processor's cache has it no more.
// It is a power of two.
const answerSlots = 1 << 12

func (a *answers) chain(answer uint64) **leg { return &a[answer%answerSlots] }

// newest returns the last leg whose key accept fits, or nil.
func (a *answers) newest(accept string) *leg {
	answer := fingerprint(accept)
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
	l.answer = fingerprint(l.expected)
	first := a.chain(l.answer)
	l.same, *first = *first, l
	steps := 1
	for n := l.next(); n != nil; n = n.next() {
		if steps++; steps > maxCandidates {
			a.remove(n)
			return
		}
	}
}

// remove takes l out, if it is there.
func (a *answers) remove(l *leg) {
	for at := a.chain(l.answer); *at != nil; at = &(*at).same {
		if *at == l {
			*at, l.same = l.same, nil
			return
		}
	}
}

// fingerprint returns a number for text that two texts share only by chance.
func fingerprint(text string) uint64 {
	const prime1, prime2 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F
	h := uint64(len(text))
	for ; len(text) >= 8; text = text[8:] {
		h = (h ^ word(text)) * prime1
		h ^= h >> 32
	}
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime2
	}
	return h ^ h>>32
}

// word returns the first eight bytes of text as a number.
func word(t string) uint64 {
	_ = t[7]
	return uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 | uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
}
