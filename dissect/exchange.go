package dissect

import (
	"time"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// An exchange is a request and what is known of its answer.
type exchange struct {
	request  *header.Request // nil when it was not captured
	response *header.Response
	packet   flow.PacketID // that completed the request
	time     time.Time
	latency  time.Duration
	attempt  bool
	torn     bool // lines of the request are not known
	talk     *talk
	judged   bool
	heads    heads // what request and response point at
}

// heads are those of a request and of its answer.
type heads struct {
	request  header.Request
	response header.Response
}

// whole returns the request as far as it can be judged: nil when what seems
// to be wrong with it may be what the capture lost.
func (x *exchange) whole() *header.Request {
	if x.torn {
		return nil
	}
	return x.request
}

// judge tells about the handshake of x.
func (l *http1Layer) judge(c *Connection, x *exchange, body []byte) {
	e := &c.handshake
	*e = Handshake{}
	c.locate(&e.Place, x.talk)
	e.Request, e.RequestPacket, e.RequestTime = x.request, x.packet, x.time
	e.Response, e.Latency = x.response, x.latency
	e.Verdict = handshake.Judge(handshake.Input{Request: x.whole(), Response: x.response, Body: body})
	x.judged = true
	c.emit(e)
	evidence := []flow.PacketID{c.packet}
	if x.packet > 0 && x.packet != c.packet {
		evidence = []flow.PacketID{x.packet, c.packet}
	}
	for _, r := range e.Verdict.Reports {
		c.report(x.talk, r, 0, 0, evidence...)
	}
}

// judgeUnseen tells about a handshake of which something was lost, while the frames
// behind it prove that it was accepted.
func (l *http1Layer) judgeUnseen(c *Connection, x *exchange) {
	outcome := handshake.Judge(handshake.Input{Request: x.whole()})
	outcome.Kind = handshake.Accepted
	x.judged = true
	c.handshake = Handshake{
		Place: c.place(x.talk), Request: x.request, Response: x.response, RequestPacket: x.packet, RequestTime: x.time,
		Verdict: outcome, Latency: x.latency,
	}
	c.emit(&c.handshake)
	for _, r := range outcome.Reports {
		if r.Code != finding.HandshakeUnanswered {
			c.report(x.talk, r, 0, 0, x.packet)
		}
	}
}

// lostAnswer says that the answer to x may be among the bytes that are missing.
func (l *http1Layer) lostAnswer(c *Connection, x *exchange) {
	if lost := c.lost[l.client.Other()]; lost > 0 && x.response == nil {
		r := lossReport(lost, 0)
		r.Detail += "; the answer may be among them"
		c.report(x.talk, r, flow.ServerToClient, 0)
	}
}
