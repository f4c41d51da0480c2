package session

import (
	"cmp"
	"fmt"
	"slices"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/payload"
	"wsight/finding"
	"wsight/flow"
)

// decodeLimit is how many bytes of a message are decoded at least, however few
// of them are handed on: what is cut off cannot be judged.
const decodeLimit = 1 << 20

// A decoder decodes the messages of the conversations that are open.
type decoder struct {
	rules  Decoding
	keep   int // bytes of a payload that are handed on
	limit  int // instances of one code in one direction that are told singly
	open   map[*dissect.Conversation]*decoded
	latest *decoded // that of the last message
}

// decoded is one conversation.
type decoded struct {
	conv     *dissect.Conversation
	dialogue *payload.Dialogue // nil: it is not to be decoded
	told     map[reported]int
}

// reported is what findings are counted by.
type reported struct {
	code finding.Code
	dir  flow.Direction
}

// newDecoder returns nil when nothing is to be decoded; else it raises what
// dissect keeps to what decoding needs.
func newDecoder(rules Decoding, opts *dissect.Options) *decoder {
	if len(rules.Rules) == 0 {
		return nil
	}
	d := &decoder{rules: rules, keep: int(opts.MaxPayload), limit: opts.MaxReports, open: map[*dissect.Conversation]*decoded{}}
	if d.keep < 0 {
		d.keep = dissect.DefaultPayload
	}
	if d.limit <= 0 {
		d.limit = dissect.DefaultReports
	}
	opts.MaxPayload = int64(max(d.keep, decodeLimit))
	return d
}

// before returns what is to be told the events in place of tell; that is tell
// itself when d is nil.
func (d *decoder) before(tell func(dissect.Event)) func(dissect.Event) {
	if d == nil {
		return tell
	}
	return func(e dissect.Event) { d.pass(e, tell) }
}

// pass tells e, a message with what it was decoded to. What is wrong with a
// message stands behind it, what is wrong at the end before the end.
func (d *decoder) pass(e dissect.Event, tell func(dissect.Event)) {
	switch e := e.(type) {
	case *dissect.Handshake:
		d.begin(e.Conv, hint(&e.Verdict, e.Request))
	case *dissect.Message:
		d.message(e, tell)
		return
	case *dissect.Hole:
		if one := d.of(e.Conv); one.dialogue != nil {
			one.dialogue.Lose(e.Dir)
		}
	case *dissect.Ended:
		d.end(e, tell)
	}
	tell(e)
}

// begin opens a conversation as h describes it.
func (d *decoder) begin(c *dissect.Conversation, h payload.Hint) *decoded {
	one := &decoded{conv: c, dialogue: d.rules.dialogue(c, h)}
	d.open[c], d.latest = one, one
	return one
}

// dialogue returns what decodes the conversation that h describes, nil when it
// is not to be decoded.
func (d Decoding) dialogue(c *dissect.Conversation, h payload.Hint) *payload.Dialogue {
	h.Protobuf = d.Protobuf
	rule, ok := d.rule(c, h)
	switch {
	case !ok:
		return nil
	case rule.Format.Name == "":
		return payload.Open(h)
	}
	return payload.OpenAs(rule.Format, h)
}

// hint returns what a handshake tells of the format; r is nil when the request
// was not seen.
func hint(v *handshake.Outcome, r *header.Request) (h payload.Hint) {
	if v.Subprotocol.Agreed != nil {
		h.Subprotocol = *v.Subprotocol.Agreed
	}
	if v.Host != nil {
		h.Host = *v.Host
	}
	if r != nil {
		h.Target = r.Target
	}
	return h
}

// of returns what is known of c, which may have been joined midstream.
func (d *decoder) of(c *dissect.Conversation) *decoded {
	if d.latest != nil && d.latest.conv == c {
		return d.latest
	}
	one := d.open[c]
	if one == nil {
		one = d.begin(c, payload.Hint{})
	}
	d.latest = one
	return one
}

func (d *decoder) message(m *dissect.Message, tell func(dissect.Event)) {
	one := d.of(m.Conv)
	if r, ok := one.decode(m); ok {
		m.Decoded = &r
	}
	m.Cut(d.keep)
	tell(m)
	if m.Decoded == nil {
		return
	}
	for _, p := range m.Decoded.Problems {
		f := &dissect.Finding{Place: m.Place, Report: p, Dir: m.Dir, Message: m.N, Packets: []flow.PacketID{m.Packet}}
		d.report(one, f, tell)
	}
}

// report tells f, unless there were enough of its kind.
func (d *decoder) report(one *decoded, f *dissect.Finding, tell func(dissect.Event)) {
	if one.told == nil {
		one.told = map[reported]int{}
	}
	key := reported{f.Code, f.Dir}
	one.told[key]++
	if one.told[key] <= d.limit {
		tell(f)
	}
}

// end tells what is still owed, and how often things happened that were not
// told singly.
func (d *decoder) end(e *dissect.Ended, tell func(dissect.Event)) {
	one := d.of(e.Conv)
	delete(d.open, e.Conv)
	d.latest = nil
	if one.dialogue == nil {
		return
	}
	for _, late := range one.dialogue.End(lastWord(e)) {
		d.report(one, &dissect.Finding{Place: e.Place, Report: late.Report, Dir: late.Dir, Message: late.Message}, tell)
	}
	var many []reported
	for key, n := range one.told {
		if n > d.limit {
			many = append(many, key)
		}
	}
	slices.SortFunc(many, func(a, b reported) int { return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.dir, b.dir)) })
	for _, key := range many {
		detail := fmt.Sprintf("and %d more of the same in this direction, not listed singly", one.told[key]-d.limit)
		tell(&dissect.Finding{Place: e.Place, Report: finding.Report{Code: key.code, Detail: detail}, Dir: key.dir})
	}
}
