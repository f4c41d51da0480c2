package export

import (
	"wsight/dissect"
	"wsight/flow"
)

func (j *JSONL) finding(b []byte, f *dissect.Finding) []byte {
	rule := f.Rule()
	b = j.head(b, `{"event":"finding","time":`, &f.Place)
	b = appendWord(b, `,"code":`, string(f.Code))
	b = appendWord(b, `,"severity":`, rule.Severity.String())
	b = appendDir(b, `,"dir":`, f.Dir)
	b = append(b, `,"message":`...)
	if f.Message == 0 {
		b = append(b, "null"...)
	} else {
		b = appendInt(b, "", f.Message)
	}
	b = appendText(b, `,"section":`, rule.Section)
	b = appendText(b, `,"title":`, rule.Title)
	b = appendText(b, `,"detail":`, f.Detail)
	b = appendText(b, `,"advice":`, rule.Advice)
	b = append(b, `,"packets":[`...)
	for i, p := range f.Packets {
		if i > 0 {
			b = append(b, ',')
		}
		b = j.evidence(b, p)
	}
	b = append(b, `],"connections":[`...)
	b = appendInt(b, "", f.Conv.Number)
	for _, other := range f.Others {
		b = appendInt(b, ",", other.Number)
	}
	return append(b, ']', '}', '\n')
}

func (j *JSONL) evidence(b []byte, p flow.PacketID) []byte {
	if j.opts.Inputs < 2 {
		return appendInt(b, "", p.Number())
	}
	b = appendInt(b, "[", p.Input())
	b = appendInt(b, ",", p.Number())
	return append(b, ']')
}
