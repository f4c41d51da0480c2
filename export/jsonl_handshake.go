package export

import (
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/safe"
)

func (j *JSONL) handshake(b []byte, h *dissect.Handshake) []byte {
	v := &h.Verdict
	b = j.head(b, `{"event":"handshake","time":`, &h.Place)
	b = appendWord(b, `,"outcome":`, v.Kind.String())
	if r := h.Request; r == nil {
		b = appendNull(b, `,"request":`)
	} else {
		b = appendRequestLine(b, r)
		b = append(j.requests.append(b, r.Fields, &j.fields), '}')
	}
	if r := h.Response; r == nil {
		b = appendNull(b, `,"response":`)
	} else {
		b = appendStatusLine(b, r)
		b = append(j.responses.append(b, r.Fields, &j.fields), '}')
	}
	b = appendPointer(b, `,"host":`, v.Host)
	b = appendPointer(b, `,"origin":`, v.Origin)
	b = appendPointer(b, `,"key":`, v.Key)
	b = appendPointer(b, `,"accept":{"expected":`, v.Accept.Expected)
	b = appendPointer(b, `,"actual":`, v.Accept.Actual)
	if v.Accept.Valid == nil {
		b = appendNull(b, `,"valid":`)
	} else {
		b = appendBool(b, `,"valid":`, *v.Accept.Valid)
	}
	if len(v.Subprotocol.Offered) == 0 && v.Subprotocol.Agreed == nil && v.Extensions.Offered == nil && v.Extensions.Agreed == nil {
		b = appendNull(b, `},"subprotocol":{"offered":[],"agreed":null},"extensions":{"offered":null,"agreed":`)
	} else {
		b = appendAgreed(b, v)
	}
	b = appendDuration(b, `},"latency":`, h.Latency)
	return append(b, '}', '\n')
}

// appendRequestLine appends what stands before the fields of a request.
func appendRequestLine(b []byte, r *header.Request) []byte {
	if r.Method == "GET" && r.Version == "1.1" { // as nearly all have (RFC 6455 §4.1)
		b = appendText(b, `,"request":{"method":"GET","target":`, r.Target)
		return append(b, `,"version":"1.1"`...)
	}
	b = appendText(b, `,"request":{"method":`, r.Method)
	b = appendText(b, `,"target":`, r.Target)
	return appendText(b, `,"version":`, r.Version)
}

// appendStatusLine appends what stands before the fields of a response.
func appendStatusLine(b []byte, r *header.Response) []byte {
	if r.Version == "1.1" && r.Status == 101 && r.Reason == "Switching Protocols" { // as nearly all have
		return append(b, `,"response":{"version":"1.1","status":101,"reason":"Switching Protocols"`...)
	}
	b = appendText(b, `,"response":{"version":`, r.Version)
	b = appendInt(b, `,"status":`, r.Status)
	return appendText(b, `,"reason":`, r.Reason)
}

// appendAgreed appends what was offered and agreed.
func appendAgreed(b []byte, v *handshake.Outcome) []byte {
	b = append(b, `},"subprotocol":{"offered":[`...)
	for i, s := range v.Subprotocol.Offered {
		if i > 0 {
			b = append(b, ',')
		}
		b = safe.AppendJSON(b, s)
	}
	b = appendPointer(b, `],"agreed":`, v.Subprotocol.Agreed)
	b = appendPointer(b, `},"extensions":{"offered":`, v.Extensions.Offered)
	return appendPointer(b, `,"agreed":`, v.Extensions.Agreed)
}
