package dissect

import (
	"time"

	"wsight/dissect/http2"
	"wsight/flow"
)

// A drift is what a side sent while it is not known where its frames begin.
type drift struct {
	bytes []byte
	parts []driftPart
}

// A driftPart says which chunk brought the next bytes.
type driftPart struct {
	size   int
	packet flow.PacketID
	time   time.Time
}

// add takes the data of ch.
func (d *drift) add(ch flow.Chunk) {
	d.bytes = append(d.bytes, ch.Data...)
	d.parts = append(d.parts, driftPart{len(ch.Data), ch.Packet, ch.Time})
}

// drop forgets the first n bytes.
func (d *drift) drop(n int) {
	d.bytes = d.bytes[n:]
	for len(d.parts) > 0 && d.parts[0].size <= n {
		n -= d.parts[0].size
		d.parts = d.parts[1:]
	}
	if n > 0 {
		d.parts[0].size -= n
	}
}

// land looks for the place where frames begin in what r's side sent, ch the
// last of it, and reads on from there. What it holds meanwhile is bounded by
// the two frames that [http2.Search] wants to see the ends of.
func (l *http2Layer) land(r *http2Reader, ch flow.Chunk) {
	c, side := l.c, &l.sides[r.from]
	side.drift.add(ch)
	at, found := http2.Search(side.drift.bytes)
	side.drift.drop(at)
	if !found {
		return
	}
	side.frames.Land()
	d := side.drift
	side.drift = drift{}
	packet, now := c.packet, c.time
	for _, p := range d.parts {
		c.packet, c.time = p.packet, p.time
		side.frames.Feed(d.bytes[:p.size], r)
		d.bytes = d.bytes[p.size:]
	}
	c.packet, c.time = packet, now
}
