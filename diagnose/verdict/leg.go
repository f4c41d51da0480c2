package verdict

import (
	"slices"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A leg is what is remembered of one conversation, whatever passes through
// it: what was found, how its handshake went and how it ended.
type leg struct {
	conv   *dissect.Conversation
	copies []*dissect.Conversation // the same, captured in other places

	kind      handshake.Kind // 0 when no handshake was seen
	status    int            // of the answer; 0 when there is none
	version   string         // of the request
	heads     heads
	passed    handshake.Product // that the request came through
	answered  handshake.Product // that the answer came through
	forwarded bool              // the request shows that a proxy forwarded it
	lowered   [2]bool           // the names of all fields of the request, of the answer, are in lower case
	messages  int64
	heard     time.Time      // of the last message before TCP ended, or of the handshake
	speaker   flow.Direction // of that message
	gone      [3]bool        // by direction: its sender ended it with a FIN or an RST
	ended     *ending
	findings  []dissect.Finding
	worst     finding.Severity

	inputs []int // that its packets are in, in the order of time

	near, far *leg          // the neighbours towards the client and the server
	certainty Certainty     // of the hop that leads to this leg
	skew      time.Duration // of its clock against that of the leg before it
	offset    time.Duration // of its clock against that of the first leg
}

// reach notes in which input the conversation goes on.
func (l *leg) reach(p flow.PacketID) {
	input := p.Input()
	if n := len(l.inputs); p == 0 || n > 0 && l.inputs[n-1] == input || slices.Contains(l.inputs, input) {
		return
	}
	l.inputs = append(l.inputs, input)
}

// earlier reports whether p comes before q, of which both are of l: in one
// input by their numbers, in several by which of those came first. Where
// nothing was completed yet, it has not come.
func (l *leg) earlier(p, q flow.PacketID) bool {
	if p.Input() == q.Input() {
		return p < q
	}
	place := func(p flow.PacketID) uint { return uint(slices.Index(l.inputs, p.Input())) } // the greatest for -1
	return place(p) < place(q)
}

// heads are the lines of a handshake that may be quoted.
type heads struct {
	request, status         string // the request line, the status line
	host, origin            string
	fields                  []header.Field // of the request, that decide about an upgrade
	answer                  []header.Field // likewise
	requestPacket, answered flow.PacketID
}

// An ending is how a conversation ended.
type ending struct {
	state     dissect.EndState
	initiator flow.Direction
	closes    [3]*dissect.CloseFrame
	tcp       dissect.TCPEnd
	totals    [3]dissect.Totals
	heard     [3]bool
	clean     bool
	duration  time.Duration
}

const (
	// maxFindings is how many findings of one conversation are kept. The first
	// ones are: what comes later mostly follows from them.
	maxFindings = 48
	// maxFields and maxField bound the field lines that are kept of a head.
	maxFields = 32
	maxField  = 4 << 10
)

// handshake takes what may be told about the handshake.
func (l *leg) handshake(e *dissect.Handshake) {
	o := &e.Verdict
	l.kind, l.answered = o.Kind, o.Page
	l.heads.requestPacket, l.heads.answered = e.RequestPacket, e.Packet
	if r := e.Request; r != nil {
		l.version = r.Version
		l.passed, _ = handshake.RequestProduct(r)
		l.heads.request = clip(r.Method + " " + r.Target + " HTTP/" + r.Version)
		l.heads.host, l.heads.origin = text(o.Host), text(o.Origin)
		l.heads.fields = keep(r.Fields)
		l.forwarded, l.lowered[0] = forwarded(r.Fields), lowerCase(r.Fields)
	}
	if r := e.Response; r != nil {
		l.status = r.Status
		if l.answered.Name == "" {
			l.answered, _ = handshake.ResponseProduct(r, nil)
		}
		l.heads.status = clip("HTTP/" + r.Version + " " + itoa(r.Status) + " " + r.Reason)
		l.heads.answer, l.lowered[1] = keep(r.Fields), lowerCase(r.Fields)
	}
}

// finding keeps f; the event is only lent.
func (l *leg) finding(f *dissect.Finding) {
	l.worst = max(l.worst, f.Rule().Severity)
	if len(l.findings) == maxFindings {
		// An end is never crowded out: it is what the user saw.
		if !strings.HasPrefix(string(f.Code), "end-") && !strings.HasPrefix(string(f.Code), "close-") && !strings.HasPrefix(string(f.Code), "hop-") {
			return
		}
		l.findings = slices.Delete(l.findings, maxFindings-1, maxFindings)
	}
	own := *f
	own.Packets = slices.Clone(f.Packets)
	own.Others = slices.Clone(f.Others)
	l.findings = append(l.findings, own)
}

func (l *leg) end(e *dissect.Ended) {
	l.ended = &ending{
		state: e.State, initiator: e.Initiator, closes: e.Closes, tcp: e.TCP, totals: e.Totals,
		heard: e.Heard, clean: e.Clean, duration: e.Duration,
	}
	for d, c := range e.Closes {
		if c != nil {
			own := *c
			l.ended.closes[d] = &own
		}
	}
	l.messages = e.Totals[flow.ClientToServer].Messages + e.Totals[flow.ServerToClient].Messages
}

// quiet returns how long nothing was said before TCP ended.
func (l *leg) quiet() (time.Duration, bool) {
	if l.ended == nil || l.ended.tcp.Kind == 0 || l.heard.IsZero() || l.ended.tcp.Time.IsZero() {
		return 0, false
	}
	return l.ended.tcp.Time.Sub(l.heard), true
}

// find returns the first finding of that code, in direction d when d is not 0.
func (l *leg) find(code finding.Code, d flow.Direction) *dissect.Finding {
	for i := range l.findings {
		if f := &l.findings[i]; f.Code == code && (d == 0 || f.Dir == d) {
			return f
		}
	}
	return nil
}

// carries reports whether what has that code passed l in direction d. What is
// wrong with a head has no direction of its own: the code says whose it is.
func (l *leg) carries(code finding.Code, d flow.Direction) bool {
	return slices.ContainsFunc(l.findings, func(f dissect.Finding) bool { return f.Code == code && (f.Dir == d || f.Dir == 0) })
}

func (l *leg) has(codes ...finding.Code) bool {
	return slices.ContainsFunc(l.findings, func(f dissect.Finding) bool { return slices.Contains(codes, f.Code) })
}

// line returns the first of fields that is called name.
func line(fields []header.Field, name string) (header.Field, bool) {
	for _, f := range fields {
		if header.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return header.Field{}, false
}

// forwarded reports whether a field that proxies add is in the request.
func forwarded(f header.Fields) bool {
	for i := range f {
		for _, name := range []string{"Via", "Forwarded", "X-Real-IP", "X-Varnish", "X-Request-Id", "CF-Ray", "X-Amzn-Trace-Id", "X-ARR-LOG-ID"} {
			if header.EqualFold(f[i].Name, name) {
				return true
			}
		}
		if len(f[i].Name) > 12 && header.EqualFold(f[i].Name[:12], "X-Forwarded-") {
			return true
		}
	}
	return false
}

// keep copies the field lines that decide about an upgrade.
func keep(fields header.Fields) []header.Field {
	var kept []header.Field
	for _, f := range fields {
		if len(kept) < maxFields && decides(f.Name) {
			kept = append(kept, header.Field{Name: clip(f.Name), Value: clip(f.Value)})
		}
	}
	return kept
}

func decides(name string) bool {
	const prefix = "Sec-WebSocket-"
	if len(name) > len(prefix) && header.EqualFold(name[:len(prefix)], prefix) {
		return true
	}
	for _, known := range []string{"Upgrade", "Connection", "Host", "Origin", "Content-Length", "Transfer-Encoding"} {
		if header.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// lowerCase reports whether no name has a capital letter.
func lowerCase(fields header.Fields) bool {
	return len(fields) > 0 && !slices.ContainsFunc(fields, func(f header.Field) bool { return strings.ToLower(f.Name) != f.Name })
}

func clip(s string) string { return strings.Clone(s[:min(len(s), maxField)]) }

func text(s *string) string {
	if s == nil {
		return ""
	}
	return clip(*s)
}
