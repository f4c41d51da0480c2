package filter

import "slices"

// A fact is what a path through the graph has found out.
type fact struct {
	comparison
	true bool
}

// maxFacts bounds what is remembered of one path; what is forgotten is only
// tested again.
const maxFacts = 16

// shorten leads every edge past the blocks whose outcome is known on all paths
// to it: "tcp port 80 or tcp port 443" then asks once whether this is TCP.
// A load that is left out was made before on the same path, so whether a
// packet is too short for it is known too.
func shorten(start *block) *block {
	known := map[*block][]fact{start: nil}
	for _, b := range order(start) {
		facts, reached := known[b]
		if !reached || b.end {
			continue
		}
		for _, outcome := range []bool{true, false} {
			edge := &b.no
			if outcome {
				edge = &b.yes
			}
			path := learn(facts, fact{b.comparison, outcome})
			for !(*edge).end {
				next, ok := foresee(path, (*edge).comparison)
				if !ok {
					break
				}
				if next {
					*edge = (*edge).yes
				} else {
					*edge = (*edge).no
				}
			}
			if others, ok := known[*edge]; ok {
				path = slices.DeleteFunc(path, func(f fact) bool { return !slices.Contains(others, f) })
			}
			known[*edge] = path
		}
	}
	return start
}

func learn(facts []fact, f fact) []fact {
	if f.value.computed != nil || len(facts) >= maxFacts {
		return slices.Clone(facts)
	}
	return append(slices.Clone(facts), f)
}

// foresee returns the outcome of c after facts, if they decide it.
func foresee(facts []fact, c comparison) (outcome, ok bool) {
	if c.value.computed != nil {
		return false, false
	}
	for _, f := range facts {
		switch {
		case f.value.load != c.value.load:
		case f.comparison == c:
			return f.true, true
		case f.condition != equals:
		case f.true && f.value.mask&c.value.mask == c.value.mask:
			return c.condition.holds(f.operand&c.value.mask, c.operand), true
		}
	}
	return false, false
}
