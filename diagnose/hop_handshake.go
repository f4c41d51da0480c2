package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// handshakes tells what the proxy did to the request, and to the answer as
// far as that has come.
func (t teller) handshakes() {
	up, low := t.joint.upper, t.joint.lower
	asked := []flow.PacketID{up.asked.packet, low.asked.packet}
	answered := []flow.PacketID{low.answered.packet, up.answered.packet}
	both := up.accepted() && low.accepted() && up.response != nil && low.response != nil // frames prove a 101 that was not captured

	var text []string
	if d := requestDiff(up.request, low.request); d != "" {
		text = append(text, "request: "+d)
	}
	if up.response != nil && low.response != nil {
		if d := responseDiff(low.response, up.response); d != "" {
			text = append(text, "answer: "+d)
		}
	}
	if len(text) > 0 {
		t.report(finding.Report{Code: finding.HopHeadersChanged, Detail: strings.Join(text, "; ")}, 0, 0, append(slices.Clone(asked), answered...)...)
	}

	switch {
	case up.agreed.offered && !low.agreed.offered && low.request != nil:
		t.report(finding.Report{
			Code:   finding.HopSubprotocolStripped,
			Detail: fmt.Sprintf("the client offered %s; the request that reached the server offers none", lines(up.request.Fields, "Sec-WebSocket-Protocol")),
		}, flow.ClientToServer, 0, asked...)
	case both && low.agreed.subprotocol && !up.agreed.subprotocol:
		t.report(finding.Report{
			Code:   finding.HopSubprotocolStripped,
			Detail: fmt.Sprintf("the server answered %s; the answer that reached the client has none", lines(low.response.Fields, "Sec-WebSocket-Protocol")),
		}, flow.ServerToClient, 0, answered...)
	}
	if up.agreed.offer && !low.agreed.offer && low.request != nil {
		t.report(finding.Report{
			Code:   finding.HopExtensionStrippedRequest,
			Detail: fmt.Sprintf("the client offered %s; the request that reached the server offers none", lines(up.request.Fields, "Sec-WebSocket-Extensions")),
		}, flow.ClientToServer, 0, asked...)
	}
	if both && low.agreed.extensions && !up.agreed.extensions && up.key == low.key {
		t.report(finding.Report{
			Code:   finding.HopExtensionStrippedResponse,
			Detail: fmt.Sprintf("the server answered %s; the answer that reached the client has none", lines(low.response.Fields, "Sec-WebSocket-Extensions")),
		}, flow.ServerToClient, 0, answered...)
	}
	if up.key != "" && low.key != "" && up.key != low.key {
		r := finding.Report{
			Code:   finding.HopKeyChanged,
			Detail: fmt.Sprintf("the client's key is %s, the server was asked with %s", safe.Quote(up.key), safe.Quote(low.key)),
		}
		if up.accepted() && up.accept != "" && up.accept != up.expected {
			r.Severity = finding.Error
			r.Facts = finding.OtherKey
			r.Title = "the answer fits the key of the wrong leg"
			r.Detail += fmt.Sprintf("; the answer that reached the client is %s", safe.Quote(up.accept))
			if how := handshake.ExplainAccept(up.accept, up.key, []string{low.key}); how != "" {
				r.Detail += ", " + how
			}
			r.Advice = "A proxy that makes a key of its own has to make the answer for its client too. Let it pass Sec-WebSocket-Key and " +
				"Sec-WebSocket-Accept unchanged, or terminate the WebSocket properly."
		}
		t.report(r, 0, 0, append(slices.Clone(asked), answered...)...)
	}
	if low.accepted() && up.kind == handshake.Rejected {
		t.notRelayed()
	}
}

// notRelayed tells about a 101 that did not reach the client.
func (t teller) notRelayed() {
	up, low := t.joint.upper, t.joint.lower
	if low.response == nil {
		return
	}
	detail := fmt.Sprintf("the server answered %s in packet %v", statusLine(low.response), low.answered.packet)
	late, known := low.answered.since(up.answered)
	switch {
	case up.response == nil:
		detail += "; the client got no answer"
		if up.ended {
			if d, ok := between(low.answered.at, up.until()); ok && t.joint.oneClock() {
				detail += " in the " + seconds(d) + " until its connection ended"
			}
		}
	case known && t.joint.oneClock() && late > 0:
		detail += fmt.Sprintf("; it came %s after the proxy had answered %s to the client", seconds(late), statusLine(up.response))
	default:
		detail += fmt.Sprintf("; the client got %s", statusLine(up.response))
	}
	t.report(finding.Report{Code: finding.HopUpgradeNotRelayed, Detail: detail}, flow.ServerToClient, 0,
		low.answered.packet, up.answered.packet)
}

// relayPatience is how long the client may be without the server's 101.
const relayPatience = time.Second

// answers tells about 101s that are on one leg only, when both legs are over.
func (t teller) answers(c clock) {
	up, low := t.joint.upper, t.joint.lower
	if low.accepted() && up.kind == handshake.Unanswered && up.whole(flow.ServerToClient) {
		waited, ok := between(low.answered.at, up.until())
		if up.end.kind != 0 || ok && c.known && waited+c.offset >= relayPatience {
			t.notRelayed()
		}
	}
	if !up.accepted() || up.response == nil {
		return
	}
	r := finding.Report{Code: finding.HopAnsweredByProxy}
	proofs := []flow.PacketID{up.answered.packet}
	early, known := low.answered.since(up.answered)
	switch {
	case low.conv.Bare:
		r.Detail = fmt.Sprintf("the client got a 101 in packet %v; what it sent reached the server on a connection that had no handshake at all", up.answered.packet)
		proofs = append(proofs, low.conv.StartPacket)
	case low.kind == handshake.Rejected && low.response != nil:
		r.Detail = fmt.Sprintf("the client got a 101; the server had answered %s", statusLine(low.response))
		proofs = append(proofs, low.answered.packet)
	case low.kind == handshake.Unanswered && low.whole(flow.ServerToClient):
		r.Detail = "the client got a 101; the server never answered the request"
		proofs = append(proofs, low.asked.packet)
	case low.accepted() && low.response != nil && known && c.known && early-c.offset > -ahead:
		r.Detail = fmt.Sprintf("the client got its 101 %s before the server gave one", seconds(early-c.offset))
		proofs = append(proofs, low.answered.packet)
	default:
		return
	}
	t.report(r, flow.ServerToClient, 0, proofs...)
}

func statusLine(r *header.Response) string {
	return safe.Quote(strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, r.Reason)))
}

// lines quotes every field line called name.
func lines(f header.Fields, name string) string {
	var list []string
	for i := range f {
		if header.EqualFold(f[i].Name, name) {
			list = append(list, quoteField(f[i]))
		}
	}
	return strings.Join(list, ", ")
}

func quoteField(f header.Field) string { return safe.Quote(f.Name + ": " + f.Value) }
