package diagnose

import (
	"fmt"

	"wsight/finding"
	"wsight/flow"
)

// ends tells how the end of the connection travelled through the proxy, in
// which some directions may have stood still.
func (t teller) ends(c clock, stalled [3]bool) {
	up, low := t.joint.upper, t.joint.lower
	if !up.established() || !low.established() {
		return
	}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if !stalled[d] { // else nothing of this direction crosses any more
			t.swallowed(d)
		}
	}
	x, y := &up.end, &low.end
	if x.kind != 0 && y.kind != 0 && x.kind != y.kind && !up.end.both() && !low.end.both() {
		where, who := "client's", x
		if y.kind == flow.Reset {
			where, who = "server's", y
		}
		t.report(finding.Report{
			Code:   finding.HopResetHidden,
			Detail: fmt.Sprintf("the leg on the %s side was reset by its %s, the other one was closed with FIN", where, party(who.by)),
		}, 0, 0, x.tcp.packet, y.tcp.packet)
	}
	t.origin(c)
}

// established reports whether frames could flow on the leg.
func (l *leg) established() bool { return l.accepted() || l.conv.Midstream }

// swallowed tells about a Close that did not cross, although there was a
// connection to send it on.
func (t teller) swallowed(d flow.Direction) {
	source, target := t.joint.source(d), t.joint.target(d)
	sent, over := source.end.closes[d], &target.end
	if !sent.known() || over.closed(d) || over.kind == 0 || !target.whole(d) || target.adrift[d] || !over.heard[d] {
		return
	}
	r := finding.Report{
		Code:   finding.HopCloseSwallowed,
		Detail: fmt.Sprintf("the %s sent a Close with %s in packet %v; its leg of the connection ended, and the %s never got one", party(d), closeCode(source.end.codes[d]), sent.packet, party(d.Reverse())),
	}
	if over.by != d || over.kind == flow.Reset {
		return // the receiver had left before the Close could come
	}
	if gone, ok := over.tcp.since(sent); ok && t.joint.oneClock() && gone < 0 {
		return // the proxy had ended that leg before
	}
	if source.end.initiator != d {
		r.Severity = finding.Warning // only the answer is missing, which many proxies lose in the race of the FINs
	}
	t.report(r, d, 0, sent.packet, over.tcp.packet)
}

func closeCode(code int32) string {
	if code < 0 {
		return "no code"
	}
	return fmt.Sprintf("code %d", code)
}

// A turn is the first thing that an end of a connection did to end it.
type turn struct {
	moment
	by   flow.Direction
	what string
}

// firstTurn returns who began to end the leg.
func (l *leg) firstTurn() (turn, bool) {
	e := &l.end
	first := turn{e.tcp, e.by, "FIN"}
	if e.kind == flow.Reset {
		first.what = "RST"
	}
	if c := e.closes[e.initiator]; e.initiator != 0 && c.known() && (e.kind == 0 || !c.after(e.tcp)) {
		first = turn{c, e.initiator, "Close"}
	}
	return first, first.known()
}

// origin tells which of the three parties ended the connection first.
func (t teller) origin(c clock) {
	up, low := t.joint.upper, t.joint.lower
	if up.end.both() && low.end.both() || !c.known || !up.complete() || !low.complete() {
		return
	}
	x, ok := up.firstTurn()
	y, known := low.firstTurn()
	if !ok || !known {
		return
	}
	lead, timed := y.since(x.moment) // positive: the client's leg began to end first
	lead -= c.offset
	var who string
	switch {
	case x.by == flow.ServerToClient && y.by == flow.ClientToServer:
		who = "proxy"
	case x.by == flow.ClientToServer && y.by == flow.ClientToServer:
		who = "client"
		if timed && lead < 0 {
			who = "proxy"
		}
	case x.by == flow.ServerToClient && y.by == flow.ServerToClient:
		who = "server"
		if timed && lead > 0 {
			who = "proxy"
		}
	case timed && lead >= 0:
		who = "client"
	case timed:
		who = "server"
	default:
		return
	}
	detail := fmt.Sprintf("the %s ended it: on the client's leg the first sign is a %s by the %s, on the server's leg a %s by the %s",
		who, x.what, role(x.by, "client", "proxy"), y.what, role(y.by, "proxy", "server"))
	switch {
	case timed && lead > 0:
		detail += fmt.Sprintf(" %s later", seconds(lead))
	case timed && lead < 0:
		detail += fmt.Sprintf(" %s earlier", seconds(-lead))
	}
	t.report(finding.Report{
		Code: finding.HopEndOrigin, Title: "the " + who + " ended the connection first", Detail: detail,
	}, 0, 0, x.packet, y.packet)
	if who == "proxy" {
		t.tooLarge()
	}
}

// tooLarge tells about a message that was far larger than all that crossed,
// and that the proxy answered by ending the connection.
func (t teller) tooLarge() {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		l, source := t.joint.data[d], t.joint.source(d)
		if l == nil || len(l.tail) == 0 || !source.whole(d) || source.end.by == d {
			continue
		}
		big := &l.tail[0]
		after, ok := between(big.done, source.end.tcp.at)
		if !ok || after < 0 || after > rightAfter || big.wire < leastLimit || big.wire < 2*l.largest {
			continue
		}
		t.report(finding.Report{
			Code:   finding.EndAfterSize,
			Title:  "the proxy ended the connection instead of passing a large message on",
			Detail: fmt.Sprintf("%s of the %s, in packet %v, did not cross, and the proxy ended the connection %s later; the largest that crossed had %d bytes", size(big), party(d), big.packet, seconds(after), l.largest),
		}, d, 0, big.packet, source.end.tcp.packet)
	}
}

// role returns who sends in direction d between two parties.
func role(d flow.Direction, client, server string) string {
	if d == flow.ClientToServer {
		return client
	}
	return server
}
