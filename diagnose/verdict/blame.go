package verdict

import (
	"strings"

	"wsight/dissect"
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
func byCache(s *socket, c charge) blame {
	return blame{culprit: Proxy, certainty: Certain, behind: c.leg}
}

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
	case c.Code == finding.HandshakeUpgradeWrong && exchanged(l):
		return blame{culprit: Proxy, certainty: Likely, behind: -1}
	case c.Code == finding.HandshakeConnectionWrong && replacedConnection(l):
		return blame{culprit: Proxy, certainty: Likely, behind: -1}
	}
	b := s.client()
	if b.either && c.Code == finding.HandshakeConnectionWrong && l.lowered[0] && !l.names("Connection") {
		return blame{culprit: Proxy, certainty: Guess, behind: -1} // which takes it off as its own, and writes names like that
	}
	b.certainty = min(b.certainty, Likely)
	return b
}

// names reports whether the request has a field called name.
func (l *leg) names(name string) bool {
	_, ok := line(l.heads.fields, name)
	return ok
}

// byHopByHop is for what only proxies do to a request: no WebSocket client
// leaves Upgrade out or speaks HTTP/1.0, so that something before this leg did.
func byHopByHop(s *socket, c charge) blame {
	b := byRequest(s, c)
	if b.culprit == Client {
		return blame{culprit: Proxy, certainty: Likely, behind: -1}
	}
	return b
}

// exchanged reports whether Upgrade has what belongs into Connection, or the
// name of a variable: that is a configuration, and no client.
func exchanged(l *leg) bool {
	f, ok := line(l.heads.fields, "Upgrade")
	return ok && (header.EqualFold(f.Value, "upgrade") || header.EqualFold(f.Value, "close") || strings.HasPrefix(f.Value, "$"))
}

// replacedConnection reports whether Connection is what a proxy writes when it
// talks of its own connection, which nobody combines with a handshake.
func replacedConnection(l *leg) bool {
	n, value := 0, ""
	for _, f := range l.heads.fields {
		if header.EqualFold(f.Name, "Connection") {
			n++
			value = f.Value
		}
	}
	return n == 1 && (header.EqualFold(value, "close") || header.EqualFold(value, "keep-alive"))
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
	if b.culprit == Server && (replayed(c.Finding) || s.hasCode(finding.HandshakeCached)) {
		return blame{culprit: Proxy, certainty: Likely, behind: s.last()}
	}
	return b
}

// replayed reports whether the value fits another key.
func replayed(f *dissect.Finding) bool {
	return f.Facts.Has(finding.OtherKey)
}

// byFrame is for frames that must not be: the one who sent them first.
func byFrame(s *socket, c charge) blame {
	d := c.Dir
	if d == 0 {
		d = flow.ServerToClient
	}
	return s.sender(c.Code, c.leg, d)
}

// byDeflate is byFrame, but where the client had offered compression and the
// payload inflates, the agreement was lost on its way rather than made up.
func byDeflate(s *socket, c charge) blame {
	b := byFrame(s, c)
	if b.culprit == Server && s.alone() && c.Facts.Has(finding.Inflates) {
		if f, ok := line(s.legs[0].heads.fields, "Sec-WebSocket-Extensions"); ok && strings.Contains(f.Value, "permessage-deflate") {
			return blame{culprit: Proxy, certainty: Guess}
		}
	}
	return b
}

// byApplication is for what the program behind the WebSocket says itself.
func byApplication(s *socket, c charge) blame {
	b := byFrame(s, c)
	if b.either {
		b.certainty, b.either = Likely, false
	}
	return b
}

// byPlain is for TLS and plain HTTP meeting on one port.
func byPlain(s *socket, c charge) blame {
	if c.leg > 0 {
		return s.proxy(c.leg - 1)
	}
	if l := s.legs[0]; l.status == balancerMismatch {
		b := s.proxy(0)
		b.product = l.answered.Name
		return b
	}
	return byRequest(s, c)
}

// balancerMismatch is the status of a balancer of AWS whose target group is set
// to another version of HTTP than the client speaks.
const balancerMismatch = 464

// byCapture is for what the capture lacks.
func byCapture(*socket, charge) blame { return blame{culprit: Capture, certainty: Certain} }

// byHead is for the grammar of a head.
func byHead(s *socket, c charge) blame {
	if c.Facts.Has(finding.InRequest) {
		return byRequest(s, c)
	}
	return byAnswer(s, c)
}
