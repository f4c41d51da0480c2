package export

import (
	"strconv"

	"wsight/dissect"
	"wsight/flow"
)

func (j *JSONL) finding(b []byte, f *dissect.Finding) []byte {
	rule := f.Rule()
	b = j.head(b, `{"event":"finding","time":`, f.Place)
	b = appendWord(b, "code", string(f.Code))
	b = appendWord(b, "severity", rule.Severity.String())
	b = appendDir(b, "dir", f.Dir)
	b = append(b, `,"message":`...)
	if f.Message == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(f.Message), 10)
	}
	b = appendText(b, "section", rule.Section)
	b = appendText(b, "title", rule.Title)
	b = appendText(b, "detail", f.Detail)
	b = appendText(b, "advice", rule.Advice)
	b = append(b, `,"packets":[`...)
	for i, p := range f.Packets {
		if i > 0 {
			b = append(b, ',')
		}
		b = j.evidence(b, p)
	}
	b = append(b, `],"connections":[`...)
	b = strconv.AppendInt(b, int64(f.Conv.Number), 10)
	for _, other := range f.Others {
		b = strconv.AppendInt(append(b, ','), int64(other.Number), 10)
	}
	return append(b, ']', '}', '\n')
}

func (j *JSONL) evidence(b []byte, p flow.PacketID) []byte {
	if j.opts.Inputs < 2 {
		return strconv.AppendInt(b, int64(p.Number()), 10)
	}
	b = strconv.AppendInt(append(b, '['), int64(p.Input()), 10)
	b = strconv.AppendInt(append(b, ','), int64(p.Number()), 10)
	return append(b, ']')
}
