package export

import (
	"wsight/dissect"
	"wsight/safe"
	"wsight/session"
)

// Capture appends the last line: what the capture held.
func (j *JSONL) Capture(s session.Summary) {
	b := j.head(j.buf, `{"event":"capture","time":`, &dissect.Place{Time: s.Last})
	b = appendInt(b, `,"packets":`, s.Packets)
	b = appendInt(b, `,"bytes":`, s.Bytes)
	b = appendInt(b, `,"tcp_connections":`, s.TCP)
	b = appendInt(b, `,"websocket_connections":`, s.WebSocket)
	if s.Copies > 0 {
		b = appendInt(b, `,"copies":`, s.Copies)
	}
	b = appendInt(b, `,"other_tcp":`, s.Other)
	b = appendInt(b, `,"tls_without_keys":`, s.TLSWithoutKeys)
	b = appendInt(b, `,"quic":`, s.QUIC)
	b = appendKnown(b, `,"dropped":`, s.Dropped)
	b = appendInt(b, `,"truncated_packets":`, s.Truncated)
	b = appendInt(b, `,"undecoded_packets":`, s.Undecoded)
	b = appendInt(b, `,"evicted":`, s.Evicted)
	b = append(b, `,"limits":[`...)
	for i, name := range s.Limits {
		if i > 0 {
			b = append(b, ',')
		}
		b = safe.AppendJSON(b, name)
	}
	b = appendDuration(b, `],"duration":`, s.Duration())
	b = appendBool(b, `,"complete":`, s.Complete)
	j.buf = append(b, '}', '\n')
}
