package session

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/flow"
)

// Heads are the two heads of an opening handshake, and what was made of them.
type Heads struct {
	Request       *header.Request  // nil when it was not captured
	Response      *header.Response // nil when it did not come or was not captured
	RequestTime   time.Time
	RequestPacket flow.PacketID
	Time          time.Time // of the answer, or of the end when none came
	Packet        flow.PacketID
	Verdict       handshake.Outcome
	Latency       time.Duration // -1 when unknown
	Deflate       bool          // permessage-deflate was agreed
}

// keptHeads copies what outlives the event.
func keptHeads(e *dissect.Handshake) *Heads {
	own := e.Clone()
	return &Heads{
		Request: own.Request, Response: own.Response, RequestTime: e.RequestTime, RequestPacket: e.RequestPacket,
		Time: e.Time, Packet: e.Packet, Verdict: own.Verdict, Latency: e.Latency, Deflate: e.Verdict.DeflateAgreed,
	}
}

func (t *track) handshake(e *dissect.Handshake) {
	h := keptHeads(e)
	v := &h.Verdict
	if h.Request != nil {
		t.sum.Target = h.Request.Target
	}
	if h.Response != nil {
		t.sum.Status = h.Response.Status
	}
	if v.Host != nil {
		t.sum.Host = *v.Host
	}
	if v.Subprotocol.Agreed != nil {
		t.sum.Subprotocol = *v.Subprotocol.Agreed
	}
	t.sum.Deflate = h.Deflate
	switch v.Kind {
	case handshake.Accepted:
		t.sum.State = Open
	case handshake.Rejected:
		t.sum.State = Rejected
	case handshake.Unanswered:
		t.sum.State = Unanswered
	}
	t.heads = h
	if h.Request != nil {
		at := e.Place
		if !h.RequestTime.IsZero() {
			at.Time, at.Packet = h.RequestTime, h.RequestPacket
		}
		t.add(packed{kind: RowRequest, length: int64(h.Request.Size), flags: sided(flow.ClientToServer)}, at)
	}
	p := packed{kind: RowResponse, length: -1, flags: sided(flow.ServerToClient)}
	if h.Response != nil {
		p.length = int64(h.Response.Size)
	}
	t.add(p, e.Place)
	t.record.holdHeads(t, h.weight())
}

// end keeps the last word of a conversation.
func (t *track) end(e *dissect.Ended) {
	t.ended = e.Clone()
	if len(e.Copies) > 0 {
		t.sum.Also = slices.Clone(e.Copies)
	}
	t.sum.Ended, t.sum.Duration, t.sum.Clean, t.sum.Lost = true, e.Duration, e.Clean && e.CleanKnown, e.Lost
	t.sum.TCPEnd, t.sum.TCPBy, t.sum.TCPUnseen = e.TCP.Kind, e.TCP.By, e.TCP.Unseen
	t.sum.State = map[dissect.EndState]State{
		dissect.StateClosed: Closed, dissect.StateReset: Reset, dissect.StateOpen: Open, dissect.StateRejected: Rejected,
		dissect.StateUnanswered: Unanswered, dissect.StateStreamEnd: Closed, dissect.StateEvicted: Evicted,
	}[e.State]
	if t.sum.Midstream() && t.sum.State == 0 {
		t.sum.State = Open
	}
	t.add(packed{kind: RowEnd, length: int64(e.State), flags: sided(e.TCP.By)}, e.Place)
	t.record.holdWords(t, reasonsWeight(t.ended))
	t.rows.trim()
	t.text.trim()
}
