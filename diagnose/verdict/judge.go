package verdict

import (
	"cmp"
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
	product, certain := s.makeOf(b)
	if b.culprit == Proxy && b.behind >= 0 && b.behind < s.last() {
		b.at = s.legs[b.behind].conv.Server.Addr().String()
	}
	if s.incomplete() {
		b.certainty = min(b.certainty, Likely)
	}
	d = Diagnosis{
		Code: c.Code, Culprit: b.culprit, Product: product, Guessed: product != "" && !certain, Certainty: b.certainty,
		Count: 1, Packets: slices.Clone(c.Packets), Time: c.Time,
	}
	d.Consequences, d.Beside, d.Severity = s.consequences(c)
	d.Headline, d.brief = s.headline(c, b, who(b, product, certain)), s.brief(c)
	if b.certainty > Guess && b.culprit != Unknown {
		d.doer = cmp.Or(product, b.culprit.String())
	}
	if b.either || b.certainty == Guess {
		d.suspect = sentence(who(b, product, certain))
	}
	d.Evidence = s.evidence(c, b)
	d.Remedies = s.remedies(c, b, product, certain)
	d.Next = s.next(b)
	return d, true
}

// makeOf names what the culprit runs, and says whether that is certain.
func (s *socket) makeOf(b blame) (product string, certain bool) {
	switch {
	case b.product != "":
		return b.product, s.named(b.product)
	case b.culprit != Proxy:
		return "", false
	case b.behind < 0:
		return s.legs[0].passed.Name, s.legs[0].passed.Certain
	}
	return s.product(b.behind)
}

// named reports whether a leg shows the product for certain.
func (s *socket) named(product string) bool {
	return slices.ContainsFunc(s.legs, func(l *leg) bool {
		return l.passed.Certain && l.passed.Name == product || l.answered.Certain && l.answered.Name == product
	})
}

// consequences returns the other codes that s has, those that follow from the
// cause and those that do not, and how severe the worst of all is.
func (s *socket) consequences(c charge) (codes, beside []finding.Code, worst finding.Severity) {
	worst = c.Finding.Rule().Severity
	for _, l := range s.legs {
		for i := range l.findings {
			f := &l.findings[i]
			if f.Code == c.Code || !s.counts(f) || strings.HasPrefix(string(f.Code), "capture-") {
				continue
			}
			worst = max(worst, f.Rule().Severity)
			if s.follows(f, c) {
				codes = append(codes, f.Code)
			} else {
				beside = append(beside, f.Code)
			}
		}
	}
	slices.Sort(codes)
	slices.Sort(beside)
	codes = slices.Compact(codes)
	beside = slices.DeleteFunc(slices.Compact(beside), func(code finding.Code) bool { return slices.Contains(codes, code) })
	return codes, beside, worst
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
			headline := r.headline
			if f.Title != "" {
				headline = strings.ToUpper(f.Title[:1]) + f.Title[1:] + "; what lies there was not judged"
			}
			list = append(list, Diagnosis{
				Headline: headline, brief: briefs[r.code], Code: r.code, Severity: f.Rule().Severity, Culprit: Capture, Certainty: Certain, Count: 1,
				Packets: slices.Clone(f.Packets), Evidence: []Exhibit{exhibit(s.legs[i], f)}, Time: f.Time, Remedies: adviceOf(f),
			})
			break
		}
	}
	return list
}

// wording returns the code whose words fit best: another finding of s may say
// more exactly what the cause was.
func (s *socket) wording(c charge) finding.Code {
	switch c.Code {
	case finding.HandshakeAcceptWrong:
		if l := s.legs[min(c.leg, s.last())]; l.has(finding.HopKeyChanged) && l.find(finding.HopKeyChanged, 0).Rule().Severity == finding.Error {
			return finding.HopKeyChanged
		}
		if s.hasCode(finding.HandshakeCached) {
			return finding.HandshakeCached
		}
	case finding.EndReset, finding.CloseMissing, finding.CloseMidFrame, finding.EndAfterHandshake:
		if s.hasCode(finding.EndAfterSize) {
			return finding.EndAfterSize
		}
	case finding.HandshakeNotUpgraded:
		if s.hasCode(finding.HopUpgradeNotRelayed) {
			return finding.HopUpgradeNotRelayed
		}
	case finding.FrameDesynchronised:
		if s.hasCode(finding.HopBytesInjected) {
			return finding.HopBytesInjected
		}
	case finding.CloseAbnormal:
		if s.misheard(c) {
			return finding.HopPayloadChanged
		}
	case finding.EndStalled, finding.CloseUnanswered, finding.PingUnanswered:
		if s.mute() {
			return finding.HopAnsweredByProxy
		}
	}
	return c.Code
}

