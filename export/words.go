package export

import (
	"time"

	"wsight/dissect"
	"wsight/flow"
)

// who names the end that sends in a direction.
func who(d flow.Direction) string {
	if d == flow.ClientToServer {
		return "client"
	}
	return "server"
}

// endWords says in a few words how a connection ended.
func endWords(e *dissect.Ended) string { return e.State.String() + closing(e.TCP) }

// closing says who closed the TCP connection and how, and of a FIN that is
// not in the capture how it is known; it is empty when nobody did.
func closing(t dissect.TCPEnd) string {
	switch {
	case t.Kind == flow.Fin && t.Unseen:
		return ", FIN by " + who(t.By) + " (not captured, but acknowledged)"
	case t.Kind == flow.Fin:
		return ", FIN by " + who(t.By)
	case t.Kind == flow.Reset:
		return ", RST by " + who(t.By)
	}
	return ""
}

// after says how long something took; it is empty when that is unknown.
func after(d time.Duration) string {
	if d < 0 {
		return ""
	}
	return " after " + duration(d)
}
