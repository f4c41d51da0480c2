package tui

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/session"
)

// A subject is what a filter is told of a connection beside a row.
type subject struct {
	conv      *dissect.Conversation
	handshake *dissect.Handshake // nil while there is none
	ended     *dissect.Ended     // nil while nothing is known of an end
	problems  int
}

// subject returns what is known of a connection so far. One that goes on is
// open, with the totals that are kept of it, unless the filter asks for
// others.
func (f *filter) subject(rec *session.Record, o *session.Overview) *subject {
	s := &subject{conv: o.Conv, problems: o.Findings[finding.Warning] + o.Findings[finding.Error]}
	if h, _ := rec.Heads(o.Number); h != nil {
		s.handshake = &dissect.Handshake{Place: dissect.Place{Conv: o.Conv, Packet: h.Packet, Time: h.Time}, Request: h.Request, Response: h.Response,
			RequestPacket: h.RequestPacket, RequestTime: h.RequestTime, Verdict: h.Verdict, Latency: h.Latency}
	}
	s.ended = rec.End(o.Number)
	if s.ended != nil || f.totals || o.State != session.Open {
		return s
	}
	s.ended = &dissect.Ended{Place: dissect.Place{Conv: o.Conv, Time: o.Last}, State: dissect.StateOpen, Initiator: o.CloseBy, Lost: o.Lost, Duration: -1}
	if !o.Start.IsZero() && !o.Last.IsZero() {
		s.ended.Duration = o.Last.Sub(o.Start)
	}
	for d := range o.Messages {
		s.ended.Totals[d].Messages, s.ended.Totals[d].Bytes = o.Messages[d], o.Bytes[d]
	}
	return s
}

// eventOf returns what a connection is asked by, whatever its rows say.
func eventOf(s *subject) dissect.Event {
	return &dissect.Opened{Place: dissect.Place{Conv: s.conv, Packet: s.conv.StartPacket, Time: s.conv.Start}}
}
