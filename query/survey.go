package query

import (
	"wsight/dissect"
	"wsight/finding"
)

// A Survey is a first reading of an input: what each condition about
// connections is in the end. It takes 16 bytes for each connection.
type Survey struct {
	filter   *Filter
	facts    []*fact
	final    []uint64 // by number of the connection
	problems []uint32
	open     map[*dissect.Conversation]*story
	heads    heads
	compared bool // a condition compares handshakes with ends: handshakes have to be kept
}

// Survey returns a survey for f that has seen nothing.
func (f *Filter) Survey() *Survey {
	s := &Survey{filter: f, open: map[*dissect.Conversation]*story{}, heads: heads{room: f.room}}
	facts(f.root, func(t *fact) {
		s.facts = append(s.facts, t)
		s.compared = s.compared || t.heads && t.ends
	})
	return s
}

// Event takes the next event.
func (s *Survey) Event(e dissect.Event) {
	conv := e.At().Conv
	if conv == nil || conv.Number == 0 {
		return
	}
	for conv.Number >= len(s.final) {
		s.final = append(s.final, 0)
		s.problems = append(s.problems, 0)
	}
	st := s.open[conv]
	switch e := e.(type) {
	case *dissect.Opened:
		st = &story{conv: conv}
		s.open[conv] = st
	case *dissect.Handshake:
		switch {
		case st == nil:
		case s.compared:
			s.heads.hold(st, e)
		default: // what is judged now stays
			s.judge(&story{conv: conv, handshake: e}, e, conv.Number)
			return
		}
	case *dissect.Finding:
		if e.Rule().Severity >= finding.Warning {
			s.problems[conv.Number]++
		}
		s.judge(st, e, conv.Number)
		return
	case *dissect.Ended:
		if st != nil {
			st.ended = e
			s.heads.release(st)
		}
		delete(s.open, conv)
	default:
		return
	}
	s.judge(st, e, conv.Number)
}

// judge brings up to date what is known. Of a connection that has ended only
// its findings change.
func (s *Survey) judge(st *story, e dissect.Event, number int) {
	row := Row{Event: e, Problems: int(s.problems[number])}
	if st != nil {
		row.Handshake, row.Ended = st.handshake, st.ended
	}
	s.filter.row = &row
	for _, t := range s.facts {
		if t.bit == 0 || st == nil && !t.problems || t.heads && row.Handshake == nil {
			continue // what was found before stays
		}
		if t.holds(&row) {
			s.final[number] |= t.bit
		} else {
			s.final[number] &^= t.bit
		}
	}
}

func (s *Survey) of(conv *dissect.Conversation) uint64 {
	if conv.Number < len(s.final) {
		return s.final[conv.Number]
	}
	return 0
}
