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

// A chain are the sightings with one key, in the order of recognition.
type chain struct {
	oldest, newest *sighting
	count          int
}

// linksOf returns the keys that a copy of conv may have in common with it.
func linksOf(conv *dissect.Conversation) (keys [linkKinds]uint64) {
	stream := uint64(conv.Stream)
	if conv.Opener {
		keys[linkSequence] = mix(linkSequence, uint64(conv.Sequence), stream)
	}
	if conv.Head != 0 {
		keys[linkHead] = mix(linkHead, conv.Head, stream)
	}
	client, server := conv.Client.Addr().As16(), conv.Server.Addr().As16()
	be := binary.BigEndian
	keys[linkEnds] = mix(linkEnds, be.Uint64(client[8:])^uint64(conv.Client.Port())<<40, be.Uint64(server[8:])^uint64(conv.Server.Port())<<20^stream)
	if conv.Head == 0 && conv.ReachedKnown[1] && conv.ReachedKnown[2] {
		keys[linkReached] = mix(linkReached, uint64(conv.Reached[1])<<32|uint64(conv.Reached[2]), stream)
	}
	return keys
}

// mix returns a number for three others, never 0.
func mix(kind, a, b uint64) uint64 {
	h := (a ^ kind<<56) * 0x9E3779B185EBCA87
	h = (h ^ h>>29 ^ b) * 0xC2B2AE3D27D4EB4F
	return max(h^h>>32, 1)
}

// add remembers conv, and lets the oldest go for it.
func (c *Copies) add(conv *dissect.Conversation) *sighting {
	s := &sighting{conv: conv, links: linksOf(conv)}
	if len(c.ring) < c.most {
		c.ring = append(c.ring, s)
	} else {
		c.forget(c.ring[c.next])
		c.ring[c.next] = s
		c.next = (c.next + 1) % c.most
	}
	c.sightings[conv] = s
	for kind, key := range s.links {
		if key == 0 {
			continue
		}
		l := c.links[key]
		if l.newest != nil {
			l.newest.newer[kind] = s
		} else {
			l.oldest = s
		}
		l.newest = s
		if l.count++; l.count > maxTwins {
			l = l.shift(kind)
		}
		c.links[key] = l
	}
	return s
}

// forget lets s go, which is the oldest of all.
func (c *Copies) forget(s *sighting) {
	delete(c.sightings, s.conv)
	for kind, key := range s.links {
		l := c.links[key]
		if key == 0 || l.oldest != s {
			continue // it was let go before, for want of room in the chain
		}
		if l = l.shift(kind); l.oldest == nil {
			delete(c.links, key)
		} else {
			c.links[key] = l
		}
	}
}

// shift takes the oldest out.
func (l chain) shift(kind int) chain {
	s := l.oldest
	l.oldest, s.newer[kind] = s.newer[kind], nil
	if l.count--; l.oldest == nil {
		l.newest = nil
	}
	return l
}
