package session

import (
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/reassembly"
)

// A Summary says what a capture held, once it has been read.
type Summary struct {
	Packets, Bytes int64
	TCP            int64 // connections
	WebSocket      int64 // conversations: connections and attempts
	Copies         int64 // conversations that are one of these, captured once more
	Other          int64 // TCP connections that carried none
	TLSWithoutKeys int64 // of these, TLS that nothing could be decrypted of
	Keys           int   // connections that there are TLS secrets of
	QUIC           int64 // QUIC connections, which may carry HTTP/3: recognised, not decoded
	Dropped        int64 // by the kernel; -1 when unknown
	PassedOver     int64 // packets that Options.Select left out
	Truncated      int64 // packets cut by the snaplen
	Undecoded      int64 // packets that no layer could be told in
	Evicted        int64 // connections let go because of a limit, that on idle time included
	Limits         []string
	First, Last    time.Time
	Complete       bool // the input was read to its end
}

// Duration is the time between the first and the last packet.
func (s Summary) Duration() time.Duration {
	if s.First.IsZero() {
		return -1
	}
	return s.Last.Sub(s.First)
}

// A span is the time that the packets cover.
type span struct{ first, last time.Time }

func (s *span) add(p *capture.Packet) {
	switch {
	case p.Time.After(s.last): // as nearly always; the zero time is after none
		s.last = p.Time
		if s.first.IsZero() {
			s.first = p.Time
		}
	case p.Time.IsZero():
	case p.Time.Before(s.first):
		s.first = p.Time
	}
}

// counts are kept per TCP connection.
type counts struct{ other, opaque int64 }

func (n *counts) connection(c *dissect.Connection) {
	if c.Conversations() > 0 {
		return
	}
	n.other++
	if _, opaque := c.Encrypted(); opaque {
		n.opaque++
	}
}

// secrets returns how many connections a key log has secrets of.
func secrets(log *tls.KeyLog) int {
	if log == nil {
		return 0
	}
	return log.Stats().Connections
}

func (e *engine) summary(stats capture.Stats, complete bool) Summary {
	s := Summary{
		Packets: stats.Packets, Bytes: stats.Bytes, Dropped: stats.Dropped, Complete: complete,
		WebSocket: int64(e.convs), Copies: e.twins.count, Other: e.count.other, TLSWithoutKeys: e.count.opaque,
		First: e.span.first, Last: e.span.last, PassedOver: e.passed, Keys: secrets(e.opts.Dissect.Keys),
	}
	for _, a := range e.vantages {
		t := a.Stats()
		s.TCP += t.Connections
		s.Truncated += t.Truncated
		s.Undecoded += t.Undecoded
		s.Evicted += t.Evicted
		s.QUIC += t.QUIC
		for _, hit := range t.Limits {
			if hit.Name == reassembly.IdleTime {
				s.Evicted += hit.Times
			}
			s.Limits = append(s.Limits, hit.Name)
		}
	}
	return s
}
