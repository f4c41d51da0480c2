package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

var reset = check{
	name:  "reset",
	codes: []finding.Code{finding.EndReset},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		// Behind a FIN an RST is how many programs give up what they had not
		// sent yet: the end that counts is the FIN.
		if !s.reset.known() || !s.established() || both(e) || e.TCP.Kind == flow.Fin {
			return
		}
		detail := fmt.Sprintf("the %s reset the connection", party(s.resetBy))
		if quiet, ok := s.reset.since(s.last); ok && s.last.known() {
			detail += fmt.Sprintf(", %s after the last frame", seconds(quiet))
		}
		r := finding.Report{Code: finding.EndReset, Detail: detail}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if e.Closes[d] == nil && !s.whole(d, e) {
				r.Severity = finding.Note
				r.Detail += "; bytes are missing from the capture, and a Close that explains it may be among them"
				break
			}
		}
		report(r, s.resetBy, s.reset.packet)
	},
}

// wentOnFor is how long an end has to go on after the other's FIN: what it
// sent before it noticed does not count.
const wentOnFor = 100 * time.Millisecond

var halfClosed = check{
	name:  "half closed",
	codes: []finding.Code{finding.EndHalfClosed},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() || s.refused(e) {
			return
		}
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			other := d.Reverse()
			if !s.fins[d].known() || e.Closes[d] != nil || s.hardOn(other).afterFin == 0 || !s.whole(d, e) {
				continue
			}
			if went, ok := s.way(other).said.since(s.fins[d]); !ok || went < wentOnFor {
				continue
			}
			report(finding.Report{
				Code: finding.EndHalfClosed,
				Detail: fmt.Sprintf("the %s shut its direction down in packet %d; the %s went on and sent %s",
					party(d), s.fins[d].packet, party(other), count(int(s.hardOn(other).afterFin), "frame")),
			}, d, s.fins[d].packet, s.way(other).said.packet)
		}
	},
}
