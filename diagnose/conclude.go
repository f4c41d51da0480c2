package diagnose

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// ended takes the end of l, looks a last time for a neighbour, and tells what
// the comparison showed once both ends of a joint are over.
func (h *hops) ended(l *leg, e *dissect.Ended, tell func(dissect.Event)) {
	h.waits(l, -1)
	l.story = nil
	l.finish(e)
	if l.copy {
		h.forget(l)
		return
	}
	if l.free() && (h.vantages > 1 || h.proxied(l)) { // else no address of it is a proxy's
		h.joinByTraffic(l, e.Place, tell)
	}
	if l.free() {
		return
	}
	for _, j := range [...]*joint{l.up, l.down} {
		if j != nil && j.upper.ended && j.lower.ended {
			h.conclude(j, e.Place, tell)
		}
	}
}

// Close tells what can be said only when the capture is over.
func (h *hops) Close(tell func(dissect.Event)) {
	for l := h.oldest; l != nil; l = l.newer {
		alone(l, tell)
	}
}

// conclude tells about j, whose legs have both ended.
func (h *hops) conclude(j *joint, place dissect.Place, tell func(dissect.Event)) {
	if j.done {
		return
	}
	j.done = true
	before := j.waiting()
	t := teller{joint: j, place: j.at(place), tell: tell}
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		crossed := j.source(d).end.closed(d) && j.target(d).end.closed(d)
		for _, l := range [...]*lane{j.data[d], j.control[d]} {
			if l != nil {
				l.finish(j, crossed)
			}
		}
	}
	h.notes -= before
	clock := j.clock()
	tell(j.hop(t.place, clock))
	t.answers(clock)
	var stalled [3]bool
	if j.blind {
		t.report(finding.Report{
			Code:   finding.CaptureLimit,
			Detail: "messages of one leg were let go before the other one could be told to belong to it, so the legs were not compared message by message",
		}, 0, 0, j.upper.end.packet, j.lower.end.packet)
	} else {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if j.source(d).end.heard[d] && j.target(d).end.heard[d] {
				t.messages(d)
				t.delays(d, clock)
				if stalled[d] = t.stall(d, clock); !stalled[d] {
					t.controls(d)
				}
			}
		}
	}
	t.ends(clock, stalled)
	j.data, j.control = [3]*lane{}, [3]*lane{}
	for _, l := range [...]*leg{j.upper, j.lower} {
		if (l.up == nil || l.up.done) && (l.down == nil || l.down.done) && !l.listed {
			h.list(l)
		}
	}
}

// alone tells what a leg proves whose other side was not captured.
func alone(l *leg, tell func(dissect.Event)) {
	if !l.conv.Bare || l.up != nil || !l.ended || l.copy {
		return
	}
	tell(&dissect.Finding{
		Place: dissect.Place{Conv: l.conv, Packet: l.end.packet, Time: l.end.time()},
		Report: finding.Report{
			Code:  finding.HopAnsweredByProxy,
			Title: "frames came on a connection that had no handshake",
			Detail: "the first bytes behind the SYN are frames, so whoever sent them believed in a handshake that this server never answered; " +
				"capture the client's side of the proxy as well to see who did",
		},
		Packets: evidence(l.conv.StartPacket),
	})
}
