package payload

import (
	"fmt"
	"slices"
	"time"

	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// A Dialogue decodes the messages of one connection, of both directions, and
// joins answers with what they answer.
type Dialogue struct {
	hint    Hint
	format  Format
	decoder Decoder
	settled bool // the format was chosen for good
	agreed  bool // it was agreed as subprotocol
	guessed bool // nobody has said what it is: it may be wrong

	pending pending
	watch   watch
	torn    bool    // bytes were lost: what is missing may have been in them
	early   [3]bool // by direction: they were lost before the format was settled

	valid, invalid int
	denied         bool // the agreed subprotocol is not spoken, and that was told
}

// Open returns the decoder of a connection that is known by h. The format is
// the one of [Choose], which may wait for the first messages.
func Open(h Hint) *Dialogue {
	d := &Dialogue{hint: h, guessed: true}
	if f, ok := promised(h.Subprotocol); ok {
		d.agreed, d.guessed = true, false
		d.use(f)
	}
	return d
}

// OpenAs returns the decoder of a connection whose format somebody has chosen.
func OpenAs(f Format, h Hint) *Dialogue {
	d := &Dialogue{hint: h, guessed: f.Name == guessFormat.Name}
	d.use(f)
	_, promise := promised(h.Subprotocol)
	d.agreed = promise
	return d
}

func (d *Dialogue) use(f Format) {
	if f.Name == protobufFormat.Name && d.hint.Protobuf.Name != "" {
		f = d.hint.Protobuf
	}
	open := f.New
	if d.guessed && f.Guessed != nil {
		open = f.Guessed
	}
	d.format, d.decoder, d.settled = f, open(d.hint), true
	for dir, lost := range d.early {
		if l, ok := d.decoder.(loser); ok && lost {
			l.lose(flow.Direction(dir))
		}
	}
}

// Format returns the format that the messages are decoded in so far; its Name
// is "" before the first message, when nothing else has told.
func (d *Dialogue) Format() Format { return d.format }

// undecided is how many messages may pass before a connection whose format
// could not be told stays with "guess".
const undecided = 8

// choose looks at m, beside what was seen before, to tell the format.
func (d *Dialogue) choose(m Message) {
	d.hint.First = append(d.hint.First, m)
	f, ok := Choose(d.hint)
	if !ok && len(d.hint.First) > 1 {
		// A greeting of the server's own may stand before the format shows.
		f, ok = Choose(Hint{Target: d.hint.Target, Host: d.hint.Host, First: []Message{m}})
	}
	if ok || d.format.Name == "" {
		d.use(f)
	}
	last := len(d.hint.First) - 1
	d.hint.First[last].Data = append([]byte(nil), m.Data[:min(len(m.Data), recogniseLimit)]...)
	d.hint.First[last].Whole = m.Whole && len(m.Data) <= recogniseLimit
	d.settled = ok || len(d.hint.First) == undecided
	if d.settled {
		d.hint.First = nil
	}
}

// decode decodes a message without looking at the others. In a format that is
// a guess, what does not parse shows that the guess may be wrong, and is no
// fault of who sent it.
func (d *Dialogue) decode(m Message) Result {
	if !d.settled {
		d.choose(m)
	}
	r := d.decoder.Decode(m)
	if r.Format == "" {
		r.Format = d.format.Name
	}
	if d.guessed {
		r.Problems = slices.DeleteFunc(r.Problems, func(p finding.Report) bool { return p.Code == finding.PayloadInvalid })
	}
	return r
}

// Decode decodes the next message.
func (d *Dialogue) Decode(m Message) Result {
	d.torn = d.torn || !m.Whole
	r := d.decode(m)
	if r.Summary == "" {
		r.Summary = joinParts(r.Parts)
	}
	if r.Summary == "" {
		r.Summary = hexDecoder{}.Decode(m).Summary
	}
	if r.retract {
		d.pending = pending{}
	}
	r.RTT = -1
	r.Heartbeat = len(r.Parts) > 0
	for i := range r.Parts {
		d.pair(m, &r, i)
		r.Heartbeat = r.Heartbeat && r.Parts[i].Heartbeat
	}
	for _, e := range r.expects {
		d.watch.expect(e, m.Time)
	}
	if late, ok := d.watch.message(m.Dir, m.Time); ok && !d.torn {
		r.Problems = append(r.Problems, late)
	}
	d.judge(&r, m.Whole)
	return r
}

// A loser is a Decoder for which a message may go on in the next one: it has
// to know when bytes of a direction are missing between two.
type loser interface {
	lose(flow.Direction)
}

var _ = []loser{(*mqttDecoder)(nil), (*stompDecoder)(nil), (*socketioDecoder)(nil), (*socketioGuess)(nil), (*sockjsDecoder)(nil)}

// Lose says that bytes of that direction are missing, or could not be decoded.
func (d *Dialogue) Lose(dir flow.Direction) {
	d.torn = true
	d.early[dir] = d.early[dir] || !d.settled
	if l, ok := d.decoder.(loser); ok {
		l.lose(dir)
	}
}

// pair joins part i of r with what it answers, or remembers what it asks.
func (d *Dialogue) pair(m Message, r *Result, i int) {
	p := &r.Parts[i]
	var asked ask
	if p.Answers != "" {
		var ok bool
		if asked, ok = d.pending.answer(m.Dir.Reverse(), p.Answers); ok && r.Answered == 0 {
			r.Answered = asked.n
			if !m.Time.IsZero() && !asked.time.IsZero() {
				r.RTT = max(0, m.Time.Sub(asked.time))
			}
		}
		// The answer to a heartbeat is one, too, unless it is an error.
		p.Heartbeat = p.Heartbeat || asked.heartbeat && p.Failed == ""
	}
	if p.Promises != "" {
		d.pending.promise(m.Dir.Reverse(), p.Promises)
	}
	if p.Failed != "" {
		detail := p.label() + " reports " + safe.Quote(p.Failed)
		if asked.n > 0 {
			detail = fmt.Sprintf("%s of message %d was answered with an error: %s", asked.what, asked.n, safe.Quote(p.Failed))
		}
		r.Problems = append(r.Problems, finding.Report{Code: finding.PayloadError, Detail: detail})
	}
	if p.Asks != "" {
		d.pending.ask(m.Dir, p.Asks, ask{n: m.N, time: m.Time, what: p.label(), heartbeat: p.Heartbeat, optional: p.Optional})
	}
}

// invalidLimit is how many messages of a connection are reported as invalid,
// each by itself.
const invalidLimit = 20

// denyAfter is how many messages, not one of them readable, show that the
// agreed subprotocol is not spoken.
const denyAfter = 2

// judge counts what does not parse, and keeps a connection that speaks another
// format than agreed from being reported message by message.
func (d *Dialogue) judge(r *Result, whole bool) {
	kept := r.Problems[:0]
	var bad bool
	for _, p := range r.Problems {
		if p.Code != finding.PayloadInvalid {
			kept = append(kept, p)
			continue
		}
		if !whole {
			continue
		}
		if !bad {
			d.invalid++
		}
		bad = true
		if d.denied || d.invalid > invalidLimit {
			continue
		}
		if d.invalid == invalidLimit {
			p.Detail += "; further messages of this connection that do not parse are not listed"
		}
		kept = append(kept, p)
	}
	if !bad {
		d.valid++
	}
	if d.agreed && d.valid == 0 && d.invalid == denyAfter && !d.denied {
		d.denied = true
		kept = append(kept, finding.Report{
			Code:   finding.PayloadInvalid,
			Title:  "the agreed subprotocol is not spoken",
			Detail: fmt.Sprintf("%s was agreed, but none of the first %d messages is %s", safe.Quote(d.hint.Subprotocol), denyAfter, d.format.Title),
			Advice: "Look which end ignores the agreed subprotocol: a server that echoes whatever is offered, or a client that offers what it does not speak.",
		})
	}
	r.Problems = kept
}

// An End says how a connection ended.
type End struct {
	Time   time.Time      // the last moment that the capture saw of it; zero when it has no clock
	Closed flow.Direction // direction in which the first Close frame, FIN or RST went; 0 when it was still open
	Lost   bool           // bytes of the connection are missing from the capture
}

// A Late is a finding that could be told only at the end.
type Late struct {
	finding.Report
	Dir     flow.Direction // of the message it is about; 0: none
	Message int            // its number; 0: none
}

// End returns what was still owed when the connection ended: requests without
// an answer, heartbeats that did not come. When bytes were lost it says nothing.
func (d *Dialogue) End(e End) []Late {
	if d.torn || e.Lost {
		return nil
	}
	late := d.pending.unanswered(e)
	for _, dir := range []flow.Direction{flow.ClientToServer, flow.ServerToClient} {
		if report, ok := d.watch.end(dir, e.Time); ok {
			late = append(late, Late{Report: report, Dir: dir})
		}
	}
	return late
}
