package query

import (
	"wsight/dissect"
	"wsight/flow"
)

// findingFields belong to findings.
var findingFields = []Field{
	{Name: "severity", Type: Text, Kinds: Finding, Doc: "how bad it is", Words: []string{"error", "warning", "note"}, text: ofFinding(always(func(f *dissect.Finding) string { return f.Rule().Severity.String() }))},
	{Name: "message", Type: Number, Kinds: Finding | Frame, Doc: "number of the message that it is about or belongs to", number: about},
	{Name: "section", Type: Text, Kinds: Finding, Doc: "where the rule is written", text: ofFinding(always(func(f *dissect.Finding) string { return f.Rule().Section }))},
	{Name: "title", Type: Text, Kinds: Finding, Doc: "what happened", text: ofFinding(always(func(f *dissect.Finding) string { return f.Rule().Title }))},
	{Name: "detail", Type: Text, Kinds: Finding, Doc: "this instance, with its values", text: ofFinding(always(func(f *dissect.Finding) string { return f.Detail }))},
	{Name: "advice", Type: Text, Kinds: Finding, Doc: "what to do", text: ofFinding(always(func(f *dissect.Finding) string { return f.Rule().Advice }))},
}

// endFields are known once the connection has ended.
var endFields = []Field{
	{Name: "state", Type: Text, Kinds: End, Doc: "how the connection ended; open when it had not", Words: []string{"closed", "reset", "open", "rejected", "unanswered", "stream-end", "evicted"}, text: ofEnd(always(func(e *dissect.Ended) string { return e.State.String() }))},
	{Name: "initiator", Type: Text, Kinds: End, Doc: "who sent the first Close frame", Words: []string{"client", "server"}, text: ofEnd(func(e *dissect.Ended) (string, bool) { return party(e.Initiator) })},
	{Name: "client_close.code", Type: Number, Kinds: End, Doc: "code of the client's Close", number: closing(flow.ClientToServer)},
	{Name: "client_close.reason", Type: Text, Kinds: End, Doc: "reason of the client's Close", text: reason(flow.ClientToServer)},
	{Name: "server_close.code", Type: Number, Kinds: End, Doc: "code of the server's Close", number: closing(flow.ServerToClient)},
	{Name: "server_close.reason", Type: Text, Kinds: End, Doc: "reason of the server's Close", text: reason(flow.ServerToClient)},
	{Name: "tcp.end", Type: Text, Kinds: End, Doc: "whichever came first", Words: []string{"fin", "rst", "none"}, text: ofEnd(always(tcpEnd))},
	{Name: "tcp.by", Type: Text, Kinds: End, Doc: "who sent that", Words: []string{"client", "server"}, text: ofEnd(func(e *dissect.Ended) (string, bool) { return party(e.TCP.By) })},
	{Name: "tcp.seen", Type: Bool, Kinds: End, Doc: "that is in the capture, not only its acknowledgement", flag: ofEnd(func(e *dissect.Ended) (bool, bool) { return !e.TCP.Unseen, e.TCP.Kind != 0 })},
	{Name: "clean", Type: Bool, Kinds: End, Doc: "both Close frames, then the end of TCP", flag: ofEnd(func(e *dissect.Ended) (bool, bool) { return e.Clean, e.CleanKnown })},
	{Name: "messages.c2s", Type: Number, Kinds: End, Doc: "data messages of the client", number: total(flow.ClientToServer, func(t dissect.Totals) int64 { return t.Messages })},
	{Name: "messages.s2c", Type: Number, Kinds: End, Doc: "data messages of the server", number: total(flow.ServerToClient, func(t dissect.Totals) int64 { return t.Messages })},
	{Name: "frames.c2s", Type: Number, Kinds: End, Doc: "frames of the client", number: total(flow.ClientToServer, func(t dissect.Totals) int64 { return t.Frames })},
	{Name: "frames.s2c", Type: Number, Kinds: End, Doc: "frames of the server", number: total(flow.ServerToClient, func(t dissect.Totals) int64 { return t.Frames })},
	{Name: "bytes.c2s", Type: Number, Kinds: End, Doc: "sum of length, of the client", number: total(flow.ClientToServer, func(t dissect.Totals) int64 { return t.Bytes })},
	{Name: "bytes.s2c", Type: Number, Kinds: End, Doc: "sum of length, of the server", number: total(flow.ServerToClient, func(t dissect.Totals) int64 { return t.Bytes })},
	{Name: "wire_bytes.c2s", Type: Number, Kinds: End, Doc: "headers and payloads of the client's frames", number: total(flow.ClientToServer, func(t dissect.Totals) int64 { return t.Wire })},
	{Name: "wire_bytes.s2c", Type: Number, Kinds: End, Doc: "headers and payloads of the server's frames", number: total(flow.ServerToClient, func(t dissect.Totals) int64 { return t.Wire })},
	{Name: "duration", Type: Number, Kinds: End, Doc: "seconds from the SYN or first packet", number: ofEnd(func(e *dissect.Ended) (float64, bool) { return e.Duration.Seconds(), e.Duration >= 0 })},
}

func about(r *Row) (float64, bool) {
	switch e := r.Event.(type) {
	case *dissect.Finding:
		return float64(e.Message), e.Message > 0
	case *dissect.Frame:
		return float64(e.Message), e.Message > 0
	}
	return 0, false
}

func party(d flow.Direction) (string, bool) {
	switch d {
	case flow.ClientToServer:
		return "client", true
	case flow.ServerToClient:
		return "server", true
	}
	return "", false
}

func closing(d flow.Direction) func(*Row) (float64, bool) {
	return ofEnd(func(e *dissect.Ended) (float64, bool) {
		if c := e.Closes[d]; c != nil && c.Code >= 0 {
			return float64(c.Code), true
		}
		return 0, false
	})
}

func reason(d flow.Direction) func(*Row) (string, bool) {
	return ofEnd(func(e *dissect.Ended) (string, bool) {
		if c := e.Closes[d]; c != nil {
			return c.Reason, true
		}
		return "", false
	})
}

func tcpEnd(e *dissect.Ended) string {
	switch e.TCP.Kind {
	case flow.Fin:
		return "fin"
	case flow.Reset:
		return "rst"
	}
	return "none"
}

func total(d flow.Direction, of func(dissect.Totals) int64) func(*Row) (float64, bool) {
	return ofEnd(always(func(e *dissect.Ended) float64 { return float64(of(e.Totals[d])) }))
}
