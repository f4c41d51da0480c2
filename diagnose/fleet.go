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
	abrupt  int // how many of them are
}

// maxEndings bounds the endings that are compared with each other.
const maxEndings = 1 << 13

// A finish is what a Fleet remembers of the end of a conversation.
type finish struct {
	conv    *dissect.Conversation
	packet  flow.PacketID
	time    time.Time
	by      flow.Direction // who ended it
	abrupt  bool           // without a Close, or with one that says that its sender goes away
	idle    bool           // after the longest silence of it
	last    [2]bool        // by direction: the largest message was the last one, and the other end left right after it
	quiet   time.Duration  // before the end
	largest [2]int64       // by direction: payload on the wire
}

// finishOf sums up the end of a conversation.
func (s *story) finishOf(e *dissect.Ended) finish {
	f := finish{conv: s.conv, packet: e.TCP.Packet, time: e.TCP.Time, by: e.TCP.By}
	if !s.closedFirst(e) {
		f.abrupt = !s.refused(e)
	} else if c := e.Closes[e.Initiator]; c.Code == 1001 && e.Initiator == flow.ServerToClient || c.Code == 1012 {
		f.abrupt, f.by, f.packet, f.time = true, e.Initiator, c.Packet, c.Time
	}
	if f.abrupt {
		f.quiet, f.idle = s.idleAtEnd(e)
	}
	at := momentOf(f.packet, f.time)
	for i := range s.ways {
		w := &s.ways[i]
		after, ok := at.since(w.latest)
		f.largest[i] = w.largest
		f.last[i] = ok && after <= rightAfter && f.by != flow.ClientToServer+flow.Direction(i) && s.topped[i+1] && w.largest >= 2*w.second
	}
	return f
}

// host returns the address of who ended the conversation: without the port
// when that is a client.
func (f *finish) host() netip.AddrPort {
	if f.by == flow.ClientToServer {
		return netip.AddrPortFrom(f.conv.Client.Addr(), 0)
	}
	return f.conv.Server
}

// add takes an ending.
func (f *Fleet) add(end finish, tell func(dissect.Event)) {
	f.endings = append(f.endings, end)
	if end.abrupt {
		f.abrupt++
	}
	if len(f.endings) == maxEndings {
		f.Close(tell)
	}
}

// Close tells what the endings so far have in common. The ones that came with
// a Close only show what is usual.
func (f *Fleet) Close(tell func(dissect.Event)) {
	if f.abrupt >= fewEndings {
		f.compare(tell)
	}
	clear(f.endings)
	f.endings, f.abrupt = f.endings[:0], 0
}

// compare looks at the endings by each host.
func (f *Fleet) compare(tell func(dissect.Event)) {
	sameHost := func(a, b *finish) int {
		return cmp.Or(a.host().Compare(b.host()), cmp.Compare(a.conv.Vantage, b.conv.Vantage))
	}
	slices.SortStableFunc(f.endings, func(a, b finish) int { return cmp.Or(sameHost(&a, &b), a.time.Compare(b.time)) })
	for rest := f.endings; len(rest) > 0; {
		n := 1
		for n < len(rest) && sameHost(&rest[0], &rest[n]) == 0 {
			n++
		}
		if n >= 2 {
			patterns(rest[:n], tell)
		}
		rest = rest[n:]
	}
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
