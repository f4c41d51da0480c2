package verdict

import (
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// judge returns the diagnosis of s; ok is false when nothing is wrong.
func (s *socket) judge() (d Diagnosis, ok bool) {
	c, r, ok := s.cause()
	if !ok {
		return Diagnosis{}, false
	}
	b := r.blame(s, c)
	product, certain := b.product, b.product != ""
	if b.culprit == Proxy && product == "" {
		product, certain = s.product(max(b.behind, 0))
		if b.behind < 0 {
			product, certain = s.legs[0].passed.Name, s.legs[0].passed.Certain
		}
	} else if product != "" {
		certain = s.named(product)
	}
	if s.incomplete() {
		b.certainty = min(b.certainty, Likely)
	}
	d = Diagnosis{
		Code: c.Code, Severity: severity(c.Finding), Culprit: b.culprit, Product: product, Certainty: b.certainty,
		Count: 1, Packets: slices.Clone(c.Packets), Time: c.Time,
	}
	d.Consequences, d.Severity = s.consequences(c)
	d.Headline = s.headline(c, r, b, who(b.culprit, product, certain))
	d.Evidence = s.evidence(c, b)
	d.Remedies = s.remedies(c, b, product, certain)
	d.Next = s.next(c, b)
	return d, true
}

// named reports whether a leg shows the product for certain.
func (s *socket) named(product string) bool {
	return slices.ContainsFunc(s.legs, func(l *leg) bool {
		return l.passed.Certain && l.passed.Name == product || l.answered.Certain && l.answered.Name == product
	})
}

// consequences returns the other codes that s has, and how severe the worst
// of them and the cause is.
func (s *socket) consequences(c charge) ([]finding.Code, finding.Severity) {
	var codes []finding.Code
	worst := severity(c.Finding)
	for _, l := range s.legs {
		for i := range l.findings {
			f := &l.findings[i]
			if f.Code == c.Code || !s.counts(f) || strings.HasPrefix(string(f.Code), "capture-") {
				continue
			}
			worst = max(worst, severity(f))
			codes = append(codes, f.Code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes), worst
}

// lacks returns one diagnosis for each thing that the capture lacks of s.
func (s *socket) lacks() []Diagnosis {
	var list []Diagnosis
	for _, r := range captureRules {
		for i, l := range s.legs {
			f := l.find(r.code, 0)
			if f == nil {
				continue
			}
			list = append(list, Diagnosis{
				Headline: r.headline, Code: r.code, Severity: severity(f), Culprit: Capture, Certainty: Certain, Count: 1,
				Packets: slices.Clone(f.Packets), Evidence: []Exhibit{exhibit(s.legs[i], f)}, Time: f.Time, Remedies: adviceOf(f),
			})
			break
		}
	}
	return list
}

// headline fills the template of r.
func (s *socket) headline(c charge, r rule, b blame, who string) string {
	text := r.headline
	switch {
	case c.Code == finding.HandshakeNotUpgraded && s.hasCode(finding.HopUpgradeNotRelayed):
		text = "{Who} turned the server's 101 into " + itoa(s.legs[0].status)
	case s.cutLarge(c.Code):
		text = "{Who} ended the connection instead of passing a large message on"
	case b.culprit == Proxy && r.proxy != "":
		text = r.proxy
	}
	l := s.legs[c.leg]
	quiet, age := "a time", ""
	if t, ok := l.quiet(); ok {
		quiet = seconds(t)
	}
	if l.ended != nil {
		age = seconds(l.ended.duration)
	}
	return strings.NewReplacer(
		"{Who}", strings.ToUpper(who[:1])+who[1:], "{who}", who, "{status}", s.refused(), "{quiet}", quiet, "{age}", age,
		"{target}", safe.Quote(safe.MaskTarget(target(s.legs[0].heads.request))), "{close}", closed(l, c.Dir),
	).Replace(text)
}

// cutLarge reports whether the end that code tells of followed a message
// larger than all before it.
func (s *socket) cutLarge(code finding.Code) bool {
	switch code {
	case finding.EndReset, finding.CloseMissing, finding.CloseMidFrame:
		return s.hasCode(finding.EndAfterSize)
	}
	return false
}

// refused says with which status the client's handshake was refused.
func (s *socket) refused() string {
	for _, l := range s.legs {
		if l.status >= 200 {
			return " (answer: " + itoa(l.status) + ")"
		}
	}
	return ""
}

// closed quotes the Close of direction d.
func closed(l *leg, d flow.Direction) string {
	if l.ended == nil || d == 0 || l.ended.closes[d] == nil {
		return ""
	}
	f := l.ended.closes[d]
	party := "client"
	if d == flow.ServerToClient {
		party = "server"
	}
	text := ": " + itoa(f.Code) + " from the " + party
	if f.Reason != "" {
		text += ", " + safe.Quote(f.Reason)
	}
	return text
}

// who names a culprit within a sentence.
func who(c Culprit, product string, certain bool) string {
	switch {
	case c == Proxy && product == "":
		return "a proxy"
	case c == Proxy && certain:
		return product
	case c == Proxy:
		return "a proxy (" + product + ", by its habits)"
	case c == Client:
		return "the client"
	case c == Server:
		return "the server"
	case c == Network:
		return "the network"
	}
	return "something"
}

// connections returns the conversations of s.
func (s *socket) connections() []*dissect.Conversation {
	list := make([]*dissect.Conversation, len(s.legs))
	for i, l := range s.legs {
		list[i] = l.conv
	}
	return list
}
