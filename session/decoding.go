package session

import (
	"net"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/dissect/payload"
)

// A Decoding says which conversations have their messages decoded, and as
// what. The zero value decodes nothing.
type Decoding struct {
	// Of the rules that fit, the last one counts; but one that names a place
	// comes before one that does not. Where none fits, nothing is decoded.
	Rules []DecodeRule

	// Protobuf reads protobuf with a schema wherever a format is found out; the
	// zero value: without one.
	Protobuf payload.Format
}

// A DecodeRule gives the conversations of a place a format.
type DecodeRule struct {
	// Host is compared without regard to case with the host of the request, or
	// with the address of the server; without a port it fits every port.
	// "": every host.
	Host string
	// Path is that of the target, or a beginning of it that ends before a
	// slash. "": every path, known or not.
	Path string
	// Format is what the messages are. Without a Name it is found out.
	Format payload.Format
}

// rule returns what is to be done with the conversation that h describes.
func (d Decoding) rule(c *dissect.Conversation, h payload.Hint) (DecodeRule, bool) {
	for _, placed := range []bool{true, false} {
		for _, r := range slices.Backward(d.Rules) {
			if placed == (r.Host != "" || r.Path != "") && r.host(c, h.Host) && r.path(h.Target) {
				return r, true
			}
		}
	}
	return DecodeRule{}, false
}

func (r DecodeRule) host(c *dissect.Conversation, host string) bool {
	if r.Host == "" {
		return true
	}
	for _, known := range []string{host, c.Server.String()} {
		if strings.EqualFold(r.Host, known) || strings.EqualFold(r.Host, withoutPort(known)) {
			return true
		}
	}
	return false
}

// withoutPort returns the host of HOST:PORT, an IPv6 address in its brackets.
func withoutPort(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func (r DecodeRule) path(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	if _, rest, ok := strings.Cut(path, "://"); ok { // absolute, as sent to a forward proxy
		slash := strings.IndexByte(rest, '/')
		if slash < 0 {
			path = "/"
		} else {
			path = rest[slash:]
		}
	}
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(r.Path, "/"))
	return ok && (rest == "" || rest[0] == '/' || r.Path == "")
}
