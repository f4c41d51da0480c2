package websocket

import (
	"testing"

	"wsight/flow"
)

// FuzzDecoder feeds bytes with a hole and in pieces: nothing may panic (the
// record panics when calls come out of order), every byte is accounted for,
// and without a hole legal frames do not depend on how the bytes were cut.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\x81\x05Hello\x01\x03Hel\x80\x02lo\x89\x05Hello"), uint16(3), uint16(0), uint16(0), true)
	f.Add([]byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), uint16(1), uint16(4), uint16(2), false)
	f.Add([]byte("\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x01x\x81\x00"), uint16(5), uint16(0), uint16(0), true)
	f.Add([]byte("\x81\x02hi<html>502</html>\x81\x02hi\x81\x02hi\x88\x02\x03\xe8"), uint16(4), uint16(9), uint16(1), true)
	f.Add([]byte("\x79\xfe\x00\x02\x00\x00\x00\x00hi\x79\xfe\x00\x02\x00\x00\x00\x00hi"), uint16(7), uint16(0), uint16(0), false)
	f.Fuzz(func(t *testing.T, wire []byte, size, hole, lost uint16, server bool) {
		d := Decoder{Dir: flow.ClientToServer}
		if server {
			d.Dir = flow.ServerToClient
		}
		n := max(int(size), 1)
		var steps []step
		total := int64(len(wire))
		for p := wire; len(p) > 0; p = p[min(n, len(p)):] {
			s := step{data: p[:min(n, len(p))]}
			if len(steps) == int(hole) && lost > 0 {
				s.lost = int64(lost)
				total += s.lost
			}
			steps = append(steps, s)
		}
		account(t, decode(d, steps...), total)

		if lost == 0 {
			whole, bytewise := decode(d, step{data: wire}), new(record)
			for i := range wire {
				d.Feed(wire[i:i+1], bytewise)
			}
			d.End(bytewise)
			if len(whole.skips) == 0 && len(bytewise.skips) == 0 && whole.String() != bytewise.String() {
				t.Errorf("in one piece\n%sbyte by byte\n%s", whole, bytewise)
			}
		}
	})
}

// account checks that frames and skips cover the direction without overlap.
func account(t *testing.T, r *record, total int64) {
	t.Helper()
	at, skips := int64(0), r.skips
	skip := func() bool {
		if len(skips) == 0 || skips[0].From != at {
			return false
		}
		if skips[0].Length <= 0 || skips[0].Lost > skips[0].Length {
			t.Fatalf("skip %+v", skips[0])
		}
		at += skips[0].Length
		skips = skips[1:]
		return true
	}
	for _, f := range r.frames {
		for skip() {
		}
		if f.offset != at {
			t.Fatalf("a frame at %d; want one at %d\n%s", f.offset, at, r)
		}
		at += int64(f.Size) + int64(len(f.payload))
		if !f.ended {
			t.Fatalf("the frame at %d does not end", f.offset)
		}
	}
	for skip() {
	}
	if at != total || len(skips) > 0 {
		t.Fatalf("%d bytes accounted for; want %d\n%s", at, total, r)
	}
}

func FuzzRecognizer(f *testing.F) {
	f.Add([]byte("\x81\x05Hello\x89\x00"), []byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), uint16(3), false)
	f.Add([]byte("\x16\x03\x01\x00\x05hello"), []byte("SSH-2.0-x\r\n"), uint16(9), true)
	f.Fuzz(func(t *testing.T, a, b []byte, size uint16, opened bool) {
		r := Recognizer{Opened: opened}
		n := max(int(size), 1)
		for len(a)+len(b) > 0 {
			r.Feed(flow.A, a[:min(n, len(a))], 0)
			a = a[min(n, len(a)):]
			r.Feed(flow.B, b[:min(n, len(b))], int64(size%3))
			b = b[min(n, len(b)):]
		}
		if r.End() == Undecided {
			t.Error("no verdict at the end")
		}
		for s := range r.sides {
			if len(r.sides[s].bytes) > recognizerHeld+huntStep {
				t.Errorf("%d bytes are held", len(r.sides[s].bytes))
			}
		}
	})
}

// A hunt that never ends holds what it may and no more, whatever it is fed.
func TestHuntIsBounded(t *testing.T) {
	for name, unit := range map[string]string{
		"headers":   "\x81\x7e\xff\xff",
		"zeros":     "\x00",
		"fragments": "\x01\x01",
		"large":     "\x82\x7f\x00\x00\x00\x00",
		"text":      "HTTP/1.1 200 OK\r\n",
	} {
		d := Decoder{Dir: flow.ServerToClient}
		r := new(record)
		d.Hunt()
		for i := range 200_000 {
			d.Feed([]byte{unit[i%len(unit)]}, r)
			if h := d.hunt; h != nil && (len(h.bytes) > heldLimit || cap(h.bytes) > 2*heldLimit || len(h.chains) > maxChains || len(h.cuts) > maxCuts) {
				t.Fatalf("%s: %d bytes, %d chains, %d cuts", name, len(h.bytes), len(h.chains), len(h.cuts))
			}
		}
		d.End(r)
		account(t, r, 200_000)
	}
}
