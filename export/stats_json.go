package export

import (
	"strconv"
	"time"

	"wsight/flow"
	"wsight/safe"
)

// json writes a line for everything, for each group and each connection.
func (s *Stats) json(conns []*statsConn) {
	s.buf = append(s.buf, `{"event":"stats","by":"all"`...)
	s.figuresJSON(&s.all.figures)
	for i, kind := range groupings {
		for _, g := range s.sorted(i) {
			s.buf = append(s.buf, `{"event":"stats","by":"`...)
			s.buf = appendOptional(append(s.buf, kind...), `","name":`, g.name)
			s.buf = appendBool(s.buf, `,"rest":`, g.rest)
			s.figuresJSON(&g.figures)
			s.rest()
		}
	}
	for _, c := range conns {
		s.buf = append(s.buf, `{"event":"stats","by":"connection"`...)
		s.buf = appendInt(s.buf, `,"conn":`, c.conv.Number)
		s.buf = appendAddress(s.buf, `,"client":`, c.conv.Client)
		s.buf = appendAddress(s.buf, `,"server":`, c.conv.Server)
		s.buf = appendOptional(s.buf, `,"host":`, c.host)
		s.buf = appendOptional(s.buf, `,"path":`, c.path)
		s.buf = appendOptional(s.buf, `,"subprotocol":`, c.proto)
		s.buf = appendWord(s.buf, `,"state":`, c.state)
		s.figuresJSON(&c.figures)
		s.rest()
	}
	if s.omitted > 0 {
		s.buf = append(s.buf, `{"event":"stats","by":"omitted"`...)
		s.buf = append(appendInt(s.buf, `,"connections":`, s.omitted), '}', '\n')
	}
}

// figuresJSON appends the members that every line has, and ends it.
func (s *Stats) figuresJSON(f *figures) {
	b := appendInt(s.buf, `,"connections":`, f.connections)
	b = appendInt(b, `,"accepted":`, f.accepted)
	b = appendInt(b, `,"failed":`, f.failed)
	for _, m := range []struct {
		name string
		v    [3]int64
	}{{"messages", f.messages}, {"control", f.control}, {"frames", f.frames}, {"bytes", f.bytes}, {"wire_bytes", f.wire}} {
		b = appendPair(appendName(b, m.name), m.v[flow.ClientToServer], m.v[flow.ServerToClient])
	}
	b = appendInt(b, `,"header_bytes":`, max(both(f.wire)-both(f.payload), 0))
	b = appendInt(b, `,"http_bytes":`, f.http)
	b = appendInt(b, `,"compressed":{"messages":`, f.compressed)
	b = appendInt(b, `,"wire":`, f.deflated)
	b = appendInt(b, `,"length":`, f.inflated)
	b = append(b, `,"ratio":`...)
	b = appendRatio(b, float64(f.inflated), float64(f.deflated))
	b = appendInt(append(b, '}'), `,"lost":`, f.lost)
	b = appendDuration(b, `,"duration":`, f.duration)
	b = append(b, `,"rate":`...)
	b = appendRatio(b, float64(both(f.messages)), f.active().Seconds())
	b = append(b, `,"peak_rate":`...)
	b = appendRatio(b, f.peak(), 1)
	b = appendSpread(b, "length", &f.length, 1)
	for _, h := range []struct {
		name string
		h    *histogram
	}{{"gap", &f.gap}, {"ping", &f.ping}, {"answer", &f.answer}, {"latency", &f.latency}} {
		b = appendSpread(b, h.name, h.h, float64(time.Second))
	}
	b = append(b, `,"timeline":{"start":`...)
	if text := s.origin.UTC().Format("2006-01-02T15:04:05.000000000Z"); s.origin.IsZero() {
		b = append(b, "null"...)
	} else {
		b = safe.AppendJSON(b, text)
	}
	b = appendDuration(b, `,"width":`, f.width)
	b = append(b, `,"messages":[`...)
	for i, n := range f.bins {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	s.buf = append(b, "]}}\n"...)
}

// appendRatio appends a/b with few decimals, or null when b is 0.
func appendRatio(b []byte, a, by float64) []byte {
	if by == 0 {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, a/by, 'g', 6, 64)
}

// appendSpread appends how values are spread, in a unit, or null for none.
func appendSpread(b []byte, name string, h *histogram, unit float64) []byte {
	b = appendName(b, name)
	if h.n == 0 {
		return append(b, "null"...)
	}
	q := h.quantiles(0.5, 0.9, 0.99)
	b = appendInt(b, `{"count":`, h.n)
	for _, v := range []struct {
		name string
		v    float64
	}{{"min", float64(h.min)}, {"mean", h.sum / float64(h.n)}, {"p50", float64(q[0])}, {"p90", float64(q[1])}, {"p99", float64(q[2])}, {"max", float64(h.max)}} {
		b = strconv.AppendFloat(appendName(b, v.name), v.v/unit, 'g', 9, 64)
	}
	return append(b, '}')
}
