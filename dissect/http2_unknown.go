package dissect

import (
	"maps"
	"slices"

	"wsight/dissect/header"
	"wsight/dissect/http2"
	"wsight/dissect/websocket"
	"wsight/flow"
)

// This file finds WebSocket on streams whose request is not known: the capture
// joined late, or the request was lost, or what it says refers to what was.
// Frames are recognised in the content, as on a TCP connection that was joined
// in the middle.

const (
	maxUnknown = 64   // such streams that are looked at at a time
	maxOthers  = 4096 // streams that are known to carry something else
)

// pass notes that a stream carries something else, unless its request has
// lines that are not known.
func (r *http2Reader) pass(id uint32, fields header.Fields) {
	if slices.ContainsFunc(fields, func(f header.Field) bool { return f.Name == http2.Unseen }) {
		return
	}
	if len(r.others) >= maxOthers {
		clear(r.others) // what is asked about an old one again is answered by its content
	}
	r.others[id] = struct{}{}
}

// guess takes DATA of a stream that is not followed. It reports false unless
// the request of the stream may have been lost.
func (r *http2Reader) guess(h http2.Header, ch flow.Chunk, last bool) bool {
	u := r.unknown[h.Stream]
	if u == nil {
		if !r.mayCarry(h.Stream) {
			return false
		}
		u = r.begin(h.Stream)
	}
	r.listen(h.Stream, u, ch)
	if last && h.Has(http2.FlagEndStream) {
		r.endStream(h.Stream)
	}
	return true
}

// mayCarry reports whether a stream, on which r's side sends DATA, may have
// been opened for WebSocket by a request that was lost.
func (r *http2Reader) mayCarry(stream uint32) bool {
	_, other := r.others[stream]
	if other || stream%2 == 0 || len(r.unknown) >= maxUnknown || !r.sides[r.client].broken {
		return false
	}
	if !r.certain || r.from == r.client || stream <= r.highest {
		return true
	}
	return r.highest == 0 && r.sides[r.from].broken // nothing was heard of the client yet
}

// begin starts to look at a stream, with what the server has said on it.
func (r *http2Reader) begin(id uint32) *opening {
	ctx := r.context
	ctx.stream = id
	u := &opening{context: ctx, middle: true}
	r.unknown[id] = u
	rest := r.ahead.parts
	r.ahead = ahead{}
	for _, p := range rest {
		if p.frame.Stream != id {
			r.ahead.parts = append(r.ahead.parts, p)
			r.ahead.bytes += len(p.data)
		} else if p.frame.Type == http2.DATA {
			r.listen(id, u, flow.Chunk{From: r.client.Other(), Data: p.data, Packet: p.packet, Time: p.time})
		}
	}
	return u
}

// listen looks for frames in what a side says on a stream.
func (r *http2Reader) listen(id uint32, u *opening, ch flow.Chunk) {
	if s := r.streams[id]; s != nil { // it was recognised by what came before
		s.stream.feed(r.c, ch)
		return
	}
	fits := u.add(ch, r.c.opts.MaxHeld)
	switch u.rec.Feed(ch.From, ch.Data, ch.Lost) {
	case websocket.Recognized:
		r.adopt(id, u)
	case websocket.Foreign:
		r.giveUp(id)
	default:
		if !fits {
			r.giveUp(id)
		}
	}
}

// adopt follows a stream that carries WebSocket.
func (l *http2Layer) adopt(id uint32, u *opening) {
	delete(l.unknown, id)
	if len(l.streams) >= l.c.opts.MaxStreams {
		l.refuse(l.c)
		return
	}
	if l.know(u.rec.Client()); l.client != u.rec.Client() {
		l.others[id] = struct{}{} // what looks like frames is masked by the wrong side
		return
	}
	ends := u.ends
	s, ok := u.frames(l.c).(*stream)
	if !ok {
		return
	}
	followed := &http2Stream{
		exchange: &exchange{talk: &s.talk, request: &header.Request{Version: "2"}, response: &header.Response{Version: "2"}, latency: -1, torn: true},
		id:       id, stream: s, windows: [2]window{{left: boundless}, {left: boundless}},
	}
	l.streams[id] = followed
	for _, end := range ends {
		followed.done[end.From] = true
	}
	if len(ends) == 2 {
		l.finish(followed, StateStreamEnd)
	}
}

// giveUp passes a stream over.
func (l *http2Layer) giveUp(id uint32) {
	delete(l.unknown, id)
	l.others[id] = struct{}{}
}

// miss notes that n bytes of a stream are missing.
func (r *http2Reader) miss(id uint32, n int64) {
	if u := r.unknown[id]; u != nil {
		u.add(flow.Chunk{From: r.from, Lost: n, Vague: true, Packet: r.c.packet, Time: r.c.time}, r.c.opts.MaxHeld)
		u.rec.Feed(r.from, nil, n)
	}
}

// halfUnknown notes that a side will say no more on a stream. What the other
// one says may still tell what it carries.
func (l *http2Layer) halfUnknown(id uint32, end flow.Signal) {
	u := l.unknown[id]
	if u == nil || len(u.ends) > 0 && u.ends[0].From == end.From {
		return
	}
	if u.ends = append(u.ends, end); len(u.ends) == 2 {
		l.endUnknown(id)
	}
}

// endUnknown decides about a stream on which no more will be said.
func (l *http2Layer) endUnknown(id uint32) {
	u := l.unknown[id]
	switch {
	case u == nil:
	case u.rec.End() == websocket.Recognized:
		l.adopt(id, u)
	default:
		l.giveUp(id)
	}
}

// settleUnknown decides about all streams when the connection ends.
func (l *http2Layer) settleUnknown() {
	for _, id := range slices.Sorted(maps.Keys(l.unknown)) {
		l.endUnknown(id)
	}
}
