package tls

import (
	"cmp"
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
	torn := slices.Clone(segments)
	torn[i].lost = true
	testTorn(t, decryptor, segments, torn)
}

// testTorn plays segments, some of which are lost in torn, and compares with
// what the whole tells.
func testTorn(t *testing.T, decryptor func() *Decryptor, segments, torn []segment) {
	t.Helper()
	whole := play(decryptor(), segments)
	h := play(decryptor(), torn)
	var records [2][]span
	var holes [2][]span
	var at [2]int64
	for _, seg := range torn {
		to := at[seg.from] + int64(len(seg.data))
		if seg.lost {
			holes[seg.from] = append(holes[seg.from], span{at[seg.from], to})
		}
		at[seg.from] = to
	}
	hit := func(side flow.Side, s span) bool {
		return slices.ContainsFunc(holes[side], func(hole span) bool { return s.from < hole.to && hole.from < s.to })
	}
	touched := func(side flow.Side, offset int64) bool {
		before := false // whether the record before is touched
		for _, s := range records[side] {
			is := hit(side, s)
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
	var lost [2]int64
	for side := range records {
		records[side] = spans(segments, flow.Side(side))
	}
	for _, d := range whole.data {
		if touched(d.From, d.Offset) {
			lost[d.From] += int64(len(d.Payload))
			continue
		}
		d.Lost, lost[d.From] = lost[d.From], 0
		want = append(want, d)
	}
	for side := range holes {
		for _, hole := range holes[side] {
			if needed(segments, flow.Side(side), hole, whole.info) && len(h.data) == 0 {
				if !strings.Contains(h.text.String(), "undecryptable") {
					t.Errorf("%v lost: nothing can be opened, and nothing says so:\n%s", holes, &h.text)
				}
				return
			}
		}
	}
	if len(h.data) != len(want) {
		t.Fatalf("%v lost: %d pieces; want %d\n%s", holes, len(h.data), len(want), &h.text)
	}
	// Sealed bytes behind a hole may look like a header, now and then: what follows
	// waits until they are known to be none, while the other side goes on.
	bySide := func(a, b Data) int { return cmp.Compare(a.From, b.From) }
	slices.SortStableFunc(h.data, bySide)
	slices.SortStableFunc(want, bySide)
	for k, d := range h.data {
		w := want[k]
		if d.From != w.From || d.Offset != w.Offset || string(d.Payload) != string(w.Payload) {
			t.Fatalf("%v lost: piece %d is %s; want %s", holes, k, describe(&d), describe(&w))
		}
		if d.Lost < w.Lost || d.Exact && d.Lost != w.Lost {
			t.Errorf("%v lost: piece %d: %s; want %s", holes, k, describe(&d), describe(&w))
		}
	}
}

// TestManyLosses takes away every so many segments, and the tails of all as a
// snaplen does.
func TestManyLosses(t *testing.T) {
	for name, ends := range configs() {
		if strings.Contains(name, "CBC") && !strings.HasPrefix(name, "1.2") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			whole, keys := converse(t, ends[0], ends[1], conversation)
			fresh := func() *Decryptor { return decryptor(keys) }
			const spared = 8 // segments of both hellos
			for every := 2; every < 6; every++ {
				segments := recut(whole, 700)
				torn := slices.Clone(segments)
				for i := range torn {
					torn[i].lost = i >= spared && i%every == 0
				}
				testTorn(t, fresh, segments, torn)
			}
			for _, snaplen := range []int{50, 500} {
				var segments, torn []segment
				for i, seg := range recut(whole, 1460) {
					n := min(len(seg.data), snaplen)
					if i < spared {
						n = len(seg.data)
					}
					for j, data := range [][]byte{seg.data[:n], seg.data[n:]} {
						if len(data) > 0 {
							segments = append(segments, segment{from: seg.from, data: data})
							torn = append(torn, segment{from: seg.from, data: data, lost: j == 1})
						}
					}
				}
				testTorn(t, fresh, segments, torn)
			}
		})
	}
}

// needed reports whether a hole takes away what a key may not do without: in
// TLS 1.2 and before the random of the ServerHello, and that of a ClientHello
// which may name no secret of the log because it resumes.
func needed(segments []segment, side flow.Side, hole span, info Info) bool {
	if info.Version == TLS13 || side == flow.A && !info.Resumed {
		return false
	}
	s := spans(segments, side)[0]
	return hole.from < min(s.to, 120)
}
