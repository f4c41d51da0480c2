package diagnose

import (
	"encoding/binary"

	"wsight/dissect"
)

// The ways in which a copy is looked for.
const (
	linkSequence = iota // by the number that its client began with
	linkHead            // by the request
	linkEnds            // by the addresses
	linkReached         // by how far both ends had come
	linkKinds
)

// A chain are the sightings whose keys lead to it, in the order of recognition.
type chain struct {
	oldest, newest *sighting
	count          int
}

// linkChains is how many chains of a kind there are: as many as keys are
// remembered, so that few share one.
const linkChains = maxSightings

// Links are all chains.
type links [linkKinds][linkChains]chain

// chain returns the one that key leads to.
func (l *links) chain(kind int, key uint64) *chain { return &l[kind][key%linkChains] }

// A linked is how a sighting stands in the chains.
type linked struct {
	by    [linkKinds]uint64 // keys; 0: none
	newer [linkKinds]*sighting
}

// linksOf returns the keys that a copy of conv may have in common with it.
func (c *Copies) linksOf(conv *dissect.Conversation) (keys [linkKinds]uint64) {
	stream := uint64(conv.Stream)
	if conv.Opener {
		keys[linkSequence] = mix(linkSequence, uint64(conv.Sequence), stream)
	}
	if conv.Head != 0 {
		keys[linkHead] = mix(linkHead, conv.Head, stream)
	}
	if !c.single { // one vantage point knows one connection at a time between the same ends
		keys[linkEnds] = linkOfEnds(conv, stream)
	}
	if conv.Head == 0 && conv.ReachedKnown[1] && conv.ReachedKnown[2] {
		keys[linkReached] = mix(linkReached, uint64(conv.Reached[1])<<32|uint64(conv.Reached[2]), stream)
	}
	return keys
}

func linkOfEnds(conv *dissect.Conversation, stream uint64) uint64 {
	client, server := conv.Client.Addr().As16(), conv.Server.Addr().As16()
	be := binary.BigEndian
	return mix(linkEnds, be.Uint64(client[8:])^uint64(conv.Client.Port())<<40, be.Uint64(server[8:])^uint64(conv.Server.Port())<<20^stream)
}

// mix returns a number for three others, never 0.
func mix(kind, a, b uint64) uint64 {
	h := (a ^ kind<<56) * 0x9E3779B185EBCA87
	h = (h ^ h>>29 ^ b) * 0xC2B2AE3D27D4EB4F
	return max(h^h>>32, 1)
}

// Whereabouts say where a conversation was captured: nothing passes the same
// place twice as two connections.
type whereabouts struct {
	vantage int
	origin  uint32
}

// elsewhere reports whether conv was captured in another place than all
// before it. From then on there may be copies, and everything is linked.
func (c *Copies) elsewhere(conv *dissect.Conversation) bool {
	here := whereabouts{conv.Vantage, conv.Origin}
	if c.latest == 0 {
		c.where = here
	}
	if here == c.where {
		return false
	}
	c.links = new(links)
	for n := max(1, c.latest-maxSightings+1); n <= c.latest; n++ {
		c.link(&c.sightings[n%maxSightings])
	}
	return true
}

// add remembers conv, and lets the oldest go for it.
func (c *Copies) add(conv *dissect.Conversation) *sighting {
	s := &c.sightings[uint(conv.Number)%maxSightings]
	if c.links != nil && s.conv != nil {
		c.unlink(s)
	}
	*s = sighting{conv: conv}
	c.latest = conv.Number
	c.stages[uint(conv.Number)%maxSightings] = stageBegun
	if c.links != nil {
		c.link(s)
	}
	return s
}

// link makes s, which is the newest of all, one that is found by its keys.
func (c *Copies) link(s *sighting) {
	if !s.conv.Opener {
		c.unopened++
	}
	s.linked = &linked{by: c.linksOf(s.conv)}
	for kind, key := range s.linked.by {
		if key == 0 {
			continue
		}
		l := c.links.chain(kind, key)
		if l.newest != nil {
			l.newest.linked.newer[kind] = s
		} else {
			l.oldest = s
		}
		l.newest = s
		if l.count++; l.count > maxTwins {
			l.shift(kind)
		}
	}
}

// unlink takes s, which is the oldest of all, out of what is found.
func (c *Copies) unlink(s *sighting) {
	if !s.conv.Opener {
		c.unopened--
	}
	for kind, key := range s.linked.by {
		if l := c.links.chain(kind, key); key != 0 && l.oldest == s { // else it was let go before, for want of room in the chain
			l.shift(kind)
		}
	}
}

// shift takes the oldest out.
func (l *chain) shift(kind int) {
	s := l.oldest
	l.oldest, s.linked.newer[kind] = s.linked.newer[kind], nil
	if l.count--; l.oldest == nil {
		l.newest = nil
	}
}
