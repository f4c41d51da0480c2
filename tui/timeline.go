package tui

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/session"
)

// timeline is the ladder of one connection: one row a message, in the order
// of the capture, with what happened between them.
type timeline struct {
	list
	ui         *UI
	conv       int      // 0: none
	index      []uint32 // IDs of the rows that are shown
	scanned    int      // the first ID that was not looked at
	kept       int      // rows that are kept, shown or not
	gone       int      // the first ID that is kept
	chosen     int      // ID of the selected row; -1: none
	filter     *filter
	subject    *subject // of the connection, for the filter
	hunt       *hunt    // for what rows do not tell; nil: they tell enough
	waiting    bool     // for the hunt, at row scanned
	frameRow   frameKey // the next row of a frame of that packet
	found      []int    // numbers of the messages that were searched for
	foundText  string
	foundConv  int
	noPings    bool
	onlyMarked bool
	ranged     bool // rows from anchor to the selected one are selected
	anchor     int  // ID
	frames     bool
	clock      timeForm
	marks      map[int]map[int]bool // by connection, by ID
	places     map[int]int          // selected ID by connection, to come back to
	over       session.Overview
	lanes      *lanes   // nil: one leg is shown
	read       *reading // nil: nothing was decoded yet
	ids        []int
	visible    []session.Row
}

// timeForm says how the time of a row is written.
type timeForm uint8

const (
	sinceStart timeForm = iota
	ofDay
	sinceCapture
)

var timeForms = [...]string{sinceStart: "since the connection began", ofDay: "time of day, UTC", sinceCapture: "since the capture began"}

func newTimeline(u *UI) *timeline {
	return &timeline{ui: u, chosen: -1, marks: map[int]map[int]bool{}, places: map[int]int{}}
}

func (l *timeline) rows() *list {
	if l.lanes != nil {
		return &l.lanes.list
	}
	return &l.list
}

func (l *timeline) title() string {
	if l.conv == 0 {
		return "Timeline"
	}
	if l.lanes != nil {
		return l.lanes.title()
	}
	o, dot := &l.over, l.ui.theme.glyph.dot
	text := "#" + itoa(l.conv) + " " + hostPath(o)
	if as := l.readingText(); as != "" {
		text += dot + as
	}
	if l.frames {
		text += dot + "frames"
	}
	if l.noPings {
		text += dot + "no pings or heartbeats"
	}
	if l.onlyMarked {
		text += dot + "only what is marked"
	}
	if from, to, ok := l.ends(); ok {
		text += dot + plural(int64(to-from+1), "row") + " selected"
	}
	text += dot + endText(o)
	if o.Subprotocol != "" {
		text += dot + o.Subprotocol
	}
	if o.Deflate {
		text += dot + "deflate"
	}
	if o.Legs {
		text += dot + "L: the other leg"
	}
	if parent := parentText(o.Conv); parent != "" {
		text += dot + parent
	}
	if o.Conv != nil && o.Conv.TLS != nil {
		text += dot + "TLS " + o.Conv.TLS.Version
	}
	return text
}

// show turns to a connection, at the row where it was left.
func (l *timeline) show(conv int) {
	if conv == l.conv {
		return
	}
	l.lanes = nil
	l.decodeAnew()
	if l.conv > 0 {
		l.places[l.conv] = l.chosen
	}
	l.conv, l.follow = conv, l.ui.opts.Growing && !l.ui.snap.Done
	l.top, l.sel = 0, 0
	l.setFilter(l.filter)
	if id, ok := l.places[conv]; ok {
		l.pick(id)
	}
	l.choose()
}

// pick selects the row with an ID, or the next one that is shown.
func (l *timeline) pick(id int) {
	if l.n == 0 || id < 0 {
		return
	}
	i, _ := slices.BinarySearch(l.index, uint32(id))
	i = min(i, l.n-1)
	if i != l.sel {
		l.to(i)
	}
	l.chosen = int(l.index[l.sel])
}

