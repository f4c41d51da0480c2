//go:build !linux && !libpcap

package capture

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// ErrLive says that this build cannot capture, and what can instead. It wraps
// [errors.ErrUnsupported].
var ErrLive = fmt.Errorf("%w: this build captures on Linux only; let tcpdump do it: sudo tcpdump -U -w - | wsight -", errors.ErrUnsupported)

// Live is a capture from interfaces of this host. No build for this system
// makes one without the tag libpcap.
type Live struct{}

// Listen returns ErrLive.
func Listen(o LiveOptions) (*Live, error) {
	if _, _, err := o.names(); err != nil {
		return nil, err
	}
	return nil, ErrLive
}

// Packets implements [Source].
func (*Live) Packets(context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) { yield(nil, ErrLive) }
}

// Stats implements [Source].
func (*Live) Stats() Stats { return Stats{} }

// Interfaces returns the interfaces from which packets came.
func (*Live) Interfaces() []InterfaceStats { return nil }

// Close ends the capture.
func (*Live) Close() error { return nil }
