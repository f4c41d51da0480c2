package verdict

import (
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A socket is one WebSocket or attempt with all of its legs that are in the
// capture, the one nearest to the client first. Between two legs stands a
// proxy.
type socket struct{ legs []*leg }

// A charge is a finding at its place: the one that is held to be the cause.
type charge struct {
	*dissect.Finding
	leg int // index in socket.legs
}

// A blame says whose change mends it and how sure that is. The proxy, when it
// is one, stands behind leg: between leg and the one after it.
type blame struct {
	culprit   Culprit
	certainty Certainty
	behind    int    // index of the leg on whose server's end the proxy stands; -1: it is the client of the first leg
	product   string // "" to be told from the legs
	at        string // address of the proxy, when the legs show it
	either    bool   // it is the end of the only leg, be it that party or a proxy
}

func (s *socket) last() int { return len(s.legs) - 1 }

// alone reports whether nothing but one leg is there to judge by.
func (s *socket) alone() bool { return len(s.legs) == 1 }

// proxy blames the proxy behind a leg.
func (s *socket) proxy(behind int) blame {
	if behind < s.last() {
		return blame{culprit: Proxy, certainty: s.legs[behind+1].certainty, behind: behind}
	}
	return blame{culprit: Proxy, certainty: Likely, behind: behind}
}

// client and server blame an end of the socket; one leg alone cannot tell it
// from a proxy that stands there.
func (s *socket) client() blame {
	switch {
	case s.alone():
		return blame{culprit: Client, certainty: Guess, either: true}
	case s.legs[0].forwarded:
		return blame{culprit: Client, certainty: Likely}
	}
	return blame{culprit: Client, certainty: Certain}
}

func (s *socket) server() blame {
	if s.alone() {
		return blame{culprit: Server, certainty: Guess, either: true}
	}
	return blame{culprit: Server, certainty: Certain, behind: s.last()}
}

// sender blames who sent something in direction d on leg i that holds the
// code: it is followed towards its origin for as long as the leg before it
// has the same.
func (s *socket) sender(code finding.Code, i int, d flow.Direction) blame {
	return s.origin(code, i, d, d)
}

// origin is sender for a code that was found in direction found: what is
// missing in direction d may show in the other one.
func (s *socket) origin(code finding.Code, i int, found, d flow.Direction) blame {
	if d == flow.ClientToServer {
		for i > 0 && s.legs[i-1].carries(code, found) {
			i--
		}
		if i == 0 {
			return s.client()
		}
		return s.proxy(i - 1)
	}
	for i < s.last() && s.legs[i+1].carries(code, found) {
		i++
	}
	if i == s.last() {
		return s.server()
	}
	return s.proxy(i)
}

// firstEnd blames who ended a leg first, by a FIN or an RST: what happened on
// the other legs came of it. ok is false when no end was seen.
func (s *socket) firstEnd() (b blame, at charge, ok bool) {
	var first dissect.TCPEnd
	var when time.Time
	for i, l := range s.legs {
		if l.ended == nil || l.ended.tcp.Kind == 0 {
			continue
		}
		t := l.ended.tcp
		moment := t.Time.Add(-l.offset)
		if !ok || moment.Before(when) || moment.Equal(when) && flow.ComparePackets(t.Packet, t.Time, first.Packet, first.Time) < 0 {
			first, when, at.leg, ok = t, moment, i, true
		}
	}
	if !ok {
		return blame{}, at, false
	}
	switch {
	case first.By == flow.ClientToServer && at.leg == 0:
		b = s.client()
	case first.By == flow.ClientToServer:
		b = s.proxy(at.leg - 1)
	case at.leg == s.last():
		b = s.server()
	default:
		b = s.proxy(at.leg)
	}
	return b, at, true
}

// product names what the proxy behind a leg runs, by what the request looked
// like when it left it and by the answer that it passed on.
func (s *socket) product(behind int) (name string, certain bool) {
	near := s.legs[behind]
	if behind == s.last() {
		return near.answered.Name, near.answered.Certain
	}
	far := s.legs[behind+1]
	switch {
	case far.passed.Name != "" && far.passed.Certain:
		return far.passed.Name, true
	case near.answered.Name != "" && near.answered.Name != far.answered.Name:
		return near.answered.Name, near.answered.Certain
	case far.passed.Name != "":
		return far.passed.Name, false
	case lowered(near, far):
		return "HAProxy", false
	}
	return "", false
}

// lowered reports whether the names of all fields went into lower case on
// their way through a proxy, in both directions, as HAProxy writes them.
func lowered(near, far *leg) bool {
	return far.lowered[0] && !near.lowered[0] && near.lowered[1] && far.version == "1.1" && near.version == "1.1"
}

// hasCode reports whether any leg has one of the codes.
func (s *socket) hasCode(codes ...finding.Code) bool {
	for _, l := range s.legs {
		if l.has(codes...) {
			return true
		}
	}
	return false
}

// incomplete reports whether the capture has holes in one of the legs.
func (s *socket) incomplete() bool {
	return s.hasCode(finding.CaptureGap, finding.CaptureTruncated, finding.CaptureOneDirection, finding.TLSUndecryptable, finding.TLSRecordLost, finding.CaptureConflict, finding.CaptureLimit)
}
