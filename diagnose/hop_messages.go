package diagnose

import (
	"fmt"

	"wsight/finding"
	"wsight/flow"
)

// messages tells what happened to the messages of direction d in the proxy.
func (t teller) messages(d flow.Direction) {
	l := t.joint.data[d]
	if l == nil {
		t.strayBytes(d, 0)
		return
	}
	told := 0
	for kind, seen := range l.differing {
		if seen == nil {
			continue
		}
		r, n := l.describe(difference(kind), seen)
		if n == nil {
			continue
		}
		if difference(kind) < refragmented {
			told++
		}
		if seen.count > 1 {
			r.Detail += fmt.Sprintf("; the same with %d more", seen.count-1)
		}
		t.report(r, d, t.number(d, n), seen.proofs()...)
	}
	t.strayBytes(d, told)
}

// number returns the number of a message on the leg nearest to the client.
func (t teller) number(d flow.Direction, pair *[2]note) int {
	if d == flow.ClientToServer {
		return pair[0].n
	}
	return pair[1].n
}

// describe words a difference.
func (l *lane) describe(kind difference, d *differing) (finding.Report, *[2]note) {
	source, target := &d.first[0], &d.first[1]
	from, to := party(l.dir), party(l.dir.Reverse())
	switch kind {
	case changed:
		detail := fmt.Sprintf("%s of %s (message %d there) came out of the proxy as %s", size(source), whose(from), source.n, size(target))
		if source.length == target.length && source.kind == target.kind {
			detail = fmt.Sprintf("%s of %s (message %d there) has another content behind the proxy", size(source), whose(from), source.n)
		}
		return finding.Report{Code: finding.HopPayloadChanged, Detail: detail}, &d.first
	case lost:
		return finding.Report{Code: finding.HopMessageLost, Detail: fmt.Sprintf("%s that the %s sent in packet %v did not reach the %s, later ones did",
			size(source), from, source.packet, to)}, &d.first
	case doubled:
		return finding.Report{Code: finding.HopMessageDuplicated, Detail: fmt.Sprintf("%s of %s came out of the proxy again in packet %v",
			size(target), whose(from), target.packet)}, &d.first
	case injected:
		return finding.Report{
			Code:   finding.HopBytesInjected,
			Title:  "a message that the sender did not send is on the other leg",
			Detail: fmt.Sprintf("%s in packet %v reached the %s, and the %s had not sent it", size(target), target.packet, to, from),
		}, &d.first
	case cleared:
		return finding.Report{Code: finding.HopRSVCleared, Detail: fmt.Sprintf("message %d of the %s, %d bytes on the wire, has RSV1 set; behind the proxy the same bytes are sent without it",
			source.n, from, source.wire)}, &d.first
	case refragmented:
		return finding.Report{Code: finding.HopRefragmented, Detail: fmt.Sprintf("%s of %s: %s before the proxy, %d behind it",
			size(source), whose(from), count(int(source.frames), "frame"), target.frames)}, &d.first
	case illegal:
		return finding.Report{
			Code: finding.HopRefragmented, Severity: finding.Error,
			Title:  "the proxy cut a message into frames that are illegal",
			Detail: fmt.Sprintf("%s of %s: %s before the proxy, %d behind it, and those break the rules of framing", size(source), whose(from), count(int(source.frames), "frame"), target.frames),
			Advice: "The proxy writes frames of its own and does it wrongly. Make it pass frames as they are, or bring it up to date; " +
				"without permessage-deflate (remove Sec-WebSocket-Extensions from the request) many such proxies get it right.",
		}, &d.first
	}
	return finding.Report{}, nil
}

func whose(who string) string { return "the " + who }

// size names a message by its type and size.
func size(n *note) string {
	if n.length < 0 {
		return fmt.Sprintf("a %s message of %d bytes on the wire", n.kind, n.wire)
	}
	return fmt.Sprintf("a %s message of %d bytes", n.kind, n.length)
}

// strayBytes tells about bytes behind the proxy that are no frames, unless
// the difference was told already.
func (t teller) strayBytes(d flow.Direction, told int) {
	source, target := t.joint.source(d), t.joint.target(d)
	passed := target.passed[d]
	if told > 0 || passed == 0 || source.passed[d] > 0 || !source.whole(d) || !target.whole(d) {
		return
	}
	left := 0
	if l := t.joint.data[d]; l != nil {
		left = len(l.tail)
		for i := range l.tail {
			passed -= l.tail[i].wire
		}
	}
	r := finding.Report{Code: finding.HopBytesInjected}
	switch {
	case left == 0 || !target.adrift[d] && passed > 0:
		r.Detail = fmt.Sprintf("%d bytes that are no frames reached the %s; what the %s sent is intact", target.passed[d], party(d.Reverse()), party(d))
	default:
		r.Code = finding.HopPayloadChanged
		r.Title = "the bytes of one leg are not those of the other"
		r.Detail = fmt.Sprintf("%d bytes that reached the %s are no frames, where the %s sent %s more", target.passed[d], party(d.Reverse()), party(d), count(left, "message"))
	}
	t.report(r, d, 0, source.end.packet, target.end.packet)
}

// controls tells about pings that did not cross. A ping that was sent when
// the connection was about to end may have had no time to.
func (t teller) controls(d flow.Direction) {
	l := t.joint.control[d]
	if l == nil || !t.joint.source(d).whole(d) || !t.joint.target(d).whole(d) || t.joint.upper.late() || t.joint.lower.late() {
		return
	}
	var pings differing
	if seen := l.differing[lost]; seen != nil {
		pings = *seen
	}
	// A pong to a ping of the proxy's own has no reason to cross.
	if back := t.joint.control[d.Reverse()]; back != nil && pings.count > 0 && pings.count == l.lostPongs && l.lostPongs <= back.ownPings {
		return
	}
	until := t.joint.target(d).until()
	for i := range l.tail {
		if left, ok := between(l.tail[i].done, until); ok && left >= relayPatience && t.crossed(d, l.tail[i].done) {
			if pings.count == 0 {
				pings.first[0] = l.tail[i]
			}
			if pings.count < maxPlaces {
				pings.places[pings.count][0] = l.tail[i].packet
			}
			pings.count++
		}
	}
	if pings.count == 0 {
		return
	}
	t.report(finding.Report{
		Code: finding.HopControlDropped,
		Detail: fmt.Sprintf("%d of the control frames that the %s sent are not on the other leg, first the %s in packet %v, while other messages crossed",
			pings.count, party(d), pings.first[0].kind, pings.first[0].packet),
	}, d, 0, pings.proofs()...)
}

// crossed reports whether anything went through the proxy in direction d
// after a moment: then it was not the whole direction that stood still.
func (t teller) crossed(d flow.Direction, after int64) bool {
	target := t.joint.target(d)
	return target.last[d] > after && (!target.ended || !target.end.torn[d])
}
