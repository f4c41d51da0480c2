package tls

import (
	"slices"
	"strings"
	"testing"

	"wsight/flow"
)

// span is where in a stream a record is.
type span struct{ from, to int64 }

// spans returns those of all records of one side.
func spans(segments []segment, side flow.Side) (all []span) {
	var stream []byte
	for _, seg := range segments {
		if seg.from == side {
			stream = append(stream, seg.data...)
		}
	}
	for at := 0; at+headerSize <= len(stream); {
		n := headerSize + bodyLength(stream[at:])
		all = append(all, span{int64(at), int64(at + n)})
		at += n
	}
	return all
}

// TestLossOfOneSegment takes away each segment of a transcript in turn. What
// the records say that it did not touch must all be told, and nothing else.
func TestLossOfOneSegment(t *testing.T) {
	lines := conversation[:20]
	for name, ends := range configs() {
		if strings.Contains(name, "ECDHE_ECDSA") && !strings.Contains(name, "GCM") {
			continue // sealed like the RSA ones
		}
		t.Run(name, func(t *testing.T) {
			whole, keys := converse(t, ends[0], ends[1], lines)
			for _, size := range []int{200, 1460, 1 << 20} {
				segments := recut(whole, size)
				if size > 1<<16 {
					segments = whole
				}
				for i := range segments {
					testLoss(t, func() *Decryptor { return decryptor(keys) }, segments, i)
				}
			}
		})
	}
}

func testLoss(t *testing.T, decryptor func() *Decryptor, segments []segment, i int) {
	t.Helper()
	whole := play(decryptor(), segments)
	side := segments[i].from
	var hole span
	for _, seg := range segments[:i+1] {
		if seg.from == side {
			hole.from = hole.to
			hole.to += int64(len(seg.data))
		}
	}
	torn := slices.Clone(segments)
	torn[i].lost = true
	h := play(decryptor(), torn)

	touched := func(offset int64) bool {
		before := false // whether the record before is touched
		for _, s := range spans(segments, side) {
			is := s.from < hole.to && hole.from < s.to
			if s.from == offset {
				// The last block of a record is the IV of the next in TLS 1.0.
				return is || before && whole.info.Version == TLS10
			}
			before = is
		}
		t.Fatalf("no record at %d", offset)
		return false
	}
	var want []Data
	var lost int64
	for _, d := range whole.data {
		if d.From == side && touched(d.Offset) {
			lost += int64(len(d.Payload))
			continue
		}
		if d.From == side && lost > 0 {
			d.Lost, lost = lost, 0
		}
		want = append(want, d)
	}
	if needed(segments, side, hole, whole.info) {
		if !strings.Contains(h.text.String(), "undecryptable") {
			t.Errorf("segment %d of %d: nothing can be opened, and nothing says so:\n%s", i, len(segments), &h.text)
		}
		return
	}
	if len(h.data) != len(want) {
		t.Fatalf("segment %d of %d (side %d, %v) lost: %d pieces; want %d\n%s", i, len(segments), side, hole, len(h.data), len(want), &h.text)
	}
	for k, d := range h.data {
		w := want[k]
		if d.From != w.From || d.Offset != w.Offset || string(d.Payload) != string(w.Payload) {
			t.Fatalf("segment %d lost: piece %d is %s; want %s", i, k, describe(&d), describe(&w))
		}
		if d.Lost < w.Lost || d.Exact && d.Lost != w.Lost {
			t.Errorf("segment %d lost: piece %d: %s; want %s", i, k, describe(&d), describe(&w))
		}
	}
}

// needed reports whether a hole takes away what no key can do without: in
// TLS 1.2 and before the random of the ServerHello, and that of a ClientHello
// which names no secret of the log because it resumes.
func needed(segments []segment, side flow.Side, hole span, info Info) bool {
	if info.Version == TLS13 || side == flow.A && !info.Resumed {
		return false
	}
	s := spans(segments, side)[0]
	return hole.from < min(s.to, 120)
}
