package dissect

import (
	"encoding/binary"
	"fmt"
	"time"

	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// endStream takes END_STREAM, which is to a stream what FIN is to TCP
// (RFC 8441 §5).
func (r *http2Reader) endStream(id uint32) {
	sig := flow.Signal{Kind: flow.Fin, From: r.from, Packet: r.c.packet, Time: r.c.time}
	r.halfUnknown(id, sig)
	s := r.streams[id]
	if s == nil || s.done[r.from] {
		return
	}
	s.done[r.from] = true
	if s.stream != nil {
		s.stream.signal(r.c, sig)
	} else {
		s.talk.signal(r.c, sig)
	}
	if s.done[r.client] && s.done[r.client.Other()] || s.stream == nil && s.response != nil {
		r.finish(s, StateStreamEnd)
	}
}

// An http2Reset is an RST_STREAM whose meaning is open.
type http2Reset struct {
	code   http2.ErrorCode
	from   flow.Side
	packet flow.PacketID
	time   time.Time
	past   int // chunks of the other side that were read and came later
}

// crossing is how many segments of the other side may cross a reset.
const crossing = 4

// resetStream takes RST_STREAM, which is to a stream what RST is to TCP.
func (r *http2Reader) resetStream(h http2.Header, payload []byte) {
	r.endUnknown(h.Stream)
	s := r.streams[h.Stream]
	if s == nil || len(payload) < 4 || s.reset != nil {
		return
	}
	s.reset = &http2Reset{code: http2.ErrorCode(binary.BigEndian.Uint32(payload)), from: r.from, packet: r.c.packet, time: r.c.time}
	if s.closed() {
		r.endReset(s)
		return
	}
	r.resets = true
}

// closed reports whether both ends have sent a Close frame.
func (s *http2Stream) closed() bool {
	return s.talk.closes[flow.ClientToServer] != nil && s.talk.closes[flow.ServerToClient] != nil
}

// halfSeen reports whether the capture began later than s and has no frame of
// one side: that side may have ended before.
func (s *http2Stream) halfSeen() bool {
	return s.talk.conv.Midstream && (s.talk.totals[flow.ClientToServer].Frames == 0 || s.talk.totals[flow.ServerToClient].Frames == 0)
}

// settleResets ends the streams that were reset, once side, the other one, is
// read beyond that: what it said before may have waited behind a hole, or
// crossed it. At the end of the connection all is read.
func (l *http2Layer) settleResets(side flow.Side, packet flow.PacketID, at time.Time, over bool) {
	if !l.resets {
		return
	}
	l.resets = false
	for _, s := range l.ordered() {
		if s.reset == nil {
			continue
		}
		if s.reset.from != side && flow.ComparePackets(s.reset.packet, s.reset.time, packet, at) <= 0 {
			s.reset.past++
		}
		if s.reset.past > crossing || s.closed() || over {
			l.endReset(s)
		} else {
			l.resets = true
		}
	}
}

// endReset ends a stream as its RST_STREAM did.
func (l *http2Layer) endReset(s *http2Stream) {
	c := l.c
	packet, at := c.packet, c.time
	c.packet, c.time = s.reset.packet, s.reset.time
	dir := s.talk.dir(s.reset.from)
	if s.stream != nil {
		s.stream.settle() // a Close may be what has come last
	}
	if !s.closed() {
		report := finding.Report{
			Code:   finding.HTTP2StreamReset,
			Detail: fmt.Sprintf("the %s reset stream %d with %s", party(dir), s.id, s.reset.code),
		}
		if c.lost != [2]int64{} {
			report.Severity = finding.Note
			report.Detail += "; bytes of the connection are missing, and a Close may be among them"
		} else if s.halfSeen() {
			report.Severity = finding.Note
			report.Detail += "; the capture began later than the stream, and a Close may be in what is not there"
		}
		c.report(s.talk, report, dir, 0)
	}
	s.talk.signal(c, flow.Signal{Kind: flow.Reset, From: s.reset.from, Packet: s.reset.packet, Time: s.reset.time})
	l.finish(s, StateStreamEnd)
	c.packet, c.time = packet, at
}

// goAway tells every open stream that the connection is going to end.
func (r *http2Reader) goAway(payload []byte) {
	if len(payload) < 8 {
		return
	}
	last := binary.BigEndian.Uint32(payload) &^ (1 << 31)
	code := http2.ErrorCode(binary.BigEndian.Uint32(payload[4:]))
	for _, s := range r.ordered() {
		if s.reset != nil {
			continue // it is over, and what may have crossed the reset is waited for
		}
		dir := s.talk.dir(r.from)
		report := finding.Report{
			Code:   finding.HTTP2Goaway,
			Detail: fmt.Sprintf("the %s sent GOAWAY with %s and last stream %d while stream %d was open", party(dir), code, last, s.id),
		}
		if r.c.lost != [2]int64{} {
			report.Severity = finding.Note
			report.Detail += "; bytes of the connection are missing, and the end of the stream may be among them"
		} else if s.halfSeen() {
			report.Severity = finding.Note
			report.Detail += "; the capture began later than the stream, and its end may be in what is not there"
		} else if !r.c.heard[r.from.Other()] {
			report.Severity = finding.Note
			report.Detail += fmt.Sprintf("; nothing that the %s sent is in the capture, and the end of the stream may be in that", party(dir.Reverse()))
		}
		r.c.report(s.talk, report, dir, 0)
	}
}
