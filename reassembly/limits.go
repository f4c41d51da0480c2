package reassembly

import (
	"cmp"
	"time"
)

// Limits bound what an [Assembler] keeps. A zero field means its default.
type Limits struct {
	// Connections is how many connections are followed at a time, 1 Mi by
	// default. One more evicts the one that was quiet for longest: first those
	// whose handshake is not complete, then those that nobody wants or that
	// never carried data, then any.
	Connections int

	// HalfOpen is how many of these may be waiting for the end of their
	// handshake, 64 Ki by default: a SYN flood never gets more.
	HalfOpen int

	// QueuedSide and Queued are how many bytes may wait behind holes, in one
	// side of a connection (1 MiB by default) and in all (64 MiB). When one is
	// exceeded, the hole is given up: the oldest one, for Queued.
	QueuedSide, Queued int

	// Idle ends connections that had no packet for so long, by the clock of
	// the capture. Zero means never: WebSocket connections may be silent for
	// hours.
	Idle time.Duration

	// Fragments and FragmentBytes are how many IP datagrams may be incomplete
	// at a time (1,024 by default), and how many bytes of them are kept
	// (4 MiB). FragmentTime is how long each may take, 30 s by default.
	Fragments, FragmentBytes int
	FragmentTime             time.Duration
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Connections:   cmp.Or(l.Connections, 1<<20),
		HalfOpen:      cmp.Or(l.HalfOpen, 64<<10),
		QueuedSide:    cmp.Or(l.QueuedSide, 1<<20),
		Queued:        cmp.Or(l.Queued, 64<<20),
		Idle:          l.Idle,
		Fragments:     cmp.Or(l.Fragments, 1<<10),
		FragmentBytes: cmp.Or(l.FragmentBytes, 4<<20),
		FragmentTime:  cmp.Or(l.FragmentTime, 30*time.Second),
	}
}

// lag is how many packets of the capture may pass before a packet puts its
// connection last again in the list of those that may be evicted. To move it
// for each touches both neighbours, which are hardly ever in the processor's
// cache. What is evicted was quiet while all but an eighth of the others were
// heard; with Idle the order has to be exact.
func (l Limits) lag() int64 {
	if l.Idle > 0 {
		return 0
	}
	return int64(min(l.Connections, l.HalfOpen) / 8)
}

// The limits that can be hit. The numbers are ours.
const (
	limitConnections = iota
	limitHalfOpen
	limitQueuedSide
	limitQueued
	limitIdle
	limitFragments
	limitFragmentBytes
	limitTunnels
	limitCount
)

var limitNames = [limitCount]string{
	"connections", "half-open connections", "out-of-order bytes of a side", "out-of-order bytes",
	IdleTime, "ip fragments", "ip fragment bytes", "layers of tunnels",
}

// IdleTime names the limit that ends connections without packets.
const IdleTime = "idle time"

// hits counts how often each limit was reached.
type hits [limitCount]int64

// A LimitHit says that a limit was reached, and how often.
type LimitHit struct {
	Name  string // for people, stable: "connections", "out-of-order bytes", ...
	Times int64
}

func (h *hits) list() []LimitHit {
	var list []LimitHit
	for i, times := range h {
		if times > 0 {
			list = append(list, LimitHit{limitNames[i], times})
		}
	}
	return list
}

// InOrder returns the names of limits in the order of Stats.Limits.
func InOrder(names map[string]bool) []string {
	var list []string
	for _, name := range limitNames {
		if names[name] {
			list = append(list, name)
		}
	}
	return list
}
