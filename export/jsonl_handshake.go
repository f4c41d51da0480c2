package export

import (
	"wsight/dissect"
	"wsight/safe"
)

func (j *JSONL) handshake(b []byte, h *dissect.Handshake) []byte {
	v := &h.Verdict
	b = j.head(b, `{"event":"handshake","time":`, &h.Place)
	b = appendWord(b, `,"outcome":`, v.Kind.String())
	if r := h.Request; r == nil {
		b = append(b, `,"request":null`...)
	} else {
		b = appendText(b, `,"request":{"method":`, r.Method)
		b = appendText(b, `,"target":`, r.Target)
		b = appendText(b, `,"version":`, r.Version)
		b = append(j.fields.append(b, r.Fields), '}')
	}
	if r := h.Response; r == nil {
		b = append(b, `,"response":null`...)
	} else {
		b = appendText(b, `,"response":{"version":`, r.Version)
		b = appendInt(b, `,"status":`, r.Status)
		b = appendText(b, `,"reason":`, r.Reason)
		b = append(j.fields.append(b, r.Fields), '}')
	}
	b = appendPointer(b, `,"host":`, v.Host)
	b = appendPointer(b, `,"origin":`, v.Origin)
	b = appendPointer(b, `,"key":`, v.Key)
	b = appendPointer(b, `,"accept":{"expected":`, v.Accept.Expected)
	b = appendPointer(b, `,"actual":`, v.Accept.Actual)
	b = appendKnownBool(b, `,"valid":`, v.Accept.Valid != nil, v.Accept.Valid != nil && *v.Accept.Valid)
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
	b = appendDuration(b, `},"latency":`, h.Latency)
	return append(b, '}', '\n')
}
