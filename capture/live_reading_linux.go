//go:build !libpcap

package capture

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"time"

	"golang.org/x/net/bpf"

	"wsight/capture/afpacket"
)

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
