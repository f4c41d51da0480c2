package diagnose

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A joint is two neighbouring legs of one WebSocket and what their comparison
// has shown so far.
type joint struct {
	upper, lower *leg // towards the client, towards the server
	by           Bond
	certainty    Certainty
	data         [3]*lane // text and binary messages, by direction; nil: none yet
	control      [3]*lane // pings and pongs
	blind        bool     // messages were let go: the lanes mean nothing
	done         bool
}

func newJoint(upper, lower *leg, by Bond, certainty Certainty) *joint {
	j := &joint{upper: upper, lower: lower, by: by, certainty: certainty}
	upper.down, lower.up = j, j
	return j
}

// sees reports whether j, which may be nil, still compares messages.
func (j *joint) sees() bool { return j != nil && !j.blind && !j.done }

// source returns the leg on which direction d enters the proxy.
func (j *joint) source(d flow.Direction) *leg {
	if d == flow.ClientToServer {
		return j.upper
	}
	return j.lower
}

// target returns the leg on which direction d leaves the proxy.
func (j *joint) target(d flow.Direction) *leg { return j.source(d.Reverse()) }

// take compares the next message of l.
func (j *joint) take(l *leg, n note) {
	side := 1
	if j.source(n.dir) == l {
		side = 0
	}
	lanes := &j.data
	switch n.kind {
	case dissect.Close:
		return // the end of the legs tells of them
	case dissect.Ping, dissect.Pong:
		lanes = &j.control
	}
	if lanes[n.dir] == nil {
		lanes[n.dir] = &lane{dir: n.dir}
	}
	lanes[n.dir].take(side, n, j)
}

// waiting returns how many messages wait for the other leg to show them.
func (j *joint) waiting() int {
	n := 0
	for d := range j.data {
		for _, l := range [...]*lane{j.data[d], j.control[d]} {
			if l != nil {
				n += l.count()
			}
		}
	}
	return n
}

// oneClock reports whether both legs were captured by one clock.
func (j *joint) oneClock() bool { return j.upper.conv.Vantage == j.lower.conv.Vantage }

// A teller reports what was found between the two legs of a joint.
type teller struct {
	joint *joint
	place dissect.Place
	tell  func(dissect.Event)
}

func (t teller) report(r finding.Report, d flow.Direction, message int, proofs ...flow.PacketID) {
	f := &dissect.Finding{Place: t.place, Report: r, Dir: d, Message: message, Others: []*dissect.Conversation{t.joint.lower.conv}}
	f.Packets = evidence(proofs...)
	t.tell(f)
}

// at returns where to tell about the joint when p completes it: as seen from
// the leg nearest to the client.
func (j *joint) at(p dissect.Place) dissect.Place {
	if p.Conv != nil && p.Conv.Vantage != j.upper.conv.Vantage {
		p.Packet = 0
	}
	p.Conv = j.upper.conv
	return p
}
