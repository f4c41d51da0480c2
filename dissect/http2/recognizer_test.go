package http2

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

func TestRecognizer(t *testing.T) {
	data := func(n int) []byte { return frame(DATA, 0, 3, bytes.Repeat([]byte("t"), n)) }
	join := func(p ...[]byte) []byte { return bytes.Join(p, nil) }
	for _, tt := range []struct {
		name     string
		segments [][]byte
		start    int64 // -1: not found
		likely   bool
	}{
		{"a frame that fills a segment", [][]byte{data(20)}, 0, true},
		{"a frame at the start of a segment, cut", [][]byte{data(20)[:25]}, -1, true},
		{"its rest in another segment", [][]byte{data(20)[:25], data(20)[25:]}, 0, true},
		{"a frame behind the rest of one", [][]byte{join([]byte("rest"), data(20))}, -1, true},
		{"two frames behind it", [][]byte{join([]byte("rest"), data(20), data(30))}, 4, true},
		{"the second one in another segment", [][]byte{join([]byte("rest"), data(20)), data(30)}, 4, true},
		{"two frames inside a segment", [][]byte{join([]byte("rest"), data(20), data(30)[:12])}, -1, true},
		{"three frames inside a segment", [][]byte{join([]byte("rest"), data(20), data(30), data(40)[:12])}, 4, true},
		{"a header cut by the segment", [][]byte{join([]byte("rest"), data(20), data(30)[:5]), join(data(30)[5:], data(4)[:12])}, 4, true},
		{"text behind the first frame", [][]byte{join([]byte("rest"), data(20), []byte("and so on and on"))}, -1, false},
		{"a flag of nobody", [][]byte{frame(DATA, 0x40, 3, make([]byte, 20))}, -1, false},
		{"a stream of the server", [][]byte{frame(DATA, 0, 4, make([]byte, 20))}, -1, false},
		{"a stream far too high", [][]byte{frame(DATA, 0, 1<<24+1, make([]byte, 20))}, -1, false},
		{"no content", [][]byte{frame(DATA, 0, 3, nil)}, -1, false},
		{"nothing but END_STREAM", [][]byte{frame(DATA, FlagEndStream, 3, nil)}, 0, true},
		{"an unknown type", [][]byte{frame(0x77, 0, 3, []byte("?"))}, -1, false},
	} {
		var r Recognizer
		for _, p := range tt.segments {
			r.Feed(p, 0)
		}
		start, found := r.Found()
		if found != (tt.start >= 0) || found && start != tt.start {
			t.Errorf("%s: found %t at %d; want %d", tt.name, found, start, tt.start)
		}
		if _, likely := r.Likely(); likely != tt.likely {
			t.Errorf("%s: likely %t", tt.name, likely)
		}
	}
}

// A hole inside of a frame leaves the chain, one over a header ends it.
func TestRecognizerLost(t *testing.T) {
	wire := append(frame(DATA, 0, 1, make([]byte, 50)), frame(PING, 0, 0, make([]byte, 8))...)
	for _, tt := range []struct {
		to   int
		open bool
	}{{50, true}, {HeaderSize + 50, true}, {HeaderSize + 51, false}} {
		var r Recognizer
		r.Feed(wire[:20], 0)
		r.Feed(nil, int64(tt.to-20))
		if r.Open() != tt.open {
			t.Errorf("bytes up to %d are lost: a chain is left %t", tt.to, r.Open())
		}
		r.Feed(wire[tt.to:], 0)
		if start, found := r.Found(); tt.open && (!found || start != 0) {
			t.Errorf("bytes up to %d are lost: found %t at %d", tt.to, found, start)
		}
		if r.Offset() != int64(len(wire)) {
			t.Errorf("offset %d; want %d", r.Offset(), len(wire))
		}
	}
}

// TestRecognizerForeign measures how often other bytes are taken for HTTP/2.
func TestRecognizerForeign(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 113))
	small := func() uint64 { return uint64(random.IntN(4) * random.IntN(40)) }
	const each = 300
	for name, next := range map[string]func(b []byte) []byte{
		"random":             func(b []byte) []byte { return binary.LittleEndian.AppendUint64(b, random.Uint64()) },
		"zeros":              func(b []byte) []byte { return append(b, 0) },
		"16 bits":            func(b []byte) []byte { return binary.BigEndian.AppendUint16(b, uint16(small())) },
		"16 bits, low first": func(b []byte) []byte { return binary.LittleEndian.AppendUint16(b, uint16(small())) },
		"32 bits":            func(b []byte) []byte { return binary.BigEndian.AppendUint32(b, uint32(small())) },
		"32 bits, low first": func(b []byte) []byte { return binary.LittleEndian.AppendUint32(b, uint32(small())) },
		"64 bits":            func(b []byte) []byte { return binary.BigEndian.AppendUint64(b, small()) },
		"records":            func(b []byte) []byte { return append(binary.BigEndian.AppendUint32(b, 12), make([]byte, 12)...) },
		"WebSocket": func(b []byte) []byte {
			b = append(b, 0x82, 24)
			for range 3 {
				b = binary.BigEndian.AppendUint64(b, small())
			}
			return b
		},
	} {
		wrong := 0
		for range each {
			var r Recognizer
			for range 20 {
				var p []byte
				for n := 100 + random.IntN(1300); len(p) < n; {
					p = next(p)
				}
				r.Feed(p[random.IntN(9):], 0)
			}
			if _, found := r.Found(); found {
				wrong++
			}
		}
		if wrong > each/100 {
			t.Errorf("%s: %d of %d are taken for HTTP/2", name, wrong, each)
		} else if wrong > 0 {
			t.Logf("%s: %d of %d", name, wrong, each)
		}
	}
}

// FuzzRecognizer feeds any bytes: how they were cut does not change which
// frames follow one another, and the memory is bounded.
func FuzzRecognizer(f *testing.F) {
	f.Add(talk(), uint8(7))
	f.Add(append([]byte("rest"), frame(DATA, 0, 1, []byte("hello"))...), uint8(1))
	f.Fuzz(func(t *testing.T, p []byte, step uint8) {
		var whole, cut Recognizer
		whole.Feed(p, 0)
		for rest, n := p, max(int(step), 1); len(rest) > 0; rest = rest[min(n, len(rest)):] {
			cut.Feed(rest[:min(n, len(rest))], 0)
		}
		if len(whole.threads) != len(cut.threads) || len(cut.threads) > maxThreads || len(cut.tail) >= HeaderSize || cut.Offset() != int64(len(p)) {
			t.Fatalf("%d chains, %d in pieces of %d, %d bytes kept, offset %d of %d", len(whole.threads), len(cut.threads), step, len(cut.tail), cut.Offset(), len(p))
		}
		for i, a := range whole.threads {
			b := cut.threads[i]
			if a.start != b.start || a.next != b.next || a.frames != b.frames {
				t.Fatalf("chain %d is %+v, in pieces %+v", i, a, b)
			}
			if h, _ := ParseHeader(p[a.start:]); !h.ordinary() {
				t.Fatalf("a chain begins with %+v", h)
			}
		}
	})
}
