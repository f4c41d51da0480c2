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

// chain returns the one that key leads to.
func (c *Copies) chain(kind int, key uint64) *chain { return &c.links[kind][key%linkChains] }

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

// add remembers conv, and lets the oldest go for it.
func (c *Copies) add(conv *dissect.Conversation, keys [linkKinds]uint64) *sighting {
	var s *sighting
	if len(c.ring) < c.most {
		s = &sighting{}
		c.ring = append(c.ring, s)
	} else {
		s = c.ring[c.next]
		c.forget(s)
		c.next = (c.next + 1) % c.most
	}
	*s = sighting{conv: conv, links: keys}
	if !conv.Opener {
		c.unopened++
	}
	c.sightings.add(conv, s)
	for kind, key := range s.links {
		if key == 0 {
			continue
		}
		l := c.chain(kind, key)
		if l.newest != nil {
			l.newest.newer[kind] = s
		} else {
			l.oldest = s
		}
		l.newest = s
		if l.count++; l.count > maxTwins {
			l.shift(kind)
		}
	}
	return s
}

// forget lets s go, which is the oldest of all.
func (c *Copies) forget(s *sighting) {
	c.sightings.remove(s.conv)
	if !s.conv.Opener {
		c.unopened--
	}
	for kind, key := range s.links {
		if l := c.chain(kind, key); key != 0 && l.oldest == s { // else it was let go before, for want of room in the chain
			l.shift(kind)
		}
	}
}

// shift takes the oldest out.
func (l *chain) shift(kind int) {
	s := l.oldest
	l.oldest, s.newer[kind] = s.newer[kind], nil
	if l.count--; l.oldest == nil {
		l.newest = nil
	}
}
