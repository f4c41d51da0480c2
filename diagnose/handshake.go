package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/http2"
	"wsight/dissect/tls"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// slowAnswer is how long an answer to the handshake may take without a word.
const slowAnswer = time.Second

// slow tells that the answer of e took longer than that.
func slow(e *dissect.Handshake) *dissect.Finding {
	return &dissect.Finding{
		Place: e.Place,
		Report: finding.Report{
			Code:   finding.HandshakeSlow,
			Detail: fmt.Sprintf("the answer came %s after the request", seconds(e.Latency)),
		},
		Dir:     flow.ServerToClient,
		Packets: evidence(e.RequestPacket, e.Packet),
	}
}

// answerWithin is how long a request may wait for its answer when the capture
// ends before the connection does.
const answerWithin = time.Second

var unanswered = check{
	name:  "unanswered handshake",
	codes: []finding.Code{finding.HandshakeUnanswered, finding.HandshakeProtocolMismatch},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		const back = flow.ServerToClient
		if e.State != dissect.StateUnanswered || !s.asked.known() || !e.Heard[back] || e.Sealed[back] || e.Missing[back] > 0 {
			return
		}
		if e.Foreign != nil {
			report(foreign(e.Foreign, s.asked.packet), back, s.asked.packet)
			return
		}
		waited, timed := momentOf(e.Packet, e.Time).since(s.asked)
		over := "the capture ended"
		if e.TCP.Kind != 0 {
			waited, timed = momentOf(e.TCP.Packet, e.TCP.Time).since(s.asked)
			over = "the " + party(e.TCP.By) + " gave up with " + endWord(e.TCP.Kind)
		} else if timed && waited < answerWithin {
			return // it may only be late
		}
		detail := "the request in packet " + s.asked.packet.String() + " got no answer; " + over
		if timed {
			detail = fmt.Sprintf("no answer came in the %s after the request in packet %v; then %s", seconds(waited), s.asked.packet, over)
		}
		report(finding.Report{Code: finding.HandshakeUnanswered, Detail: detail}, back, s.asked.packet, e.TCP.Packet)
	},
}

// foreign tells what the server speaks that answered the request in a packet
// with something else than HTTP.
func foreign(answer []byte, request flow.PacketID) finding.Report {
	r := finding.Report{Code: finding.HandshakeProtocolMismatch}
	switch {
	case tls.Starts(answer) != flow.No:
		r.Detail = fmt.Sprintf("the answer to the request in packet %v is a record of TLS: the server expects TLS on this port and got plain HTTP", request)
		r.Advice = handshake.UseTLS
	case http2.StartsServer(answer):
		r.Detail = fmt.Sprintf("HTTP/2 answered the request in packet %v, with its SETTINGS: the server speaks nothing else on this port", request)
	default:
		r.Detail = fmt.Sprintf("the answer to the request in packet %v is no HTTP; it begins with %s", request, safe.Quote(answer))
		r.Advice = "Look at what listens on this port: it is no HTTP server, or sends something before it."
	}
	return r
}

// endWord names how TCP ended.
func endWord(k flow.SignalKind) string {
	if k == flow.Reset {
		return "an RST"
	}
	return "a FIN"
}

// late is for a 101 that came when the client had given up: a proxy has
// answered 504 then, and what waits on its other leg is no WebSocket.
var late = check{
	name:  "late handshake",
	codes: []finding.Code{finding.HandshakeUnanswered},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		behind, yes := s.tooLate(e)
		waited, known := momentOf(e.TCP.Packet, e.TCP.Time).since(s.asked)
		if !yes || !known {
			return
		}
		report(finding.Report{
			Code:   finding.HandshakeUnanswered,
			Title:  "the handshake was answered when the client had given up",
			Detail: fmt.Sprintf("no answer came in the %s after the request in packet %v; then the client gave up with %s, and the 101 came %s after that", seconds(waited), s.asked.packet, endWord(e.TCP.Kind), seconds(behind)),
			Facts:  finding.TooLate,
		}, flow.ServerToClient, s.asked.packet, e.TCP.Packet, s.answered.packet)
	},
}

// tooLate reports whether the 101 came after the client had ended the
// connection, how long after, and nothing but it.
func (s *story) tooLate(e *dissect.Ended) (behind time.Duration, yes bool) {
	if !s.accepted || e.TCP.Kind == 0 || e.TCP.Unseen || e.TCP.By != flow.ClientToServer {
		return 0, false
	}
	behind, known := s.answered.since(momentOf(e.TCP.Packet, e.TCP.Time))
	return behind, known && behind > clockSlack && e.Totals[flow.ClientToServer].Frames == 0 && e.Totals[flow.ServerToClient].Frames == 0
}

// afterHandshakeWithin is how soon after the 101 an end counts as "right after".
const afterHandshakeWithin = 2 * time.Second

var afterHandshake = check{
	name:  "end after the handshake",
	codes: []finding.Code{finding.EndAfterHandshake},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		age, mute, yes := s.endedAtOnce(e)
		if !yes {
			return
		}
		report(finding.Report{
			Code: finding.EndAfterHandshake,
			Detail: fmt.Sprintf("the %s ended the connection %s after the 101, and the %s had not sent a single frame",
				party(e.TCP.By), seconds(age), party(mute)),
		}, e.TCP.By, s.answered.packet, e.TCP.Packet)
	},
}

// endedAtOnce reports whether the connection ended right after the 101, how
// soon, and which side had sent no frame.
func (s *story) endedAtOnce(e *dissect.Ended) (age time.Duration, mute flow.Direction, yes bool) {
	if !s.accepted || e.TCP.Kind == 0 || s.closedFirst(e) {
		return 0, 0, false
	}
	age, ok := momentOf(e.TCP.Packet, e.TCP.Time).since(s.answered)
	if !ok || age > afterHandshakeWithin || age < -clockSlack {
		return 0, 0, false
	}
	age = max(age, 0)
	for _, d := range [...]flow.Direction{flow.ServerToClient, flow.ClientToServer} {
		if e.Totals[d].Frames == 0 && s.whole(d, e) {
			return age, d, true
		}
	}
	return 0, 0, false
}

var subprotocolRefused = check{
	name:  "subprotocol unanswered and refused",
	codes: []finding.Code{finding.HandshakeSubprotocolUnanswered},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		const out = flow.ClientToServer
		if !s.accepted || !s.unchosen || e.TCP.Kind == 0 || e.TCP.By != out || e.Totals[out].Messages > 0 || !s.whole(out, e) {
			return
		}
		age, ok := momentOf(e.TCP.Packet, e.TCP.Time).since(s.answered)
		if !ok || age > afterHandshakeWithin || age < -clockSlack {
			return
		}
		age = max(age, 0)
		report(finding.Report{
			Code: finding.HandshakeSubprotocolUnanswered, Severity: finding.Error,
			Title: "no offered subprotocol was chosen, and the client gave up",
			Detail: fmt.Sprintf("the client ended the connection %s after the 101 without a message, as browsers do when none of the subprotocols that they offered is chosen",
				seconds(age)),
		}, out, s.answered.packet, e.TCP.Packet)
	},
}
