package session

import (
	"slices"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/spare"
	"wsight/flow"
)

// Twins see to it that a connection that was captured more than once is told
// once, with the places where it was captured. For that, of what is read from
// files, the first line of a connection waits for the second, and the last one
// of several captures for the clock of the slowest.
type twins struct {
	copies  *diagnose.Copies
	eager   bool // no beginning waits
	several bool // captures, each with a clock of its own, that may be waited for

	pending [maxPending]*dissect.Opened // by the numbers of their conversations
	spare   spare.List[dissect.Opened]
	ends    []*dissect.Ended // that wait, oldest first
	now     time.Time        // of the latest event
	count   int64            // copies that nothing was told of
}

const (
	// endsWait is how long the end of a connection waits for a copy of it to
	// be recognised: by as much may the clocks of two captures differ on
	// connections that are shorter.
	endsWait = 10 * time.Second
	// maxEnds bounds how many wait, and maxPending how many beginnings: those
	// of as many conversations in a row.
	maxEnds    = 4096
	maxPending = 4096
)

func newTwins(opts *Options) *twins {
	t := &twins{copies: diagnose.NewCopies(), eager: opts.Prompt, several: opts.Inputs > 1 && !opts.Prompt}
	if opts.Inputs == 1 {
		t.copies.Single()
	}
	return t
}

// waits returns the place where the beginning of conv waits, or that of another
// conversation.
func (t *twins) waits(conv *dissect.Conversation) **dissect.Opened {
	return &t.pending[uint(conv.Number)%maxPending]
}

// silent reports whether nothing is to be told of e, because it is about a
// copy of what is told already.
func (t *twins) silent(e dissect.Event, tell func(dissect.Event)) bool {
	at := e.At()
	if at.Conv == nil {
		return false
	}
	switch e := e.(type) {
	case *dissect.Opened:
		if t.copies.Open(e) {
			return false
		}
		t.count++
	case *dissect.Ended:
		t.copies.End(e, tell)
	}
	return at.Conv.CopyOf != nil
}

// pass hands e on to handle, and what waited for it before, or lets it wait.
func (t *twins) pass(e dissect.Event, handle func(dissect.Event)) {
	at := e.At()
	if at.Time.After(t.now) {
		t.now = at.Time
	}
	if len(t.ends) > 0 {
		t.release(t.now.Add(-endsWait), handle)
	}
	if at.Conv != nil {
		if o := *t.waits(at.Conv); o != nil && o.Conv == at.Conv {
			if s, ok := e.(*dissect.Signalled); ok && s.Signal.Kind != flow.Fin && s.Signal.Kind != flow.Reset {
				return // what TCP repeats does not decide about the order of what is told
			}
			t.begin(o, handle)
		}
	}
	switch e := e.(type) {
	case *dissect.Opened:
		wait := t.waits(at.Conv)
		if t.eager || *wait != nil {
			break
		}
		kept := t.spare.Get()
		*kept = dissect.Opened{Place: e.Place, Copies: e.Copies}
		*wait = kept
		return
	case *dissect.Ended:
		if !t.several {
			t.end(e, handle)
			return
		}
		kept := e.Clone()
		if t.ends = append(t.ends, kept); len(t.ends) > maxEnds {
			t.end(t.ends[0], handle)
			t.ends = t.ends[1:]
		}
		return
	}
	handle(e)
}

// begin tells the beginning that waits.
func (t *twins) begin(o *dissect.Opened, handle func(dissect.Event)) {
	*t.waits(o.Conv) = nil
	for _, c := range t.copies.Known(o.Conv) {
		if !slices.Contains(o.Copies, c) {
			o.Copies = append(o.Copies, c)
		}
	}
	handle(o)
	t.spare.Put(o)
}

// end tells the end of a conversation, with all copies that are known by now.
func (t *twins) end(e *dissect.Ended, handle func(dissect.Event)) {
	e.Copies = append(e.Copies, t.copies.Known(e.Conv)...)
	t.copies.Told(e.Conv)
	handle(e)
}

// release tells the ends that have waited since before then.
func (t *twins) release(then time.Time, handle func(dissect.Event)) {
	for len(t.ends) > 0 && !t.ends[0].Time.After(then) {
		e := t.ends[0]
		t.ends = t.ends[1:]
		t.end(e, handle)
	}
}

// close tells the ends that still wait.
func (t *twins) close(handle func(dissect.Event)) {
	for _, e := range t.ends {
		t.end(e, handle)
	}
	t.ends = nil
}
