package verdict

import (
	"wsight/dissect"
	"wsight/finding"
)

// cause returns the finding that explains the others; ok is false when
// nothing is wrong with s.
func (s *socket) cause() (c charge, r rule, ok bool) {
	best := 0
	for i, l := range s.legs {
		for k := range l.findings {
			f := &l.findings[k]
			place, known := ranks[f.Code]
			if !known || !s.counts(f) {
				continue
			}
			if n := s.order(f, place); !ok || n < best {
				c, r, best, ok = charge{f, i}, rules[place], n, true
			}
		}
	}
	return c, r, ok
}

// counts reports whether f is trouble. One note is: a proxy that took
// compression away breaks nothing, but somebody may look for it.
func (s *socket) counts(f *dissect.Finding) bool {
	return severity(f) >= finding.Warning || f.Code == finding.HopExtensionStrippedRequest
}

// order returns the place of f in the decision, from its rule's place, twice
// as large so that there is room between two rules.
func (s *socket) order(f *dissect.Finding, place int) int {
	switch f.Code {
	case finding.HandshakeBodyHeaders, finding.HandshakeSubprotocolUnanswered, finding.HandshakeEarlyData:
		// Clients that mind them give up at once; the others carry on as if
		// nothing was wrong, and so what comes later has another cause.
		if s.hasCode(finding.EndAfterHandshake) {
			return 2*ranks[finding.EndAfterHandshake] - 1
		}
	case finding.HandshakeMalformed:
		if s.hasCode(finding.EndAfterHandshake) {
			return 2*ranks[finding.EndAfterHandshake] - 1
		}
		if s.hasCode(finding.HandshakeBadRequest) && len(f.Detail) > 7 && f.Detail[:7] == "request" {
			return 2*ranks[finding.HandshakeBadRequest] - 1
		}
	case finding.PingUnanswered:
		// Who gives up because nobody answers its pings ends the connection
		// with a Close of 1011 or with none.
		if b, _, ok := s.firstEnd(); ok && b.culprit != Server && s.hasCode(finding.CloseAbnormal, finding.CloseMissing, finding.EndReset) {
			return 2*ranks[finding.CloseAbnormal] - 1
		}
	case finding.CloseCodeInvalid:
		if f.Severity == finding.Warning {
			return 2 * len(rules) // an unassigned code: only the registry minds it
		}
	}
	return 2 * place
}
