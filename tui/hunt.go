package tui

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wsight/dissect"
	"wsight/dissect/websocket"
	"wsight/flow"
	"wsight/session"
)

// reread reads a connection again from the message first on, and gives its
// messages and frames to see, with whether the filter selects them, until see
// returns false.
func (f *filter) reread(ctx context.Context, rec *session.Record, rules session.Decoding, conv, first int, see func(e dissect.Event, selected bool) bool) error {
	o, ok := rec.Overview(conv)
	if !ok {
		return nil
	}
	s := f.subject(rec, &o)
	return rec.Replay(ctx, f.request(conv, first, rules), func(ev dissect.Event) bool {
		switch e := ev.(type) {
		case *dissect.Message:
			e.Conv = s.conv // which knows more: who owns the ends
			return see(e, f.matches(s, e))
		case *dissect.Frame:
			e.Conv = s.conv
			return see(e, f.frames && f.matches(s, e))
		}
		return true
	})
}

// A hunt looks through the bytes of one connection, in the background, for
// what a filter selects that rows do not tell of. What it has found so far can
// be shown while it goes on.
type hunt struct {
	errand
	filter string
	conv   int
	total  int64        // messages there were when it began
	looked atomic.Int64 // number of the last message that was looked at

	mu     sync.Mutex
	hits   []int              // numbers of messages, in order
	frames map[frameKey]bool  // of messages of several frames
	last   map[frameKey]int32 // of the frames of the last packet, how many came
	packet flow.PacketID      // the last one that something came from
	at     time.Time          // of it
	whole  bool               // everything up to there was looked at
}

// A frameKey names a frame that has a row of its own: which one it is of its
// direction in its packet.
type frameKey struct {
	packet flow.PacketID
	dir    flow.Direction
	nth    int32
}

// ownRow reports whether a frame is shown in a row of its own, which is not
// that of its message.
func ownRow(h websocket.Header) bool {
	return !h.Fin || h.Opcode == websocket.Continuation || !h.Opcode.Defined()
}

// note takes what came by.
func (h *hunt) note(e dissect.Event, selected bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := e.(type) {
	case *dissect.Message:
		if selected {
			h.hit(e.N)
		}
		h.looked.Store(int64(e.N))
	case *dissect.Frame:
		if flow.ComparePackets(e.Packet, e.Time, h.packet, h.at) > 0 {
			h.packet, h.at = e.Packet, e.Time
		}
		if !ownRow(e.Header) {
			if selected && e.Message > 0 {
				h.hit(e.Message)
			}
			return
		}
		key := h.count(e.Packet, e.Dir)
		if selected {
			h.frames[key] = true
		}
	}
}

func (h *hunt) hit(n int) {
	if k := len(h.hits); k == 0 || h.hits[k-1] < n {
		h.hits = append(h.hits, n)
	}
}

// count numbers the frames of a packet.
func (h *hunt) count(packet flow.PacketID, dir flow.Direction) frameKey {
	key := frameKey{packet: packet, dir: dir}
	for other := range h.last {
		if other.packet != packet {
			delete(h.last, other)
		}
	}
	n := h.last[key]
	h.last[key] = n + 1
	key.nth = n
	return key
}

// selected reports whether a row was found; known is false for one that was
// not looked at yet.
func (h *hunt) selected(r *session.Row, nth int32) (yes, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.Kind == session.RowFrame {
		return h.frames[frameKey{r.Packet, r.Dir, nth}], h.whole && flow.ComparePackets(r.Packet, r.Time, h.packet, h.at) <= 0
	}
	if r.N > int(h.looked.Load()) {
		return false, false
	}
	_, yes = slices.BinarySearch(h.hits, r.N)
	return yes, true
}

// hunt goes on with a hunt in the background.
func (u *UI) hunt(h *hunt) {
	h.running = true
	began, rec, first := u.now(), u.rec, int(h.looked.Load())+1
	rules, decode := u.decoding(h.conv), len(u.opts.Decode.Rules) > 0
	if o, ok := rec.Overview(h.conv); ok {
		h.total = messages(&o)
	}
	h.mu.Lock()
	h.whole, h.last = false, map[frameKey]int32{}
	if h.frames == nil {
		h.frames = map[frameKey]bool{}
	}
	h.mu.Unlock()
	cancel := u.work(func(ctx context.Context) func() {
		var err error
		if f, _ := newFilter(h.filter, decode); f != nil {
			err = f.reread(ctx, rec, rules, h.conv, first, func(e dissect.Event, selected bool) bool {
				h.note(e, selected)
				return true
			})
		}
		return func() {
			h.end(began, u.now())
			switch {
			case errors.Is(err, context.Canceled):
				h.stopped = true
			case err != nil:
				h.stopped = true
				u.flash = "Not all payloads could be looked at: " + err.Error()
			default:
				h.mu.Lock()
				h.whole = true
				h.mu.Unlock()
			}
			u.wake()
		}
	})
	if h.running {
		h.cancel = cancel
	}
	u.wake()
}

// stop ends the hunt, if there is one.
func (h *hunt) stop() {
	if h != nil {
		h.errand.stop()
	}
}

// progress returns how far the hunt has come, in percent.
func (h *hunt) progress() int {
	if h.total <= 0 {
		return 0
	}
	return int(min(h.looked.Load()*100/h.total, 100))
}

// messages counts those of a connection, control frames too.
func messages(o *session.Overview) int64 {
	n := int64(0)
	for d := range o.Messages {
		n += o.Messages[d] + o.Control[d]
	}
	return n
}
