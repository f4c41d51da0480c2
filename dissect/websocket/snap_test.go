package websocket

import (
	"math/rand/v2"
	"testing"
)

// A segment of which a short snap length left only the beginning: one header
// proves where reading goes on when its own bytes cannot be the middle of the
// text that follows it.
func TestResumeAtOneHeader(t *testing.T) {
	text := `{"id": 145599724, "type": "quote"}`
	for _, tt := range []struct {
		name, segment string
		want          int64 // where reading resumes; -1: it does not
	}{
		{"a length with a control character", "\x81\x7e\x1f\xb8" + text, 100},
		{"a length that is no UTF-8", "\x81\x7e\x20\xb8" + text, 100},
		{"a length that may be text", "\x81\x7e\x20\x38" + text, -1},
		{"a length that may be the rest of a character", "\x81\x7e\xd0\xb8" + text, -1},
		{"a length of eight bytes", "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + text, 100},
		{"a length with a control character, little text", "\x81\x7e\x1f\xb8" + text[:12], -1},
		{"a length with a control character, behind other bytes", "ab\x81\x7e\x1f\xb8" + text, -1},
		{"a length with a control character, no text", "\x81\x7e\x1f\xb8" + "\x00" + text, -1},
		{"a length with a control character, binary", "\x82\x7e\x1f\xb8" + text, -1},
		{"a short length with a control character", "\x81\x1e" + text[:20], -1},
	} {
		got := decode(Decoder{Dir: s2c}, step{lost: 100}, step{data: []byte(tt.segment)}, step{lost: 9000})
		at := int64(-1)
		if len(got.frames) > 0 {
			at = got.frames[0].offset
		}
		if at != tt.want {
			t.Errorf("%s: resumed at %d; want %d\n%s", tt.name, at, tt.want, got)
		}
	}
}

// TestSnapLength keeps only the beginning of every segment, and loses some
// whole: no frame may be told that was not sent, and each whose header begins
// a segment or stands where a frame that was read says is told, nearly all.
func TestSnapLength(t *testing.T) {
	const snap = 40
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			there, told, invented := 0, 0, 0
			frames := 60
			if k.name == "server large" {
				frames = 6
			}
			for seed := range uint64(20) {
				r := rand.New(rand.NewPCG(seed, 8))
				k.perSeg = true
				wire, segments := k.make(r, frames)
				d := Decoder{Dir: k.dir, Deflate: k.deflate}
				truth := map[int64]recorded{}
				for _, f := range decode(d, step{data: wire}).frames {
					truth[f.offset] = f
				}
				var steps []step
				at := int64(0)
				for i, s := range segments {
					n := len(s.data)
					kept := min(n, snap)
					if i%17 == int(seed)%17 {
						kept = 0
					}
					if _, begins := truth[at]; begins && kept > 0 {
						there++
					}
					if kept > 0 {
						steps = append(steps, step{data: s.data[:kept]})
					}
					if kept < n {
						steps = append(steps, step{lost: int64(n - kept)})
					}
					at += int64(n)
				}
				for _, f := range decode(d, steps...).frames {
					if want, ok := truth[f.offset]; !ok || f.Header != want.Header || !f.begins(want.payload) {
						invented++
					}
					told++
				}
			}
			t.Logf("%d headers are there, %d told, %d invented", there, told, invented)
			if invented > 0 {
				t.Errorf("%d frames were never sent", invented)
			}
			if told*10 < there*9 {
				t.Errorf("%d of %d frames told; want 9 in 10", told, there)
			}
		})
	}
}

// begins reports whether the bytes of f that are there are those of want.
func (f *recorded) begins(want []byte) bool {
	for i, b := range f.payload {
		if b != want[i] && b != '?' {
			return false
		}
	}
	return true
}
