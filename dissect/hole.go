package dissect

import (
	"fmt"

	"wsight/dissect/tls"
	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
)

// lose notes that n bytes of the direction are missing, cut of them because
// of the snaplen.
func (h *half) lose(n, cut int64) {
	h.lost += n
	at := h.frames.Offset()
	h.c.report(&h.talk, lossReport(n, cut), h.dir, 0)
	h.skip(n)
	if !h.frames.Hunting() {
		h.c.emit(&Hole{Place: h.c.place(&h.talk), Dir: h.dir, Offset: at, Lost: n, Cut: cut, Resumed: true})
	}
}

// unfinished takes the beginning of a header behind which nothing came. What
// it breaks with its first bytes is known all the same.
func (h *half) unfinished(first []byte) {
	if h.fins[h.dir] {
		h.talk.torn[h.dir] = true
	}
	known := []byte{first[0], 0, 0, 0, 0, 0}
	state := websocket.State{Fragmented: h.open, Deflate: h.deflate.agreed}
	if len(first) > 1 {
		known[1] = first[1] & 0x80
		state.Dir = h.dir
	}
	f, _ := websocket.ParseHeader(known)
	h.c.codes = f.Check(h.c.codes[:0], state)
	for _, code := range h.c.codes {
		h.c.report(&h.talk, finding.Report{
			Code:   code,
			Detail: fmt.Sprintf("a %v frame of which only the first %d bytes of the header came", f.Opcode, len(first)),
		}, h.dir, 0)
	}
}

// loseTrack notes a hole of at most n bytes: framing cannot be exact.
func (h *half) loseTrack(n int64) {
	h.endFrames()
	if h.open {
		h.data.torn = true
		h.finishMessage(false)
	}
	h.inflating().Lose()
	h.frames.Hunt()
	h.lose(n, 0)
}

// lossReport words a hole of n bytes of which the snaplen cut off cut.
func lossReport(n, cut int64) finding.Report {
	if cut == n {
		return finding.Report{Code: finding.CaptureTruncated, Detail: fmt.Sprintf("%d bytes were cut off by the snaplen", n)}
	}
	r := finding.Report{Code: finding.CaptureGap, Detail: fmt.Sprintf("%d bytes are missing", n)}
	if cut > 0 {
		r.Detail += fmt.Sprintf(", %d of them cut off by the snaplen", cut)
	}
	return r
}

// unseenHandshake says why frames come without a handshake before them.
func (c *Connection) unseenHandshake() finding.Report {
	r := finding.Report{Code: finding.CaptureMidstream}
	switch lost := c.lost[0] + c.lost[1]; {
	case !c.flow.Opened || lost == 0:
	case c.cut > 0:
		r.Title = "the snaplen cut the handshake off"
		r.Detail = "the capture has the beginning of the connection, but not all bytes of the heads; parameters were inferred"
		r.Advice = "Capture whole packets: `tcpdump -s 0 -w FILE`."
	default:
		r.Title = "the handshake is among the bytes that are missing"
		r.Detail = "the capture has the beginning of the connection, but not all bytes of the heads; parameters were inferred"
	}
	return r
}

// Skipped implements websocket.Handler.
func (h *half) Skipped(s websocket.Skip) {
	if s.Why == websocket.Unfinished {
		h.unfinished(s.First)
		return
	}
	if h.open {
		h.data.torn = true
		h.finishMessage(false)
	}
	h.inflating().Lose()
	first := h.c.packet
	if m, ok := h.marks.find(s.From); ok {
		first = m.packet
	}
	if s.Resumed {
		h.seek(s.From + s.Length)
	}
	h.c.emit(&Hole{Place: h.c.place(&h.talk), Dir: h.dir, Offset: s.From, Lost: s.Lost, Passed: s.Length - s.Lost, Resumed: s.Resumed})
	if s.Why == websocket.Hole && s.Length == s.Lost && s.Resumed {
		return // nothing that is there was passed over
	}
	where := "reading never resumed"
	if s.Resumed {
		where = fmt.Sprintf("reading resumed %d bytes later", s.Length)
	}
	switch s.Why {
	case websocket.Unaligned:
		return // that the capture joined in the middle has been said
	case websocket.Hole:
		h.c.report(&h.talk, finding.Report{
			Code:   finding.CaptureGap,
			Title:  "bytes were passed over to find the next frame",
			Detail: fmt.Sprintf("%d captured bytes from offset %d cannot be told apart into frames; %s", s.Length-s.Lost, s.From, where),
		}, h.dir, 0, first)
	default:
		code := finding.FrameDesynchronised
		if s.From == 0 && h.dir == flow.ServerToClient && !h.conv.Midstream {
			code = finding.HandshakeBody
		}
		h.c.report(&h.talk, finding.Report{
			Code:   code,
			Detail: fmt.Sprintf("from offset %d the bytes are no frames (%s): they begin with % x; %s", s.From, s.Why, s.First[:min(len(s.First), 16)], where),
		}, h.dir, 0, first)
	}
}

// lostRecords says what of a TLS stream could not be opened.
func lostRecords(e *tls.Lost) string {
	text := fmt.Sprintf("%d bytes of TLS records could not be opened", e.Bytes)
	if e.Records >= 0 {
		text += fmt.Sprintf(", %d records", e.Records)
	}
	if e.Resumed {
		return text + fmt.Sprintf("; decryption went on in packet %v", e.Packet)
	}
	return text + "; decryption did not go on"
}
