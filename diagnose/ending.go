package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

var oneDirection = check{
	name:  "one direction",
	codes: []finding.Code{finding.CaptureOneDirection},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if !e.Heard[d] && e.Heard[d.Reverse()] {
				report(finding.Report{
					Code:   finding.CaptureOneDirection,
					Detail: fmt.Sprintf("there is not one packet from the %s in the capture", party(d)),
				}, d, s.conv.StartPacket)
			}
		}
	},
}

// slowAnswer is how long an answer to the handshake may take without a word.
const slowAnswer = time.Second

var slow = check{
	name:  "slow handshake",
	codes: []finding.Code{finding.HandshakeSlow},
	ended: func(s *story, _ *dissect.Ended, report reporter) {
		if s.latency > slowAnswer {
			report(finding.Report{
				Code:   finding.HandshakeSlow,
				Detail: fmt.Sprintf("the answer came %s after the request", seconds(s.latency)),
			}, flow.ServerToClient, s.answered.packet)
		}
	},
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
	if !s.accepted || e.TCP.Kind == 0 || e.Initiator != 0 {
		return 0, 0, false
	}
	age, ok := moment{e.TCP.Packet, e.TCP.Time}.since(s.answered)
	if !ok || age > afterHandshakeWithin {
		return 0, 0, false
	}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if e.Totals[d].Frames == 0 && s.whole(d, e) {
			return age, d, true
		}
	}
	return 0, 0, false
}

var reset = check{
	name:  "reset",
	codes: []finding.Code{finding.EndReset},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.reset.known() || !s.established() || both(e) || e.TCP.Kind == flow.Fin && s.fins[s.resetBy].known() {
			return
		}
		if e.TCP.Kind == flow.Fin {
			// The other end had closed already; an RST in answer to a FIN is how
			// many programs give up what they had not sent yet.
			return
		}
		detail := fmt.Sprintf("the %s reset the connection", party(s.resetBy))
		if quiet, ok := s.reset.since(s.last); ok {
			detail += fmt.Sprintf(", %s after the last frame", seconds(quiet))
		}
		report(finding.Report{Code: finding.EndReset, Detail: detail}, s.resetBy, s.reset.packet)
	},
}

var closeMissing = check{
	name:  "close missing",
	codes: []finding.Code{finding.CloseMissing},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() || e.TCP.Kind != flow.Fin || e.Initiator != 0 {
			return
		}
		if !s.whole(flow.ClientToServer, e) || !s.whole(flow.ServerToClient, e) {
			return // the Close may be what the capture missed
		}
		if _, _, yes := s.endedAtOnce(e); yes {
			return // it never got as far as needing one
		}
		report(finding.Report{
			Code:   finding.CloseMissing,
			Detail: fmt.Sprintf("the %s ended TCP with a FIN, and neither end had sent a Close frame", party(e.TCP.By)),
		}, e.TCP.By, e.TCP.Packet)
	},
}

var closeUnanswered = check{
	name:  "close unanswered",
	codes: []finding.Code{finding.CloseUnanswered},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		other := e.Initiator.Reverse()
		if e.Initiator == 0 || e.Closes[other] != nil || e.TCP.Kind == 0 || !s.whole(other, e) {
			return
		}
		report(finding.Report{
			Code:   finding.CloseUnanswered,
			Detail: fmt.Sprintf("the %s sent its Close in packet %d; the %s ended without one", party(e.Initiator), s.closed[e.Initiator].packet, party(other)),
		}, other, s.closed[e.Initiator].packet, e.TCP.Packet)
	},
}

var midFrame = check{
	name:  "end inside a frame",
	codes: []finding.Code{finding.CloseMidFrame},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if e.Unfinished[d] && s.whole(d, e) {
				report(finding.Report{
					Code:   finding.CloseMidFrame,
					Detail: fmt.Sprintf("the %s ended TCP before the message that it was sending was complete", party(d)),
				}, d, e.TCP.Packet)
			}
		}
	},
}

var halfClosed = check{
	name:  "half closed",
	codes: []finding.Code{finding.EndHalfClosed},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() {
			return
		}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if s.fins[d].known() && e.Closes[d] == nil && s.afterFin[d.Reverse()] > 0 && s.whole(d, e) {
				report(finding.Report{
					Code: finding.EndHalfClosed,
					Detail: fmt.Sprintf("the %s shut its direction down in packet %d; the %s went on and sent %d frames",
						party(d), s.fins[d].packet, party(d.Reverse()), s.afterFin[d.Reverse()]),
				}, d, s.fins[d].packet)
			}
		}
	},
}

// established reports whether frames could flow.
func (s *story) established() bool { return s.accepted || s.conv.Midstream }

// both reports whether both ends sent a Close frame.
func both(e *dissect.Ended) bool {
	return e.Closes[flow.ClientToServer] != nil && e.Closes[flow.ServerToClient] != nil
}

// party names the sender of direction d.
func party(d flow.Direction) string {
	if d == flow.ClientToServer {
		return "client"
	}
	return "server"
}

// seconds writes d for people.
func seconds(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
