package session

import (
	"context"
	"errors"
	"net/netip"

	"wsight/capture"
	"wsight/dissect"
	"wsight/finding"
	"wsight/reassembly"
)

// Options say how the pipeline runs. The zero value means the defaults.
type Options struct {
	Dissect dissect.Options
	Limits  reassembly.Limits
	Ignore  []finding.Code // findings that are not told

	// Inputs is how many captures are read, if that is known: with one, less
	// has to be remembered to find the hops of a proxy.
	Inputs int

	// Prompt says that every event is to be told as soon as it is complete,
	// as what is captured just now has to be. Else the beginning of a
	// connection may come with its handshake only, and with several Inputs its
	// end some seconds later: by then it is known where else it was captured.
	Prompt bool

	Decode Decoding // which messages are given what a format makes of them

	// Kept is how many bytes whoever takes the events may keep of connections:
	// heads, findings, figures. Zero means DefaultKept. Run itself keeps none.
	Kept int64

	// Owner, if set, names the process that owns a local address, for
	// connections that appear while they are captured. It is asked when one
	// appears, and a few times more if it does not know.
	Owner func(local, remote netip.AddrPort) *dissect.Process

	// KeysMayCome says that secrets are added to Dissect.Keys while Run reads.
	KeysMayCome bool

	// Select, if set, says which packets are looked at; the others are counted
	// and passed over.
	Select func(*capture.Packet) bool

	// Trace, if set, is told of each packet, once it has been taken in, which
	// TCP connection of its vantage point it belongs to: Conversation.TCP, or 0.
	Trace func(p *capture.Packet, tcp int64)

	// Fragments, if set, is told of each IP datagram that came in fragments
	// which TCP connection it belongs to, as in Trace, and in which packets it
	// came: Trace was told of 0 for all of them but the last.
	Fragments func(tcp int64, parts []reassembly.Part)
}

// DefaultKept is how many bytes are kept of connections unless Options.Kept
// says otherwise.
const DefaultKept = 64 << 20

// LimitKept names that limit, as in Summary.Limits.
const LimitKept = "bytes kept of connections"

// Run reads src to its end, or until ctx is done, and gives every event to
// handle, in the order in which the capture completed it. The error is that
// of the source: what was read before it has been told all the same.
func Run(ctx context.Context, src capture.Source, opts Options, handle func(dissect.Event)) (Summary, error) {
	e := newEngine(opts, handle)
	var failed error
	for p, err := range src.Packets(ctx) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				failed = err
			}
			break
		}
		e.packet(p)
	}
	e.close()
	e.dropped(src.Stats())
	return e.summary(src.Stats(), failed == nil), failed
}
