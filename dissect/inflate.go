package dissect

import (
	"errors"
	"fmt"

	"wsight/dissect/deflate"
	"wsight/dissect/websocket"
	"wsight/finding"
)

// beginInflate prepares for a message whose first frame has RSV1 set.
func (h *half) beginInflate() {
	fresh := h.deflate.sender(h.dir).NoTakeover
	if !h.deflate.agreed {
		h.raw = h.raw[:0]
		fresh = false
	}
	h.inflating().Begin(fresh)
}

// inflate takes compressed bytes of the message in hand.
func (h *half) inflate(p []byte) {
	m := &h.data
	if !h.deflate.agreed {
		if room := h.c.opts.MaxPayload - int64(len(h.raw)); room > 0 {
			h.raw = append(h.raw, p[:min(room, int64(len(p)))]...)
		}
	}
	if m.undecoded != "" || m.torn {
		return
	}
	if err := h.inflating().Write(p, h.inflated); err != nil {
		h.inflateFailed(err)
	}
}

func (h *half) inflated(p []byte) {
	h.c.work += int64(len(p))
	h.data.write(p, h.c.opts.MaxPayload)
}

// endInflate ends the message in hand. finished is false when it cannot go on.
func (h *half) endInflate(finished bool) {
	m := &h.data
	switch {
	case m.undecoded != "":
	case !finished || m.torn:
		h.inflating().Lose()
	default:
		if err := h.inflating().End(h.inflated); err != nil {
			h.inflateFailed(err)
		}
	}
	if !h.deflate.agreed {
		h.endTrial(finished)
		return
	}
	if beyond := h.inflating().Beyond(); m.undecoded == "" && (beyond.Window > 0 || beyond.Context) {
		detail := fmt.Sprintf("message %d refers back %d bytes; the agreed window is smaller", h.n+1, beyond.Window)
		if beyond.Context {
			detail = fmt.Sprintf("message %d refers to an earlier message in spite of no_context_takeover", h.n+1)
		}
		h.c.report(&h.talk, finding.Report{Code: finding.DeflateCorrupt, Detail: detail}, h.dir, h.n+1)
	}
}

// beginFrame prepares for a frame of the extension before permessage-deflate,
// which compresses frame by frame.
func (h *half) beginFrame(f websocket.Header) {
	if h.squeezed = f.Rsv1; h.squeezed {
		h.data.compressed = true
		h.inflating().Begin(h.deflate.sender(h.dir).NoTakeover)
	}
}

// endFrame ends such a frame.
func (h *half) endFrame(finished bool) {
	switch m := &h.data; {
	case !h.squeezed || m.undecoded != "":
	case !finished || m.torn:
		h.inflating().Lose()
	default:
		if err := h.inflating().End(h.inflated); err != nil {
			h.inflateFailed(err)
		}
	}
}

// inflateFailed says why the message in hand has no payload.
func (h *half) inflateFailed(err error) {
	m := &h.data
	var corrupt *deflate.CorruptError
	switch {
	case errors.Is(err, deflate.ErrContextLost):
		m.undecoded = "context-lost"
	case errors.Is(err, deflate.ErrLimit):
		m.undecoded = "limit"
		h.c.report(&h.talk, finding.Report{
			Code:   finding.DeflateBomb,
			Detail: fmt.Sprintf("message %d was given up after %d bytes had inflated to %d", h.n+1, m.wire, m.length),
		}, h.dir, h.n+1)
	case errors.As(err, &corrupt):
		m.undecoded = "corrupt"
		if h.deflate.agreed {
			h.c.report(&h.talk, finding.Report{
				Code:   finding.DeflateCorrupt,
				Detail: fmt.Sprintf("message %d does not inflate: %s at byte %d of its compressed payload", h.n+1, corrupt.What, corrupt.Offset),
			}, h.dir, h.n+1)
		}
	}
}

// endTrial decides what RSV1 meant on a message for which no agreement is
// known: compression when it inflates to its end, else nothing.
func (h *half) endTrial(finished bool) {
	m := &h.data
	if !finished || m.torn || m.undecoded == "context-lost" || m.undecoded == "limit" {
		return
	}
	if m.undecoded == "" {
		h.guess = inflates
		if h.deflate.known {
			h.c.report(&h.talk, finding.Report{
				Code: finding.DeflateNotNegotiated,
				Detail: fmt.Sprintf("message %d has RSV1 set, and its %d bytes inflate to %d: it is compressed, so the agreement was lost on its way between the ends",
					h.n+1, m.wire, m.length),
				Facts: finding.Inflates,
			}, h.dir, h.n+1)
		}
		return
	}
	if h.guess == inflates {
		return // compression is certain, this one message is damaged
	}
	h.guess = refuses
	h.c.report(&h.talk, finding.Report{
		Code:   finding.FrameReservedBit,
		Detail: fmt.Sprintf("RSV1 is set on message %d, no extension was agreed, and the payload does not inflate", h.n+1),
	}, h.dir, h.n+1)
	// What the bytes are without compression.
	plain := message{typ: m.typ, frames: m.frames, firstTime: m.firstTime, firstPacket: m.firstPacket,
		wire: m.wire, declared: m.declared, kept: m.kept[:0], sum: m.sum, compared: m.compared}
	if plain.sum != nil {
		plain.sum.Reset()
	}
	plain.write(h.raw, h.c.opts.MaxPayload)
	if int64(len(h.raw)) < m.wire {
		plain.undecoded = "corrupt" // not all of it was kept, so it cannot be checked
	}
	*m = plain
}
