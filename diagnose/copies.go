package diagnose

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/flow"
)

// Copies tells which conversations are one TCP connection that was captured
// more than once: on both ends of a veth, before and behind a NAT, in the
// captures of both hosts. The first one that is recognised speaks for all.
//
// What it remembers is bounded: the conversations that were recognised last.
type Copies struct {
	sightings [maxSightings]sighting // by the numbers of their conversations
	stages    [maxSightings]stage    // of them: what every end touches stands close together
	latest    int                    // number of the one recognised last
	any       bool                   // a copy was found
	where     whereabouts            // of all of them, until there are links
	links     *links                 // nil until they were captured in more than one place, so that some may be copies
	unopened  int                    // linked ones whose SYN was not seen
	single    bool                   // see Single
}

// A sighting is what is remembered of a conversation. It is small, because of
// nearly all captures nothing else is kept of thousands of them.
type sighting struct {
	conv   *dissect.Conversation // nil: none yet
	loss   loss                  // of it, once it has ended
	again  *again                // nil: it was seen once
	linked *linked               // nil before there are links
}

// A stage is how far a sighting has come.
type stage uint8

const (
	stageBegun stage = iota
	stageEnded
	stageTold // its end was
)

// An again is what is remembered of the copies of a conversation.
type again struct {
	copies []*dissect.Conversation
	spare  *loss // of the best one that has ended
	better *dissect.Conversation
}

const (
	// maxSightings bounds the conversations that a copy may be found of: it is
	// looked for among the last ones. It is a power of two.
	maxSightings = 1 << 13
	// maxTwins bounds the ones that are looked through for one.
	maxTwins = 64
	// copyWithin is how much later a copy begins that has the same clock.
	copyWithin = 3 * time.Second
	// segmentSlack is how far two views of one moment may be apart: what one
	// interface passes on as a single segment another one shows in pieces.
	segmentSlack = 64 << 10
	// captureSlack is how far two captures may be apart that began at
	// different times, on a connection that both ends of it name.
	captureSlack = 256 << 20
)

// NewCopies returns one that has seen nothing.
func NewCopies() *Copies {
	return &Copies{}
}

// Single says that there is only one vantage point.
func (c *Copies) Single() { c.single = true }

// Open takes the next conversation, whose number is one more than that of the
// last one that is told. It returns false when nothing is to be told of it,
// because it is told already: CopyOf then is what tells it. Of a copy that
// comes too late for that, o says what it is a copy of.
func (c *Copies) Open(o *dissect.Opened) (told bool) {
	first := c.find(o.Conv)
	if first == nil {
		c.add(o.Conv)
		return true
	}
	if c.stage(first.conv) == stageTold {
		c.any = true
		o.Copies = append(o.Copies, first.conv)
		c.add(o.Conv).again = &again{copies: []*dissect.Conversation{first.conv}}
		return true
	}
	c.any = true
	o.Conv.CopyOf = first.conv
	a := first.more()
	a.copies = append(a.copies, o.Conv)
	a.copies = append(a.copies, o.Copies...)
	return false
}

// more returns what is remembered of the copies of s, to add to it.
func (s *sighting) more() *again {
	if s.again == nil {
		s.again = &again{}
	}
	return s.again
}

// of returns what is remembered of conv, or nil.
func (c *Copies) of(conv *dissect.Conversation) *sighting {
	if s := &c.sightings[uint(conv.Number)%maxSightings]; s.conv == conv {
		return s
	}
	return nil
}

// stage returns how far conv has come, which is remembered.
func (c *Copies) stage(conv *dissect.Conversation) stage {
	return c.stages[uint(conv.Number)%maxSightings]
}

// reach notes that conv has come so far, if it is remembered.
func (c *Copies) reach(conv *dissect.Conversation, to stage) {
	if conv.Number > c.latest-maxSightings {
		c.stages[uint(conv.Number)%maxSightings] = to
	}
}

// Known returns the copies of conv that are known by now.
func (c *Copies) Known(conv *dissect.Conversation) []*dissect.Conversation {
	if !c.any {
		return nil
	}
	if s := c.of(conv); s != nil && s.again != nil {
		return s.again.copies
	}
	return nil
}

