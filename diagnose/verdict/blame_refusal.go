package verdict

import (
	"strings"

	"wsight/finding"
)

// byRefuser finds the leg farthest from the client that has the status of the
// charge: behind it sits the one who wrote the answer.
func byRefuser(s *socket, c charge) blame {
	i := writer(s, c)
	switch {
	case i < s.last():
		return s.proxy(i)
	case s.alone() && ownPage(s.legs[i]):
		return blame{culprit: Proxy, certainty: Likely, behind: i, product: s.legs[i].answered.Name}
	case s.alone():
		return blame{culprit: Server, certainty: Likely}
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
	i := writer(s, c)
	if l := s.legs[i]; i == s.last() && l.status == 503 && ownPage(l) && l.answered.Name == "nginx" {
		// It writes 502 when an upstream cannot be reached, and 503 for its own limits.
		return blame{culprit: Proxy, certainty: Likely, behind: i, product: "nginx"}
	}
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
	if j, ok := s.tookOrigin(c); ok {
		return s.proxy(j)
	}
	if s.alone() && s.legs[0].forwarded {
		return blame{culprit: Proxy, certainty: Guess, behind: -1, product: s.legs[0].passed.Name}
	}
	return blame{culprit: Server, certainty: Likely, behind: i}
}

// tookOrigin returns the index of the leg behind which a proxy removed or
// replaced the Origin of a request that was refused for want of permission.
func (s *socket) tookOrigin(c charge) (behind int, ok bool) {
	if c.Code != finding.HandshakeForbidden && c.Code != finding.HandshakeOriginRejected {
		return 0, false
	}
	for j := writer(s, c); j > 0; j-- {
		if near := s.legs[j-1].heads.origin; near != "" && near != s.legs[j].heads.origin {
			return j - 1, true
		}
	}
	return 0, false
}

// refusedOrigin reports whether what the server refused is an Origin that a
// proxy took, while Host is as the client sent it.
func (s *socket) refusedOrigin(c charge) bool {
	j, ok := s.tookOrigin(c)
	return ok && s.legs[j].heads.host == s.legs[j+1].heads.host
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
	b := byRefuser(s, c)
	if s.alone() && b.culprit == Server {
		return s.server() // a page says less about who wrote it than a refusal
	}
	return b
}

// byPolicy is for a 403, which what stands before a server writes as well.
func byPolicy(s *socket, c charge) blame {
	if j, ok := s.tookOrigin(c); ok {
		return s.proxy(j)
	}
	b := byRefuser(s, c)
	if l := s.legs[0]; s.alone() && b.culprit == Server && gatekeeper[l.answered.Name] {
		return blame{culprit: Proxy, certainty: Guess, product: l.answered.Name}
	}
	return b
}

// gatekeeper holds the products that refuse on their own account more often
// than they pass a refusal on.
var gatekeeper = map[string]bool{"Envoy": true, "Cloudflare": true, "CloudFront": true, "AWS ALB": true, "Squid": true}

// target returns the path of a request line, without its query.
func target(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	rest, _, _ = strings.Cut(rest, " ")
	path, _, _ := strings.Cut(rest, "?")
	return path
}
