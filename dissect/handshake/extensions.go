package handshake

import (
	"fmt"
	"slices"
	"strconv"

	"wsight/dissect/header"
	"wsight/finding"
	"wsight/safe"
)

// deflate is the name of the extension of RFC 7692 §7.
const deflate = "permessage-deflate"

// extensions compares the agreed extensions with the offered ones (§9.1), and
// for permessage-deflate their parameters too (RFC 7692 §7.1).
func (j *judge) extensions() {
	if j.given.count(extensionsField) == 0 {
		return
	}
	agreed := j.Response.Fields.Elements("Sec-WebSocket-Extensions")
	// No server agrees to so many; comparing each with each must stay cheap.
	agreed = agreed[:min(len(agreed), mostExtensions)]
	for i, answer := range agreed {
		sameName := func(e header.Element) bool { return e.Name == answer.Name }
		fault := ""
		if answer.Name == deflate {
			j.outcome.DeflateAgreed = true
			fault = parameterFault(answer, true)
		}
		switch {
		case answer.Malformed:
			j.report(finding.HandshakeExtensionInvalid, "the answer %s breaks the grammar", safe.Quote(answer.Text))
		case slices.ContainsFunc(agreed[:i], sameName):
			j.report(finding.HandshakeExtensionInvalid, "the answer has %s more than once", safe.Quote(answer.Name))
		case fault != "":
			j.report(finding.HandshakeExtensionInvalid, "the answer %s: %s", safe.Quote(answer.Text), fault)
		case j.Request == nil:
		case !slices.ContainsFunc(j.offered, sameName):
			j.report(finding.HandshakeExtensionUnoffered, "the answer has %s, the request %s",
				safe.Quote(answer.Text), quoteLines(j.Request.Fields, "Sec-WebSocket-Extensions"))
		case answer.Name == deflate:
			j.parameters(answer)
		}
	}
}

// mostExtensions is how many agreed extensions are judged.
const mostExtensions = 16

// parameters holds the answer against the offers of permessage-deflate, of
// which it has to fit one.
func (j *judge) parameters(answer header.Element) {
	misfit := finding.Report{}
	for _, offer := range j.offered {
		if offer.Name != deflate {
			continue
		}
		code, detail := compareParameters(answer, offer)
		if code == "" {
			return
		}
		if misfit.Code == "" {
			misfit = finding.Report{Code: code, Detail: fmt.Sprintf("the answer %s to the offer %s: %s", safe.Quote(answer.Text), safe.Quote(offer.Text), detail)}
		}
	}
	j.outcome.Reports = append(j.outcome.Reports, misfit)
}

// compareParameters says why answer is no answer to offer, and which rule that
// breaks; "" when it is one.
func compareParameters(answer, offer header.Element) (finding.Code, string) {
	const (
		clientBits = "client_max_window_bits"
		serverBits = "server_max_window_bits"
		takeover   = "server_no_context_takeover"
	)
	offeredBits, ok := parameter(offer, serverBits)
	answeredBits, answered := parameter(answer, serverBits)
	_, takeoverOffered := parameter(offer, takeover)
	_, takeoverAnswered := parameter(answer, takeover)
	_, clientOffered := parameter(offer, clientBits)
	_, clientAnswered := parameter(answer, clientBits)
	switch {
	case clientAnswered && !clientOffered: // RFC 7692 §7.1.2.2
		return finding.HandshakeExtensionUnoffered, clientBits + " was not offered"
	case ok && !answered: // §7.1.2.1
		return finding.HandshakeExtensionInvalid, serverBits + " was asked for and is missing"
	case ok && windowBits(answeredBits.Value) > windowBits(offeredBits.Value):
		return finding.HandshakeExtensionInvalid, serverBits + " is larger than was asked for"
	case takeoverOffered && !takeoverAnswered: // §7.1.1.1
		return finding.HandshakeExtensionInvalid, takeover + " was asked for and is missing"
	}
	return "", ""
}

// offer reports illegal offers of permessage-deflate and broken grammar.
func (j *judge) offer() {
	for _, offer := range j.offered {
		fault := ""
		if offer.Malformed {
			fault = "the grammar is broken"
		} else if offer.Name == deflate {
			fault = parameterFault(offer, false)
		}
		if fault != "" {
			r := j.report(finding.HandshakeExtensionInvalid, "the offer %s: %s", safe.Quote(offer.Text), fault)
			r.Facts |= finding.InRequest
			return
		}
	}
}

// parameterFault says what is wrong with the parameters of permessage-deflate
// by themselves, "" when nothing is.
func parameterFault(e header.Element, answer bool) string {
	for i, p := range e.Parameters {
		if slices.ContainsFunc(e.Parameters[:i], func(q header.Parameter) bool { return q.Name == p.Name }) {
			return p.Name + " comes twice"
		}
		switch p.Name {
		case "server_no_context_takeover", "client_no_context_takeover":
			if p.HasValue {
				return p.Name + " takes no value"
			}
		case "client_max_window_bits", "server_max_window_bits":
			if !p.HasValue && !answer && p.Name == "client_max_window_bits" {
				continue // a client may say only that it understands the parameter
			}
			if windowBits(p.Value) == 0 {
				return p.Name + " must be 8 to 15 and is " + safe.Quote(p.Value)
			}
		default:
			return "there is no parameter " + safe.Quote(p.Name)
		}
	}
	return ""
}

// windowBits returns the number from 8 to 15, without leading zeros, that s
// is, and otherwise 0.
func windowBits(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 8 || n > 15 || strconv.Itoa(n) != s {
		return 0
	}
	return n
}

func parameter(e header.Element, name string) (header.Parameter, bool) {
	for _, p := range e.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return header.Parameter{}, false
}
