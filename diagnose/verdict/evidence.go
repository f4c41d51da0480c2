package verdict

import (
	"cmp"
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// fields are the field lines that show a cause, in the request and in the answer.
type fields struct{ request, answer []string }

// shown says of the codes of the handshake which fields to quote from each leg.
var shown = map[finding.Code]fields{
	finding.HandshakeUpgradeStripped:           {request: []string{"Upgrade", "Connection"}},
	finding.HandshakeUpgradeWrong:              {request: []string{"Upgrade", "Connection"}},
	finding.HandshakeConnectionWrong:           {request: []string{"Connection", "Upgrade"}},
	finding.HandshakeUpgradeForced:             {request: []string{"Upgrade", "Connection"}},
	finding.HandshakeHTTP10:                    {request: []string{"Connection"}},
	finding.HandshakeKeyMissing:                {request: []string{"Sec-WebSocket-Key"}},
	finding.HandshakeKeyInvalid:                {request: []string{"Sec-WebSocket-Key"}},
	finding.HandshakeKeyDuplicate:              {request: []string{"Sec-WebSocket-Key"}},
	finding.HopKeyChanged:                      {request: []string{"Sec-WebSocket-Key"}, answer: []string{"Sec-WebSocket-Accept"}},
	finding.HandshakeVersion:                   {request: []string{"Sec-WebSocket-Version"}},
	finding.HandshakeOriginRejected:            {request: []string{"Host", "Origin"}},
	finding.HandshakeForbidden:                 {request: []string{"Origin", "Host"}},
	finding.HandshakeAcceptMissing:             {answer: []string{"Sec-WebSocket-Accept"}},
	finding.HandshakeAcceptWrong:               {answer: []string{"Sec-WebSocket-Accept"}},
	finding.HandshakeResponseUpgradeMissing:    {answer: []string{"Upgrade", "Connection"}},
	finding.HandshakeResponseConnectionMissing: {answer: []string{"Connection", "Upgrade"}},
	finding.HandshakeBodyHeaders:               {answer: []string{"Content-Length", "Transfer-Encoding"}},
	finding.HandshakeSubprotocolUnoffered:      {request: []string{"Sec-WebSocket-Protocol"}, answer: []string{"Sec-WebSocket-Protocol"}},
	finding.HandshakeSubprotocolUnanswered:     {request: []string{"Sec-WebSocket-Protocol"}, answer: []string{"Sec-WebSocket-Protocol"}},
	finding.HopSubprotocolStripped:             {request: []string{"Sec-WebSocket-Protocol"}, answer: []string{"Sec-WebSocket-Protocol"}},
	finding.HandshakeExtensionUnoffered:        {request: []string{"Sec-WebSocket-Extensions"}, answer: []string{"Sec-WebSocket-Extensions"}},
	finding.HopExtensionStrippedResponse:       {request: []string{"Sec-WebSocket-Extensions"}, answer: []string{"Sec-WebSocket-Extensions"}},
	finding.HopExtensionStrippedRequest:        {request: []string{"Sec-WebSocket-Extensions"}, answer: []string{"Sec-WebSocket-Extensions"}},
	finding.DeflateNotNegotiated:               {request: []string{"Sec-WebSocket-Extensions"}, answer: []string{"Sec-WebSocket-Extensions"}},
	finding.HandshakeNotFound:                  {request: []string{"Host"}},
	finding.HandshakeUpgradeRequired:           {request: []string{"Upgrade", "Connection"}},
	finding.HandshakeBadRequest:                {request: []string{"Upgrade", "Connection"}},
}

// evidence returns what shows the charge: the finding itself, then the field
// lines of every leg when they are what differs, or the ends of the legs.
func (s *socket) evidence(c charge, b blame) []Exhibit {
	code := s.wording(c)
	list := []Exhibit{s.exhibit(c.leg, c.Finding)}
	for i, l := range s.legs {
		if more := l.find(code, 0); code != c.Code && more != nil && more.Detail != c.Detail {
			list = append(list, s.exhibit(i, more))
			break
		}
	}
	if f := s.silence(); f != nil && (code == finding.HandshakeUpstreamDown || code == finding.HandshakeUpstreamTimeout) {
		list = append(list, s.exhibit(s.last(), f))
	}
	if l := s.legs[0]; s.alone() && b.culprit == Server && b.certainty == Guess && l.answered.Name != "" {
		list = append(list, Exhibit{Conv: l.conv, Text: "the answer to the handshake came through " + l.answered.Name + ", which may have done it as well: this leg cannot tell"})
	}
	f, ok := shown[code]
	if ok && (!s.alone() || c.Code == finding.HandshakeBadRequest) {
		for _, l := range s.legs {
			if len(f.request) > 0 && l.heads.request != "" {
				list = append(list, Exhibit{l.conv, l.heads.requestPacket, quoteHead(l.heads.request, l.heads.fields, f.request)})
			}
		}
		for _, l := range slices.Backward(s.legs) {
			if len(f.answer) > 0 && l.heads.status != "" {
				list = append(list, Exhibit{l.conv, l.heads.answered, quoteHead(l.heads.status, l.heads.answer, f.answer)})
			}
		}
	}
	if !ok && c.Code != finding.HopUpgradeNotRelayed && !s.alone() && ranks[c.Code] >= ranks[finding.HopCloseSwallowed] {
		list = append(list, s.ends()...)
	}
	for i, l := range s.legs {
		if i == c.leg && strings.HasPrefix(c.Detail, safe.Quote(l.heads.status)) {
			continue // quoted already
		}
		if l.status >= 200 && !slices.ContainsFunc(list, func(x Exhibit) bool { return x.Conv == l.conv && x.Packet == l.heads.answered }) {
			list = append(list, Exhibit{l.conv, l.heads.answered, "the answer: " + safe.Quote(l.heads.status)})
		}
	}
	return list[:min(len(list), maxExhibits)]
}

// silence returns the finding that the server did not answer the handshake
// that reached it; nil when it did, or when its leg is not known.
func (s *socket) silence() *dissect.Finding {
	if s.alone() {
		return nil
	}
	return s.legs[s.last()].find(finding.HandshakeUnanswered, 0)
}

// ends says how each leg ended, in the order of time.
func (s *socket) ends() []Exhibit {
	type end struct {
		x  Exhibit
		at int64
	}
	var list []end
	for i, l := range s.legs {
		if l.ended == nil || l.ended.tcp.Kind == 0 {
			continue
		}
		t := l.ended.tcp
		kind := "FIN"
		if t.Kind == flow.Reset {
			kind = "RST"
		}
		if t.Unseen {
			kind = "acknowledgement of a FIN that was not captured,"
		}
		list = append(list, end{
			Exhibit{l.conv, t.Packet, kind + " from the " + s.party(i, t.By)},
			t.Time.Add(-l.offset).UnixNano(),
		})
	}
	slices.SortStableFunc(list, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	exhibits := make([]Exhibit, len(list))
	for i, e := range list {
		exhibits[i] = e.x
		if i == 0 && len(list) > 1 {
			exhibits[i].Text += ", before any other end"
		}
	}
	return exhibits
}

// party names the sender of direction d on leg i.
func (s *socket) party(i int, d flow.Direction) string {
	switch {
	case d == flow.ClientToServer && i == 0:
		return "client"
	case d == flow.ServerToClient && i == s.last():
		return "server"
	}
	return "proxy"
}

// exhibit shows a finding of leg i. Who is client and server on one leg may
// be the proxy; where that misleads, it is said.
func (s *socket) exhibit(i int, f *dissect.Finding) Exhibit {
	x := exhibit(s.legs[i], f)
	if len(f.Others) > 0 {
		return x
	}
	client := i > 0 && strings.Contains(x.Text, "the client")
	server := i < s.last() && strings.Contains(x.Text, "the server")
	switch {
	case client && server:
		x.Text += " (client and server of this leg are proxies)"
	case client:
		x.Text += " (the client of this leg is the proxy)"
	case server:
		x.Text += " (the server of this leg is the proxy)"
	}
	return x
}

// exhibit shows a finding.
func exhibit(l *leg, f *dissect.Finding) Exhibit {
	x := Exhibit{Conv: l.conv, Text: f.Detail}
	if len(f.Packets) > 0 {
		x.Packet = f.Packets[0]
		if ofAnswer(f) {
			x.Packet = f.Packets[len(f.Packets)-1]
		}
	} else if f.Conv == l.conv {
		x.Packet = f.Packet
	}
	if x.Text == "" {
		rule, _ := f.Code.Rule()
		x.Text = rule.Title
	}
	return x
}

// ofAnswer reports whether f tells of the answer to a handshake. Its packets
// are those of the request and of the answer then.
func ofAnswer(f *dissect.Finding) bool {
	switch f.Code {
	case finding.HandshakeBodyHeaders, finding.HandshakeSubprotocolUnanswered:
		return f.Dir == 0
	case finding.HandshakeMalformed, finding.HandshakeExtensionInvalid:
		return !f.Facts.Has(finding.InRequest)
	}
	return f.Dir == 0 && (inRules(acceptRules, f.Code) || inRules(refusalRules, f.Code))
}

// quoteHead quotes the first line of a head and the field lines called names,
// and says which of them are not there.
func quoteHead(first string, lines []header.Field, names []string) string {
	text := safe.Quote(first)
	for _, name := range names {
		n := 0
		for _, f := range lines {
			if header.EqualFold(f.Name, name) {
				text += ", " + safe.Quote(f.Name+": "+f.Value)
				n++
			}
		}
		if n == 0 {
			text += ", no " + name
		}
	}
	return text
}
