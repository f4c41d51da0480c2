package export

import (
	"wsight/diagnose"
	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/session"
)

// Records keep the lines of connections until it is known which of them a
// diagnosis names. What they keep is bounded; Lost says how many connections
// they had to let go.
type Records struct {
	lines   *JSONL
	secrets bool
	buf     []byte
	byConn  map[*dissect.Conversation][]byte
	order   []*dissect.Conversation
	hops    []record
	bytes   int
	lost    map[*dissect.Conversation]bool
}

type record struct {
	of   []*dissect.Conversation
	line []byte
}

// maxRecords bounds the lines that are kept, in bytes.
const maxRecords = 64 << 20

// NewRecords returns empty Records. With secrets, nothing in them is masked.
func NewRecords(inputs int, secrets bool) *Records {
	return &Records{
		lines: NewJSONL(nil, JSONOptions{Payload: PayloadNone, Masked: !secrets, Inputs: inputs}), secrets: secrets,
		byConn: map[*dissect.Conversation][]byte{}, lost: map[*dissect.Conversation]bool{},
	}
}

// Event keeps the line of e when it is one that doctor prints.
func (r *Records) Event(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Opened, *dissect.Handshake, *dissect.Finding, *dissect.Ended:
	case *diagnose.Hop:
		r.hops = append(r.hops, record{e.Conversations, r.line(e)})
		return
	default:
		return
	}
	conv := e.At().Conv
	if r.lost[conv] {
		return
	}
	line := r.line(e)
	if r.bytes += len(line); r.bytes > maxRecords {
		r.lost[conv] = true
		r.bytes -= len(r.byConn[conv]) + len(line)
		delete(r.byConn, conv)
		return
	}
	if r.byConn[conv] == nil {
		r.order = append(r.order, conv)
	}
	r.byConn[conv] = append(r.byConn[conv], line...)
}

// Lost returns of how many connections the lines were let go.
func (r *Records) Lost() int { return len(r.lost) }

func (r *Records) line(e dissect.Event) []byte {
	if !r.secrets {
		e = masked(e)
	}
	r.buf = r.lines.AppendEvent(r.buf[:0], e)
	return append([]byte(nil), r.buf...)
}

// Doctor returns the JSON lines of a diagnosis: those of every connection
// that is named, then the hops between them, the diagnoses, and the capture.
func (r *Records) Doctor(list []verdict.Diagnosis, sum session.Summary) []byte {
	named := map[*dissect.Conversation]bool{}
	for i := range list {
		for _, c := range list[i].Connections {
			named[c] = true
		}
	}
	var b []byte
	for _, c := range r.order {
		if named[c] {
			b = append(b, r.byConn[c]...)
		}
	}
	for _, hop := range r.hops {
		for _, c := range hop.of {
			if named[c] {
				b = append(b, hop.line...)
				break
			}
		}
	}
	for i := range list {
		b = r.diagnosis(b, &list[i])
	}
	r.lines.buf = r.lines.buf[:0]
	r.lines.Capture(sum)
	return append(b, r.lines.buf...)
}

func (r *Records) diagnosis(b []byte, d *verdict.Diagnosis) []byte {
	b = r.lines.head(b, `{"event":"diagnosis","time":`, &dissect.Place{Time: d.Time})
	headline, fix := d.Headline, d.Fix()
	if d.Next != "" {
		fix += "\n\n" + d.Next
	}
	if !r.secrets {
		headline = MaskText(headline)
	}
	b = appendText(b, `,"headline":`, headline)
	b = appendOptional(b, `,"code":`, string(d.Code))
	if d.Code == "" {
		b = append(b, `,"culprit":null`...)
	} else {
		b = appendWord(b, `,"culprit":`, d.Culprit.String())
	}
	b = appendOptional(b, `,"product":`, d.Product)
	b = appendWord(b, `,"certainty":`, d.Certainty.String())
	b = appendWord(b, `,"severity":`, d.Severity.String())
	b = appendInt(b, `,"count":`, d.Count)
	b = append(b, `,"connections":[`...)
	for i, c := range d.Connections {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendInt(b, "", c.Number)
	}
	b = append(b, `],"packets":[`...)
	for i, p := range d.Packets {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.lines.evidence(b, p)
	}
	b = append(b, `],"consequences":[`...)
	for i, c := range d.Consequences {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), c...), '"')
	}
	b = append(b, `],"beside":[`...)
	for i, c := range d.Beside {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), c...), '"')
	}
	b = appendOptional(b, `],"fix":`, fix)
	return append(b, '}', '\n')
}
