package diagnose

import (
	"fmt"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

var closeMissing = check{
	name:  "close missing",
	codes: []finding.Code{finding.CloseMissing},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() || e.TCP.Kind != flow.Fin || e.Initiator != 0 || s.refused(e) {
			return
		}
		if !s.whole(flow.ClientToServer, e) || !s.whole(flow.ServerToClient, e) {
			return // the Close may be what the capture missed
		}
		if e.Unfinished[e.TCP.By] {
			return // it is not the Close alone that is missing: see close-mid-frame
		}
		if _, _, yes := s.endedAtOnce(e); yes {
			return // it never got as far as needing one
		}
		if _, yes := s.tooLate(e); yes {
			return
		}
		fin := "a FIN"
		if e.TCP.Unseen {
			fin = fmt.Sprintf("a FIN (not captured, but acknowledged in packet %v)", e.TCP.Packet)
		}
		report(finding.Report{
			Code:   finding.CloseMissing,
			Detail: fmt.Sprintf("the %s ended TCP with %s, and neither end had sent a Close frame", party(e.TCP.By), fin),
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
		if s.conv.Midstream && e.Totals[other].Frames == 0 {
			return // its Close may have been the first, before the capture began
		}
		sent := closed(e, e.Initiator)
		detail := fmt.Sprintf("the %s sent its Close in packet %v; the %s ended without one", party(e.Initiator), sent.packet, party(other))
		if waited, ok := momentOf(e.TCP.Packet, e.TCP.Time).since(sent); ok && waited > 0 {
			detail = fmt.Sprintf("the %s sent its Close in packet %v; none came back in the %s until the %s ended TCP",
				party(e.Initiator), sent.packet, seconds(waited), party(e.TCP.By))
		}
		report(finding.Report{Code: finding.CloseUnanswered, Detail: detail}, other, sent.packet, e.TCP.Packet)
	},
}

var midFrame = check{
	name:  "end inside a frame",
	codes: []finding.Code{finding.CloseMidFrame},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if s.refused(e) {
			return
		}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if !e.Unfinished[d] || !s.whole(d, e) {
				continue
			}
			if e.TCP.Kind == flow.Reset && e.TCP.By != d || s.fins[d.Reverse()].known() && s.fins[d.Reverse()].packet == e.TCP.Packet {
				continue // the other end had ended the connection: it did not want the rest
			}
			report(finding.Report{
				Code:   finding.CloseMidFrame,
				Detail: fmt.Sprintf("the %s ended TCP before the message that it was sending was complete", party(d)),
			}, d, e.TCP.Packet)
		}
	},
}
