package dissect

import (
	"unicode/utf8"

	"wsight/dissect/websocket"
)

// Whole implements websocket.Handler. Nearly every frame is a message, and was
// in one segment: it is told from there, and nothing is put together.
func (h *half) Whole(f *websocket.Header, offset int64, payload []byte) {
	c, control := h.c, f.Opcode.Control()
	if h.open && !control || h.closes[h.dir] != nil || len(h.marks.list) > 0 || c.opts.Hash {
		h.pieces(f, offset, payload)
		return
	}
	n := h.n + 1
	t := &h.totals[h.dir]
	t.Frames++
	t.Wire += int64(f.Size) + int64(len(payload))
	if !c.opts.Unframed {
		fe := &c.frame
		c.locate(&fe.Place, &h.talk)
		fe.Dir, fe.Header, fe.Offset, fe.Captured, fe.Message = h.dir, *f, offset, f.Length, n
		c.emit(fe)
	}
	h.n = n
	e := &c.message
	*e = Message{}
	c.locate(&e.Place, &h.talk)
	e.N, e.Dir, e.Type, e.Frames = n, h.dir, messageTypes[f.Opcode], 1
	e.FirstTime, e.FirstPacket = c.time, c.packet
	e.Wire, e.Length = int64(len(payload)), int64(len(payload))
	e.Complete, e.Code, e.RTT = true, -1, -1
	e.Alone = c.opts.Unframed
	e.Layout = layout(0, f)
	if h.compared() {
		var d digest
		d.write(payload)
		e.Digest = d.sum()
	}
	e.Valid = websocket.ASCIIPrefix(payload) == len(payload) || utf8.Valid(payload)
	e.Payload = payload
	limit := c.opts.MaxPayload
	if control {
		limit = max(limit, maxControl)
	}
	if int64(len(payload)) > limit {
		e.Cut(int(limit))
	}
	if control {
		h.controlled(e)
		return
	}
	t.Messages++
	t.Bytes += e.Length
	c.emit(e)
	if !e.Valid && e.Type == Text {
		var text websocket.UTF8
		text.Write(payload)
		at, _ := text.End()
		h.reportText(e.N, e.Length, at)
	}
}

// pieces tells a frame that is a part of something, or stands behind something.
func (h *half) pieces(f *websocket.Header, offset int64, payload []byte) {
	h.FrameStart(*f, offset)
	if len(payload) > 0 {
		h.Payload(payload, 0)
	}
	h.FrameEnd(*f, offset, f.Length)
}

// messageTypes holds the type of what a frame begins, by its opcode.
var messageTypes = [16]MessageType{
	websocket.Text: Text, websocket.Binary: Binary, websocket.Close: Close, websocket.Ping: Ping, websocket.Pong: Pong,
}

// compared reports whether the digest of what begins now is wanted.
func (h *half) compared() bool {
	if asked := h.c.opts.Compared; asked != nil && !h.unlike {
		h.unlike = !asked(h.conv)
	}
	return !h.unlike
}
