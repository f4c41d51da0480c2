package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

const (
	// stalledFor is how long a receive window may be closed without a word.
	stalledFor = time.Second
	// retransmittedFor and retransmittedTimes are how long and how often bytes
	// are sent again without an answer before that is a stall.
	retransmittedFor   = 3 * time.Second
	retransmittedTimes = 3
)

var stalled = check{
	name:  "stall",
	codes: []finding.Code{finding.EndStalled},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() {
			return
		}
		end := moment{e.At().Packet, e.At().Time}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			since := s.window[d]
			if s.window[d].known() {
				s.opened(d, end)
			}
			if s.shut[d] >= stalledFor {
				report(finding.Report{
					Code:   finding.EndStalled,
					Detail: fmt.Sprintf("the %s did not read for %s: its receive window was closed", party(d), seconds(s.shut[d])),
				}, d, since.packet)
			}
			r := s.again[d]
			if lasted, ok := r.last.since(r.first); ok && r.count >= retransmittedTimes && lasted >= retransmittedFor && e.Heard[d.Reverse()] {
				report(finding.Report{
					Code: finding.EndStalled,
					Detail: fmt.Sprintf("the %s sent the same bytes %d times in %s without an answer",
						party(d), r.count+1, seconds(lasted)),
				}, d, r.first.packet, r.last.packet)
			}
		}
	},
}

var pings = check{
	name:  "unanswered pings",
	codes: []finding.Code{finding.PingUnanswered},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			p, other := e.Pings[d], d.Reverse()
			if p.FirstUnanswered == 0 || !s.whole(other, e) || !s.whole(d, e) {
				continue
			}
			// The other side has to have had the time, and to have been alive.
			waited, ok := s.said[other].since(moment{p.Packet, p.Time})
			if !ok || waited < time.Second && s.said[other].packet <= p.Packet || s.said[other].packet <= p.Packet {
				continue
			}
			if s.closed[other].known() && s.said[other].packet == s.closed[other].packet {
				continue // it was closing
			}
			report(finding.Report{
				Code: finding.PingUnanswered,
				Detail: fmt.Sprintf("the %s sent %d pings, %d were answered; the first without an answer is in packet %d",
					party(d), p.Sent, p.Answered, p.Packet),
			}, d, p.Packet)
		}
	},
}
