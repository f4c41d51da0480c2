package dissect

import (
	"fmt"

	"wsight/dissect/deflate"
	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
)

// stream reads what follows an accepted handshake, or what was recognised
// without one: frames and messages in both directions. With many of them at a
// time every line of the processor's cache counts: what each frame touches
// stands together.
type stream struct {
	c       *Connection
	unlike  bool // no message is compared with another one any longer
	deflate agreement
	talk
	halves [2]half // see half
}

// half returns the one of direction d.
func (s *stream) half(d flow.Direction) *half { return &s.halves[d-flow.ClientToServer] }

// newStream takes t over: from here on it is the one in the stream.
func newStream(c *Connection, t *talk, a agreement) *stream {
	s := c.streams.Get()
	s.talk, s.c, s.deflate, s.unlike = *t, c, a, false
	c.talks.Put(t)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		h := s.half(d)
		h.progress = progress{}
		h.stream, h.dir = s, d
		h.frames.Dir, h.frames.Deflate, h.frames.Scratch = d, a.agreed, &c.scratch
	}
	return s
}

func (s *stream) feed(_ *Connection, ch flow.Chunk) layer {
	s.take(&ch)
	return s
}

// take is feed, which always returns s.
func (s *stream) take(ch *flow.Chunk) {
	h := s.half(s.dir(ch.From))
	switch {
	case ch.Vague:
		h.loseTrack(ch.Lost)
	case ch.Lost > 0:
		h.lose(ch.Lost, ch.Cut)
	}
	if len(ch.Data) > 0 {
		h.feed(ch.Data)
	}
}

func (s *stream) signal(c *Connection, sig flow.Signal) {
	if sig.Kind == flow.Fin || sig.Kind == flow.Reset {
		h := s.half(s.dir(sig.From))
		if sig.Unseen && h.frames.Midway() {
			return // the missing byte may well be the next one of the frame
		}
		s.torn[h.dir] = s.torn[h.dir] || h.midFrame || h.open
	}
	s.talk.signal(c, sig)
}

func (s *stream) close(c *Connection, end flow.Closed) {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if lost := end.Lost[s.side(d)]; lost > 0 {
			s.half(d).lose(lost, 0)
		}
	}
	s.finish(s.tcpState(end))
}

// settle reads what waits for more of its direction, which will not come.
func (s *stream) settle() {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		s.half(d).endFrames()
	}
}

// finish ends both directions and the conversation.
func (s *stream) finish(state EndState) {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		s.half(d).finish()
	}
	s.talk.end(s.c, state)
	for i := range s.halves {
		s.halves[i].shrink()
	}
	s.c.streams.Put(s)
}

// shrink lets go of buffers that are too large to be kept for another stream.
func (h *half) shrink() {
	const large = 4 << 10
	if !h.pieced {
		return
	}
	for _, b := range []*[]byte{&h.data.kept, &h.control.kept, &h.raw} {
		if cap(*b) > large {
			*b = nil
		}
	}
}

// half reads the frames of one direction and puts its messages together.
type half struct {
	progress
	data    message
	control message

	raw []byte // of a message that is inflated on trial; its memory is used again
}

// progress is how far a half has come: all that a new stream begins anew. What
// every frame touches stands first.
type progress struct {
	*stream
	dir      flow.Direction
	open     bool // data is unfinished
	midFrame bool
	pieced   bool     // data or control was used
	squeezed bool     // the current frame is compressed by itself
	guess    guess    // without an agreement: does RSV1 mean deflate here?
	missing  uint64   // bytes of the current frame that the capture lost
	current  *message // the one that the current frame belongs to; nil: none
	marks    marks    // while the decoder hunts
	frames   websocket.Decoder
	inflater *deflate.Inflater // see inflating
	saved    *deflate.Snapshot // in a Checkpoint, in place of inflater
}

// A guess says what is known of RSV1 without an agreement.
type guess uint8

const (
	untried  guess = iota
	inflates       // a message inflated to its end
	refuses        // one did not
)

