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
	// stuckFor is how long a frame may be unfinished, or a ping without an
	// answer from a side that says nothing at all.
	stuckFor = 3 * time.Second
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
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			switch {
			case s.windowStalled(d, e, report):
			case s.sentInVain(d, e, report):
			case s.stuck(d, e, report):
			default:
				s.mute(d, e, report)
			}
		}
	},
}

// windowStalled tells that the end that sends in direction d did not read.
func (s *story) windowStalled(d flow.Direction, e *dissect.Ended, report reporter) bool {
	since := s.hardOn(d).window
	if since.known() {
		s.hardOn(d).opened(momentOf(e.Packet, e.Time))
	}
	if s.hardOn(d).shut < stalledFor {
		return false
	}
	report(finding.Report{
		Code:   finding.EndStalled,
		Detail: fmt.Sprintf("the %s did not read for %s: its receive window was closed", party(d), seconds(s.hardOn(d).shut)),
		Facts:  finding.WindowClosed,
	}, d, s.hardOn(d).shutSince.packet)
	return true
}

// sentInVain tells about segments that were sent again and again.
func (s *story) sentInVain(d flow.Direction, e *dissect.Ended, report reporter) bool {
	r := s.hardOn(d).again
	lasted, ok := r.last.since(r.first)
	if !ok || r.count < retransmittedTimes || lasted < retransmittedFor || !e.Heard[d.Reverse()] {
		return false
	}
	report(finding.Report{
		Code: finding.EndStalled,
		Detail: fmt.Sprintf("the %s sent the same bytes %d times in %s without an answer",
			party(d), r.count+1, seconds(lasted)),
		Facts: finding.SentInVain,
	}, d, r.first.packet, r.last.packet)
	return true
}

// stuck tells about a frame whose rest did not come while the connection
// stayed open.
func (s *story) stuck(d flow.Direction, e *dissect.Ended, report reporter) bool {
	if !e.Unfinished[d] && e.TCP.Kind != 0 || !s.hardOn(d).partial || !s.whole(d, e) {
		return false
	}
	over := momentOf(e.Packet, e.Time)
	if e.TCP.Kind != 0 {
		over = momentOf(e.TCP.Packet, e.TCP.Time)
	}
	waited, ok := over.since(momentOf(1, e.Last[d]))
	if !ok || waited < stuckFor {
		return false
	}
	report(finding.Report{
		Code:   finding.EndStalled,
		Detail: fmt.Sprintf("the %s had begun a message, and for %s nothing more of it came", party(d), seconds(waited)),
	}, d, s.hardOn(d).unfinished.packet, over.packet)
	return true
}

// mute tells that nothing came any more from a side that owed an answer to a
// ping or to a Close. Whether it or the path is gone one capture cannot say.
func (s *story) mute(d flow.Direction, e *dissect.Ended, report reporter) {
	other := d.Reverse()
	owed, what := momentOf(e.Pings[other].Packet, e.Pings[other].Time), "a ping"
	if e.Pings[other].FirstUnanswered == 0 {
		owed, what = closed(e, other), "the Close"
	}
	if !owed.known() || e.Closes[d] != nil || !s.whole(d, e) || s.way(d).said.after(owed) {
		return
	}
	over := momentOf(e.Packet, e.Time)
	if e.TCP.Kind != 0 {
		over = momentOf(e.TCP.Packet, e.TCP.Time)
	}
	waited, ok := over.since(owed)
	if !ok || waited < stuckFor {
		return
	}
	report(finding.Report{
		Code: finding.EndStalled,
		Detail: fmt.Sprintf("nothing more came from the %s in the %s after %s of the %s in packet %v, which asks for an answer",
			party(d), seconds(waited), what, party(other), owed.packet),
	}, d, owed.packet, over.packet)
}
