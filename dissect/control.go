package dissect

import (
	"fmt"
	"strings"

	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// finishControl tells about the control frame in hand. finished is false when
// the direction ended inside of it.
func (h *half) finishControl(finished bool) {
	m := &h.control
	h.n++
	e := &h.c.message
	*e = Message{}
	h.c.locate(&e.Place, &h.talk)
	e.N, e.Dir = h.n, h.dir
	m.fill(e, finished)
	h.controlled(e)
}

// controlled completes e, a control frame, and tells it.
func (h *half) controlled(e *Message) {
	switch e.Type {
	case Ping:
		if e.Complete {
			h.pings[h.dir].add(e.Payload, h.n, h.c.packet, h.c.time)
		}
	case Pong:
		if !e.Complete {
			break
		}
		if sent, ok := h.pings[h.dir.Reverse()].answer(e.Payload); ok && !sent.time.IsZero() && !h.c.time.IsZero() {
			e.RTT = max(0, h.c.time.Sub(sent.time))
		}
	case Close:
		h.finishClose(e)
		return
	}
	h.c.emit(e)
}

// finishClose tells about a Close frame and what it says (§5.5.1, §7.4).
func (h *half) finishClose(e *Message) {
	body, codes := websocket.ParseClose(e.Payload, nil)
	e.Code, e.Reason = body.Code, body.Reason
	h.c.emit(e)
	if h.closes[h.dir] == nil {
		said := &h.said[h.dir]
		said.Code, said.Reason = body.Code, strings.ToValidUTF8(string(body.Reason), "\uFFFD")
		said.Packet, said.Time = h.c.packet, h.c.time
		h.closes[h.dir] = said
		if h.first == 0 {
			h.first = h.dir
		}
	}
	if !e.Complete {
		return
	}
	for _, code := range codes {
		r := finding.Report{Code: code, Detail: closeDetail(code, body, e.Payload)}
		if code == finding.CloseCodeInvalid && websocket.ClassOf(body.Code) == websocket.Unassigned {
			r.Severity = finding.Warning
		}
		h.c.report(&h.talk, r, h.dir, e.N)
	}
	if websocket.Abnormal(body.Code) && websocket.ClassOf(body.Code) == websocket.Assigned {
		known, _ := websocket.LookupClose(body.Code)
		h.c.report(&h.talk, finding.Report{
			Code:   finding.CloseAbnormal,
			Title:  fmt.Sprintf("the %s closed with %d %s", party(h.dir), body.Code, known.Name),
			Detail: fmt.Sprintf("%d means that %s%s", body.Code, known.Meaning, reasonText(body.Reason)),
		}, h.dir, e.N)
	}
}

func closeDetail(code finding.Code, body websocket.CloseBody, payload []byte) string {
	switch code {
	case finding.ClosePayloadInvalid:
		return fmt.Sprintf("the body is the single byte %#02x; it must be empty or hold a code of two bytes", payload[0])
	case finding.CloseReasonInvalidUTF8:
		var text websocket.UTF8
		text.Write(body.Reason)
		at, _ := text.End()
		return fmt.Sprintf("the reason is not UTF-8 at its byte %d: %s", at, safe.Quote(string(body.Reason)))
	}
	if known, ok := websocket.LookupClose(body.Code); ok {
		return fmt.Sprintf("code %d (%s): it %s", body.Code, known.Name, known.Meaning)
	}
	return fmt.Sprintf("code %d%s", body.Code, reasonText(body.Reason))
}

func reasonText(reason []byte) string {
	if len(reason) == 0 {
		return ""
	}
	return "; the reason given is " + safe.Quote(string(reason))
}

// party names the sender of direction d.
func party(d flow.Direction) string {
	if d == flow.ClientToServer {
		return "client"
	}
	return "server"
}

// frameDetail says what of f breaks the rule that code names.
func frameDetail(code finding.Code, f websocket.Header) string {
	switch code {
	case finding.FrameReservedBit, finding.DeflateReservedBit:
		bits := make([]string, 0, 3)
		for i, set := range []bool{f.Rsv1, f.Rsv2, f.Rsv3} {
			if set {
				bits = append(bits, fmt.Sprintf("RSV%d", i+1))
			}
		}
		return fmt.Sprintf("%s set on a %v frame of %d bytes", strings.Join(bits, " and "), f.Opcode, f.Length)
	case finding.FrameReservedOpcode:
		return fmt.Sprintf("opcode %#x, %d bytes of payload", uint8(f.Opcode), f.Length)
	case finding.FrameLengthNotMinimal:
		return fmt.Sprintf("a length of %d does not need a header of %d bytes", f.Length, f.Size)
	case finding.FrameLengthOverflow:
		return fmt.Sprintf("the length field reads %#x", f.Length)
	case finding.FrameClientUnmasked:
		return fmt.Sprintf("a %v frame of %d bytes without a masking key", f.Opcode, f.Length)
	case finding.FrameServerMasked:
		return fmt.Sprintf("a %v frame of %d bytes with the masking key %x", f.Opcode, f.Length, f.Mask)
	}
	return fmt.Sprintf("a %v frame, FIN=%v, %d bytes", f.Opcode, f.Fin, f.Length)
}
