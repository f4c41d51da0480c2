package verdict

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
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
	if f.Code == finding.HandshakeSubprotocolUnanswered && f.Rule().Severity < finding.Error && !s.hasCode(finding.EndAfterHandshake) {
		return false // this client does not mind
	}
	return f.Rule().Severity >= finding.Warning || f.Code == finding.HopExtensionStrippedRequest
}

// ahead and behind are places directly before and after that of code.
func ahead(code finding.Code) int  { return 4*ranks[code] - 1 }
func behind(code finding.Code) int { return 4*ranks[code] + 1 }

// order returns the place of f in the decision, from its rule's place, four
// times as large so that there is room between two rules.
func (s *socket) order(f *dissect.Finding, place int) int {
	switch f.Code {
	case finding.HandshakeHTTP10:
		// Without any Connection it was the older version that had no room
		// for the upgrade; with one, both were lost by the same default.
		if l := s.legOf(f); l != nil && l.has(finding.HandshakeUpgradeStripped) {
			if _, ok := line(l.heads.fields, "Connection"); !ok {
				return ahead(finding.HandshakeUpgradeStripped)
			}
		}
	case finding.HopUpgradeNotRelayed:
		if s.hasCode(finding.HandshakeUpstreamTimeout) {
			return behind(finding.HandshakeUpstreamTimeout) // the 101 came when the proxy had answered 504
		}
	case finding.HandshakeNotUpgraded:
		if s.hasCode(finding.HopUpgradeNotRelayed) && s.legs[0].status/100 == 2 {
			return ahead(finding.HopUpgradeNotRelayed) // the status was rewritten, nothing else
		}
	case finding.HandshakeBodyHeaders, finding.HandshakeSubprotocolUnanswered, finding.HandshakeEarlyData:
		// Clients that mind them give up at once; the others carry on as if
		// nothing was wrong, and so what comes later has another cause.
		if s.hasCode(finding.EndAfterHandshake) {
			return ahead(finding.EndAfterHandshake)
		}
	case finding.HandshakeMalformed:
		if s.hasCode(finding.EndAfterHandshake) {
			return ahead(finding.EndAfterHandshake)
		}
		if f.Facts.Has(finding.InRequest) && s.hasCode(finding.HandshakeBadRequest) {
			return ahead(finding.HandshakeBadRequest)
		}
	case finding.HandshakeExtensionInvalid:
		// A server declines an offer that is illegal, or refuses all of it.
		if badOffer(f) && s.hasCode(finding.HandshakeBadRequest) {
			return ahead(finding.HandshakeBadRequest)
		}
		if badOffer(f) {
			return behind(finding.HandshakeMalformed)
		}
	case finding.FrameReservedBit, finding.FrameReservedOpcode, finding.FrameContinuationExpected, finding.FrameContinuationUnexpected:
		if s.differsBy(f) {
			return ahead(finding.HopBytesInjected)
		}
	case finding.EndStalled:
		if l := s.legOf(f); l != nil && !s.between(f) {
			if owed := l.find(finding.CloseUnanswered, f.Dir); owed != nil && samePacket(owed, f) {
				return behind(finding.CloseUnanswered) // nothing but the answer to the Close is missing
			}
		}
		if s.hasCode(finding.HopDelayed) && !s.between(f) && !s.stalledBetween() {
			return behind(finding.HopDelayed)
		}
	case finding.HopControlDropped:
		if s.hasCode(finding.PingUnanswered) {
			return behind(finding.HopCloseSwallowed)
		}
	case finding.PingUnanswered:
		// Who gives up because nobody answers its pings ends the connection
		// with a Close of 1011 or with none.
		if b, _, ok := s.firstEnd(); ok && b.culprit != Server && s.hasCode(finding.CloseAbnormal, finding.CloseMissing, finding.EndReset) {
			return ahead(finding.CloseAbnormal)
		}
	case finding.CloseAbnormal:
		if s.closedWith(1009) {
			return ahead(finding.HopMessageDuplicated) // it says itself what it did not take
		}
	case finding.EndAfterSize:
		if !s.fleet(f) {
			return behind(finding.CloseMissing) // one connection does not prove a limit
		}
	case finding.EndIdleTimeout:
		if !s.fleet(f) && !s.timed() {
			return behind(finding.CloseMissing)
		}
	case finding.EndAfterHandshake:
		if s.hasCode(finding.EndAfterSize) {
			return behind(finding.CloseMissing)
		}
	case finding.CloseMidFrame:
		if _, at, ok := s.firstEnd(); ok && s.legs[at.leg].ended.tcp.Kind == flow.Reset {
			return behind(finding.EndReset) // it was not the sender who stopped in the middle
		}
	case finding.CloseCodeInvalid:
		if f.Severity == finding.Warning {
			return 4 * len(rules) // an unassigned code: only the registry minds it
		}
	}
	return 4 * place
}

