package session

import (
	"wsight/dissect"
	"wsight/flow"
)

// event passes on what dissect found, and tells what follows from it. The
// kinds that come most often have ways of their own, which are short.
func (e *engine) event(ev dissect.Event) {
	switch ev := ev.(type) {
	case *dissect.Frame:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Frame(ev)
		}
	case *dissect.Message:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Message(ev, e.tell)
		}
	case *dissect.Signalled:
		e.signalled(ev)
	case *dissect.Handshake:
		if e.due(&ev.Place, ev) {
			e.handle(ev)
			e.watch.Handshake(ev, e.tell)
		}
	case *dissect.Opened:
		e.opened(ev)
	case *dissect.Ended:
		e.ended(ev)
	default:
		e.other(ev)
	}
}

// other takes what comes seldom. A finding that is ignored lets what waits wait.
func (e *engine) other(ev dissect.Event) {
	if ev.At().Conv.CopyOf != nil {
		return
	}
	if e.owners != nil {
		e.owners.observe(ev)
	}
	e.pass(ev)
	e.watch.Observe(ev, e.tell)
}

// due reports whether ev, which was completed at p, is to be told: whether it
// is not about a copy of what is told already. What waited for it is told
// before.
func (e *engine) due(p *dissect.Place, ev dissect.Event) bool {
	if p.Conv.CopyOf != nil {
		return false
	}
	if e.minds {
		e.mind(p, ev)
	}
	if e.twins.waits(p.Conv) {
		e.twins.begin(p.Conv, e.handle)
	}
	return true
}

// mind sees to what else goes by the time of events; see engine.minds.
func (e *engine) mind(p *dissect.Place, ev dissect.Event) {
	if e.owners != nil {
		e.owners.observe(ev)
	}
	if e.twins.several {
		e.twins.tick(p.Time, e.handle)
	}
}

// signalled takes what TCP told. What it repeats does not decide about the
// order of what is told: it is passed over while the beginning waits.
func (e *engine) signalled(ev *dissect.Signalled) {
	if ev.Signal.Kind != flow.Fin && ev.Signal.Kind != flow.Reset && e.twins.waits(ev.Conv) {
		if e.minds {
			e.mind(&ev.Place, ev)
		}
		e.watch.Signalled(ev)
		return
	}
	if e.due(&ev.Place, ev) {
		e.handle(ev)
		e.watch.Signalled(ev)
	}
}

// opened takes the beginning of a conversation.
func (e *engine) opened(ev *dissect.Opened) {
	ev.Conv.Number = e.convs + 1
	if !e.twins.recognise(ev) {
		ev.Conv.Number = 0 // it is another one that is told
		if e.record != nil {
			e.record.copied(ev.Conv)
		}
		return
	}
	e.convs++
	if e.minds {
		e.mind(&ev.Place, ev)
	}
	e.twins.open(ev, e.handle)
	e.watch.Opened(ev)
}

// ended takes the end of one. What is found at it stands before its last line.
func (e *engine) ended(ev *dissect.Ended) {
	e.twins.copies.End(ev, e.tell)
	if e.due(&ev.Place, ev) {
		e.watch.Ended(ev, e.tell)
		e.twins.end(ev, e.handle)
	}
}

// pass hands on what follows from others, unless it is a finding that is
// ignored.
func (e *engine) pass(ev dissect.Event) {
	if f, ok := ev.(*dissect.Finding); ok && len(e.ignored) > 0 && e.ignored[f.Code] {
		return
	}
	at := ev.At()
	if e.twins.several {
		e.twins.tick(at.Time, e.handle)
	}
	if at.Conv != nil && e.twins.waits(at.Conv) {
		e.twins.begin(at.Conv, e.handle)
	}
	e.handle(ev)
}