// End takes the end of a conversation or of a copy, and tells when a copy
// holds more than what is told.
func (c *Copies) End(e *dissect.Ended, tell func(dissect.Event)) {
	l := lossOf(e)
	if e.Conv.CopyOf != nil {
		s := c.of(e.Conv.CopyOf)
		if s == nil {
			return
		}
		a := s.more()
		for _, more := range e.Copies {
			if !slices.ContainsFunc(a.copies, func(c *dissect.Conversation) bool { return c.TCP == more.TCP && c.Interface == more.Interface }) {
				a.copies = append(a.copies, more)
			}
		}
		if a.spare == nil || l.less(a.spare) {
			kept := l
			a.spare, a.better = &kept, e.Conv
		}
		if c.stage(s.conv) >= stageEnded {
			s.compare(e.Place, tell)
		}
		return
	}
	c.reach(e.Conv, stageEnded)
	if !c.any && l == (loss{}) {
		return // and of what is remembered the loss is zero
	}
	if s := c.of(e.Conv); s != nil {
		s.loss = l
		s.compare(e.Place, tell)
	}
}

// Told says that the end of conv is told, with the copies that it returns: what
// is recognised as one from now on has to speak for itself.
func (c *Copies) Told(conv *dissect.Conversation) []*dissect.Conversation {
	c.reach(conv, stageTold)
	return c.Known(conv)
}

// find returns what conv is a copy of, or nil.
func (c *Copies) find(conv *dissect.Conversation) *sighting {
	if c.links == nil && !c.elsewhere(conv) {
		return nil
	}
	var best *sighting
	least := int64(0)
	for kind, key := range c.linksOf(conv) {
		if kind != linkSequence && conv.Opener && c.unopened == 0 {
			break // the numbers of two SYNs decide, whatever else is the same
		}
		if key == 0 {
			continue
		}
		for s := c.links.chain(kind, key).oldest; s != nil; s = s.linked.newer[kind] {
			if s.linked.by[kind] != key {
				continue
			}
			if apart, ok := apart(s.conv, conv); ok && (best == nil || apart < least) && !s.seenBy(conv) {
				best, least = s, apart
			}
		}
	}
	return best
}

// seenBy reports whether the connection that carries conv has shown s before:
// it carries several attempts, and each is the copy of one.
func (s *sighting) seenBy(conv *dissect.Conversation) bool {
	return s.again != nil && slices.ContainsFunc(s.again.copies, func(c *dissect.Conversation) bool { return c.TCP == conv.TCP && c.Vantage == conv.Vantage })
}

// apart reports whether b, which was recognised later, is a captured once
// more, and how far apart the two were then, in bytes. The numbers of TCP
// tell: nothing that ends a connection and begins another one, as a proxy
// does, chooses the same ones on both sides.
func apart(a, b *dissect.Conversation) (bytes int64, yes bool) {
	sameEnds := a.Client == b.Client && a.Server == b.Server
	if a.Stream != b.Stream || a.Vantage == b.Vantage && (a.TCP == b.TCP || sameEnds || a.Origin == b.Origin) {
		// Between the same ends one vantage point knows one connection at a
		// time, and nothing passes the same place twice with other addresses:
		// that is a script whose connections all begin with the same numbers.
		return 0, false
	}
	if late, ok := between(nanos(a.Start), nanos(b.Start)); a.Vantage == b.Vantage && (!ok || late.Abs() > copyWithin) {
		return 0, false // somebody plays it once more
	}
	if a.Opener && b.Opener && a.Sequence != b.Sequence || a.Head != 0 && b.Head != 0 && a.Head != b.Head {
		return 0, false
	}
	slack := int64(segmentSlack)
	known := a.Opener && b.Opener || a.Head != 0 && b.Head != 0
	switch {
	case known:
	case sameEnds:
		slack = captureSlack
	default:
		slack = 0 // the captures began with the same packet, on both sides of a NAT
	}
	met := 0
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if !a.ReachedKnown[d] || !b.ReachedKnown[d] {
			continue
		}
		off := int64(int32(b.Reached[d] - a.Reached[d]))
		if off = max(off, -off); off > slack {
			return 0, false
		}
		bytes += off
		met++
	}
	return bytes, met == 2 || met == 1 && (known || sameEnds)
}

// speaksAgain reports whether o tells once more what was told to its end: a
// copy that was recognised too late.
func speaksAgain(o *dissect.Opened) bool {
	return slices.ContainsFunc(o.Copies, func(c *dissect.Conversation) bool { return c.TCP != o.Conv.TCP || c.Vantage != o.Conv.Vantage })
}
