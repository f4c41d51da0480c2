package session

import (
	"slices"
	"sync"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/flow"
)

// A Glossary tells what a format makes of the messages of one conversation,
// for whoever looks at some of them while others may still come.
//
// A format may need every message before the one that is looked at, so that
// they are decoded in their order, once and no further than somebody looks.
// What is kept of each is a few bytes, and here and there a fork of the
// dialogue, from where what was let go is decoded again.
//
// Any number may look while one reads on.
type Glossary struct {
	rec  *Record
	conv int

	reading sync.Mutex // over tip
	tip     stop       // how far was decoded

	mu       sync.Mutex // over all below
	kept     glosses
	bearings []bearing // by number-1
	stops    []stop    // in order; the first one is before the first message
	every    int       // messages between stops
	read     int       // number of the last message that was looked at
	first    int       // number of the first one
	format   string
	findings []*dissect.Finding
	ended    bool // they are complete
}

// A stop is where decoding can go on from: behind message n, whose packet and
// size tell whether it is the same again.
type stop struct {
	n        int
	packet   flow.PacketID
	wire     int64
	dialogue *payload.Dialogue
}

const (
	stopEvery = 1024
	stopMost  = 32 // that are kept: beyond it every other one goes
)

// Glossary returns what rules make of a conversation; nil when they say that
// it is not to be decoded, or there is no such conversation. It reads nothing.
func (r *Record) Glossary(conv int, rules Decoding) *Glossary {
	r.mu.Lock()
	t := r.track(conv)
	if t == nil {
		r.mu.Unlock()
		return nil
	}
	c, h := t.conv, payload.Hint{}
	if t.heads != nil {
		h = hint(&t.heads.Verdict, t.heads.Request)
	}
	r.mu.Unlock()
	d := rules.dialogue(c, h)
	if d == nil {
		return nil
	}
	return &Glossary{rec: r, conv: conv, every: stopEvery, first: 1, tip: stop{dialogue: d}, stops: []stop{{dialogue: d.Fork()}}}
}

// Look returns the gloss of data message n; ok is false when it is not at hand.
func (g *Glossary) Look(n int) (gloss Gloss, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.kept.get(n)
}

// Heartbeat reports whether message n is known to hold nothing but heartbeats.
func (g *Glossary) Heartbeat(n int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return n >= 1 && n <= len(g.bearings) && g.bearings[n-1]&beats != 0
}

// Partner returns the number of the message that message n answers, else of
// the one that answers it, as far as was decoded; 0 when there is none.
func (g *Glossary) Partner(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n < 1 || n > len(g.bearings) {
		return 0
	}
	return g.bearings[n-1].partner()
}

// Format returns the name of the format that the last message was in; "" when
// none was decoded yet.
func (g *Glossary) Format() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.format
}

// Extent returns the numbers of the first and the last message that were
// decoded. A first of more than 1 says that what came before is no longer kept,
// so that what depends on it may be missing.
func (g *Glossary) Extent() (first, last int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.first, g.read
}

// Findings returns what is wrong with the messages that were decoded, at most
// maxGlossed of it, and once all were, with what was owed at the end. They must
// not be changed.
func (g *Glossary) Findings() []*dissect.Finding {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clip(g.findings)
}

// maxGlossed is how many findings a glossary keeps.
const maxGlossed = 200

// note keeps what is known of message m now that it is decoded.
func (g *Glossary) note(m *dissect.Message, r *payload.Result, gloss Gloss, wanted bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.bearings) < m.N {
		g.bearings = append(g.bearings, 0)
	}
	b := bearing(gloss.Answers)
	if gloss.Answers > 0 && g.bearings[gloss.Answers-1].partner() == 0 {
		g.bearings[gloss.Answers-1] |= bearing(m.N)
	}
	if gloss.Heartbeat {
		b |= beats
	}
	g.bearings[m.N-1] = b
	g.read = m.N
	if gloss.Format != "" {
		g.format = gloss.Format
	}
	if wanted {
		g.kept.put(m.N, gloss)
	}
	for _, p := range r.Problems {
		g.find(&dissect.Finding{Place: m.Place, Report: p, Dir: m.Dir, Message: m.N, Packets: []flow.PacketID{m.Packet}})
	}
	if m.N-g.stops[len(g.stops)-1].n >= g.every {
		g.stops = append(g.stops, stop{m.N, m.Packet, m.Wire, g.tip.dialogue.Fork()})
	}
	if len(g.stops) > stopMost {
		kept := g.stops[:1]
		for i := 2; i < len(g.stops); i += 2 {
			kept = append(kept, g.stops[i])
		}
		clear(g.stops[len(kept):])
		g.stops, g.every = kept, 2*g.every
	}
}

func (g *Glossary) find(f *dissect.Finding) {
	if len(g.findings) < maxGlossed {
		g.findings = append(g.findings, f)
	}
}

// missing returns what of first to last is not at hand; none when from is
// larger than to.
func (g *Glossary) missing(first, last int) (from, to int) {
	for first <= last {
		if _, ok := g.kept.get(first); !ok {
			break
		}
		first++
	}
	for ; last >= first; last-- {
		if _, ok := g.kept.get(last); !ok {
			break
		}
	}
	return first, last
}

// before returns a fork of the last stop before message n.
func (g *Glossary) before(n int) stop {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.stops[0]
	for _, s := range g.stops {
		if s.n < n {
			at = s
		}
	}
	at.dialogue = at.dialogue.Fork()
	return at
}
