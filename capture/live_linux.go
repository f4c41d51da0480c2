//go:build !libpcap

package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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

// Packets implements [Source]. It can be called once, and closes the capture
// at its end. Cancelling ctx ends it without an error after the packets that
// the kernel has kept by then, at most a ring full.
func (l *Live) Packets(ctx context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) {
		if !l.begin() {
			yield(nil, errors.New("capture: closed"))
			return
		}
		defer l.end()
		defer context.AfterFunc(ctx, l.wake)()
		looked := time.Now()
		blocks, still := 0, 0 // since the last pause; pauses without any
		for {
			block, ok := l.ring.Next()
			if ok {
				blocks++
				goOn := l.give(block, yield)
				l.ring.Release()
				if !goOn {
					return
				}
			}
			if now := time.Now(); now.Sub(looked) >= lookEvery {
				looked = now
				l.look()
			}
			if ok && !l.stopping.Load() {
				continue
			}
			if !ok && l.options.Waiting != nil {
				l.options.Waiting()
			}
			if blocks > 0 {
				still = 0
			} else {
				still++
			}
			if still < pauses && !l.stopping.Load() {
				l.pause(blocks)
				blocks = 0
				continue
			}
			woken, err := l.ring.Wait(int(lookEvery / time.Millisecond))
			if woken {
				l.drain(yield)
				return
			}
			if err != nil {
				// An interface went away; look says which.
				l.look()
			}
		}
	}
}

// pace is how long packets may gather before they are looked at, as long as a
// block that is not full may. To be woken for each block costs more than to
// read its packets, and to sleep costs less than to wait for the socket, which
// is for the time after so many pauses in which nothing came.
const (
	pace   = afpacket.Retire
	pauses = 4
)

// pause lets packets gather where the ring has room for them: the last time
// there were so many blocks, less than an eighth of it. To wake up costs as much
// as hundreds of packets, so where they come by thousands it is done half as
// often; where they are few, whose socket one came from is still to be seen.
func (l *Live) pause(blocks int) {
	const many = 2
	switch {
	case blocks >= l.ring.Blocks()/8:
	case blocks > many:
		time.Sleep(2 * pace)
	default:
		time.Sleep(pace)
	}
}

// lookEvery is how often it is seen whether interfaces are still there.
const lookEvery = 500 * time.Millisecond

// begin claims the ring for the caller.
func (l *Live) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.reading {
		return false
	}
	l.reading = true
	return true
}

func (l *Live) end() {
	l.count()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading, l.closed = false, true
	l.ring.Close()
}

// wake makes the reader stop.
func (l *Live) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.stopping.Store(true)
		l.ring.Wake()
	}
}

// drain gives what the kernel has taken so far and nothing that comes now.
func (l *Live) drain(yield func(*Packet, error) bool) {
	if err := l.ring.SetFilter([]bpf.RawInstruction{{Op: 0x06}}); err != nil {
		return
	}
	time.Sleep(afpacket.Retire * 5 / 2) // until the kernel hands the last block over
	for {
		block, ok := l.ring.Next()
		if !ok || !l.give(block, yield) {
			return
		}
		l.ring.Release()
	}
}

// give yields the packets of a block, and reports whether to go on.
func (l *Live) give(block afpacket.Block, yield func(*Packet, error) bool) bool {
	var from *source
	// What is counted in one place is cheap; others see it block by block.
	var packets, size int64
	number := int(l.packets.Load())
	count := func() {
		if from != nil {
			from.packets.Add(packets)
			from.bytes.Add(size)
			l.packets.Add(packets)
			l.bytes.Add(size)
			packets, size = 0, 0
		}
	}
	defer count()
	for f := range block.Frames() {
		link, data, length := linkEthernet, f.Data, f.Length
		if f.Hardware != afpacket.HardwareEthernet && f.Hardware != afpacket.HardwareLoopback {
			const ipv4, ipv6 = 0x0800, 0x86dd
			if f.Protocol != ipv4 && f.Protocol != ipv6 || f.Network > len(data) {
				continue
			}
			link, data, length = linkRaw, data[f.Network:], length-f.Network
		}
		if l.check != nil && !l.check.Match(uint16(link), data, length) {
			continue
		}
		if from == nil || from.index != f.Interface {
			count()
			from = l.from(f.Interface, link)
		}
		packets++
		size += int64(len(data))
		number++
		p := &l.packet
		p.Number, p.Time, p.Link, p.Data, p.Length = number, f.Time, link, data, length
		p.Interface, p.Offset, p.Direction = from.iface, -1, In
		if f.Type == afpacket.Outgoing {
			p.Direction = Out
		}
		if !yield(&l.packet, nil) {
			// The ring is about to go: nobody shall be left holding it.
			l.packet.Data = bytes.Clone(l.packet.Data)
			return false
		}
	}
	return true
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
