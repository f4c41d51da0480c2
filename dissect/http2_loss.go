package dissect

import (
	"bytes"
	"time"

	"wsight/dissect/header"
	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// Broken implements http2.Handler: anything may be in the bytes that are
// missing, DATA of any stream and entries of the table.
func (r *http2Reader) Broken() {
	side := &r.sides[r.from]
	side.fields.Forget()
	side.broken = true
	for id := range r.unknown {
		r.miss(id, 1)
	}
	for _, s := range r.ordered() {
		if s.stream != nil {
			s.stream.feed(r.c, flow.Chunk{From: r.from, Lost: 1, Vague: true, Packet: r.c.packet, Time: r.c.time})
			continue
		}
		r.c.report(s.talk, finding.Report{
			Code:   finding.CaptureGap,
			Detail: "bytes of the HTTP/2 connection are missing while the stream waits for its answer, which may be among them",
		}, s.talk.dir(r.from), 0)
	}
}

// assume takes a stream for accepted although its answer was lost, because
// the server sends content on it.
func (r *http2Reader) assume(s *http2Stream) {
	c := r.c
	judge := http1Layer{context: r.context, client: r.client}
	judge.judgeUnseen(c, s.exchange)
	s.response = &header.Response{Version: "2"}
	s.stream = newStream(c, s.talk, agreement{})
	s.talk = &s.stream.talk
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		s.stream.half(d).frames.Deflate = s.request.Fields.Has("Sec-WebSocket-Extensions")
	}
	answer := s.stream.half(flow.ServerToClient)
	answer.inflating().Lose()
	answer.frames.Hunt()
	packet, at := c.packet, c.time
	pass(c, s.stream, s.held.take()...)
	c.packet, c.time = packet, at
}

// ahead is what the server says on streams that the client has not opened
// yet, as far as its bytes were read: they may wait behind a hole.
type ahead struct {
	parts []aheadPart
	bytes int
}

// An aheadPart is a frame of the server.
type aheadPart struct {
	frame   http2.Header
	data    []byte        // of DATA
	section header.Fields // of HEADERS
	packet  flow.PacketID
	time    time.Time
}

// maxAhead bounds the frames that are kept; the bytes are by Options.MaxHeld.
const maxAhead = 256

// keep notes a frame of the server on a stream that is not followed, unless
// it is known what the stream carries.
func (r *http2Reader) keep(h http2.Header, ch flow.Chunk, section header.Fields) {
	a := &r.ahead
	if !r.certain || r.from == r.client || h.Stream <= r.highest || len(a.parts) >= maxAhead || a.bytes+len(ch.Data) > r.c.opts.MaxHeld {
		return
	}
	a.bytes += len(ch.Data)
	a.parts = append(a.parts, aheadPart{h, bytes.Clone(ch.Data), section, r.c.packet, r.c.time})
}

// catchUp reads what the server had said on a stream before its request was
// read, and forgets what it said on older ones, which carry something else.
func (r *http2Reader) catchUp(stream uint32) {
	parts := r.ahead.parts
	if len(parts) == 0 {
		return
	}
	c := r.c
	packet, at := c.packet, c.time
	server := &http2Reader{r.http2Layer, r.client.Other()}
	r.ahead = ahead{}
	for _, p := range parts {
		switch {
		case p.frame.Stream > stream:
			r.ahead.parts = append(r.ahead.parts, p)
			r.ahead.bytes += len(p.data)
			continue
		case p.frame.Stream < stream || r.streams[stream] == nil:
			continue
		}
		c.packet, c.time = p.packet, p.time
		if p.frame.Type == http2.DATA {
			server.Data(p.frame, p.data, true)
			continue
		}
		server.response(p.frame, p.section)
		if p.frame.Has(http2.FlagEndStream) {
			server.endStream(stream)
		}
	}
	c.packet, c.time = packet, at
}
