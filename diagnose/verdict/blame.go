package verdict

import (
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// The functions here say whose change mends a finding. Each is given the
// socket and the charge, and answers for that family of codes.

// byProxy is for what only a proxy does.
func byProxy(s *socket, c charge) blame {
	if s.alone() {
		return blame{culprit: Proxy, certainty: Likely}
	}
	return s.proxy(min(c.leg, s.last()-1))
}

// byCache is for an answer that says itself that it is stored.
func byCache(s *socket, c charge) blame { return blame{culprit: Proxy, certainty: Certain, behind: c.leg} }

// byRequest is for what is wrong with a request: the one who wrote it, unless
// it came to him like that.
func byRequest(s *socket, c charge) blame {
	i := c.leg
	for i > 0 && (s.legs[i-1].kind == 0 || s.legs[i-1].has(c.Code)) {
		i--
	}
	if i > 0 {
		return s.proxy(i - 1)
	}
	l := s.legs[0]
	switch {
	case l.passed.Name != "", l.forwarded:
		return blame{culprit: Proxy, certainty: Likely, behind: -1, product: l.passed.Name}
	case nginxHabit(l):
		return blame{culprit: Proxy, certainty: Guess, behind: -1}
	}
	return blame{culprit: Client, certainty: Likely}
}

// byHopByHop is for fields that proxies drop: no WebSocket client leaves them
// out, so that something before this leg did.
func byHopByHop(s *socket, c charge) blame {
	b := byRequest(s, c)
	if b.culprit == Client {
		return blame{culprit: Proxy, certainty: Likely, behind: -1}
	}
	return b
}

// nginxHabit reports whether the request looks as nginx writes it unless it
// is told otherwise: HTTP/1.0 or a Connection: close that nobody combines
// with a handshake.
func nginxHabit(l *leg) bool {
	n, connection := 0, ""
	for _, f := range l.heads.fields {
		if header.EqualFold(f.Name, "Connection") {
			n++
			connection = f.Value
		}
	}
	return n == 1 && header.EqualFold(connection, "close")
}

// nginxUpgrade reports whether an upgrade looks as nginx forwards it: clients
// write Upgrade with a capital letter, the usual map of nginx does not.
func nginxUpgrade(l *leg) bool {
	f, ok := line(l.heads.fields, "Connection")
	return ok && f.Name == "Connection" && f.Value == "upgrade"
}

// byAnswer is for what is wrong with an answer: the one who wrote it, unless
// it came to him like that.
func byAnswer(s *socket, c charge) blame { return s.sender(c.Code, c.leg, flow.ServerToClient) }

// byAccept is byAnswer, but for an answer that belongs to another handshake:
// a cache or a relay replayed it.
func byAccept(s *socket, c charge) blame {
	b := byAnswer(s, c)
	if b.culprit == Server && replayed(c.Finding) {
		return blame{culprit: Proxy, certainty: Likely, behind: s.last()}
	}
	return b
}

// replayed reports whether the detail says that the value fits another key.
func replayed(f *dissect.Finding) bool {
	return strings.Contains(f.Detail, "another key") || strings.Contains(f.Detail, "earlier handshake") || strings.Contains(f.Detail, "another leg")
}

// byFrame is for frames that must not be: the one who sent them first.
func byFrame(s *socket, c charge) blame {
	d := c.Dir
	if d == 0 {
		d = flow.ServerToClient
	}
	return s.sender(c.Code, c.leg, d)
}

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
	if b.culprit != Server || !s.alone() {
		return b
	}
	l := s.legs[0]
	switch {
	case l.answered.Name != "":
		return blame{culprit: Proxy, certainty: Likely, product: l.answered.Name}
	case c.Code != finding.EndIdleTimeout, s.fleet(c.Finding), s.timed():
		return blame{culprit: Proxy, certainty: Guess}
	}
	return blame{culprit: Server, certainty: Guess}
}

// byRefuser finds the leg farthest from the client that has the status of the
// charge: behind it sits the one who wrote the answer.
func byRefuser(s *socket, c charge) blame {
	i := writer(s, c)
	switch {
	case i < s.last():
		return s.proxy(i)
	case s.alone() && ownPage(s.legs[i]):
		return blame{culprit: Proxy, certainty: Likely, behind: i, product: s.legs[i].answered.Name}
	}
	return s.server()
}

// writer returns the index of the leg at whose server's end the answer of the
// charge was written.
func writer(s *socket, c charge) int {
	i := c.leg
	for i < s.last() && s.legs[i+1].status == s.legs[i].status {
		i++
	}
	return i
}

// ownPage reports whether the answer is a page that a proxy writes itself.
func ownPage(l *leg) bool { return l.answered.Page }

// byClient is for what the client changes best, whoever refused it.
func byClient(*socket, charge) blame { return blame{culprit: Client, certainty: Likely} }

// byUpstream is for a proxy's 502, 503 and 504: the server behind it is down
// or silent.
func byUpstream(s *socket, c charge) blame {
	if s.alone() {
		return blame{culprit: Server, certainty: Likely}
	}
	return s.server()
}

