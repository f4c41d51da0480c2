package diagnose

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/flow"
)

// A lane compares the messages of one direction on the two legs of a joint.
type lane struct {
	aligner
	dir flow.Direction

	recent [8]uint64 // digests of what was matched last
	next   int

	differing [differences]*differing // nil: never
	lostPongs int                     // among lost
	ownPings  int                     // pings that the proxy made
	tail      []note                  // on the source leg only, with nothing behind them

	largest int64 // payload on the wire of the largest message that crossed
	delays  samples
	held    []hold
	queued  int // messages that came late, right behind something else
}

// A difference is a way in which a message differs between the legs. The
// numbers are ours.
type difference uint8

const (
	changed      difference = iota // another payload
	lost                           // on the source leg only
	doubled                        // again on the target leg
	injected                       // on the target leg only
	cleared                        // RSV1 is gone
	refragmented                   // other frames
	illegal                        // other frames, which break a rule
	differences
)

// A differing counts the instances of one difference and keeps the first.
type differing struct {
	count  int
	first  [2]note // near the sender, far from it; one may be empty
	places [maxPlaces][2]flow.PacketID
}

// maxPlaces is how many instances of a difference give evidence.
const maxPlaces = 4

// note notes a difference; one of the two may be nil.
func (l *lane) note(kind difference, source, target *note) {
	d := l.differing[kind]
	if d == nil {
		d = &differing{}
		l.differing[kind] = d
	}
	var pair [2]note
	for i, n := range []*note{source, target} {
		if n != nil {
			pair[i] = *n
		}
	}
	if d.count == 0 {
		d.first = pair
	}
	if d.count < maxPlaces {
		d.places[d.count] = [2]flow.PacketID{pair[0].packet, pair[1].packet}
	}
	d.count++
}

// proofs returns the packets of the first instances.
func (d *differing) proofs() []flow.PacketID {
	var list []flow.PacketID
	for _, p := range d.places[:min(d.count, maxPlaces)] {
		list = append(list, p[0], p[1])
	}
	return list
}

// A hold is a message that the target leg sent on only some time after the
// source leg had brought it, while it sent nothing else.
type hold struct {
	note
	raw  time.Duration // with the difference between the clocks in it
	idle time.Duration // that the target leg had sent nothing before
	wire int64
}

const (
	// heldFor is how long a message waits in a proxy without a word.
	heldFor = 500 * time.Millisecond
	// maxHeld is how many held messages are remembered.
	maxHeld = 64
)

func (l *lane) take(side int, n note, j *joint) {
	first := l.matched == 0
	out := l.push(side, n)
	if len(out.differ[0])+len(out.differ[1]) > 0 {
		l.differ(out.differ, first, j)
	}
	if out.found {
		l.match(&out.pair[0], &out.pair[1], j)
	}
}

// match takes a message that both legs carry.
func (l *lane) match(source, target *note, j *joint) {
	l.recent[l.next] = source.digest
	l.largest = max(l.largest, source.wire)
	l.next = (l.next + 1) % len(l.recent)
	if source.frames != target.frames || source.wire == target.wire && source.layout != target.layout && source.rsv1 == target.rsv1 {
		if target.illegal && !source.illegal {
			l.note(illegal, source, target)
		} else {
			l.note(refragmented, source, target)
		}
	}
	if delay, ok := between(source.done, target.done); ok {
		l.delays.add(delay)
	}
	raw, ok := between(source.done, target.first)
	if !ok {
		return
	}
	idle, known := between(target.before, target.first)
	if !known {
		idle = raw
	}
	if idle < heldFor && raw >= heldFor {
		l.queued++
	}
	if idle < heldFor || j.oneClock() && raw < heldFor || j.target(l.dir).trouble[l.dir] >= source.done {
		return
	}
	l.held = append(l.held, hold{*target, raw, idle, source.wire})
	if len(l.held) > maxHeld {
		least := 0
		for i := range l.held {
			if l.held[i].raw < l.held[least].raw {
				least = i
			}
		}
		l.held = slices.Delete(l.held, least, least+1)
	}
}

// differ takes a stretch in which the legs carry different messages; first
// says that nothing matched before it.
func (l *lane) differ(parts [2][]note, first bool, j *joint) {
	source, target := parts[0], parts[1]
	if !j.source(l.dir).whole(l.dir) || !j.target(l.dir).whole(l.dir) {
		return // the capture has a hole that may explain it
	}
	if first && (j.upper.late() || j.lower.late()) {
		return // one leg was joined later than the other, or both with a message in the proxy
	}
	if j.source(l.dir).adrift[l.dir] {
		return // the sender itself wrote what is no frames
	}
	for i := range target {
		t := &target[i]
		switch {
		case l.repeated(t):
			l.note(doubled, nil, t)
		case t.kind.Control():
			if t.kind == dissect.Ping {
				l.ownPings++
			}
		case len(source) == 0:
			l.note(injected, nil, t)
		default:
			l.altered(&source[0], t)
			source = source[1:]
		}
	}
	for i := range source {
		if source[i].kind == dissect.Pong {
			l.lostPongs++
		}
		l.note(lost, &source[i], nil)
	}
}

// repeated reports whether t was already matched a little earlier.
func (l *lane) repeated(t *note) bool {
	return t.digest != 0 && slices.Contains(l.recent[:], t.digest)
}

// altered takes a message that came out of the proxy as another one.
func (l *lane) altered(source, target *note) {
	switch {
	case source.rsv1 && !target.rsv1 && source.wire == target.wire:
		l.note(cleared, source, target)
	case target.illegal && !source.illegal && source.frames != target.frames:
		l.note(illegal, source, target)
	case source.opaque || target.opaque:
		// What it says is not known on one of the legs.
	case !target.whole || !source.whole:
		// The end of the connection cut it; that is told of the leg itself.
	default:
		l.note(changed, source, target)
	}
}

// finish takes what is left when both legs have ended. A Close behind it that
// crossed the proxy shows that the rest was not held back, but left out.
func (l *lane) finish(j *joint, closed bool) {
	left := l.rest()
	left.differ[1] = slices.DeleteFunc(left.differ[1], func(n note) bool { return !n.whole }) // cut by the end
	if closed || len(left.differ[1]) > 0 {
		l.differ(left.differ, l.matched == 0, j)
		return
	}
	l.tail = left.differ[0]
}
