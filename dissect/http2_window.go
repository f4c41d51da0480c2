package dissect

import (
	"encoding/binary"
	"fmt"
	"time"

	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// This file follows the windows of flow control (RFC 9113 §5.2): each side may
// send as much DATA as the other has room for, on each stream and on all
// streams together.

const (
	// defaultWindow is how much a side may send before it is given more (§6.9.2).
	defaultWindow = 65_535
	// boundless is a window of which nothing is known: it is never used up.
	boundless = 1 << 60
	// stalledWindow is how long a window may be used up without a word.
	stalledWindow = time.Second
)

// A window is how much one side may still send.
type window struct {
	left   int64
	since  time.Time // when it was used up; zero while there is some left
	packet flow.PacketID
	stream uint32 // that used up the window of all streams
}

// take takes n bytes off w.
func (w *window) take(n int64, stream uint32, c *Connection) {
	w.left -= n
	if w.left <= 0 && w.since.IsZero() {
		w.since, w.packet, w.stream = c.time, c.packet, stream
	}
}

// give adds n bytes, and returns how long w was used up, if it was until now.
func (w *window) give(n int64, c *Connection) (waited time.Duration) {
	w.left += n
	if w.left > 0 && !w.since.IsZero() {
		waited = c.time.Sub(w.since)
		w.since = time.Time{}
	}
	return waited
}

// spend takes DATA off the windows of its sender.
func (r *http2Reader) spend(h http2.Header) {
	n := int64(h.Length) // padding counts, too
	r.shared[r.from].take(n, h.Stream, r.c)
	if s := r.streams[h.Stream]; s != nil {
		s.windows[r.from].take(n, h.Stream, r.c)
	}
}

// windowUpdate takes more room for what the other side sends.
func (r *http2Reader) windowUpdate(h http2.Header, payload []byte) {
	if len(payload) < 4 {
		return
	}
	more := int64(binary.BigEndian.Uint32(payload) &^ (1 << 31))
	side := r.from.Other()
	if h.Stream == 0 {
		w := &r.shared[side]
		if waited := w.give(more, r.c); waited >= stalledWindow && r.streams[w.stream] != nil {
			r.stalled(r.streams[w.stream], side, w, waited, "the connection, which all its streams share,")
		}
		return
	}
	if s := r.streams[h.Stream]; s != nil {
		r.widen(s, side, more)
	}
}

// resizeWindows takes a new SETTINGS_INITIAL_WINDOW_SIZE for what side sends:
// it changes the streams that are open, too (§6.9.2).
func (r *http2Reader) resizeWindows(side flow.Side, size int64) {
	more := size - r.newWindow[side]
	r.newWindow[side] = size
	for _, s := range r.ordered() {
		r.widen(s, side, more)
	}
}

// widen gives side more room on s, and tells when it had waited long.
func (r *http2Reader) widen(s *http2Stream, side flow.Side, more int64) {
	w := &s.windows[side]
	if waited := w.give(more, r.c); waited >= stalledWindow {
		r.stalled(s, side, w, waited, "it")
	}
}

// stalled tells that side could not send on s for some time.
func (l *http2Layer) stalled(s *http2Stream, side flow.Side, w *window, waited time.Duration, what string) {
	if l.sides[flow.A].broken || l.sides[flow.B].broken {
		return // what gave it room may be among the missing bytes
	}
	dir := s.talk.dir(side)
	l.c.report(s.talk, finding.Report{
		Code:   finding.HTTP2Stalled,
		Detail: fmt.Sprintf("the %s could not send on stream %d for %.1f s: the %s gave %s no window", party(dir), s.id, waited.Seconds(), party(dir.Reverse()), what),
	}, dir, 0, w.packet, l.c.packet)
}

// stuck tells of windows that were used up to the end of s, when something was
// still to be sent.
func (l *http2Layer) stuck(s *http2Stream) {
	if s.stream == nil {
		return
	}
	for side := range s.windows {
		h := s.stream.half(s.talk.dir(flow.Side(side)))
		if !h.midFrame && !h.open {
			continue
		}
		for _, w := range []*window{&s.windows[side], &l.shared[side]} {
			if waited := l.c.time.Sub(w.since); !w.since.IsZero() && waited >= stalledWindow {
				what := "it"
				if w == &l.shared[side] {
					what = "the connection, which all its streams share,"
				}
				l.stalled(s, flow.Side(side), w, waited, what)
				break
			}
		}
	}
}