// byOrigin tells a Host that a proxy changed from an origin that the server
// does not know.
func byOrigin(s *socket, c charge) blame {
	i := writer(s, c)
	for j := i; j > 0; j-- {
		if near := s.legs[j-1].heads.host; near != "" && near != s.legs[j].heads.host {
			return s.proxy(j - 1)
		}
	}
	if s.alone() && s.legs[0].forwarded {
		return blame{culprit: Proxy, certainty: Guess, behind: -1, product: s.legs[0].passed.Name}
	}
	return blame{culprit: Server, certainty: Likely, behind: i}
}

// byPath tells a path that a proxy changed from one that does not exist.
func byPath(s *socket, c charge) blame {
	i := writer(s, c)
	for j := i; j > 0; j-- {
		if near := s.legs[j-1].heads.request; near != "" && target(near) != target(s.legs[j].heads.request) {
			return s.proxy(j - 1)
		}
	}
	b := byRefuser(s, c)
	b.certainty = Likely
	return b
}

// byLimit is for a limit on the number of requests.
func byLimit(s *socket, c charge) blame {
	if b := byRefuser(s, c); b.culprit == Proxy {
		return b
	}
	return byClient(s, c)
}

// byMissing is for 400 and 426: when the request was right where it was seen,
// something behind this leg broke it.
func byMissing(s *socket, c charge) blame {
	i := writer(s, c)
	l := s.legs[i]
	switch {
	case !s.alone() && i == s.last():
		return blame{culprit: Server, certainty: Likely, behind: i} // the request reached it as it should be
	case i < s.last():
		return s.proxy(i)
	case c.Code == finding.HandshakeUpgradeRequired:
		return blame{culprit: Proxy, certainty: Likely, behind: i, product: l.answered.Name}
	case ownPage(l):
		return blame{culprit: Unknown, certainty: Guess, behind: i}
	case l.answered.Name != "":
		return blame{culprit: Proxy, certainty: Likely, behind: i, product: l.answered.Name}
	}
	return blame{culprit: Unknown, certainty: Guess, behind: i}
}

// byStatus is for answers that are no refusal but no 101 either. A product
// that gives itself away on the only leg has no route for the WebSocket, or
// does not know that it is one.
func byStatus(s *socket, c charge) blame {
	if l := s.legs[0]; s.alone() && l.answered.Name != "" {
		return blame{culprit: Proxy, certainty: Likely, product: l.answered.Name}
	}
	return byRefuser(s, c)
}

// byPolicy is for a 403, which what stands before a server writes as well.
func byPolicy(s *socket, c charge) blame {
	b := byRefuser(s, c)
	if l := s.legs[0]; s.alone() && b.culprit == Server && gatekeeper[l.answered.Name] {
		return blame{culprit: Proxy, certainty: Guess, product: l.answered.Name}
	}
	return b
}

// gatekeeper holds the products that refuse on their own account more often
// than they pass a refusal on.
var gatekeeper = map[string]bool{"Envoy": true, "Cloudflare": true, "CloudFront": true, "AWS ALB": true, "Squid": true}

// byPlain is for TLS and plain HTTP meeting on one port.
func byPlain(s *socket, c charge) blame {
	if c.leg > 0 {
		return s.proxy(c.leg - 1)
	}
	return byRequest(s, c)
}

// byClose is for a Close with a code that reports trouble: who complains
// about a breach is not the one to blame, who reports his own trouble is.
func byClose(s *socket, c charge) blame {
	code := 0
	if e := s.legs[c.leg].ended; e != nil && c.Dir != 0 && e.closes[c.Dir] != nil {
		code = e.closes[c.Dir].Code
	}
	b := byFrame(s, c)
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

// byAnswerer is for what was not answered: the direction of the finding is
// that of the sender of the question, or, for a Close, of the missing answer.
func byAnswerer(s *socket, c charge) blame {
	d := c.Dir
	if c.Code != finding.CloseUnanswered {
		d = d.Reverse()
	}
	return s.unlessMute(s.sender(c.Code, c.leg, d))
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
			if f.Code != c.Code || !strings.Contains(f.Detail, "receive window") {
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
	if strings.Contains(c.Detail, "sent the same bytes") {
		return blame{culprit: Network, certainty: Guess, behind: c.leg}
	}
	return s.unlessMute(s.sender(c.Code, c.leg, d))
}

// byCapture is for what the capture lacks.
func byCapture(*socket, charge) blame { return blame{culprit: Capture, certainty: Certain} }

// target returns the path of a request line, without its query.
func target(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	rest, _, _ = strings.Cut(rest, " ")
	path, _, _ := strings.Cut(rest, "?")
	return path
}

// byHead is for the grammar of a head: the detail says whose it is.
func byHead(s *socket, c charge) blame {
	if strings.HasPrefix(c.Detail, "request") {
		return byRequest(s, c)
	}
	return byAnswer(s, c)
}
