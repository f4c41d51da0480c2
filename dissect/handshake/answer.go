package handshake

import (
	"fmt"
	"slices"
	"strings"

	"wsight/finding"
	"wsight/safe"
)

// answer reports what is wrong with the answer that accepted the handshake
// (§4.1, §4.2.2).
func (j *judge) answer() {
	f := j.Response.Fields
	if j.given.others {
		if evidence := cacheEvidence(f); evidence != "" {
			j.report(finding.HandshakeCached, "%s in a %d", evidence, j.Response.Status)
		}
	}
	if !j.extended {
		if !j.given.websocket {
			j.report(finding.HandshakeResponseUpgradeMissing, "the 101 has %s", quoteLines(f, "Upgrade"))
		}
		if !j.given.upgrades {
			j.report(finding.HandshakeResponseConnectionMissing, "the 101 has %s", quoteLines(f, "Connection"))
		}
		j.accept()
		if j.given.others {
			j.bodyHeaders()
		}
		if j.Response.Version == "1.0" {
			j.report(finding.HandshakeMalformed, "answer: a 101 in HTTP/1.0, which has no 1xx (RFC 9110 §15.2)")
		}
	}
	j.subprotocol()
	j.extensions()
	j.crossOrigin()
}

// accept reports a Sec-WebSocket-Accept that does not fit the key.
func (j *judge) accept() {
	a, f := j.outcome.Accept, j.Response.Fields
	switch {
	case a.Actual == nil:
		detail := "the 101 has none"
		if a.Expected != nil {
			detail = fmt.Sprintf("the 101 has none; the key %s asks for %s", safe.Quote(*j.outcome.Key), safe.Quote(*a.Expected))
		}
		j.report(finding.HandshakeAcceptMissing, "%s", detail)
		return
	case a.Valid == nil, *a.Valid && j.given.count(acceptField) == 1:
		return
	}
	for value := range f.Values("Sec-WebSocket-Accept") {
		if value != *a.Expected && !j.fitsAnyKey(value) {
			report := j.report(finding.HandshakeAcceptWrong, "%s; the key %s asks for %s",
				quoteLines(f, "Sec-WebSocket-Accept"), safe.Quote(*j.outcome.Key), safe.Quote(*a.Expected))
			if which := ExplainAccept(value, *j.outcome.Key, nil); which != "" {
				report.Detail += "; the value is " + which
			}
			return
		}
	}
	if n := j.given.count(acceptField); n > 1 {
		j.report(finding.HandshakeMalformed, "answer: Sec-WebSocket-Accept comes %d times (RFC 6455 §11.3.3)", n)
	}
}

// fitsAnyKey reports whether accept answers one of several keys, or all of
// them joined as a list: then the repeated key is to blame, not the answer.
func (j *judge) fitsAnyKey(accept string) bool {
	if j.asked.count(keyField) < 2 {
		return false
	}
	if AcceptFor(*joined(j.Request.Fields, "Sec-WebSocket-Key")) == accept {
		return true
	}
	for key := range j.Request.Fields.Values("Sec-WebSocket-Key") {
		if AcceptFor(key) == accept {
			return true
		}
	}
	return false
}

func (j *judge) bodyHeaders() {
	f, text := j.Response.Fields, ""
	for _, name := range []string{"Content-Length", "Transfer-Encoding"} {
		if f.Has(name) {
			text += ", " + quoteLines(f, name)
		}
	}
	if text != "" {
		j.report(finding.HandshakeBodyHeaders, "the 101 has %s", text[len(", "):])
	}
}

// subprotocol compares the choice with the offer (§4.1, §4.2.2). Names are
// compared with their case, as §1.9 and browsers do.
func (j *judge) subprotocol() {
	s, f := j.outcome.Subprotocol, j.Response.Fields
	if j.Request == nil {
		return
	}
	switch {
	case s.Agreed == nil && len(s.Offered) > 0:
		j.report(finding.HandshakeSubprotocolUnanswered, "%s, and the answer has no Sec-WebSocket-Protocol", quoteLines(j.Request.Fields, "Sec-WebSocket-Protocol"))
	case s.Agreed == nil:
	case j.given.count(protocolField) > 1 || strings.Contains(*s.Agreed, ","):
		j.report(finding.HandshakeSubprotocolUnoffered, "the answer chooses several: %s", quoteLines(f, "Sec-WebSocket-Protocol"))
	case !slices.Contains(s.Offered, *s.Agreed):
		j.report(finding.HandshakeSubprotocolUnoffered, "%s in the answer, %s in the request",
			quoteLines(f, "Sec-WebSocket-Protocol"), quoteLines(j.Request.Fields, "Sec-WebSocket-Protocol"))
	}
}
