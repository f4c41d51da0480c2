package handshake

import (
	"net/url"
	"strings"

	"wsight/dissect/header"
	"wsight/finding"
)

// redirect says where the answer sends the client, and what that means for a
// WebSocket, which does not go there.
func (j *judge) redirect() {
	location := j.Response.Fields.Get("Location")
	report := j.report(finding.HandshakeRedirected, "%s; %s", j.statusLine(), quoteLines(j.Response.Fields, "Location"))
	defer j.product(report)
	to, err := url.Parse(location)
	if location == "" || err != nil || j.Request == nil {
		return
	}
	from := j.Request.Target
	path, _, _ := strings.Cut(from, "?")
	switch {
	case looksLikeLogin(to.Path):
		report.Detail += "; the target looks like a login page"
		report.Advice = "The session is missing: sign in first and send its cookie or token with the handshake. " +
			"Make the server answer 401 to a WebSocket instead of redirecting it."
	case path+"/" == to.Path:
		report.Detail += "; only a slash at the end of the path is missing"
		report.Advice = "Put the slash at the end of the path that the client connects to."
	case path == to.Path+"/":
		report.Detail += "; only the slash at the end of the path is too much"
		report.Advice = "Leave out the slash at the end of the path that the client connects to."
	case to.Scheme == "https" && to.Path == path && sameHost(to.Hostname(), hostName(j.outcome.Host)):
		report.Detail += "; only the scheme differs"
		report.Advice = "Connect with wss:// instead of ws://."
	}
}

func hostName(host *string) string {
	if host == nil {
		return ""
	}
	name, _ := splitPort(*host)
	return strings.Trim(name, "[]")
}

// looksLikeLogin reports whether a segment of path is a usual name of a login page.
func looksLikeLogin(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		for _, name := range []string{"login", "signin", "sign_in", "sign-in", "sso", "oauth2", "auth", "authorize", "saml"} {
			if header.EqualFold(segment, name) {
				return true
			}
		}
	}
	return false
}
