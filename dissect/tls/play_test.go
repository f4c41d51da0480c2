package tls

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"wsight/flow"
)

// segment is what one side sent in one packet, or lost of it.
type segment struct {
	from flow.Side
	data []byte
	lost bool
}

// heard is what a session told.
type heard struct {
	text  strings.Builder // one line an event, without places
	plain [2]bytes.Buffer // application data of each side
	data  []Data          // payloads copied
	info  Info
	stats DecryptorStats
}

func (h *heard) emit(e Event) {
	if d, ok := e.(*Data); ok {
		h.plain[d.From].Write(d.Payload)
		kept := *d
		kept.Payload = bytes.Clone(d.Payload)
		h.data = append(h.data, kept)
	}
	fmt.Fprintln(&h.text, describe(e))
}

// describe writes an event in words.
func describe(e Event) string {
	side := string("AB"[e.At().From])
	switch e := e.(type) {
	case *ClientHello:
		return fmt.Sprintf("%s client hello %q %q %v resumes=%v early=%v again=%v", side, e.ServerName, e.ALPN, e.Versions, e.Resumes, e.EarlyData, e.Again)
	case *ServerHello:
		return fmt.Sprintf("%s server hello %v %v %q resumed=%v retry=%v", side, e.Version, e.Suite, e.ALPN, e.Resumed, e.Retry)
	case *EncryptedExtensions:
		return fmt.Sprintf("%s encrypted extensions %q early=%v", side, e.ALPN, e.EarlyData)
	case *Complete:
		return side + " complete"
	case *Data:
		text := fmt.Sprintf("%s data %q", side, e.Payload)
		if len(e.Payload) > 60 {
			text = fmt.Sprintf("%s data of %d bytes", side, len(e.Payload))
		}
		if e.Lost > 0 {
			text += fmt.Sprintf(" lost=%d exact=%v", e.Lost, e.Exact)
		}
		if e.Early {
			text += " early"
		}
		return text
	case *KeyUpdate:
		return fmt.Sprintf("%s key update requested=%v", side, e.Requested)
	case *Alert:
		if e.Opaque {
			return side + " alert, sealed"
		}
		return fmt.Sprintf("%s alert %v %v sealed=%v", side, e.Level, e.Description, e.Sealed)
	case *Lost:
		return fmt.Sprintf("%s lost %d bytes, %d records, resumed=%v", side, e.Bytes, e.Records, e.Resumed)
	case *Undecryptable:
		return fmt.Sprintf("%s undecryptable: %v", side, e.Reason)
	}
	return fmt.Sprintf("unknown event %T", e)
}

// play feeds segments to a new session.
func play(d *Decryptor, segments []segment) *heard {
	h := &heard{}
	s := d.NewSession()
	feed(s, segments, h.emit)
	s.End(h.emit)
	h.info = s.Info()
	h.stats = d.Stats()
	return h
}

func feed(s *Session, segments []segment, emit func(Event)) {
	feedAnd(s, segments, emit, func() {})
}

// feedAnd calls after behind each segment.
func feedAnd(s *Session, segments []segment, emit func(Event), after func()) {
	var offset, lost [2]int64
	for i, seg := range segments {
		n := int64(len(seg.data))
		if seg.lost {
			lost[seg.from] += n
		} else {
			s.Feed(&flow.Chunk{From: seg.from, Data: seg.data, Offset: offset[seg.from], Lost: lost[seg.from],
				Packet: flow.PacketID(i + 1), Time: timeOf(i)}, emit)
			lost[seg.from] = 0
			after()
		}
		offset[seg.from] += n
	}
}

// decryptor returns a Decryptor that has this key log.
func decryptor(keys string) *Decryptor {
	var log KeyLog
	log.Add([]byte(keys))
	log.End()
	return NewDecryptor(&log, Limits{})
}

// recut cuts the stream of each side anew into segments of at most size
// bytes; neighbours of one side are joined first.
func recut(segments []segment, size int) (out []segment) {
	for _, seg := range joined(segments) {
		for data := seg.data; len(data) > 0; {
			n := min(size, len(data))
			out = append(out, segment{from: seg.from, data: data[:n]})
			data = data[n:]
		}
	}
	return out
}

func joined(segments []segment) (out []segment) {
	for _, seg := range segments {
		if n := len(out); n > 0 && out[n-1].from == seg.from {
			out[n-1].data = append(bytes.Clone(out[n-1].data), seg.data...)
		} else {
			out = append(out, seg)
		}
	}
	return out
}

// checkCuts plays segments as they are, byte by byte, in odd pieces and
// joined: how TCP cut the streams must not show. It returns what was heard.
func checkCuts(t *testing.T, keys string, segments []segment) *heard {
	t.Helper()
	return checkCutsOf(t, func() *Decryptor { return decryptor(keys) }, segments)
}

func checkCutsOf(t *testing.T, decryptor func() *Decryptor, segments []segment) *heard {
	t.Helper()
	want := play(decryptor(), segments)
	for name, cut := range map[string][]segment{
		"byte by byte":  recut(segments, 1),
		"in 7s":         recut(segments, 7),
		"in 1460s":      recut(segments, 1460),
		"in one piece":  joined(segments),
		"in odd pieces": recut(segments, 333),
	} {
		if got := play(decryptor(), cut); got.text.String() != want.text.String() {
			t.Errorf("%s:\n--- got\n%s--- want\n%s", name, &got.text, &want.text)
		}
	}
	// Going on with a copy, and of that with a copy, must not show either.
	d, cloned := decryptor(), &heard{}
	s := d.NewSession()
	feedAnd(s, recut(segments, 333), cloned.emit, func() {
		if !s.Waiting() {
			*s = *s.Clone(nil).Clone(d)
		}
	})
	s.End(cloned.emit)
	if got := cloned.text.String(); got != want.text.String() {
		t.Errorf("with copies:\n--- got\n%s--- want\n%s", got, &want.text)
	}
	return want
}

// timeOf is when segment i was captured.
func timeOf(i int) time.Time { return time.Unix(int64(i), 0) }