// badOffer reports whether f is about extensions that were offered, not about
// what the 101 says of them.
func badOffer(f *dissect.Finding) bool {
	return f.Code == finding.HandshakeExtensionInvalid && f.Facts.Has(finding.InRequest)
}

// legOf returns the leg that keeps f.
func (s *socket) legOf(f *dissect.Finding) *leg {
	for _, l := range s.legs {
		if l.conv == f.Conv {
			return l
		}
	}
	return nil
}

// fleet reports whether f tells of connections that are no legs of s.
func (s *socket) fleet(f *dissect.Finding) bool {
	return slices.ContainsFunc(f.Others, func(c *dissect.Conversation) bool {
		return !slices.ContainsFunc(s.legs, func(l *leg) bool { return l.conv == c })
	}) || s.legOf(f) == nil
}

// between reports whether f tells of two legs of s.
func (s *socket) between(f *dissect.Finding) bool { return len(f.Others) > 0 && !s.fleet(f) }

func (s *socket) stalledBetween() bool {
	for _, l := range s.legs {
		if f := l.find(finding.EndStalled, 0); f != nil && s.between(f) {
			return true
		}
	}
	return false
}

// closedWith reports whether a Close with that code was sent.
func (s *socket) closedWith(code int) bool {
	return slices.ContainsFunc(s.legs, func(l *leg) bool {
		return l.ended != nil && slices.ContainsFunc(l.ended.closes[:], func(c *dissect.CloseFrame) bool { return c != nil && c.Code == code })
	})
}

// longSilence is how long a silence is that no connection with a heartbeat or
// a life of its own has before it is cut by chance.
const longSilence = 20 * time.Second

// timed reports whether the silence before the end was as long as timers are:
// a number of whole or half seconds. A process that dies keeps no such time.
// Squid looks at its timers once a second, so that any time may be its.
func (s *socket) timed() bool {
	for _, l := range s.legs {
		quiet, ok := l.quiet()
		if !ok || l.find(finding.EndIdleTimeout, 0) == nil {
			continue
		}
		if quiet >= longSilence || s.endedBySquid() {
			return true
		}
		off := (quiet - quiet.Round(time.Second/2)).Abs()
		if off <= max(40*time.Millisecond, min(quiet/100, time.Second)) {
			return true
		}
	}
	return false
}

// endedBySquid reports whether Squid, which is the proxy next to the client,
// was the first to end a leg.
func (s *socket) endedBySquid() bool {
	b, _, ok := s.firstEnd()
	name, _ := s.product(0)
	return ok && name == "Squid" && (b.culprit == Proxy || s.alone() && b.culprit == Server)
}

// differsBy reports whether the legs differ because of the illegal frame f: a
// message that was cut or marked wrongly is another one behind the proxy, and
// with an opcode that means nothing it is none.
func (s *socket) differsBy(f *dissect.Finding) bool {
	if f.Code == finding.FrameReservedOpcode {
		return s.hasCode(finding.HopMessageLost)
	}
	return slices.ContainsFunc(s.legs, func(l *leg) bool {
		return slices.ContainsFunc(l.findings, func(hop dissect.Finding) bool {
			switch hop.Code {
			case finding.HopBytesInjected, finding.HopPayloadChanged, finding.HopRefragmented:
				return samePacket(&hop, f)
			}
			return false
		})
	})
}

// samePacket reports whether a packet shows both f and g.
func samePacket(f, g *dissect.Finding) bool {
	return slices.ContainsFunc(f.Packets, func(p flow.PacketID) bool { return slices.Contains(g.Packets, p) })
}
