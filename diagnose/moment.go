package diagnose

import (
	"time"

	"wsight/flow"
)

// A moment is a packet and its time. The zero value is none.
type moment struct {
	packet flow.PacketID
	at     int64 // as of nanos
}

func momentOf(packet flow.PacketID, t time.Time) moment { return moment{packet, nanos(t)} }

func (m moment) known() bool { return m.packet != 0 }

// since returns the time from a to m, and false when the clock does not tell.
func (m moment) since(a moment) (time.Duration, bool) { return between(a.at, m.at) }

// after reports whether m was captured after a, which is of the same vantage
// point.
func (m moment) after(a moment) bool {
	return flow.ComparePackets(m.packet, m.time(), a.packet, a.time()) > 0
}

// time returns when m was, the zero time without a clock.
func (m moment) time() time.Time {
	if m.at == 0 {
		return time.Time{}
	}
	return time.Unix(0, m.at-1).UTC()
}

// nanos returns t for arithmetic, and 0 when there is no clock: nanoseconds
// since 1970, and one, for captures may begin there.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano() + 1
}

// between returns how long after a b is, and false without a clock.
func between(a, b int64) (time.Duration, bool) {
	if a == 0 || b == 0 {
		return 0, false
	}
	return time.Duration(b - a), true
}