// headline fills the template that fits best.
func (s *socket) headline(c charge, b blame, who string) string {
	l, w := s.legs[c.leg], s.wording(c)
	r := rules[ranks[w]]
	text := r.headline
	switch {
	case c.Code == finding.HandshakeNotUpgraded && w != c.Code:
		text = "{Who} turned the server's 101 into " + itoa(s.legs[0].status)
	case w == finding.HandshakeCached && c.Code != w:
		text = "{Who} gave the client the answer to an earlier handshake"
	case w == finding.EndAfterSize && c.Code != w:
		text = "{Who} ended the connection instead of passing a large message on"
	case w == finding.HopPayloadChanged && c.Code != w:
		text = "Frames were right here and called wrong beyond{close}; {who} changed them"
	case w == finding.HopAnsweredByProxy && c.Code != w:
		text = "{Who} said 101 and then took no part in the WebSocket"
	case w == finding.EndStalled && b.culprit != Proxy && !c.Facts.Has(finding.WindowClosed) && !c.Facts.Has(finding.SentInVain):
		text = "{Who} fell silent where more had to come"
	case w == finding.HandshakeUnanswered && c.Facts.Has(finding.TooLate):
		text = "{Who} answered the handshake only when the other end had given up"
	case w == finding.HandshakeUpstreamDown && s.silence() != nil:
		text = "The proxy reached {who}, but {who} did not answer the handshake{status}"
		if e := s.legs[s.last()].ended; e != nil && e.tcp.By == flow.ServerToClient {
			text = "The proxy reached {who}, but {who} ended the connection instead of answering the handshake{status}"
		}
	case b.culprit == Proxy && s.refusedOrigin(c):
		text = "{Who} removed or replaced Origin, and the server refused the handshake{status}"
	case c.Code == finding.HandshakeNotFound && b.culprit == Proxy && b.behind < s.last():
		text = "{Who} asks the server for {far} instead of {target}{status}"
	case b.culprit == Proxy && r.proxy != "":
		text = r.proxy
	}
	quiet := "a time"
	if t, ok := l.quiet(); ok {
		quiet = seconds(t)
	}
	return strings.NewReplacer(
		"{Who}", sentence(who), "{who}", who, "{status}", s.refused(), "{quiet}", quiet, "{close}", closed(l, c.Dir),
		"{target}", quotePath(s.legs[0]), "{far}", quotePath(s.legs[s.last()]),
	).Replace(text)
}

// quotePath quotes the path that a leg asks for, without its query.
func quotePath(l *leg) string { return safe.Quote(safe.MaskTarget(target(l.heads.request))) }

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

// who names a culprit within a sentence. A guess is called one.
func who(b blame, product string, certain bool) string {
	name := ""
	switch {
	case b.culprit == Proxy && product == "" && b.at != "":
		name = "the proxy at " + b.at
	case b.culprit == Proxy && product == "":
		name = "a proxy"
	case b.culprit == Proxy && certain:
		name = product
	case b.culprit == Proxy:
		name = "a proxy (" + product + ", by its habits)"
	case b.culprit == Unknown:
		return "something"
	default:
		name = "the " + b.culprit.String()
	}
	switch {
	case b.either && b.culprit == Server:
		return "the server, or a proxy before it,"
	case b.either && b.culprit == Client:
		return "the client, or a proxy behind it,"
	case b.certainty == Guess:
		return "something, perhaps " + name + ","
	}
	return name
}

// sentence returns who for the start of a sentence; products keep their case.
func sentence(who string) string {
	for _, word := range []string{"a ", "the ", "something"} {
		if strings.HasPrefix(who, word) {
			return strings.ToUpper(who[:1]) + who[1:]
		}
	}
	return who
}

// connections returns the conversations of s.
func (s *socket) connections() []*dissect.Conversation {
	list := make([]*dissect.Conversation, len(s.legs))
	for i, l := range s.legs {
		list[i] = l.conv
	}
	return list
}
