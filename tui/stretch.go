package tui

import (
	"slices"

	"wsight/dissect"
	"wsight/flow"
	"wsight/session"
)

// A stretch is the rows of a timeline between two of them, as they are shown.
type stretch struct {
	rows     int
	messages []int // their numbers, in order
	findings map[*dissect.Finding]bool
}

// has reports whether an event of the connection comes with the stretch: what
// holds for the connection, and the messages.
func (s *stretch) has(e dissect.Event) bool {
	switch e := e.(type) {
	case *dissect.Opened, *dissect.Handshake:
		return true
	case *dissect.Message:
		_, found := slices.BinarySearch(s.messages, e.N)
		return found
	}
	return false
}

// request says what of the connection to read again.
func (s *stretch) request(conv int, limit int64) session.ReplayRequest {
	q := session.ReplayRequest{Conversation: conv, MaxPayload: limit, First: 1, Last: 1}
	if n := len(s.messages); n > 0 {
		q.First, q.Last = s.messages[0], s.messages[n-1]
	}
	return q
}

// toggleRange begins a range of rows at the selected one, or ends it.
func (u *UI) toggleRange() {
	l := u.timeline
	if l.ranged {
		l.ranged = false
		return
	}
	if l.lanes != nil || l.chosen < 0 {
		u.flash = "There are no rows to select here."
		return
	}
	l.ranged, l.anchor = true, l.chosen
	u.focus = atTimeline
	u.flash = "Rows are selected from here on: j and k change them, y and w take them, Esc ends it."
}

// ends returns the first and the last place of the range; ok is false when
// there is none.
func (l *timeline) ends() (from, to int, ok bool) {
	if !l.ranged || l.n == 0 {
		return 0, 0, false
	}
	at, _ := slices.BinarySearch(l.index, uint32(max(l.anchor, 0)))
	at = min(at, l.n-1)
	return min(at, l.sel), max(at, l.sel), true
}

// picked returns the rows of the range; ok is false when there is none. Of a
// frame its message is picked.
func (l *timeline) picked() (s *stretch, ok bool) {
	from, to, ok := l.ends()
	if !ok {
		return nil, false
	}
	s = &stretch{rows: to - from + 1, findings: map[*dissect.Finding]bool{}}
	ids := l.index[from : to+1]
	var open [3]bool // a frame was picked whose message comes later
	l.ui.rec.Scan(l.conv, int(ids[0]), func(r *session.Row) bool {
		_, in := slices.BinarySearch(ids, uint32(r.ID))
		switch {
		case r.Kind == session.RowMessage && (in || open[r.Dir] && !r.Control):
			s.messages = append(s.messages, r.N)
			if !r.Control {
				open[r.Dir] = false
			}
		case in && r.Kind == session.RowFrame && !r.Reserved:
			open[r.Dir] = true
		case in && r.Kind == session.RowFinding:
			s.findings[r.Finding] = true
		}
		return r.ID < int(ids[len(ids)-1]) || open[flow.ClientToServer] || open[flow.ServerToClient]
	})
	return s, true
}
