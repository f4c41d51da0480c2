package websocket

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"wsight/flow"
)

// A traffic makes the frames of one direction.
type traffic struct {
	name    string
	dir     flow.Direction
	deflate bool
	payload func(r *rand.Rand) (first byte, payload []byte)
	perSeg  bool // each frame in segments of its own
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func jsonText(r *rand.Rand, n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for b.Len() < n {
		fmt.Fprintf(&b, `{"id":%d,"price":%.2f,"side":"buy"},`, r.IntN(1e6), r.Float64()*1000)
	}
	b.WriteString("null]}")
	return b.Bytes()
}

// structured bytes are full of zeros and small numbers, as games send them.
func structured(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		switch r.IntN(4) {
		case 0:
			b[i] = byte(r.IntN(4))
		case 1:
			b[i] = []byte{0x81, 0x82, 0x80, 0x7E, 0x02, 0x89}[r.IntN(6)]
		}
	}
	return b
}

func cyrillic(r *rand.Rand, n int) []byte {
	var b bytes.Buffer
	for b.Len() < n {
		if r.IntN(6) == 0 {
			b.WriteByte(' ')
		} else {
			b.WriteRune(rune(0x430 + r.IntN(32)))
		}
	}
	return b.Bytes()
}

func kinds() []traffic {
	return []traffic{
		{name: "client JSON", dir: c2s, payload: func(r *rand.Rand) (byte, []byte) { return 0x81, jsonText(r, 100+r.IntN(200)) }},
		{name: "server JSON", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x81, jsonText(r, 1000+r.IntN(3000)) }},
		{name: "server short JSON", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x81, jsonText(r, 40) }},
		{name: "server Cyrillic", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x81, cyrillic(r, 200+r.IntN(2000)) }},
		{name: "client binary", dir: c2s, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, randomBytes(r, 20+r.IntN(400)) }},
		{name: "server binary", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, randomBytes(r, 1000+r.IntN(3000)) }},
		{name: "server small binary", dir: s2c, perSeg: true, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, randomBytes(r, 10+r.IntN(100)) }},
		{name: "server structured", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, structured(r, 200+r.IntN(3000)) }},
		{name: "client structured", dir: c2s, perSeg: true, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, structured(r, 10+r.IntN(100)) }},
		{name: "server deflated", dir: s2c, deflate: true, payload: func(r *rand.Rand) (byte, []byte) {
			p := randomBytes(r, 30+r.IntN(600))
			p[0] &^= 6
			return 0xC1, append(p, 0)
		}},
		{name: "server large", dir: s2c, payload: func(r *rand.Rand) (byte, []byte) { return 0x82, randomBytes(r, 66000+r.IntN(100000)) }},
	}
}

// make returns frames, and cuts their bytes into segments.
func (k traffic) make(r *rand.Rand, frames int) (wire []byte, segments []step) {
	var whole []byte
	flush := func(b []byte) {
		for len(b) > 0 {
			n := min(len(b), 1448)
			segments = append(segments, step{data: b[:n]})
			b = b[n:]
		}
	}
	for range frames {
		first, payload := k.payload(r)
		one := appendFrame(nil, k.dir, first, payload)
		whole = append(whole, one...)
		if k.perSeg {
			flush(one)
		}
	}
	if !k.perSeg {
		flush(whole)
	}
	return whole, segments
}

// TestLoss loses segments and compares with what was sent: no frame may be
// told that was not sent, and hardly more may be missing than had bytes in a
// segment that was lost.
func TestLoss(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			sent, whole, damaged, holes, invented := 0, 0, 0, 0, 0
			for seed := range uint64(20) {
				r := rand.New(rand.NewPCG(seed, 7))
				wire, segments := k.make(r, 60)
				d := Decoder{Dir: k.dir, Deflate: k.deflate}
				truth := map[int64]recorded{}
				for _, f := range decode(d, step{data: wire}).frames {
					truth[f.offset] = f
				}
				var steps []step
				var lost [][2]int64
				at := int64(0)
				for i, s := range segments {
					n := int64(len(s.data))
					if i%29 == int(seed) || len(segments) < 29 && i == 3 {
						s = step{lost: n}
						lost = append(lost, [2]int64{at, at + n})
					}
					steps = append(steps, s)
					at += n
				}
				holes += len(lost)
				sent += len(truth)
				for _, f := range truth {
					for _, l := range lost {
						if f.offset < l[1] && l[0] < f.offset+int64(f.Size)+int64(f.Length) {
							damaged++
							break
						}
					}
				}
				for _, f := range decode(d, steps...).frames {
					want, ok := truth[f.offset]
					switch {
					case !ok || f.Header != want.Header:
						invented++
					case f.captured == f.Length && !bytes.Equal(f.payload, want.payload):
						invented++
					case f.captured == f.Length:
						whole++
					}
				}
			}
			missed := sent - damaged - whole
			t.Logf("%d frames sent, %d holes, %d frames damaged, %d more missed, %d invented", sent, holes, damaged, missed, invented)
			if invented > 0 {
				t.Errorf("%d frames were never sent", invented)
			}
			if missed*2 > holes*3 {
				t.Errorf("%d undamaged frames missed at %d holes; want at most 1.5 at each", missed, holes)
			}
		})
	}
}
