package query

import (
	"wsight/dissect"
	"wsight/finding"
)

// A Selection passes on the events that a filter selects. The connection,
// handshake and end of a selected row come with it: they are held back until
// it is known that something of their connection is selected.
type Selection struct {
	filter *Filter
	tell   func(dissect.Event)
	survey *Survey // nil: what is known in the end is not known yet
	open   map[*dissect.Conversation]*story
	ended  ring
	told   numberSet // connections of which something was told
	heads  heads

	settled bool // the survey has decided: nothing has to be held

	last  *story // of the event before: events come in runs
	row   Row
	short int64
}

// A story is what is held of one connection.
type story struct {
	conv      *dissect.Conversation
	opened    *dissect.Opened
	handshake *dissect.Handshake
	ended     *dissect.Ended
	problems  int
	told      bool
	final     uint64
	size      int // of the handshake, in the account of heads
}

// heldEnds is how many connections that have ended are held, in case that a
// later finding about them is selected.
const heldEnds = 4096

// Select returns what gives the selected events to tell. The survey is that
// of an earlier reading of the same input, or nil.
func (f *Filter) Select(survey *Survey, tell func(dissect.Event)) *Selection {
	return &Selection{
		filter: f, tell: tell, survey: survey, open: map[*dissect.Conversation]*story{}, heads: heads{room: f.room},
		settled: survey != nil && settled(f.root),
	}
}

// Event takes the next event.
func (s *Selection) Event(e dissect.Event) {
	conv := e.At().Conv
	if conv == nil {
		return
	}
	if s.settled {
		final := s.survey.of(conv)
		if !s.filter.Match(&Row{Event: e, final: &final}) {
			return
		}
	}
	st := s.story(e, conv)
	if m, ok := e.(*dissect.Message); ok && m.Truncated && s.filter.payload {
		s.short++
	}
	s.row = Row{Event: e, Handshake: st.handshake, Ended: st.ended, Problems: st.problems}
	if s.survey != nil {
		st.final = s.survey.of(conv)
		s.row.final = &st.final
	}
	matched := (!st.told || s.filter.rows) && s.filter.Match(&s.row)
	switch {
	case st.told:
		if !s.filter.rows || matched || ofConnection(e) {
			s.tell(e)
		}
	case matched:
		st.told = true
		s.told.set(conv.Number)
		s.release(st, e)
		s.tell(e)
	}
	if st.told {
		st.opened = nil
		if s.filter.kinds&Handshake == 0 {
			s.heads.release(st)
			st.handshake = nil
		}
	}
	if _, ok := e.(*dissect.Ended); ok {
		delete(s.open, conv)
		s.last = nil
		switch {
		case !st.told && (s.filter.kinds&(Finding|Any) != 0 || s.filter.late):
			if old := s.ended.add(st); old != nil {
				s.heads.release(old)
			}
		default:
			s.heads.release(st)
		}
	}
}

// Forgotten returns how many connections lost their handshake for want of
// room, before anything of them was selected.
func (s *Selection) Forgotten() int64 { return s.heads.lost }

// Truncated returns how many messages the filter saw only the beginning of.
func (s *Selection) Truncated() int64 { return s.short }

// ofConnection reports whether e comes with any row of its connection.
func ofConnection(e dissect.Event) bool {
	switch e.(type) {
	case *dissect.Opened, *dissect.Handshake, *dissect.Ended:
		return true
	}
	return false
}

// story returns what is held of a connection, with what e adds.
func (s *Selection) story(e dissect.Event, conv *dissect.Conversation) *story {
	st := s.last
	if st == nil || st.conv != conv {
		if st = s.open[conv]; st == nil {
			st = s.ended.find(conv)
		}
		if st == nil {
			st = &story{conv: conv, told: s.told.has(conv.Number)}
			if _, ok := e.(*dissect.Opened); ok {
				s.open[conv] = st
			}
		}
		s.last = st
	}
	switch e := e.(type) {
	case *dissect.Opened:
		st.opened = &dissect.Opened{Place: e.Place, Copies: e.Copies}
	case *dissect.Handshake:
		s.heads.hold(st, e)
	case *dissect.Ended:
		st.ended = e.Clone()
	case *dissect.Finding:
		if e.Rule().Severity >= finding.Warning {
			st.problems++
		}
	}
	return st
}

// release tells what was held of a connection before e.
func (s *Selection) release(st *story, e dissect.Event) {
	if _, now := e.(*dissect.Opened); !now && st.opened != nil {
		s.tell(st.opened)
	}
	if _, now := e.(*dissect.Handshake); !now && st.handshake != nil {
		s.tell(st.handshake)
	}
	if _, now := e.(*dissect.Ended); !now && st.ended != nil {
		s.tell(st.ended)
	}
}

// A ring holds the newest stories that have ended.
type ring struct {
	stories [heldEnds]*story
	byConv  map[*dissect.Conversation]*story
	next    int
}

// add keeps st and returns the one that went for it, or nil.
func (r *ring) add(st *story) *story {
	if r.byConv == nil {
		r.byConv = map[*dissect.Conversation]*story{}
	}
	old := r.stories[r.next]
	if old != nil {
		delete(r.byConv, old.conv)
	}
	r.stories[r.next], r.byConv[st.conv] = st, st
	r.next = (r.next + 1) % heldEnds
	return old
}

func (r *ring) find(conv *dissect.Conversation) *story { return r.byConv[conv] }

// A numberSet is a set of small numbers.
type numberSet []uint64

func (b *numberSet) set(n int) {
	for n/64 >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b numberSet) has(n int) bool { return n/64 < len(b) && b[n/64]&(1<<(n%64)) != 0 }
