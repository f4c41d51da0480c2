package session

import (
	"slices"

	"wsight/dissect"
)

// A report is what a lane found in one batch, in order.
type report struct {
	notes    []note
	lines    []byte
	messages []dissect.Message
	frames   []dissect.Frame
}

// A note is an event that outlives the call that told it.
type note struct {
	moment
	event dissect.Event
	line  span32 // of report.lines; empty: the event has none
	gap   int32  // where the number of its conversation belongs
}

// A span32 is a part of the lines of a report.
type span32 struct{ from, to int32 }

const (
	// reports is how many a lane has: one that it writes, one that waits and
	// one that is read.
	reports = 3
	// fullNotes and fullLines are when a report is handed on at the end of
	// the capture. Before, the size of a batch bounds it.
	fullNotes = 4096
	fullLines = 1 << 20
	// keptLines is how large a buffer may be to be used again.
	keptLines = 2 << 20
)

func (r *report) full() bool { return len(r.notes) >= fullNotes || len(r.lines) >= fullLines }

// clear forgets everything but the memory.
func (r *report) clear() {
	clear(r.notes)
	clear(r.messages)
	clear(r.frames)
	r.notes, r.messages, r.frames, r.lines = r.notes[:0], r.messages[:0], r.frames[:0], r.lines[:0]
	if cap(r.lines) > keptLines {
		r.lines = nil
	}
}

// add copies e, which is valid only now, and its line if it has one.
func (r *report) add(at moment, e dissect.Event, w LineWriter) {
	n := note{moment: at}
	switch e := e.(type) {
	case *dissect.Message:
		n.line, n.gap = r.line(e, w)
		r.messages = append(r.messages, *e)
		m := &r.messages[len(r.messages)-1]
		m.Payload, m.Decoded, m.Reason = nil, nil, slices.Clone(e.Reason)
		n.event = m
	case *dissect.Frame:
		n.line, n.gap = r.line(e, w)
		r.frames = append(r.frames, *e)
		n.event = &r.frames[len(r.frames)-1]
	default:
		n.event = copied(e)
	}
	r.notes = append(r.notes, n)
}

// line writes the line of e.
func (r *report) line(e dissect.Event, w LineWriter) (span32, int32) {
	from := len(r.lines)
	var gap int
	r.lines, gap = w.AppendOpen(r.lines, e)
	return span32{int32(from), int32(len(r.lines))}, int32(gap)
}

// copied returns e, or a copy where dissect uses the value again.
func copied(e dissect.Event) dissect.Event {
	switch e := e.(type) {
	case *dissect.Opened:
		c := *e
		return &c
	case *dissect.Handshake:
		c := *e
		return &c
	case *dissect.Signalled:
		c := *e
		return &c
	case *dissect.Ended:
		return e.Clone()
	}
	return e // made for this once
}
