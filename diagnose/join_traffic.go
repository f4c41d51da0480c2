package diagnose

import (
	"strings"

	"wsight/dissect"
)

// joinByTraffic looks for a neighbour of l, which has ended without one, by
// what both legs carried, and last by what was asked for and when.
func (h *hops) joinByTraffic(l *leg, place dissect.Place, tell func(dissect.Event)) {
	var best candidate
	seen := map[uint64]bool{}
	for i := range l.notes {
		if n := &l.notes[i]; n.tells() {
			seen[n.mark()] = true
		}
	}
	steps := 0
	for other := h.newest; other != nil && steps < maxCandidates; other = other.older {
		if other == l || !other.free() {
			continue
		}
		steps++
		c, ok := h.weigh(l, other, seen)
		if !ok {
			continue
		}
		switch {
		case c.weight > best.weight:
			best = c
		case c.weight == best.weight && c.weight > 0:
			best.tied = true
		}
	}
	if best.upper == nil || best.tied {
		return
	}
	h.join(best.upper, best.lower, best.by, best.certainty, place, tell)
}

// A candidate is a pair of legs that may be neighbours.
type candidate struct {
	upper, lower *leg
	by           Bond
	certainty    Certainty
	weight       int
	tied         bool
}

const (
	// enoughBytes is how much equal payload makes two legs neighbours for sure.
	enoughBytes = 64
	// fewBytes is how much makes it likely.
	fewBytes = 12
	// countedBytes is how much one message counts at most.
	countedBytes = 256
)

// weigh says how well l and other go together; seen holds the marks of the
// messages of l.
func (h *hops) weigh(l, other *leg, seen map[uint64]bool) (candidate, bool) {
	if l.conv.Server == other.conv.Server || l.conv.Vantage == other.conv.Vantage && !related(l, other) {
		return candidate{}, false
	}
	if copiedMidstream(l, other) {
		return candidate{}, false
	}
	upper, lower, ok := order(l, other)
	if !ok || !overlap(l, other) {
		return candidate{}, false
	}
	c := candidate{upper: upper, lower: lower, by: ByPayload, certainty: Likely}
	var sides [3]int
	talked := 0
	for i := range other.notes {
		n := &other.notes[i]
		if !n.tells() {
			continue
		}
		talked++
		if seen[n.mark()] {
			sides[n.dir]++
			c.weight += int(min(n.length, countedBytes))
		}
	}
	if c.weight >= fewBytes {
		if c.weight >= enoughBytes && sides[1] > 0 && (sides[2] > 0 || lower.conv.Bare) {
			c.certainty = Certain
		}
		return c, true
	}
	if upper.conv.Via != "" && forwardedFor(lower, upper.conv) || samePath(upper, lower) && during(upper, lower) && related(upper, lower) && (talked == 0 || len(seen) == 0) {
		return candidate{upper: upper, lower: lower, by: ByPathTime, certainty: pathCertainty(upper, lower), weight: 1}, true
	}
	return candidate{}, false
}

// during reports whether lower was asked for while upper waited for its answer.
func during(upper, lower *leg) bool {
	if asked, ok := lower.asked.since(upper.asked); !ok || asked < 0 {
		return false
	}
	if upper.response == nil {
		return true
	}
	left, ok := upper.answered.since(lower.asked)
	return ok && left >= 0
}

// pathCertainty says how sure a pair is that only path and time join.
func pathCertainty(upper, lower *leg) Certainty {
	if forwardedFor(lower, upper.conv) {
		return Likely
	}
	return Guess
}

// tells reports whether n says enough to know its message again.
func (n *note) tells() bool { return n.digest != 0 && !n.kind.Control() && n.length > 0 }

// mark returns what is looked for on the other leg.
func (n *note) mark() uint64 { return n.digest<<2 ^ uint64(n.dir) }

// copiedMidstream reports whether two conversations are the same connection.
func copiedMidstream(a, b *leg) bool {
	return a.conv.Client == b.conv.Client && a.conv.Server == b.conv.Server
}

// overlap reports whether both legs were open at the same time. The clocks of
// two vantage points say nothing about it.
func overlap(a, b *leg) bool {
	if a.conv.Vantage != b.conv.Vantage {
		return true
	}
	for _, pair := range [...][2]*leg{{a, b}, {b, a}} {
		if gap, ok := between(pair[0].until(), nanos(pair[1].conv.Start)); ok && gap > clockSlack {
			return false
		}
	}
	return true
}

// samePath reports whether both requests ask for the same thing. Proxies cut
// prefixes off, and some ask with the whole URI.
func samePath(a, b *leg) bool {
	if a.request == nil || b.request == nil {
		return false
	}
	x, y := path(a.request.Target), path(b.request.Target)
	return strings.HasSuffix(x, y) || strings.HasSuffix(y, x)
}

// path returns a target without scheme and authority.
func path(target string) string {
	if _, rest, ok := strings.Cut(target, "://"); ok {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
		return "/"
	}
	return target
}
