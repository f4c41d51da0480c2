package diagnose

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A Fleet looks at how many conversations ended and finds what they have in
// common: a silence, an age, a moment, a size. One finding tells about all.
//
// It remembers the last endings only; when it is full it tells what they
// show and begins anew.
type Fleet struct {
	endings []finish
}

// maxEndings bounds the endings that are compared with each other.
const maxEndings = 1 << 13

// A finish is what a Fleet remembers of the end of a conversation.
type finish struct {
	conv    *dissect.Conversation
	vantage int
	packet  flow.PacketID
	time    time.Time
	start   time.Time
	by      flow.Direction // who ended it
	host    netip.AddrPort // of who ended it; without the port when that is a client
	abrupt  bool           // without a Close, or with one that says that its sender goes away
	idle    bool           // after the longest silence of it
	quiet   time.Duration  // before the end
	largest [3]int64       // payload on the wire, by direction
	last    [3]bool        // the largest message was the last one, and the other end left right after it
}

// finishOf sums up the end of a conversation.
func (s *story) finishOf(e *dissect.Ended) finish {
	f := finish{conv: s.conv, vantage: s.conv.Vantage, packet: e.TCP.Packet, time: e.TCP.Time, start: s.conv.Start, by: e.TCP.By}
	f.abrupt = !s.closedFirst(e) && !s.refused(e)
	if c := e.Closes[e.Initiator]; s.closedFirst(e) && (c.Code == 1001 && e.Initiator == flow.ServerToClient || c.Code == 1012) {
		f.abrupt, f.by, f.packet, f.time = true, e.Initiator, c.Packet, c.Time
	}
	f.host = s.conv.Server
	if f.by == flow.ClientToServer {
		f.host = netip.AddrPortFrom(s.conv.Client.Addr(), 0)
	}
	f.quiet, f.idle = s.idleAtEnd(e)
	at := momentOf(f.packet, f.time)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		w := &s.ways[d]
		after, ok := at.since(w.latest)
		f.largest[d] = w.largest
		f.last[d] = ok && after <= rightAfter && f.by != d && w.latestSize == w.largest && w.largest >= 2*w.second
	}
	return f
}

// add takes an ending.
func (f *Fleet) add(end finish, tell func(dissect.Event)) {
	f.endings = append(f.endings, end)
	if len(f.endings) == maxEndings {
		f.Close(tell)
	}
}

// Close tells what the endings so far have in common.
func (f *Fleet) Close(tell func(dissect.Event)) {
	slices.SortStableFunc(f.endings, func(a, b finish) int {
		return cmp.Or(a.host.Compare(b.host), cmp.Compare(a.vantage, b.vantage), a.time.Compare(b.time))
	})
	whole := f.endings
	for len(f.endings) > 0 {
		n := 1
		for n < len(f.endings) && f.endings[n].host == f.endings[0].host && f.endings[n].vantage == f.endings[0].vantage {
			n++
		}
		if n >= 2 {
			patterns(f.endings[:n], tell)
		}
		f.endings = f.endings[n:]
	}
	f.endings = whole[:0]
	clear(whole)
}

// patterns looks for what the endings by one host have in common, in the
// order of time.
func patterns(ends []finish, tell func(dissect.Event)) {
	var sudden []finish
	for _, e := range ends {
		if e.abrupt && !e.time.IsZero() {
			sudden = append(sudden, e)
		}
	}
	sameSilence(sudden, tell)
	sameAge(sudden, tell)
	sameMoment(sudden, ends, tell)
	sameSize(sudden, ends, tell)
}

// maxListed bounds the conversations that a finding about many names.
const maxListed = 1000

// tellAll reports r about all of ends.
func tellAll(ends []finish, r finding.Report, tell func(dissect.Event)) {
	latest := &ends[0]
	f := &dissect.Finding{Report: r, Dir: ends[0].by}
	for i := range ends {
		e := &ends[i]
		if e.time.After(latest.time) {
			latest = e
		}
		if i > 0 && i < maxListed {
			f.Others = append(f.Others, e.conv)
		}
		if i < maxEvidence {
			f.Packets = append(f.Packets, e.packet)
		}
	}
	f.Place = dissect.Place{Conv: ends[0].conv, Packet: latest.packet, Time: latest.time}
	tell(f)
}

// maxEvidence bounds the packets that a finding about many names.
const maxEvidence = 16

// cluster returns the longest run of ends, which are sorted by value, whose
// values lie within tolerance of the first.
func cluster(ends []finish, value func(*finish) time.Duration, tolerance func(time.Duration) time.Duration) []finish {
	var best []finish
	for i, j := 0, 0; i < len(ends); i++ {
		low := value(&ends[i])
		for j < len(ends) && value(&ends[j])-low <= tolerance(low) {
			j++
		}
		if j-i > len(best) {
			best = ends[i:j]
		}
	}
	return best
}
