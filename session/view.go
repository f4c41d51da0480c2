package session

import (
	"slices"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A State says how a conversation is doing. The numbers are ours.
type State uint8

const (
	Opening    State = iota + 1 // the handshake is not complete
	Open                        // frames may follow; also when the capture ended before the connection did
	Closed                      // with FIN
	Reset                       // with RST
	Rejected                    // the answer was no
	Unanswered                  // no answer came
	Evicted                     // let go because of a limit
)

var stateNames = [...]string{Opening: "opening", Open: "open", Closed: "closed", Reset: "reset", Rejected: "rejected", Unanswered: "unanswered", Evicted: "let go"}

// String returns a word for people.
func (s State) String() string {
	if int(s) < len(stateNames) && stateNames[s] != "" {
		return stateNames[s]
	}
	return "unknown"
}

// An Overview is one conversation in a line.
type Overview struct {
	Number int
	Conv   *dissect.Conversation
	State  State
	Ended  bool
	Clean  bool // both Close frames, then the TCP end

	Host, Target string // "" when unknown; as captured
	Status       int    // of the answer; 0: none
	Subprotocol  string // the agreed one
	Deflate      bool   // was agreed

	Messages, Bytes, Control [3]int64 // by direction; Messages and Bytes of data messages
	Start, Last              time.Time
	Duration                 time.Duration  // once it ended; -1 when unknown
	CloseBy                  flow.Direction // of the first Close frame; 0: none
	CloseCode                int            // of that; -1: its body was empty
	TCPEnd                   flow.SignalKind
	TCPBy                    flow.Direction
	TCPUnseen                bool                    // a FIN that is not in the capture, but was acknowledged
	Also                     []*dissect.Conversation // where else it was captured, as far as is known
	Legs                     bool                    // it is a leg of a WebSocket through a proxy; see Record.Hops
	Stripped                 bool                    // the words of its findings went; see Options.Kept
	Lost, Resent             int64                   // bytes missing; segments that were sent again

	Findings [4]int           // by severity
	Codes    []finding.Code   // each once, in the order of appearance; not to be changed
	Worst    *dissect.Finding // the first of the worst ones; nil: none
}

// Midstream reports whether the capture began after the handshake.
func (o *Overview) Midstream() bool { return o.Conv != nil && o.Conv.Midstream }

// Failed reports whether no WebSocket came about.
func (o *Overview) Failed() bool { return o.State == Rejected || o.State == Unanswered }

// Problem reports whether something is wrong: a finding that is more than a note.
func (o *Overview) Problem() bool { return o.Findings[finding.Warning]+o.Findings[finding.Error] > 0 }

// A Snapshot is what is known of the capture as a whole.
type Snapshot struct {
	Summary
	Done          bool
	Err           error // why reading stopped before the end
	Conversations int
	Rows, Dropped int64 // kept, and no longer kept
	Stripped      int64 // conversations the words of whose findings are no longer kept; see Options.Kept
}

// Snapshot returns the figures so far.
func (r *Record) Snapshot() Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Snapshot{Summary: r.seen, Done: r.done, Err: r.err, Conversations: len(r.tracks), Rows: r.rows, Dropped: r.dropped, Stripped: r.hoard.poor}
	if s.Stripped > 0 {
		s.Limits = append(slices.Clone(s.Limits), LimitKept)
	}
	return s
}

// Changed gives the lines that are new or other than at the last call to see,
// in no order; with all every line there is. It is for one caller.
func (r *Record) Changed(all bool, see func(*Overview)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.dirty {
		t := r.tracks[n]
		t.dirty = false
		if !all {
			o := t.overview()
			see(&o)
		}
	}
	r.dirty = r.dirty[:0]
	if all {
		for _, t := range r.tracks {
			o := t.overview()
			see(&o)
		}
	}
}

// Conversations returns how many conversations there are so far.
func (r *Record) Conversations() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.tracks)
}

// Overview returns the line of a conversation; ok is false when there is no
// such conversation.
func (r *Record) Overview(conv int) (o Overview, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.track(conv)
	if t == nil {
		return Overview{}, false
	}
	return t.overview(), true
}

func (t *track) overview() Overview {
	o := t.sum
	if o.State == Opening && o.Midstream() {
		o.State = Open
	}
	return o
}

func (r *Record) track(conv int) *track {
	if conv < 1 || conv > len(r.tracks) {
		return nil
	}
	return r.tracks[conv-1]
}

// Heads returns the handshake of a conversation, nil while there is none. It
// must not be changed. When it went because of Options.Kept it is read again;
// gone says that it cannot be.
func (r *Record) Heads(conv int) (h *Heads, gone bool) {
	r.mu.Lock()
	t := r.track(conv)
	if t == nil {
		r.mu.Unlock()
		return nil, false
	}
	h, gone = t.heads, t.heads == nil && t.headless
	again, tried := r.hoard.again[conv]
	r.mu.Unlock()
	switch {
	case !gone:
		return h, false
	case !tried:
		again = r.readHeads(conv)
	}
	return again, again == nil
}

// End returns the last word of a conversation, nil while it goes on. It must
// not be changed.
func (r *Record) End(conv int) *dissect.Ended {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.track(conv); t != nil {
		return t.ended
	}
	return nil
}

// Findings returns what was found about a conversation so far. They must not
// be changed.
func (r *Record) Findings(conv int) []*dissect.Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.track(conv); t != nil {
		return t.findings[:len(t.findings):len(t.findings)]
	}
	return nil
}

// maxLoose bounds the findings that belong to no conversation.
const maxLoose = 1000

// Loose returns the findings so far that belong to no conversation: what is
// wrong with the capture as a whole. They must not be changed.
func (r *Record) Loose() []*dissect.Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loose[:len(r.loose):len(r.loose)]
}