// FrameStart implements websocket.Handler.
func (h *half) FrameStart(f websocket.Header, offset int64) {
	h.seek(offset + int64(f.Size) - 1)
	h.midFrame, h.pieced, h.missing = true, true, 0
	control := f.Opcode.Control()
	h.check(f)
	switch {
	case !f.Opcode.Defined():
		h.current = nil
	case control:
		h.start(&h.control, messageTypes[f.Opcode])
		h.current = &h.control
	case f.Opcode == websocket.Continuation:
		if !h.open {
			h.begin(Unknown, f)
		}
		h.current = &h.data
	default:
		if h.open {
			h.finishMessage(false)
		}
		h.begin(messageTypes[f.Opcode], f)
		h.current = &h.data
	}
	if h.deflate.params.PerFrame && h.current == &h.data {
		h.beginFrame(f)
	}
	if h.current != nil {
		h.current.frame(&f)
	}
}

// start makes m a new message.
func (h *half) start(m *message, t MessageType) {
	m.begin(t, h.c.packet, h.c.time, h.c.opts.Hash)
	m.compared = h.compared()
}

// begin starts a data message with the frame f.
func (h *half) begin(t MessageType, f websocket.Header) {
	h.start(&h.data, t)
	h.open = true
	if h.deflate.params.PerFrame {
		return
	}
	h.data.compressed = f.Rsv1 && t != Unknown && (h.deflate.agreed || h.guess != refuses)
	if h.data.compressed {
		h.beginInflate()
	}
}

// check tells about every rule that f breaks.
func (h *half) check(f websocket.Header) {
	h.c.codes = f.Check(h.c.codes[:0], websocket.State{Dir: h.dir, Fragmented: h.open, Deflate: h.deflate.agreed})
	for _, code := range h.c.codes {
		if code == finding.FrameReservedBit && h.onlyTrial(f) {
			continue // told when it is known whether the payload inflates
		}
		if code == finding.DeflateReservedBit && h.deflate.params.PerFrame && !f.Opcode.Control() {
			continue // there RSV1 belongs on every compressed frame
		}
		if code == finding.FrameContinuationUnexpected && h.torn() {
			continue // the start may be what the capture missed
		}
		h.c.report(&h.talk, finding.Report{Code: code, Detail: frameDetail(code, f)}, h.dir, 0)
	}
	if first := h.closes[h.dir]; first != nil {
		r := finding.Report{Code: finding.CloseDataAfter, Detail: fmt.Sprintf("a %v frame of %d bytes after the Close in packet %v", f.Opcode, f.Length, first.Packet)}
		if f.Opcode.Control() {
			r.Severity = finding.Note
		}
		h.c.report(&h.talk, r, h.dir, 0, first.Packet, h.c.packet)
	}
}

// onlyTrial reports whether RSV1 on f may be compression that no agreement
// covers, and is the only reserved bit.
func (h *half) onlyTrial(f websocket.Header) bool {
	data := f.Opcode == websocket.Text || f.Opcode == websocket.Binary
	return data && f.Rsv1 && !f.Rsv2 && !f.Rsv3 && !h.deflate.agreed && h.guess != refuses
}

// torn reports whether bytes of this direction are missing so far.
func (h *half) torn() bool { return h.c.lost[h.side(h.dir)] > 0 || h.conv.Midstream }

// Payload implements websocket.Handler.
func (h *half) Payload(p []byte, _ uint64) {
	m := h.current
	if m == nil {
		return
	}
	m.wire += int64(len(p))
	switch {
	case m == &h.control:
		m.write(p, max(h.c.opts.MaxPayload, maxControl))
	case m.compressed && (!h.deflate.params.PerFrame || h.squeezed):
		h.inflate(p)
	default:
		m.write(p, h.c.opts.MaxPayload)
	}
}

// maxControl is how much of a control frame is always kept: its legal size,
// and a little more to show what an illegal one says.
const maxControl = 1 << 10

