//go:build !libpcap

package capture

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/bpf"

	"wsight/capture/afpacket"
	"wsight/capture/filter"
)

// Live is a capture from interfaces of this host. It implements [Source].
//
// One ring serves all interfaces, so that their packets come in the order in
// which the kernel saw them.
type Live struct {
	options LiveOptions
	all     bool // of every interface
	watched []*watched
	program []bpf.RawInstruction // the filter; what chooses interfaces comes before it
	check   *filter.Filter       // what the kernel cannot express; else nil
	packet  Packet

	packets, bytes atomic.Int64
	interfaces     atomic.Pointer[[]*source]
	stopping       atomic.Bool

	mu      sync.Mutex // over what follows
	ring    *afpacket.Ring
	reading bool // the ring is closed by the one who reads
	closed  bool
	dropped int64
}

// Listen starts a capture: from now on the kernel keeps packets for Packets.
// The error is a [*PermissionError] when this user may not.
func Listen(o LiveOptions) (*Live, error) {
	names, all, err := o.names()
	if err != nil {
		return nil, err
	}
	if o.Snaplen <= 0 {
		o.Snaplen = DefaultSnaplen
	}
	if o.RingSize <= 0 {
		o.RingSize = DefaultRingSize
	}
	l := &Live{options: o, all: all}
	l.interfaces.Store(&[]*source{})
	if !all {
		for _, name := range names {
			l.watched = append(l.watched, &watched{name: name})
		}
	}
	entered := false
	err = afpacket.InNamespace(o.Netns, func() error {
		entered = true
		return l.open()
	})
	switch {
	case err == nil:
		return l, nil
	case l.ring != nil:
		l.ring.Close()
	}
	if errors.Is(err, os.ErrPermission) {
		permission := permissionError(o, err)
		if !entered {
			permission.Netns = afpacket.NamespacePath(o.Netns)
		}
		return nil, permission
	}
	return nil, fmt.Errorf("capture from %s: %w", strings.Join(names, ", "), err)
}

func (l *Live) open() error {
	var err error
	if l.ring, err = afpacket.Open(l.options.RingSize); err != nil {
		return err
	}
	for _, w := range l.watched {
		device, err := l.ring.Device(w.name)
		if err != nil {
			return fmt.Errorf("%s: no such interface; there are: %s", w.name, interfaceNames())
		}
		w.index, w.up = device.Index, device.Up
		if err := l.suits(w.name, device); err != nil {
			return err
		}
		if l.options.Promiscuous {
			if err := l.ring.Promiscuous(device.Index); err != nil {
				return err
			}
		}
	}
	if err := l.compile(); err != nil {
		return err
	}
	return l.attach()
}

// compile makes the program for the kernel, which accepts all where it cannot
// express the filter.
func (l *Live) compile() error {
	f := l.options.Filter
	if f != nil && f.Fixed() && len(l.watched) != 1 {
		return errors.New("a program of tcpdump can filter one interface only")
	}
	l.program = []bpf.RawInstruction{{Op: 0x06, K: uint32(l.options.Snaplen)}} // return
	if f == nil {
		return nil
	}
	program, err := f.Program(l.options.Snaplen)
	switch {
	case errors.Is(err, filter.ErrNotForKernel):
		l.check = f
	case err != nil:
		return err
	default:
		l.program = program
	}
	return nil
}

// attach lets packets in from the interfaces that are there now.
func (l *Live) attach() error {
	var indexes []int
	for _, w := range l.watched {
		if w.index != 0 {
			indexes = append(indexes, w.index)
		}
	}
	bound := 0
	if len(l.watched) == 1 && len(indexes) == 1 {
		bound, indexes = indexes[0], nil
	}
	if err := l.ring.SetFilter(afpacket.Prelude(l.program, indexes)); err != nil {
		return err
	}
	return l.ring.Bind(bound)
}

// count adds up what the kernel lost since it was asked last.
func (l *Live) count() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if _, dropped, err := l.ring.Stats(); err == nil {
		l.dropped += dropped
	}
}

// Stats implements [Source]. Dropped is what the kernel had no room for.
func (l *Live) Stats() Stats {
	l.count()
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{Packets: l.packets.Load(), Bytes: l.bytes.Load(), Dropped: l.dropped}
}

// Close ends the capture. While Packets runs it only makes it end.
func (l *Live) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil
	case l.reading:
		l.stopping.Store(true)
		l.ring.Wake()
		return nil
	}
	l.closed = true
	return l.ring.Close()
}
