package tui

import (
	"wsight/query"
	"wsight/session"
)

// A verdict is what the filter says of a connection so far.
type verdict struct {
	passes  bool
	queued  bool
	row     int // the first one that was not looked at
	message int // the last one whose bytes were looked at
}

// judging finds out which connections the filter of the list lets pass. One
// that is asked for by its rows is in the list when one of them is selected.
type judging struct {
	ui       *UI
	filter   *filter
	verdicts []verdict // by index
	queue    []int     // connections to be looked at
	unread   []int     // connections whose bytes are to be read again
	search   *search   // that does; nil: none yet
}

// begin judges everything anew.
func (j *judging) begin(f *filter, all []session.Overview) {
	j.search.stop()
	j.filter, j.search = f, nil
	j.verdicts, j.queue, j.unread = j.verdicts[:0], j.queue[:0], j.unread[:0]
	if f == nil {
		return
	}
	j.verdicts = make([]verdict, len(all))
	for i := range all {
		j.add(i)
	}
}

func (j *judging) add(i int) {
	for i >= len(j.verdicts) {
		j.verdicts = append(j.verdicts, verdict{})
	}
	if !j.verdicts[i].queued {
		j.verdicts[i].queued = true
		j.queue = append(j.queue, i)
	}
}

// changed takes note that a connection is other than it was.
func (j *judging) changed(i int, before, now *session.Overview) {
	if j.filter == nil {
		return
	}
	j.add(i)
	v := &j.verdicts[i]
	if j.filter.shifts() && (before.State != now.State || before.Ended != now.Ended || before.Findings != now.Findings) {
		*v = verdict{queued: v.queued}
	}
}

// passes reports whether a connection is in the list.
func (j *judging) passes(i int) bool {
	return j.filter == nil || i < len(j.verdicts) && j.verdicts[i].passes
}

// judgeAtOnce is how many rows are looked at before something is drawn again,
// and judgeConnection how many rows a connection counts for.
const (
	judgeAtOnce     = 64 << 10
	judgeConnection = 16
)

// run goes on judging for a while. It reports whether a verdict changed.
func (j *judging) run(all []session.Overview) (changed bool) {
	if j.filter == nil {
		return false
	}
	changed = j.take()
	for budget := judgeAtOnce; len(j.queue) > 0 && budget > 0; {
		i := j.queue[0]
		v := &j.verdicts[i]
		before := v.passes
		spent, done := j.look(&all[i], v, i, budget)
		budget -= spent + judgeConnection
		changed = changed || v.passes != before
		if done {
			v.queued = false
			j.queue = j.queue[1:]
		}
	}
	if len(j.queue) > 0 {
		j.ui.wake()
	}
	if len(j.unread) > 0 && (j.search == nil || j.search.due(j.ui.now())) {
		j.read(all)
	}
	return changed
}

// look looks at a connection, at its rows only as far as budget allows.
func (j *judging) look(o *session.Overview, v *verdict, i, budget int) (spent int, done bool) {
	f := j.filter
	if o.Conv == nil {
		return 0, true
	}
	s := f.subject(j.ui.rec, o)
	if !f.query.Rows() {
		v.passes = f.connection(s)
		return 0, true
	}
	if v.passes = v.passes || f.connection(s); v.passes {
		return 0, true
	}
	for _, found := range j.ui.rec.Findings(o.Number) {
		if v.passes = f.matches(s, found); v.passes {
			return 0, true
		}
	}
	switch {
	case f.query.Kinds()&(query.Message|query.Frame|query.Any) == 0:
		return 0, true
	case f.exact:
		j.unread = append(j.unread, i)
		return 0, true
	}
	_, end := j.ui.rec.Extent(o.Number)
	v.row = j.ui.rec.Scan(o.Number, v.row, func(r *session.Row) bool {
		spent++
		if r.Kind != session.RowFrame || r.Reserved {
			v.passes = f.selects(s, r)
		}
		return !v.passes && spent < budget
	})
	return spent, v.passes || v.row >= end
}

// progress returns how far the filter has come, in percent; 100 when it is
// done with what there is.
func (j *judging) progress() int {
	switch {
	case j.filter == nil:
	case j.search != nil && (j.search.running || j.search.stopped):
		return int(min(j.search.looked.Load()*100/max(j.search.total, 1), 99))
	case len(j.queue) > 0:
		return min((len(j.verdicts)-len(j.queue))*100/max(len(j.verdicts), 1), 99)
	}
	return 100
}