// Lost implements websocket.Handler: n bytes of the current payload are missing.
func (h *half) Lost(n int64) {
	h.missing += uint64(n)
	if h.current == nil {
		return
	}
	h.current.lose(n)
	if h.current.compressed {
		h.inflating().Lose()
	}
}

// FrameEnd implements websocket.Handler.
func (h *half) FrameEnd(f websocket.Header, offset int64, captured uint64) {
	h.midFrame = false
	h.seek(offset + int64(f.Size) + int64(captured+h.missing) - 1)
	finished := captured+h.missing == f.Length // else the direction ended inside of it
	t := &h.totals[h.dir]
	t.Frames++
	t.Wire += int64(f.Size) + int64(captured)
	n := 0
	if h.current != nil && (f.Opcode.Control() || f.Fin) {
		n = h.n + 1
	}
	e := &h.c.frame
	h.c.locate(&e.Place, &h.talk)
	e.Dir, e.Header, e.Offset, e.Captured, e.Message = h.dir, f, offset, captured, n
	h.c.emit(e)
	switch {
	case h.current == nil:
	case h.current == &h.control:
		h.finishControl(finished)
	case h.deflate.params.PerFrame && h.deflate.agreed:
		h.endFrame(finished)
		if f.Fin {
			h.finishMessage(finished)
		}
	case f.Fin:
		h.finishMessage(finished)
	}
	h.current = nil
}

// finishMessage tells about the data message in hand. finished is false when
// it cannot go on.
func (h *half) finishMessage(finished bool) {
	m := &h.data
	h.open = false
	if m.typ == Unknown && h.torn() {
		finished = false // its beginning may be what the capture missed
	}
	if m.compressed && !h.deflate.params.PerFrame {
		h.endInflate(finished)
	}
	h.n++
	e := &h.c.message
	*e = Message{}
	h.c.locate(&e.Place, &h.talk)
	e.N, e.Dir = h.n, h.dir
	m.fill(e, finished)
	t := &h.totals[h.dir]
	t.Messages++
	t.Bytes += max(e.Length, 0)
	h.c.emit(e)
	if at, bad := m.utf8.End(); bad && m.typ == Text && e.Complete && e.Undecoded == "" {
		h.reportText(e.N, e.Length, at)
	}
}

// reportText tells about text message n, whose byte at is not UTF-8 (§8.1).
func (h *half) reportText(n int, length, at int64) {
	h.c.report(&h.talk, finding.Report{
		Code:   finding.MessageInvalidUTF8,
		Detail: fmt.Sprintf("message %d, %d bytes, is not UTF-8 at byte %d", n, length, at),
	}, h.dir, n)
}

// finish ends the direction: nothing more will come.
func (h *half) finish() {
	h.endFrames()
	if h.open {
		h.finishMessage(false)
	}
	if z := h.inflater; z != nil {
		z.Release()
		h.inflater = nil
		h.c.inflaters.Put(z)
	}
}

// joined prepares for a stream that was recognised without its handshake.
func (s *stream) joined(o *opening) {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		h := s.half(d)
		h.frames.Deflate = o.rec.Deflate()
		h.inflating().Lose()
		if o.start(s.side(d)) < 0 {
			h.frames.Hunt()
		}
	}
}

// join feeds a chunk of a stream that was recognised in the middle: frames
// begin at offset start of what each side said, counted in passed.
func (s *stream) join(c *Connection, ch flow.Chunk, passed *[2]int64, start int64) {
	c.packet, c.time = ch.Packet, ch.Time
	at := passed[ch.From] // of the hole before ch, or of ch
	passed[ch.From] += ch.Lost + int64(len(ch.Data))
	if at < start {
		skip := start - at
		if skip >= ch.Lost+int64(len(ch.Data)) {
			return
		}
		lost := max(ch.Lost-skip, 0)
		ch.Data = ch.Data[max(skip-ch.Lost, 0):]
		ch.Lost = lost
	}
	s.feed(c, ch)
}
