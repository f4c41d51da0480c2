package diagnose

import (
	"fmt"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// A loss is what a capture lacks of a conversation.
type loss struct {
	missing int64   // bytes of its TCP streams
	silent  [3]bool // directions that are not there at all
	late    bool    // the handshake is not there
}

func lossOf(e *dissect.Ended) loss {
	l := loss{late: e.Conv.Midstream && !e.Conv.Bare}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		l.missing += e.Missing[d]
		l.silent[d] = !e.Heard[d]
	}
	return l
}

// directions counts those that are there.
func (l *loss) directions() int {
	n := 0
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if !l.silent[d] {
			n++
		}
	}
	return n
}

// less reports whether l lacks less than m.
func (l *loss) less(m *loss) bool {
	if x, y := l.directions(), m.directions(); x != y {
		return x > y
	}
	if l.late != m.late {
		return m.late
	}
	return l.missing < m.missing
}

// compare tells when a copy lacks less than what is told.
func (s *sighting) compare(at dissect.Place, tell func(dissect.Event)) {
	a := s.again
	if a == nil || a.spare == nil || !a.spare.less(&s.loss) {
		return
	}
	if at.Conv != s.conv && at.Conv.Vantage != s.conv.Vantage {
		at.Packet = 0
	}
	at.Conv = s.conv
	r := finding.Report{
		Code:   finding.CaptureGap,
		Title:  "another place of the capture holds more of this connection",
		Detail: fmt.Sprintf("%d bytes of it are missing %s, where it is told from, and %d %s", s.loss.missing, spotOf(s.conv), a.spare.missing, spotOf(a.better)),
		Advice: "What the first place lacks is not filled in from the second. Read the second alone: its file, or with -f its addresses.",
	}
	switch {
	case s.loss.directions() == a.spare.directions() && s.loss.late && !a.spare.late:
		r.Code = finding.CaptureMidstream
		r.Detail = fmt.Sprintf("its handshake is not there %s, where it is told from, but it is %s", spotOf(s.conv), spotOf(a.better))
	case s.loss.directions() < a.spare.directions():
		r.Code = finding.CaptureOneDirection
		r.Detail = fmt.Sprintf("one direction of it is there %s, where it is told from, and both are %s", spotOf(s.conv), spotOf(a.better))
	}
	a.spare = nil
	tell(&dissect.Finding{Place: at, Report: r})
}

// spotOf names where a conversation was captured.
func spotOf(c *dissect.Conversation) string {
	text := fmt.Sprintf("in input %d", c.File+1)
	if c.Interface != "" {
		text += " on " + safe.Quote(c.Interface)
	}
	return fmt.Sprintf("%s between %s and %s", text, c.Client, c.Server)
}
