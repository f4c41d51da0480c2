package export

import (
	"strconv"

	"wsight/dissect"
	"wsight/safe"
)

func (j *JSONL) handshake(b []byte, h *dissect.Handshake) []byte {
	v := &h.Verdict
	b = j.head(b, `{"event":"handshake","time":`, &h.Place)
	b = append(append(b, `,"outcome":"`...), v.Kind.String()...)
	b = append(b, `","request":`...)
	if r := h.Request; r == nil {
		b = append(b, "null"...)
	} else {
		b = safe.AppendJSON(append(b, `{"method":`...), r.Method)
		b = safe.AppendJSON(append(b, `,"target":`...), r.Target)
		b = safe.AppendJSON(append(b, `,"version":`...), r.Version)
		b = append(j.fields.append(b, r.Fields), '}')
	}
	b = append(b, `,"response":`...)
	if r := h.Response; r == nil {
		b = append(b, "null"...)
	} else {
		b = safe.AppendJSON(append(b, `{"version":`...), r.Version)
		b = appendNumber(b, `,"status":`, int64(r.Status))
		b = safe.AppendJSON(append(b, `,"reason":`...), r.Reason)
		b = append(j.fields.append(b, r.Fields), '}')
	}
	b = appendPointer(b, `,"host":`, v.Host)
	b = appendPointer(b, `,"origin":`, v.Origin)
	b = appendPointer(b, `,"key":`, v.Key)
	b = appendPointer(b, `,"accept":{"expected":`, v.Accept.Expected)
	b = appendPointer(b, `,"actual":`, v.Accept.Actual)
	b = append(b, `,"valid":`...)
	if v.Accept.Valid == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendBool(b, *v.Accept.Valid)
	}
	b = append(b, `},"subprotocol":{"offered":[`...)
	for i, s := range v.Subprotocol.Offered {
		if i > 0 {
			b = append(b, ',')
		}
		b = safe.AppendJSON(b, s)
	}
	b = appendPointer(b, `],"agreed":`, v.Subprotocol.Agreed)
	b = appendPointer(b, `},"extensions":{"offered":`, v.Extensions.Offered)
	b = appendPointer(b, `,"agreed":`, v.Extensions.Agreed)
	b = append(b, `},"latency":`...)
	b = appendDuration(b, h.Latency)
	return append(b, '}', '\n')
}
