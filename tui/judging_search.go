package tui

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"wsight/dissect"
	"wsight/session"
)

// A search reads connections again, in the background, until each of them has
// something that the filter selects.
type search struct {
	errand
	total  int64
	looked atomic.Int64 // messages

	mu    sync.Mutex
	found []judged // not taken yet
}

// judged is what a search found out about a connection.
type judged struct {
	index, last int
	passes      bool
}

// stop ends the search, if there is one.
func (s *search) stop() {
	if s != nil {
		s.errand.stop()
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
	s := &search{errand: errand{running: true}}
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
			s.end(began, j.ui.now())
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
