package export

import (
	"time"

	"wsight/dissect"
	"wsight/flow"
)

// figures are what is counted.
type figures struct {
	connections, accepted, failed int64

	messages, control, frames, bytes, payload, wire [3]int64 // by direction

	compressed, deflated, inflated int64 // messages; their bytes on the wire, and after inflating
	http                           int64 // bytes of the same messages as HTTP requests
	lost                           int64
	duration                       time.Duration // of all connections together

	length, gap, ping, answer, latency histogram // bytes; then nanoseconds
	timeline
}

func (f *figures) merge(o *figures) {
	f.connections += o.connections
	f.accepted += o.accepted
	f.failed += o.failed
	for d := range f.messages {
		f.messages[d] += o.messages[d]
		f.control[d] += o.control[d]
		f.frames[d] += o.frames[d]
		f.bytes[d] += o.bytes[d]
		f.payload[d] += o.payload[d]
		f.wire[d] += o.wire[d]
	}
	f.compressed += o.compressed
	f.deflated += o.deflated
	f.inflated += o.inflated
	f.http += o.http
	f.lost += o.lost
	f.duration += o.duration
	f.length.merge(&o.length)
	f.gap.merge(&o.gap)
	f.ping.merge(&o.ping)
	f.answer.merge(&o.answer)
	f.latency.merge(&o.latency)
	f.timeline.merge(&o.timeline)
}

func both(v [3]int64) int64 { return v[flow.ClientToServer] + v[flow.ServerToClient] }

// headers returns the size of the headers of a message's frames, RFC 6455
// §5.2, as far as it follows from the message.
func headers(m *dissect.Message) int64 {
	if m.Frames == 0 {
		return 0
	}
	each := int64(2)
	switch share := m.Wire / int64(m.Frames); {
	case share > 1<<16-1:
		each += 8
	case share > 125:
		each += 2
	}
	if m.Dir == flow.ClientToServer {
		each += 4
	}
	return each * int64(m.Frames)
}

// active is the time from the first bin to the last.
func (f *figures) active() time.Duration {
	first := 0
	for first < len(f.bins) && f.bins[first] == 0 {
		first++
	}
	return time.Duration(len(f.bins)-first) * f.width
}