// choose follows a move of the selection.
func (l *timeline) choose() {
	if l.lanes != nil {
		l.ui.detail.show(l.lanes.current())
		return
	}
	l.chosen = -1
	if l.sel >= 0 && l.sel < len(l.index) {
		l.chosen = int(l.index[l.sel])
	}
	if l.ui.detail != nil {
		l.ui.detail.show(l.conv, l.chosen)
	}
}

// current returns the selected row; ok is false when there is none.
func (l *timeline) current() (session.Row, bool) {
	if l.chosen < 0 {
		return session.Row{}, false
	}
	return l.ui.rec.Row(l.conv, l.chosen)
}

// find returns the place of the next row, from place at on in steps of by,
// that see wants.
func (l *timeline) find(at, by int, see func(*session.Row) bool) (int, bool) {
	for i := at + by; i >= 0 && i < l.n; i += by {
		r, ok := l.ui.rec.Row(l.conv, int(l.index[i]))
		if ok && see(&r) {
			return i, true
		}
	}
	return 0, false
}

// bad reports whether a row is a problem to stop at.
func bad(r *session.Row) bool {
	return r.Kind == session.RowFinding && r.Trouble >= finding.Warning || r.Kind == session.RowHole
}

// peer returns the ID of what belongs to a row: the pong of a ping, the answer
// of a request, the Close that answers a Close, the message of a finding.
func (l *timeline) peer(r *session.Row) (id int, ok bool) {
	if r.Peer >= 0 {
		return r.Peer, true
	}
	var want func(*session.Row) bool
	partner := 0
	if words := l.words(); words != nil && r.Kind == session.RowMessage {
		partner = words.Partner(r.N)
	}
	switch {
	case partner > 0:
		want = func(o *session.Row) bool { return o.Kind == session.RowMessage && o.N == partner }
	case r.Kind == session.RowRequest:
		want = func(o *session.Row) bool { return o.Kind == session.RowResponse }
	case r.Kind == session.RowResponse:
		want = func(o *session.Row) bool { return o.Kind == session.RowRequest }
	case r.Kind == session.RowMessage && r.Type == dissect.Close:
		want = func(o *session.Row) bool {
			return o.Kind == session.RowMessage && o.Type == dissect.Close && o.Dir != r.Dir
		}
	case r.Kind == session.RowFinding && r.N > 0:
		want = func(o *session.Row) bool { return o.Kind == session.RowMessage && o.N == r.N }
	case r.Kind == session.RowMessage && r.Frames > 1, r.Kind == session.RowFrame && !r.Reserved:
		// Frames of a message come before it; their numbers tell only the last.
		kind := session.RowFrame
		if r.Kind == session.RowFrame {
			kind = session.RowMessage
		}
		want = func(o *session.Row) bool { return o.Kind == kind && o.Dir == r.Dir && (r.N == 0 || o.N == r.N) }
	default:
		return 0, false
	}
	id = -1
	l.ui.rec.Scan(l.conv, 0, func(o *session.Row) bool {
		if want(o) {
			id = o.ID
		}
		return id < 0
	})
	return id, id >= 0
}

// timeText writes the time of a row.
func (l *timeline) timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	from := l.over.Start
	switch l.clock {
	case ofDay:
		return clock(t, 3)
	case sinceCapture:
		from = l.ui.snap.First
	}
	d := t.Sub(from)
	switch {
	case from.IsZero():
		return clock(t, 3)
	case d < 0:
		return "-" + secondsText(-d)
	}
	return secondsText(d)
}

// secondsText writes seconds in at most nine cells.
func secondsText(d time.Duration) string {
	switch {
	case d < 1000*time.Second:
		return fixed(d.Seconds(), 4)
	case d < 100000*time.Second:
		return fixed(d.Seconds(), 2)
	}
	return fixed(d.Seconds(), 0)
}
