package session

import (
	"context"
	"errors"
	"slices"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/flow"
)

// Read decodes on as far as message last, and has the glosses from first to
// last at hand then, as far as there are such messages; of more than glossed
// the last ones. Where bytes are not kept any longer the error is
// capture.ErrNotKept.
func (g *Glossary) Read(ctx context.Context, first, last int) error {
	first = max(first, last-glossed+1, 1)
	if err := g.on(ctx, first, last); err != nil {
		return err
	}
	g.mu.Lock()
	from, to := g.missing(max(first, g.first), min(last, g.read))
	g.mu.Unlock()
	if from > to {
		return nil
	}
	at := g.before(from)
	return g.run(ctx, at, to, decodeLimit, func(m *dissect.Message, one *decoded) bool {
		gloss := Gloss{}
		if r, ok := one.decode(m); ok {
			gloss = newGloss(&r)
		}
		if m.N >= from {
			g.mu.Lock()
			g.kept.put(m.N, gloss)
			g.mu.Unlock()
		}
		return true
	})
}

// ReadAll decodes all there is, without having any glosses at hand then.
func (g *Glossary) ReadAll(ctx context.Context) error { return g.on(ctx, 0, 0) }

// Result decodes message n with at most limit bytes of it, and returns
// everything that its format makes of it. ok is false when it was not decoded
// before, or cannot be decoded.
func (g *Glossary) Result(ctx context.Context, n int, limit int64) (r payload.Result, ok bool, err error) {
	if first, last := g.Extent(); n < first || n > last {
		return r, false, nil
	}
	err = g.run(ctx, g.before(n), n, max(limit, decodeLimit), func(m *dissect.Message, one *decoded) bool {
		if m.N < n {
			m.Cut(decodeLimit)
			one.decode(m)
			return true
		}
		m.Payload = slices.Clone(m.Payload) // the tree refers to it
		r, ok = one.decode(m)
		return false
	})
	return r, ok, err
}

// on decodes as far as message last, 0 for all there is, and has the glosses of
// first and those after it at hand then, unless first is 0.
func (g *Glossary) on(ctx context.Context, first, last int) error {
	g.reading.Lock()
	defer g.reading.Unlock()
	newest := g.rec.lastMessage(g.conv)
	if last == 0 || last > newest {
		last = newest
	}
	if last > g.tip.n {
		err := g.forward(ctx, first, last)
		if errors.Is(err, capture.ErrNotKept) && g.midway() {
			err = g.forward(ctx, first, last)
		}
		if err != nil {
			return err
		}
	}
	if end := g.rec.End(g.conv); end != nil && g.tip.n >= newest {
		g.conclude(end)
	}
	return nil
}

func (g *Glossary) forward(ctx context.Context, first, last int) error {
	return g.run(ctx, g.tip, last, decodeLimit, func(m *dissect.Message, one *decoded) bool {
		r, ok := one.decode(m)
		gloss := Gloss{}
		if ok {
			gloss = newGloss(&r)
		}
		g.tip.n, g.tip.packet, g.tip.wire = m.N, m.Packet, m.Wire
		g.note(m, &r, gloss, first > 0 && m.N >= first)
		return true
	})
}

// midway goes on behind the first message that is still kept, and reports
// whether that is farther than before.
func (g *Glossary) midway() bool {
	from := stop{dialogue: g.tip.dialogue}
	g.rec.Scan(g.conv, 0, func(r *Row) bool {
		if r.Kind == RowMessage {
			from.n, from.packet, from.wire = r.N, r.Packet, r.Wire
		}
		return from.n == 0
	})
	if from.n <= g.tip.n {
		return false
	}
	from.dialogue.Lose(flow.ClientToServer)
	from.dialogue.Lose(flow.ServerToClient)
	g.tip = from
	from.dialogue = from.dialogue.Fork()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.first, g.read = from.n+1, from.n
	g.stops = append(g.stops[:0], from)
	return true
}

// conclude adds what was still owed at the end.
func (g *Glossary) conclude(end *dissect.Ended) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return
	}
	g.ended = true
	for _, late := range g.tip.dialogue.End(lastWord(end)) {
		g.find(&dissect.Finding{Place: end.Place, Report: late.Report, Dir: late.Dir, Message: late.Message})
	}
}

// errOther says that a replay does not give what it gave before.
var errOther = errors.New("reading again gave other messages")

// run reads the messages behind a stop again, up to number last, and gives them
// to see with what decodes them, until that returns false.
func (g *Glossary) run(ctx context.Context, from stop, last int, limit int64, see func(*dissect.Message, *decoded) bool) error {
	one := &decoded{dialogue: from.dialogue}
	q := ReplayRequest{Conversation: g.conv, First: from.n, Last: last, MaxPayload: limit}
	for {
		there, other := from.n == 0, false
		err := g.rec.Replay(ctx, q, func(ev dissect.Event) bool {
			switch e := ev.(type) {
			case *dissect.Hole:
				if there {
					one.dialogue.Lose(e.Dir)
				}
			case *dissect.Message:
				if there {
					return see(e, one)
				}
				there = e.N == from.n && e.Packet == from.packet && e.Wire == from.wire
				other = !there
			}
			return !other
		})
		switch {
		case err != nil:
			return err
		case other && q.Whole:
			return errOther
		case !other:
			return nil
		}
		q.Whole = true
	}
}

// lastMessage returns the number of the last message of a conversation.
func (r *Record) lastMessage(conv int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.track(conv); t != nil {
		return int(t.n())
	}
	return 0
}
