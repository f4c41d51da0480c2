//go:build libpcap

package capture

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/gopacket/pcap"
)

// Live is a capture from interfaces of this host, by libpcap. It implements
// [Source].
//
//	handle ─┐
//	handle ─┼─ one goroutine each ─▶ channel ─▶ the goroutine of Packets
//	handle ─┘
//
// The readers end before the handles are closed.
type Live struct {
	options    LiveOptions
	interfaces []*opened
	packets    atomic.Int64
	bytes      atomic.Int64
	stopped    atomic.Pointer[time.Time] // since when the readers shall end; else nil

	mu      sync.Mutex // over what follows, and closing the handles
	reading bool
	closed  bool
}

// An opened is one interface.
type opened struct {
	handle         *pcap.Handle
	iface          *Interface
	packets, bytes atomic.Int64
	dropped        atomic.Int64
}

// An arrival is a packet on its way to the goroutine of Packets.
type arrival struct {
	from   *opened
	data   []byte
	length int
	at     time.Time
	err    error
}

// Listen starts a capture: from now on the kernel keeps packets for Packets.
// The error is a [*PermissionError] when this user may not. This build cannot
// enter network namespaces, and does not tell when interfaces go away.
func Listen(o LiveOptions) (*Live, error) {
	names, _, err := o.names()
	if err != nil {
		return nil, err
	}
	if o.Netns != "" {
		return nil, errors.New("capture: this build cannot enter network namespaces")
	}
	if o.Filter != nil && o.Filter.Fixed() {
		return nil, errors.New("capture: this build takes expressions, no programs of tcpdump")
	}
	if o.Snaplen <= 0 {
		o.Snaplen = DefaultSnaplen
	}
	if o.RingSize <= 0 {
		o.RingSize = DefaultRingSize
	}
	l := &Live{options: o}
	for _, name := range names {
		i, err := open(name, o)
		if err == nil {
			l.interfaces = append(l.interfaces, i)
			continue
		}
		l.Close()
		// libpcap has no number for this error that gopacket hands on.
		if text := strings.ToLower(err.Error()); strings.Contains(text, "permi") {
			return nil, permissionError(o, err)
		}
		return nil, fmt.Errorf("capture from %s: %w", name, err)
	}
	return l, nil
}

func open(name string, o LiveOptions) (*opened, error) {
	inactive, err := pcap.NewInactiveHandle(name)
	if err != nil {
		return nil, err
	}
	defer inactive.CleanUp()
	if err := errors.Join(
		inactive.SetSnapLen(o.Snaplen),
		inactive.SetPromisc(o.Promiscuous && name != "any"),
		inactive.SetTimeout(10*time.Millisecond),
		inactive.SetBufferSize(o.RingSize),
	); err != nil {
		return nil, err
	}
	handle, err := inactive.Activate()
	if err != nil {
		return nil, err
	}
	link := LinkType(handle.LinkType())
	if link == 12 || link == 14 {
		link = 101 // DLT_RAW has another number in files
	}
	i := &opened{handle: handle, iface: &Interface{Name: name, Link: link, Snaplen: o.Snaplen}}
	if o.Filter != nil {
		i.iface.Filter = o.Filter.String()
		if err := o.Filter.Supports(uint16(link)); err != nil {
			handle.Close()
			return nil, err
		}
		// What libpcap does not take is left to Match, which has the last word.
		_ = handle.SetBPFFilter(o.Filter.String())
	}
	return i, nil
}

// Packets implements [Source]. It can be called once, and closes the capture
// at its end. Cancelling ctx ends it without an error.
func (l *Live) Packets(ctx context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) {
		l.mu.Lock()
		usable := !l.closed && !l.reading
		l.reading = l.reading || usable
		l.mu.Unlock()
		if !usable {
			yield(nil, errors.New("capture: closed"))
			return
		}
		defer context.AfterFunc(ctx, l.end)()
		packets := make(chan arrival, 4096)
		var readers sync.WaitGroup
		for _, i := range l.interfaces {
			readers.Go(func() { i.read(packets, &l.stopped) })
		}
		go func() { readers.Wait(); close(packets) }()
		defer func() {
			l.end()
			for range packets {
			}
			l.mu.Lock()
			l.reading = false
			l.mu.Unlock()
			l.Close()
		}()
		var p Packet
		for r := range packets {
			if r.err != nil {
				yield(nil, fmt.Errorf("capture from %s: %w", r.from.iface.Name, r.err))
				return
			}
			link := r.from.iface.Link
			if f := l.options.Filter; f != nil && !f.Match(uint16(link), r.data, r.length) {
				continue
			}
			r.from.packets.Add(1)
			r.from.bytes.Add(int64(len(r.data)))
			l.bytes.Add(int64(len(r.data)))
			p = Packet{
				Number: int(l.packets.Add(1)), Time: r.at.UTC(), Link: link, Data: r.data, Length: r.length,
				Interface: r.from.iface, Offset: -1,
			}
			if !yield(&p, nil) {
				return
			}
			if len(packets) == 0 && l.options.Waiting != nil {
				l.options.Waiting()
			}
		}
	}
}

// read sends packets until there are none from before stopped.
func (i *opened) read(packets chan<- arrival, stopped *atomic.Pointer[time.Time]) {
	for {
		data, info, err := i.handle.ReadPacketData()
		until := stopped.Load()
		switch {
		case err == pcap.NextErrorTimeoutExpired && until == nil:
			continue
		case err == pcap.NextErrorTimeoutExpired, err == nil && until != nil && info.Timestamp.After(*until):
			return
		}
		packets <- arrival{i, data, info.Length, info.Timestamp, err}
		if err != nil {
			return
		}
	}
}

// end makes the readers end once they have what came until now.
func (l *Live) end() {
	now := time.Now()
	l.stopped.CompareAndSwap(nil, &now)
}

// Stats implements [Source]. Dropped is what the kernel had no room for.
func (l *Live) Stats() Stats {
	s := Stats{Packets: l.packets.Load(), Bytes: l.bytes.Load()}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range l.interfaces {
		if !l.closed {
			i.count()
		}
		s.Dropped += i.dropped.Load()
	}
	return s
}

// count asks libpcap, which adds up itself.
func (i *opened) count() {
	if s, err := i.handle.Stats(); err == nil {
		i.dropped.Store(int64(s.PacketsDropped))
	}
}

// Interfaces returns the interfaces of the capture. It may be called while
// Packets runs.
func (l *Live) Interfaces() []InterfaceStats {
	l.Stats()
	var stats []InterfaceStats
	for _, i := range l.interfaces {
		stats = append(stats, InterfaceStats{i.iface, Stats{
			Packets: i.packets.Load(), Bytes: i.bytes.Load(), Dropped: i.dropped.Load(),
		}})
	}
	return stats
}

// Close ends the capture. While Packets runs it only makes it end.
func (l *Live) Close() error {
	l.end()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.reading {
		return nil
	}
	l.closed = true
	for _, i := range l.interfaces {
		i.count()
		i.handle.Close()
	}
	return nil
}
