package websocket

import (
	"wsight/finding"
	"wsight/flow"
)

// A State is what the rules for a frame depend on besides the frame itself.
type State struct {
	Dir        flow.Direction // 0: not known, the rules for masking are not applied
	Fragmented bool           // a message of this direction is still unfinished
	Deflate    bool           // permessage-deflate was agreed, which defines RSV1
}

// Check appends to dst every rule that h breaks in state s, in the order of
// the header's fields. An endpoint stops at the first; an observer wants them
// all. Nothing is allocated for a legal frame.
//
// RSV1 where it has no meaning at all is frame-reserved-bit. With Deflate it
// has one on the first frame of a data message only, and any other frame that
// sets it gets deflate-reserved-bit (RFC 7692 §6.1). Whether RSV1 without
// Deflate means that an agreement was stripped is for the caller to find out.
func (h Header) Check(dst []finding.Code, s State) []finding.Code {
	control := h.Opcode.Control()
	compressible := h.Opcode == Text || h.Opcode == Binary

	if control && !h.Fin {
		dst = append(dst, finding.FrameControlFragmented)
	}
	if h.Rsv2 || h.Rsv3 || h.Rsv1 && !(s.Deflate && h.Opcode.Defined()) {
		dst = append(dst, finding.FrameReservedBit)
	}
	if h.Rsv1 && s.Deflate && h.Opcode.Defined() && !compressible {
		dst = append(dst, finding.DeflateReservedBit)
	}
	if !h.Opcode.Defined() {
		dst = append(dst, finding.FrameReservedOpcode)
	}
	if h.Opcode == Continuation && !s.Fragmented {
		dst = append(dst, finding.FrameContinuationUnexpected)
	}
	// A reserved data opcode starts no message that anybody could know.
	if compressible && s.Fragmented {
		dst = append(dst, finding.FrameContinuationExpected)
	}
	if !h.Masked && s.Dir == flow.ClientToServer {
		dst = append(dst, finding.FrameClientUnmasked)
	}
	if h.Masked && s.Dir == flow.ServerToClient {
		dst = append(dst, finding.FrameServerMasked)
	}
	if control && h.Length > 125 {
		dst = append(dst, finding.FrameControlTooLong)
	}
	if h.lengthSize() > extendedSize(h.Length) {
		dst = append(dst, finding.FrameLengthNotMinimal)
	}
	if h.Length>>63 != 0 {
		dst = append(dst, finding.FrameLengthOverflow)
	}
	return dst
}
