package handshake

import (
	"net/netip"
	"strings"

	"wsight/dissect/header"
	"wsight/finding"
	"wsight/safe"
)

// A relation says how an Origin relates to the Host that the server saw.
type relation uint8

const (
	unknownOrigin relation = iota // one of the two is missing
	sameOrigin
	portUnknown // the host is the same; Host names no port, so that it cannot be compared
	otherPort
	otherHost // also "null", and origins without a host
)

// originRelation compares Origin (RFC 6454 §7) with Host.
func originRelation(origin, host *string) relation {
	if origin == nil || host == nil || *origin == "" || *host == "" {
		return unknownOrigin
	}
	scheme, authority, ok := strings.Cut(*origin, "://")
	if !ok {
		return otherHost
	}
	if authority == *host {
		return sameOrigin
	}
	originName, originPort := splitPort(authority)
	hostName, hostPort := splitPort(*host)
	if !sameHost(originName, hostName) {
		return otherHost
	}
	if originPort == "" {
		originPort = defaultPort(scheme)
	}
	switch {
	case originPort == hostPort, hostPort == "" && originPort == defaultPort(scheme):
		return sameOrigin
	case hostPort == "":
		return portUnknown
	}
	return otherPort
}

// crossOrigin notes an origin that was let in although it is another one.
func (j *judge) crossOrigin() {
	switch o := &j.outcome; originRelation(o.Origin, o.Host) {
	case otherHost, otherPort:
		j.report(finding.HandshakeCrossOrigin, "Origin is %s, Host is %s", safe.Quote(*o.Origin), safe.Quote(*o.Host))
	}
}

// splitPort splits host and port; the brackets of an IPv6 address stay.
func splitPort(authority string) (host, port string) {
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		return authority[:i], authority[i+1:]
	}
	return authority, ""
}

func defaultPort(scheme string) string {
	switch {
	case header.EqualFold(scheme, "https"), header.EqualFold(scheme, "wss"):
		return "443"
	case header.EqualFold(scheme, "http"), header.EqualFold(scheme, "ws"):
		return "80"
	}
	return ""
}

// sameHost compares two host names or addresses. A final dot does not count,
// and an IPv6 address has several spellings.
func sameHost(a, b string) bool {
	if header.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, ".")) {
		return true
	}
	if !strings.HasPrefix(a, "[") || !strings.HasPrefix(b, "[") {
		return false
	}
	x, err1 := netip.ParseAddr(strings.Trim(a, "[]"))
	y, err2 := netip.ParseAddr(strings.Trim(b, "[]"))
	return err1 == nil && err2 == nil && x == y
}
