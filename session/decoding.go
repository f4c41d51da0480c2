package session

import (
	"strings"

	"wsight/dissect"
	"wsight/dissect/payload"
)

// A Decode says as what the messages of some connections are decoded.
type Decode struct {
	// Place is the host and the beginning of the path of the connections,
	// such as "api.example/v1"; "" is any.
	Place string

	// Format, with Chosen; else each connection gets the format that its
	// handshake and first messages give away.
	Format payload.Format
	Chosen bool
}

// A decoding keeps the dialogues of the connections that are open.
type decoding struct {
	rules []Decode
	open  map[*dissect.Conversation]*payload.Dialogue
	last  payload.Result // of the message that is being told
}

func newDecoding(rules []Decode) *decoding {
	return &decoding{rules: rules, open: map[*dissect.Conversation]*payload.Dialogue{}}
}

// handshake begins the dialogue of a connection.
func (d *decoding) handshake(e *dissect.Handshake) {
	var h payload.Hint
	if e.Request != nil {
		h.Target = strings.Clone(e.Request.Target)
	}
	if e.Verdict.Host != nil {
		h.Host = strings.Clone(*e.Verdict.Host)
	}
	if e.Verdict.Subprotocol.Agreed != nil {
		h.Subprotocol = strings.Clone(*e.Verdict.Subprotocol.Agreed)
	}
	d.open[e.Conv] = d.dialogue(h)
}

// dialogue returns what decodes a connection of which h is known, nil when
// none of the rules is about it. The last rule that fits counts.
func (d *decoding) dialogue(h payload.Hint) *payload.Dialogue {
	for i := len(d.rules) - 1; i >= 0; i-- {
		switch r := &d.rules[i]; {
		case !strings.HasPrefix(h.Host+h.Target, r.Place):
		case r.Chosen:
			return payload.OpenAs(r.Format, h)
		default:
			return payload.Open(h)
		}
	}
	return nil
}

// message decodes m and returns the result, nil when there is none to speak of.
func (d *decoding) message(m *dissect.Message) *payload.Result {
	if m.Type.Control() {
		return nil
	}
	talk, known := d.open[m.Conv]
	if !known { // no handshake was seen
		talk = d.dialogue(payload.Hint{})
		d.open[m.Conv] = talk
	}
	if talk == nil {
		return nil
	}
	decoded := m.Undecoded == "" && m.Length >= 0
	in := payload.Message{N: m.N, Dir: m.Dir, Text: m.Type == dissect.Text, Time: m.Time, Whole: decoded && m.Complete && !m.Truncated}
	if decoded {
		in.Data = m.Payload
	}
	d.last = talk.Decode(in)
	if !decoded { // the dialogue knows now that something is missing
		return nil
	}
	m.Decoded = &d.last
	return &d.last
}

// ended returns what was still owed when a connection ended.
func (d *decoding) ended(e *dissect.Ended) []payload.Late {
	talk := d.open[e.Conv]
	delete(d.open, e.Conv)
	if talk == nil {
		return nil
	}
	closed := e.Initiator
	if closed == 0 && e.TCP.Kind != 0 {
		closed = e.TCP.By
	}
	return talk.End(payload.End{Time: e.Time, Closed: closed, Lost: e.Lost > 0})
}

// decode tells what dissect found, and what the formats of payloads add to it.
func (e *engine) decode(ev dissect.Event, tell func(dissect.Event)) {
	if e.decoding == nil {
		tell(ev)
		return
	}
	switch ev := ev.(type) {
	case *dissect.Handshake:
		e.decoding.handshake(ev)
		tell(ev)
	case *dissect.Message:
		r := e.decoding.message(ev)
		tell(ev)
		if r == nil {
			return
		}
		for _, p := range r.Problems {
			tell(&dissect.Finding{Place: ev.Place, Report: p, Dir: ev.Dir, Message: ev.N,
				Packets: []dissect.Evidence{{File: ev.Conv.File, Packet: ev.Packet}}})
		}
	case *dissect.Ended:
		for _, late := range e.decoding.ended(ev) {
			tell(&dissect.Finding{Place: ev.Place, Report: late.Report, Dir: late.Dir, Message: late.Message})
		}
		tell(ev)
	default:
		tell(ev)
	}
}
