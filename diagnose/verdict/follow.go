package verdict

import (
	"slices"

	"wsight/dissect"
	"wsight/finding"
)

// follows reports whether f may have come of the cause: of what went wrong
// with the handshake everything may, of what was sent what comes later, of the
// end nothing but other views of the end. What breaks nothing by itself
// follows from little.
func (s *socket) follows(f *dissect.Finding, c charge) bool {
	switch {
	case badOffer(f):
		return badOffer(c.Finding)
	case badOffer(c.Finding):
		return f.Code == finding.HandshakeBadRequest || inRules(endRules, f.Code)
	case inRules(softRules, f.Code):
		return f.Code == finding.HandshakeSubprotocolUnanswered && c.Code == finding.HopSubprotocolStripped ||
			f.Code == finding.HandshakeMalformed && inRules(requestRules, c.Code) ||
			f.Code == finding.PayloadInvalid && inRules(frameRules, c.Code) && !s.before(f, c.Finding)
	case inRules(softRules, c.Code):
		return inRules(endRules, f.Code)
	case inRules(endRules, c.Code):
		return inRules(endRules, f.Code)
	case inRules(frameRules, c.Code):
		return inRules(endRules, f.Code) || !s.before(f, c.Finding)
	}
	return true
}

// before reports whether f was there before g was, on the same leg.
func (s *socket) before(f, g *dissect.Finding) bool {
	if f.Conv != g.Conv || len(f.Packets) == 0 || len(g.Packets) == 0 {
		return false
	}
	i := slices.IndexFunc(s.legs, func(l *leg) bool { return l.conv == f.Conv })
	return i >= 0 && s.legs[i].earlier(f.Packets[0], g.Packets[0])
}

func inRules(rules []rule, code finding.Code) bool {
	return slices.ContainsFunc(rules, func(r rule) bool { return r.code == code })
}
