package websocket

import "fmt"

// A Handler receives what a [Decoder] finds in one direction, in the order of
// the bytes. It is declared here, and not where it is used, because it is
// what the Decoder's documentation speaks about.
type Handler interface {
	// FrameStart gives the header of a frame once it is complete, and the
	// offset of its first byte in the direction. See Whole.
	FrameStart(h Header, offset int64)

	// Payload gives unmasked payload bytes of the current frame, which begin
	// at offset at of its payload. They are valid until Payload returns.
	// What one call of Feed holds of a frame comes in one piece.
	Payload(p []byte, at uint64)

	// Lost says that the next n bytes of the current payload are missing from
	// the capture. Framing stays exact.
	Lost(n int64)

	// FrameEnd says that the frame that began last, at offset, is over.
	// captured counts the payload bytes that were there; it is less than
	// h.Length when bytes were lost or the direction ended.
	FrameEnd(h Header, offset int64, captured uint64)

	// Whole stands for FrameStart, Payload and FrameEnd of a frame that was
	// there in one piece and is what nearly every frame is: it breaks no rule,
	// unless a message of this direction is unfinished, and RSV1 is not set on
	// it. h and payload, which may be empty, are valid until Whole returns.
	Whole(h *Header, offset int64, payload []byte)

	// Skipped says that bytes were passed over because no frame could be told
	// in them. It comes when reading resumes, or at the end.
	Skipped(s Skip)
}

// A Reason says why bytes were skipped. The numbers are ours.
type Reason uint8

const (
	// Hole: bytes missing from the capture hid where frames begin.
	Hole Reason = iota + 1
	// NotFrames: without any hole, the bytes are no frames.
	NotFrames
	// Overflow: a length with its most significant bit set leads nowhere, §5.2.
	Overflow
	// Unaligned: reading began at a place that need not be the start of a frame.
	Unaligned
	// Unfinished: the direction ended inside a header.
	Unfinished
)

var reasonNames = [...]string{Hole: "hole", NotFrames: "not frames", Overflow: "length overflow", Unaligned: "unaligned",
	Unfinished: "unfinished header"}

// String returns a word or two for people.
func (r Reason) String() string {
	if int(r) < len(reasonNames) && reasonNames[r] != "" {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// A Skip describes bytes between frames that were not read as frames.
type Skip struct {
	Why     Reason
	From    int64  // offset at which reading stopped
	Length  int64  // up to where it resumed, or to the end; lost bytes included
	Lost    int64  // of these, bytes that are missing from the capture
	Resumed bool   // false: reading never resumed
	First   []byte // the first of the skipped bytes that are there, at most 64; valid until Skipped returns
}
