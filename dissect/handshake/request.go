package handshake

import (
	"strings"

	"wsight/dissect/header"
	"wsight/finding"
	"wsight/safe"
)

// request reports what is wrong with the request (§4.1, §4.2.1). When the
// upgrade itself was taken out of it, nothing else in it is blamed but its
// HTTP version: one proxy did all of that.
func (j *judge) request() {
	r := j.Request
	switch {
	case j.extended:
		j.version()
		j.offer()
	case r.Version == "2":
		j.overHTTP2()
	case j.asked.count(upgradeField) == 0:
		j.stripped()
	case j.outcome.Kind != Accepted && j.asked.websocket && !hasOwnField(r.Fields):
		j.forced()
	default:
		j.upgrade()
	}
	j.malformed("request", r.Defects)
}

func (j *judge) overHTTP2() {
	report := j.report(finding.HandshakeMethod, "%s %s over HTTP/2 instead of CONNECT with :protocol websocket (RFC 8441 §4)", safe.Quote(j.Request.Method), safe.Quote(j.Request.Target))
	report.Title = "a WebSocket over HTTP/2 opens with an extended CONNECT"
	report.Advice = "HTTP/2 has no Upgrade. Make the client or the proxy use the extended CONNECT of RFC 8441, or let this hop speak HTTP/1.1 to the WebSocket's path."
}

func (j *judge) stripped() {
	f := j.Request.Fields
	report := j.report(finding.HandshakeUpgradeStripped, "the request has %s but no Upgrade; %s", ownFields(f), quoteLines(f, "Connection"))
	if p, ok := RequestProduct(j.Request); ok {
		blame(report, "it passed", p)
	}
	j.http10()
}

// forced tells a plain request that was given an Upgrade on its way. The
// client of a WebSocket would have sent its key, too.
func (j *judge) forced() {
	f := j.Request.Fields
	j.report(finding.HandshakeUpgradeForced, "%s, yet the request has no Sec-WebSocket field at all, as a plain request has when a proxy sets Upgrade to a constant",
		quoteLines(f, "Upgrade"))
}

func (j *judge) upgrade() {
	r := j.Request
	if r.Method != "GET" {
		j.report(finding.HandshakeMethod, "the method is %s", safe.Quote(r.Method))
	}
	j.http10()
	if !j.asked.websocket {
		report := j.report(finding.HandshakeUpgradeWrong, "%s", quoteLines(r.Fields, "Upgrade"))
		if r.Fields.HasToken("Connection", "websocket") {
			report.Detail += " and " + quoteLines(r.Fields, "Connection") + ": the two values are exchanged"
			return
		}
	}
	if !j.asked.upgrades {
		j.report(finding.HandshakeConnectionWrong, "%s beside %s", quoteLines(r.Fields, "Connection"), quoteLines(r.Fields, "Upgrade"))
	}
	j.key()
	j.version()
	j.offer()
}

func (j *judge) http10() {
	if r := j.Request; r.Version == "1.0" {
		j.report(finding.HandshakeHTTP10, "the request line is %s", safe.Quote(r.Method+" "+r.Target+" HTTP/1.0"))
	}
}

// version reports a Sec-WebSocket-Version that is not 13 (§4.1 item 9, §11.3.5).
func (j *judge) version() {
	f := j.Request.Fields
	switch n := j.asked.count(versionField); {
	case n == 1 && *j.asked.first(versionField) == "13":
		return
	case n == 0 && j.asked.count(draftField) > 0:
		return // hixie-76 was told already
	}
	report := j.report(finding.HandshakeVersion, "%s", quoteLines(f, "Sec-WebSocket-Version"))
	if j.given.count(versionField) > 0 {
		report.Detail += "; the server answers " + quoteLines(j.Response.Fields, "Sec-WebSocket-Version")
	}
}

// ownFields names the fields of RFC 6455 §11.3 that are in f.
func ownFields(f header.Fields) string {
	var names []string
	for i := range f {
		if isOwn(f[i].Name) {
			names = append(names, f[i].Name)
		}
	}
	const most = 6
	if len(names) > most {
		names = append(names[:most], "...")
	}
	if len(names) == 0 {
		return "no Sec-WebSocket field"
	}
	return safe.Quote(strings.Join(names, ", "))
}

// Hixie reports whether r speaks hixie-76, a draft in which eight bytes of the
// handshake follow the head.
func Hixie(r *header.Request) bool { return r != nil && r.Fields.Has("Sec-WebSocket-Key1") }
