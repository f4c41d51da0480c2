package session

import (
	"time"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/finding"
	"wsight/flow"
)

// A Gloss is what a format makes of one data message, in a line.
type Gloss struct {
	Format    string // that explains the message; "" when nothing does
	Summary   string // holds captured text; "" when there is nothing to decode
	Heartbeat bool   // nothing but heartbeats is in it
	Trouble   finding.Severity
	Answers   int           // number of the message that it answers; 0: none
	Latency   time.Duration // since that one; -1 when unknown
}

func newGloss(r *payload.Result) Gloss {
	g := Gloss{Format: r.Format, Summary: r.Summary, Heartbeat: r.Heartbeat, Answers: r.Answered, Latency: r.RTT}
	for i := range r.Problems {
		g.Trouble = max(g.Trouble, r.Problems[i].Rule().Severity)
	}
	return g
}

// glossed is how many glosses are at hand at least, once there were so many.
const glossed = 4096

// glosses holds the ones that were asked for of late, at most twice glossed.
type glosses struct{ young, old map[int]Gloss }

func (s *glosses) get(n int) (Gloss, bool) {
	if g, ok := s.young[n]; ok {
		return g, true
	}
	g, ok := s.old[n]
	if ok {
		s.put(n, g)
	}
	return g, ok
}

func (s *glosses) put(n int, g Gloss) {
	if s.young == nil || len(s.young) >= glossed {
		s.young, s.old = map[int]Gloss{}, s.young
	}
	s.young[n] = g
}

// A bearing is what is remembered of each message that was decoded: which one
// it belongs to, and whether it is a heartbeat.
type bearing uint32

const beats bearing = 1 << 31

func (b bearing) partner() int { return int(b &^ beats) }

// decode decodes m, which may be a control message or one that could not be
// read; ok is false then.
func (one *decoded) decode(m *dissect.Message) (r payload.Result, ok bool) {
	switch {
	case one.dialogue == nil || m.Type.Control():
		return r, false
	case m.Type == dissect.Unknown || m.Undecoded != "":
		one.dialogue.Lose(m.Dir)
		return r, false
	}
	return one.dialogue.Decode(payload.Message{
		N: m.N, Dir: m.Dir, Text: m.Type == dissect.Text, Data: m.Payload, Whole: m.Complete && !m.Truncated, Time: m.Time,
	}), true
}

// lastWord returns what a dialogue has to know of the end of its connection.
func lastWord(e *dissect.Ended) payload.End {
	end := payload.End{Time: e.Time, Closed: e.Initiator, Lost: e.Lost > 0 || e.State == dissect.StateEvicted}
	if end.Closed == 0 {
		end.Closed = e.TCP.By
	}
	for _, dir := range [...]flow.Direction{flow.ClientToServer, flow.ServerToClient} {
		end.Lost = end.Lost || !e.Heard[dir] || e.Missing[dir] > 0
	}
	return end
}
