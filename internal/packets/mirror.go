package packets

import (
	"net/netip"
	"time"
)

// A Mirror is another place where a connection is captured: the other end of
// a veth, the far side of a NAT, another host.
type Mirror struct {
	Capture   *Capture
	Interface int
	Later     time.Duration // than at the first place, by its own clock
	// As are the addresses there, of the client and of the server, where they
	// differ; "": they do not.
	As [2]string
	// Shift is added to the sequence numbers of each end, as by a firewall
	// that chooses its own.
	Shift [2]uint32
	// Lose says which packets are not captured, by their number from 0; nil:
	// none.
	Lose func(n int, d Direction) bool

	n int
}

// take captures s, which d sent.
func (m *Mirror) take(d Direction, at time.Time, s Segment) {
	n := m.n
	m.n++
	if m.Lose != nil && m.Lose(n, d) {
		return
	}
	from, to := *s.From, *s.To
	ends := [2]*End{&from, &to}
	if d == ServerToClient {
		ends = [2]*End{&to, &from}
	}
	for i, as := range m.As {
		if as != "" {
			ends[i].Addr = netip.MustParseAddrPort(as)
		}
	}
	s.From, s.To = &from, &to
	s.Seq += m.Shift[d]
	if s.Flags&ACK != 0 {
		s.Ack += m.Shift[1-d]
	}
	m.Capture.add(at.Add(m.Later), m.Interface, s.Append(nil))
}
