package verdict

import (
	"slices"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/finding"
	"wsight/flow"
)

// byEnd is for the end of a connection: the one who ended it first.
func byEnd(s *socket, c charge) blame {
	b, at, ok := s.firstEnd()
	l := s.legs[at.leg]
	switch {
	case !ok:
		return byFrame(s, c)
	case s.alone() && b.culprit == Server && l.answered.Name != "":
		b.certainty = Guess // the product in front may have ended it as well
	case s.alone() && b.culprit == Client && (l.forwarded || l.passed.Name != ""):
		return blame{culprit: Proxy, certainty: Guess, behind: -1, product: l.passed.Name} // it is the client of this leg, not of the WebSocket
	case s.alone() && b.culprit == Client && nginxUpgrade(l):
		return blame{culprit: Proxy, certainty: Guess, behind: -1, product: "nginx"}
	case s.alone() && b.culprit == Client && l.waiting():
		return blame{culprit: Server, certainty: Guess}
	}
	return b
}

// waiting reports whether the client gave up a connection on which its own
// words were the last, and which the server did not even end after that.
func (l *leg) waiting() bool {
	quiet, ok := l.quiet()
	return ok && quiet > time.Second && l.speaker == flow.ClientToServer && l.gone[flow.ClientToServer] && !l.gone[flow.ServerToClient] &&
		l.ended.tcp.Kind == flow.Fin
}

// byTimer is byEnd for what only timers and limits of something in between
// do. On one leg, the server's end may be one.
func byTimer(s *socket, c charge) blame {
	b := byEnd(s, c)
	if !s.alone() {
		return b
	}
	l := s.legs[0]
	switch {
	case b.culprit == Client && (c.Code != finding.EndIdleTimeout || s.fleet(c.Finding) || s.timed()):
		return blame{culprit: Proxy, certainty: Guess, behind: -1} // which is the client of this leg
	case b.culprit != Server:
		return b
	case l.answered.Name != "" && c.Facts.Has(finding.DefaultTimer):
		return blame{culprit: Proxy, certainty: Likely, product: l.answered.Name}
	case l.answered.Name != "":
		return blame{culprit: Proxy, certainty: Guess, product: l.answered.Name}
	case c.Code != finding.EndIdleTimeout, s.fleet(c.Finding), s.timed():
		return blame{culprit: Proxy, certainty: Guess}
	}
	return blame{culprit: Server, certainty: Guess}
}

// byClose is for a Close with a code that reports trouble: who complains
// about a breach is not the one to blame, who reports his own trouble is.
func byClose(s *socket, c charge) blame {
	code := 0
	if e := s.legs[c.leg].ended; e != nil && c.Dir != 0 && e.closes[c.Dir] != nil {
		code = e.closes[c.Dir].Code
	}
	if s.misheard(c) {
		b := blame{culprit: Proxy, certainty: Guess}
		if c.Dir == flow.ClientToServer {
			b.behind = -1
		}
		return b
	}
	b := byFrame(s, c)
	if s.alone() && b.either {
		// What only carries a WebSocket sends no Close.
		b.certainty, b.either = Likely, false
	}
	switch code {
	case 1002, 1003, 1007, 1010:
		switch b.culprit {
		case Client:
			return blame{culprit: Server, certainty: Guess, behind: s.last()}
		case Server:
			return blame{culprit: Client, certainty: Guess}
		}
	}
	return b
}

// misheard reports whether a Close calls frames wrong that were right on the
// only leg: they were changed behind who says so, or he is wrong himself.
func (s *socket) misheard(c charge) bool {
	l := s.legs[0]
	if !s.alone() || s.incomplete() || c.Code != finding.CloseAbnormal || c.Dir == 0 || l.ended == nil || l.ended.closes[c.Dir] == nil {
		return false
	}
	if code := l.ended.closes[c.Dir].Code; code != 1002 && code != 1007 {
		return false
	}
	other := c.Dir.Reverse()
	return l.ended.initiator == c.Dir && l.ended.totals[other].Frames > 0 && !slices.ContainsFunc(l.findings, func(f dissect.Finding) bool {
		family, _, _ := strings.Cut(string(f.Code), "-")
		return (f.Dir == other || f.Dir == 0) && f.Code != finding.CloseAbnormal && slices.Contains([]string{"frame", "message", "deflate", "close", "payload"}, family)
	})
}

// byAnswerer is for what was not answered: the direction of the finding is
// that of the sender of the question, or, for a Close, of the missing answer.
func byAnswerer(s *socket, c charge) blame {
	d := c.Dir
	if c.Code != finding.CloseUnanswered {
		d = d.Reverse()
	}
	return s.unlessMute(s.origin(c.Code, c.leg, c.Dir, d))
}

// unlessMute doubts that a server which accepted and then never wrote a frame
// is one. A library that knows how to answer a handshake answers pings and a
// Close by itself; a proxy that only says 101 does not.
func (s *socket) unlessMute(b blame) blame {
	if b.culprit == Server && s.mute() {
		return blame{culprit: Proxy, certainty: Guess}
	}
	return b
}

// mute reports whether the only leg shows a server that accepted and then
// never wrote a frame, though it was there.
func (s *socket) mute() bool {
	l := s.legs[0]
	return s.alone() && l.kind == handshake.Accepted && l.ended != nil &&
		l.ended.heard[flow.ServerToClient] && l.ended.totals[flow.ServerToClient].Frames == 0
}

// byReader is for bytes that stand still: the end that does not read, or does
// not write what is awaited.
func byReader(s *socket, c charge) blame {
	for i, l := range s.legs {
		for k := range l.findings {
			f := &l.findings[k]
			if f.Code != c.Code || !f.Facts.Has(finding.WindowClosed) {
				continue
			}
			// A proxy that cannot send on does not read either: who closed its
			// window at the end of the chain is the one.
			if b := s.sender(c.Code, i, f.Dir); b.culprit != Proxy {
				return b
			}
		}
	}
	for i, l := range s.legs {
		if f := l.find(c.Code, 0); f != nil && s.between(f) {
			return s.proxy(min(i, max(s.last()-1, 0)))
		}
	}
	d := c.Dir
	if d == 0 {
		d = flow.ServerToClient
	}
	if c.Facts.Has(finding.SentInVain) {
		return blame{culprit: Network, certainty: Guess, behind: c.leg}
	}
	return s.unlessMute(s.sender(c.Code, c.leg, d))
}
