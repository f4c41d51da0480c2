package tui

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"wsight/dissect"
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

// A search reads connections again, in the background, until each of them has
// something that the filter selects.
type search struct {
	running bool
	stopped bool
	ended   time.Time
	took    time.Duration
	cancel  func()
	total   int64
	looked  atomic.Int64 // messages

	mu    sync.Mutex
	found []judged // not taken yet
}

// judged is what a search found out about a connection.
type judged struct {
	index, last int
	passes      bool
}

// due reports whether the search may go on with what came since.
func (s *search) due(now time.Time) bool {
	return !s.running && !s.stopped && now.Sub(s.ended) >= max(patience*s.took, 100*time.Millisecond)
}

// stop ends the search; what it found stays.
func (s *search) stop() {
	if s == nil {
		return
	}
	s.stopped = true
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// take takes over what the search found.
func (j *judging) take() (changed bool) {
	s := j.search
	if s == nil {
		return false
	}
	s.mu.Lock()
	found := s.found
	s.found = nil
	s.mu.Unlock()
	for _, k := range found {
		v := &j.verdicts[k.index]
		v.message = k.last
		changed = changed || k.passes && !v.passes
		v.passes = v.passes || k.passes
	}
	if s.running {
		j.ui.wake()
	}
	return changed
}

// read has the bytes of the connections that wait for it read again.
func (j *judging) read(all []session.Overview) {
	s := &search{running: true}
	j.search = s
	decode := len(j.ui.opts.Decode.Rules) > 0
	text, rec, began := j.filter.text, j.ui.rec, j.ui.now()
	type part struct {
		index, conv, first int
		rules              session.Decoding
	}
	var parts []part
	for _, i := range j.unread {
		if !j.verdicts[i].passes {
			parts = append(parts, part{i, all[i].Number, j.verdicts[i].message + 1, j.ui.decoding(all[i].Number)})
			s.total += max(messages(&all[i])-int64(j.verdicts[i].message), 0)
		}
	}
	j.unread = j.unread[:0]
	cancel := j.ui.work(func(ctx context.Context) func() {
		var failed error
		f, _ := newFilter(text, decode)
		for _, p := range parts {
			k := judged{index: p.index, last: p.first - 1}
			err := f.reread(ctx, rec, p.rules, p.conv, p.first, func(e dissect.Event, selected bool) bool {
				k.passes = selected
				if m, ok := e.(*dissect.Message); ok {
					k.last = m.N
					s.looked.Add(1)
				}
				return !selected
			})
			s.mu.Lock()
			s.found = append(s.found, k)
			s.mu.Unlock()
			if errors.Is(err, context.Canceled) {
				break
			}
			if err != nil && failed == nil {
				failed = err
			}
		}
		return func() {
			s.running, s.ended = false, j.ui.now()
			s.took = s.ended.Sub(began)
			s.stopped = s.stopped || ctx.Err() != nil
			if failed != nil && j.search == s {
				j.ui.flash = "Not all payloads could be looked at: " + failed.Error()
			}
			j.ui.wake()
		}
	})
	if s.running {
		s.cancel = cancel
	}
	j.ui.wake()
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
