package diagnose

import (
	"fmt"
	"slices"
	"time"

	"wsight/finding"
	"wsight/flow"
)

// delays tells about messages that the proxy held back although it had
// nothing else to send.
func (t teller) delays(d flow.Direction, c clock) {
	l := t.joint.data[d]
	if l == nil || !c.known || !t.joint.source(d).whole(d) || !t.joint.target(d).whole(d) {
		return
	}
	candidates, what := l.held, "a message"
	if back := t.joint.control[d]; len(candidates) == 0 && l.queued > 0 && back != nil && len(back.held) > 0 {
		// A ping or pong stood before the messages in the queue.
		candidates = back.held
		what = "a " + back.held[0].kind.String() + ", with messages behind it,"
	}
	var waits []time.Duration
	var held []hold
	for _, h := range candidates {
		wait := min(h.idle, c.lag(d, h.raw))
		if wait >= heldFor {
			waits = append(waits, wait)
			held = append(held, h)
		}
	}
	if len(held) == 0 {
		return
	}
	slices.Sort(waits)
	longest := waits[len(waits)-1]
	detail := fmt.Sprintf("%s of the %s waited %s in the proxy, which had nothing else to send", what, party(d), seconds(longest))
	if len(held) > 1 {
		detail = fmt.Sprintf("%d messages of the %s waited between %s and %s in the proxy, which had nothing else to send",
			len(held), party(d), seconds(waits[0]), seconds(longest))
		if longest-waits[0] <= max(longest/10, 50*time.Millisecond) {
			detail += "; the time is always the same: a timer releases them"
		}
	}
	if usual, ok := l.delays.median(); ok && c.lag(d, usual) < heldFor {
		detail += fmt.Sprintf("; half of all take no longer than %s", seconds(max(0, c.lag(d, usual))))
	}
	var proofs []flow.PacketID
	for _, h := range held[:min(len(held), maxPlaces)] {
		proofs = append(proofs, h.packet)
	}
	n := 0
	if d == flow.ServerToClient {
		n = held[0].n
	}
	t.report(finding.Report{Code: finding.HopDelayed, Detail: detail}, d, n, proofs...)
}

// stall tells about messages that never left the proxy although both
// connections stayed open.
func (t teller) stall(d flow.Direction, c clock) bool {
	l := t.joint.data[d]
	source, target := t.joint.source(d), t.joint.target(d)
	if l == nil || len(l.tail) == 0 || !c.known || !source.whole(d) || !target.whole(d) || target.adrift[d] || target.passed[d] > 0 {
		return false
	}
	first := &l.tail[0]
	if !first.whole {
		return false
	}
	raw, ok := between(first.done, min(target.until(), source.until()+int64(c.apart(d))))
	wait := c.lag(d, raw)
	if !ok || wait < relayPatience {
		return false
	}
	over := "connection"
	if source.end.kind == 0 && target.end.kind == 0 {
		over = "capture"
	}
	proofs := []flow.PacketID{first.packet, target.end.packet}
	t.report(finding.Report{
		Code:  finding.EndStalled,
		Title: "the proxy stopped passing messages on while both connections stayed open",
		Detail: fmt.Sprintf("%s of the %s, the first in packet %v, had not left the proxy %s later, when the %s ended",
			count(len(l.tail), "message"), party(d), first.packet, seconds(wait), over),
	}, d, 0, proofs...)
	t.report(finding.Report{
		Code:   finding.HopDelayed,
		Title:  "messages are held in the proxy and not released",
		Detail: fmt.Sprintf("%s of the %s held for at least %s and not sent on", count(len(l.tail), "message"), party(d), seconds(wait)),
	}, d, 0, proofs...)
	return true
}

// apart returns what to add to a time of the source leg of direction d to
// have it in the clock of the target leg.
func (c clock) apart(d flow.Direction) time.Duration {
	if d == flow.ClientToServer {
		return c.offset
	}
	return -c.offset
}
