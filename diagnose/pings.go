package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// pongWithin is how long a pong may take while its sender says other things.
const pongWithin = time.Second

var pings = check{
	name:  "unanswered pings",
	codes: []finding.Code{finding.PingUnanswered},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			p, other := e.Pings[d], d.Reverse()
			if p.FirstUnanswered == 0 || !s.whole(other, e) || !s.whole(d, e) {
				continue
			}
			// The other side has to have had the time, and to have been alive: a Close does not show that.
			waited, ok := s.way(other).alive.since(momentOf(p.Packet, p.Time))
			if !ok || waited < pongWithin || !s.way(other).alive.after(momentOf(p.Packet, p.Time)) {
				continue
			}
			detail := fmt.Sprintf("the %s sent %s, %d of them answered; the first without an answer is in packet %v",
				party(d), count(p.Sent, "ping"), p.Answered, p.Packet)
			if p.Unlike > 0 {
				detail += fmt.Sprintf("; the %s sent %s meanwhile with another payload, which answers none (RFC 6455 §5.5.3)", party(other), count(p.Unlike, "pong"))
			}
			report(finding.Report{Code: finding.PingUnanswered, Detail: detail}, d, p.Packet)
		}
	},
}
