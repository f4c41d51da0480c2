//go:build !libpcap

package capture

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	"wsight/capture/afpacket"
)

// A watched is an interface that was asked for by its name.
type watched struct {
	name  string
	index int // 0 when it is not there
	up    bool
}

// A source is an interface from which a packet came.
type source struct {
	index          int
	iface          *Interface
	packets, bytes atomic.Int64
}

// linkOf returns the link type in which packets of a hardware type are given.
// Everything without Ethernet headers is given from its IP header on.
func linkOf(hardware uint16) (LinkType, bool) {
	switch hardware {
	case afpacket.HardwareEthernet, afpacket.HardwareLoopback:
		return linkEthernet, true
	case 512, 519, 65534, 768, 769, 776, 778, 823: // PPP, raw IP, none, and tunnels of IP
		return linkRaw, true
	}
	return 0, false
}

const (
	linkEthernet LinkType = 1
	linkRaw      LinkType = 101
)

func interfaceNames() string {
	var names []string
	all, _ := net.Interfaces()
	for _, i := range all {
		names = append(names, i.Name)
	}
	return strings.Join(names, ", ")
}

// suits reports why packets of an interface cannot be captured or filtered.
func (l *Live) suits(name string, device afpacket.Device) error {
	link, ok := linkOf(device.Hardware)
	if !ok {
		return fmt.Errorf("%s: interfaces of hardware type %d are not supported", name, device.Hardware)
	}
	if l.options.Filter == nil {
		return nil
	}
	if err := l.options.Filter.Supports(uint16(link)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// from returns the source of an index, and describes it when it is new.
func (l *Live) from(index int, link LinkType) *source {
	known := *l.interfaces.Load()
	for _, s := range known {
		if s.index == index && s.iface.Link == link {
			return s
		}
	}
	name, err := l.ring.Name(index)
	if err != nil {
		name = fmt.Sprintf("interface %d", index) // gone before its packets were read
	}
	s := &source{index: index, iface: &Interface{Name: name, Link: link, Snaplen: l.options.Snaplen}}
	if l.options.Filter != nil {
		s.iface.Filter = l.options.Filter.String()
	}
	known = append(known[:len(known):len(known)], s)
	l.interfaces.Store(&known)
	return s
}

// look finds named interfaces that went away or came back, tells of them, and
// captures from those that came back under another index.
func (l *Live) look() {
	moved := false
	for _, w := range l.watched {
		device, err := l.ring.Device(w.name)
		if err == nil && device.Index != w.index {
			if l.suits(w.name, device) != nil {
				continue // another kind of interface has the name now
			}
			moved, w.index = true, device.Index
			if l.options.Promiscuous {
				l.ring.Promiscuous(device.Index) // at worst it sees less
			}
		}
		if up := err == nil && device.Up; up != w.up {
			w.up = up
			if l.options.Changed != nil {
				l.options.Changed(w.name, up)
			}
		}
	}
	if moved && l.attach() != nil {
		for _, w := range l.watched {
			w.index = 0 // try again when looking next
		}
	}
}

// Interfaces returns the interfaces from which packets came, in the order of
// their first ones. It may be called while Packets runs.
func (l *Live) Interfaces() []InterfaceStats {
	total := l.Stats()
	var stats []InterfaceStats
	for _, s := range *l.interfaces.Load() {
		of := Stats{Packets: s.packets.Load(), Bytes: s.bytes.Load(), Dropped: -1}
		if len(l.watched) == 1 {
			of.Dropped = total.Dropped
		}
		stats = append(stats, InterfaceStats{s.iface, of})
	}
	return stats
}
