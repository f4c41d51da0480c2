package session

import (
	"slices"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/spare"
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

// place returns where the beginning of conv waits, or that of another
// conversation.
func (t *twins) place(conv *dissect.Conversation) **dissect.Opened {
	return &t.pending[uint(conv.Number)%maxPending]
}

// waits reports whether the beginning of conv does.
func (t *twins) waits(conv *dissect.Conversation) bool {
	o := *t.place(conv)
	return o != nil && o.Conv == conv
}

// recognise reports whether a conversation is to be told: whether it is not a
// copy of what is told already.
func (t *twins) recognise(o *dissect.Opened) bool {
	if t.copies.Open(o) {
		return true
	}
	t.count++
	return false
}

// open tells the beginning of a conversation, or lets it wait.
func (t *twins) open(o *dissect.Opened, handle func(dissect.Event)) {
	place := t.place(o.Conv)
	if t.eager || *place != nil {
		handle(o)
		return
	}
	kept := t.spare.Get()
	*kept = *o
	*place = kept
}

// begin tells the beginning of conv, which waits.
func (t *twins) begin(conv *dissect.Conversation, handle func(dissect.Event)) {
	place := t.place(conv)
	o := *place
	*place = nil
	for _, c := range t.copies.Known(conv) {
		if !slices.Contains(o.Copies, c) {
			o.Copies = append(o.Copies, c)
		}
	}
	handle(o)
	t.spare.Put(o)
}

// end tells the end of a conversation, or lets it wait.
func (t *twins) end(e *dissect.Ended, handle func(dissect.Event)) {
	if !t.several {
		t.told(e, handle)
		return
	}
	kept := e.Clone()
	if t.ends = append(t.ends, kept); len(t.ends) > maxEnds {
		t.told(t.ends[0], handle)
		t.ends = t.ends[1:]
	}
}

// told tells the end of a conversation, with all copies that are known by now.
func (t *twins) told(e *dissect.Ended, handle func(dissect.Event)) {
	if known := t.copies.Told(e.Conv); len(known) > 0 {
		e.Copies = append(e.Copies, known...)
	}
	handle(e)
}

// tick tells the ends that have waited long enough at now.
func (t *twins) tick(now time.Time, handle func(dissect.Event)) {
	if now.After(t.now) {
		t.now = now
	}
	if len(t.ends) > 0 {
		t.release(t.now.Add(-endsWait), handle)
	}
}

// release tells the ends that have waited since before then.
func (t *twins) release(then time.Time, handle func(dissect.Event)) {
	for len(t.ends) > 0 && !t.ends[0].Time.After(then) {
		e := t.ends[0]
		t.ends = t.ends[1:]
		t.told(e, handle)
	}
}

// close tells the ends that still wait.
func (t *twins) close(handle func(dissect.Event)) {
	for _, e := range t.ends {
		t.told(e, handle)
	}
	t.ends = nil
}
