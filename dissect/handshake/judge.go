package handshake

import (
	"fmt"
	"slices"
	"strings"

	"wsight/dissect/header"
	"wsight/finding"
)

// Judge says how the handshake went and all that is wrong with it.
//
// The reports are in this order: what is wrong with the request, for that is
// the cause of what follows; what is wrong with the answer; what is worth
// knowing. That no answer came is not reported, since only the end of the
// capture or of the connection can tell.
func Judge(in Input) Outcome {
	j := judge{Input: in, extended: extended(in.Request)}
	if in.Request != nil {
		j.asked.read(in.Request.Fields)
	}
	if in.Response != nil {
		j.given.read(in.Response.Fields)
	}
	j.outcome.Kind = j.kind()
	j.negotiation()
	j.outcome.Accept = j.compare()

	if in.Request != nil && (j.asked.websocket || j.extended || hasOwnField(in.Request.Fields)) {
		j.request()
	}
	if in.Response != nil {
		j.outcome.Page, _ = ownPage(in.Response, in.Body)
		switch j.outcome.Kind {
		case Accepted:
			j.answer()
		case Rejected:
			j.refusal()
		}
		j.malformed("answer", in.Response.Defects)
	}
	return j.outcome
}

// A judge is at work on one handshake.
type judge struct {
	Input
	extended     bool    // the request is an extended CONNECT
	asked, given reading // of the request and of the response
	outcome      Outcome
	offered      []header.Element // extensions in the request
}

// report adds a report whose detail is built like fmt.Sprintf builds text.
func (j *judge) report(code finding.Code, detail string, values ...any) *finding.Report {
	j.outcome.Reports = append(j.outcome.Reports, finding.Report{Code: code, Detail: fmt.Sprintf(detail, values...)})
	return &j.outcome.Reports[len(j.outcome.Reports)-1]
}

// faulty reports whether an error was found so far.
func (j *judge) faulty() bool { return len(j.outcome.Reports) > 0 }

// kind classifies the status.
func (j *judge) kind() Kind {
	switch {
	case j.Response == nil:
		return Unanswered
	case j.Response.Status == 101, j.extended && j.Response.Status/100 == 2:
		return Accepted
	}
	return Rejected
}

// extended reports whether r is an extended CONNECT for WebSocket (RFC 8441
// §4). It has neither key nor accept.
func extended(r *header.Request) bool {
	return r != nil && r.Method == "CONNECT" && header.EqualFold(r.Fields.Get(":protocol"), "websocket")
}

// negotiation copies what was offered and agreed into the outcome.
func (j *judge) negotiation() {
	o := &j.outcome
	if r := j.Request; r != nil {
		if o.Host = j.asked.first(hostField); o.Host == nil {
			o.Host = r.Authority()
		}
		o.Origin, o.Key = j.asked.first(originField), j.asked.first(keyField)
		if j.asked.count(protocolField) > 0 {
			o.Subprotocol.Offered = slices.Collect(r.Fields.Tokens("Sec-WebSocket-Protocol"))
		}
		if j.asked.count(extensionsField) > 0 {
			o.Extensions.Offered = joined(r.Fields, "Sec-WebSocket-Extensions")
			j.offered = r.Fields.Elements("Sec-WebSocket-Extensions")
		}
	}
	if r := j.Response; r != nil && o.Kind == Accepted {
		o.Subprotocol.Agreed = j.given.first(protocolField)
		if j.given.count(extensionsField) > 0 {
			o.Extensions.Agreed = joined(r.Fields, "Sec-WebSocket-Extensions")
		}
	}
}

// compare computes what the key asks for and holds it against the answer.
func (j *judge) compare() Accept {
	if j.extended {
		return Accept{}
	}
	a := Accept{Actual: j.given.first(acceptField)}
	if key := j.outcome.Key; key != nil {
		if expected := acceptFor(*key); a.Actual != nil && *a.Actual == string(expected[:]) {
			a.Expected = a.Actual
		} else {
			text := string(expected[:])
			a.Expected = &text
		}
	}
	switch {
	case a.Actual != nil && a.Expected != nil:
		valid := *a.Actual == *a.Expected
		a.Valid = &valid
	case a.Actual == nil && j.outcome.Kind == Accepted:
		a.Valid = new(bool)
	}
	return a
}

// malformed reports the defects of a head, all in one.
func (j *judge) malformed(head string, defects []header.Defect) {
	if len(defects) == 0 {
		return
	}
	const most = 5
	text := ""
	for i, d := range defects {
		if i == most {
			text += fmt.Sprintf("; and %d more", len(defects)-most)
			break
		}
		if i > 0 {
			text += "; "
		}
		text += fmt.Sprintf("%s (%s): %s", d.Kind, d.Kind.Section(), d.Detail)
	}
	r := j.report(finding.HandshakeMalformed, "%s: %s", head, text)
	if head == "request" {
		r.Facts |= finding.InRequest
	}
}

// joined returns the values of the field lines called name as one list.
func joined(f header.Fields, name string) *string {
	first := f.Lookup(name)
	if first == nil || f.Count(name) == 1 {
		return first
	}
	list := strings.Join(slices.Collect(f.Values(name)), ", ")
	return &list
}
