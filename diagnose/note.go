package diagnose

import (
	"wsight/dissect"
	"wsight/flow"
)

// A note is what is remembered of a message to compare it with the ones of
// another leg: its fingerprint, its size and its moment, never its payload.
type note struct {
	digest  uint64 // of the payload; 0 when it is not known
	layout  uint64 // of the frames
	length  int64
	wire    int64
	first   int64 // as of nanos, of the first frame
	done    int64 // of the last one
	before  int64 // when its leg had completed the message before, in its direction
	packet  flow.PacketID
	n       int
	frames  int32
	kind    dissect.MessageType
	dir     flow.Direction
	rsv1    bool
	whole   bool // nothing of it is missing
	illegal bool // its frames broke a rule
	opaque  bool // it is whole, but could not be decoded for a reason of ours
}

func noteOf(m *dissect.Message) note {
	return note{
		digest: m.Digest, layout: m.Layout, length: m.Length, wire: m.Wire, first: nanos(m.FirstTime), done: nanos(m.Time),
		packet: m.Packet, n: m.N, frames: int32(min(m.Frames, 1<<30)), kind: m.Type, dir: m.Dir, rsv1: m.RSV1, whole: m.Complete,
		opaque: m.Undecoded == "limit" || m.Undecoded == "context-lost",
	}
}

// same reports whether a and b are one message. Where neither payload could
// be decoded, equal frames are enough.
func (a *note) same(b *note) bool {
	if a.kind != b.kind || a.dir != b.dir {
		return false
	}
	if a.digest == 0 && b.digest == 0 {
		return a.layout == b.layout && a.wire == b.wire && a.whole == b.whole
	}
	return a.digest == b.digest && a.length == b.length
}
