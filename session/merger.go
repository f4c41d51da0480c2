package session

import "wsight/dissect"

// A merger puts what the lanes found in the order of one worker, numbers the
// conversations, and watches over all of them.
type merger struct {
	engine  *engine
	workers Workers
	at      *note   // the one that is being told
	report  *report // that it is from
	heads   []head
}

// A head is how far the report of one lane was read.
type head struct {
	report *report
	next   int
}

func newMerger(opts Options, workers Workers, handle func(dissect.Event)) *merger {
	m := &merger{workers: workers, heads: make([]head, workers.N)}
	opts.Dissect.Keys = nil // they are the lanes'
	m.engine = newEngine(opts, func(e dissect.Event) {
		if m.at != nil && e == m.at.event && m.at.line.from < m.at.line.to {
			m.line()
			return
		}
		handle(e)
	})
	return m
}

// line passes the line of the event on.
func (m *merger) line() {
	n := m.at
	line := m.report.lines[n.line.from:n.line.to]
	gap := n.gap - n.line.from
	m.workers.Line(line[:gap], n.event.At().Conv.Number, line[gap:])
}

// run reads the reports of all lanes, batch by batch, and gives the batches
// back.
func (m *merger) run(r *reader, lanes []*lane) {
	next := func(i int) { m.heads[i] = head{report: <-lanes[i].reports} }
	for b := range r.sent {
		for i := range lanes {
			next(i)
		}
		r.free <- b
		m.merge(lanes, func(int) {})
	}
	// What the end of the capture brings comes in as many reports as it takes.
	for i := range lanes {
		next(i)
	}
	m.merge(lanes, next)
	m.at = nil
	m.engine.finish()
}

// merge tells what is noted in all reports, after which there are none. next
// is asked for another one of a lane whose report is exhausted.
func (m *merger) merge(lanes []*lane, next func(lane int)) {
	for {
		least := -1
		for i := range m.heads {
			h := &m.heads[i]
			for h.report != nil && h.next == len(h.report.notes) {
				lanes[i].free <- h.report
				h.report = nil
				next(i)
			}
			if h.report != nil && (least < 0 || h.moment().before(m.heads[least].moment())) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		h := &m.heads[least]
		m.at, m.report = &h.report.notes[h.next], h.report
		h.next++
		m.engine.event(m.at.event)
	}
}

func (h *head) moment() moment { return h.report.notes[h.next].moment }

func (a moment) before(b moment) bool {
	return a.packet < b.packet || a.packet == b.packet && a.opened < b.opened
}
