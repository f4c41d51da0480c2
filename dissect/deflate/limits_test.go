package deflate

import (
	"errors"
	"math/rand/v2"
	"testing"
)

func TestLimits(t *testing.T) {
	zeros := make([]byte, 10<<20)
	small := newSender(6).message(zeros[:1<<20])
	bomb := newSender(6).message(zeros)
	tests := []struct {
		name string
		z    Inflater
		in   []byte
		want int // bytes given out; -1: all, without an error
	}{
		{"within both", Inflater{}, small, -1},
		{"at the limit", Inflater{Limit: 1 << 20}, small, -1},
		{"one byte over", Inflater{Limit: 1<<20 - 1}, small, 1<<20 - 1},
		{"ratio", Inflater{}, bomb, max(RatioFloor, len(bomb)*DefaultRatio)},
		{"ratio allowed", Inflater{Ratio: 1032}, bomb, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, pieces := 0, 0
			out := func(p []byte) {
				n += len(p)
				pieces++
				if len(p) > ringSize {
					t.Fatalf("a piece of %d bytes", len(p))
				}
			}
			tt.z.Begin(false)
			tt.z.Write(tt.in, out)
			err := tt.z.End(out)
			if tt.want < 0 && err != nil || tt.want >= 0 && (!errors.Is(err, ErrLimit) || n != tt.want) {
				t.Errorf("%d bytes, %v; want %d", n, err, tt.want)
			}
			if _, err := inflate(&tt.z, []byte{0xF2, 0x00, 0x11, 0x00, 0x00}, 1); tt.want >= 0 && !errors.Is(err, ErrContextLost) {
				t.Errorf("the next message: %v; want ErrContextLost", err)
			}
		})
	}
}

// Memory comes with the first compressed byte and goes with Release; the code
// tables go back to the pool with each message.
func TestMemory(t *testing.T) {
	var pool Pool
	z := Inflater{Pool: &pool}
	z.Begin(false)
	if z.ring != nil || z.borrowed != nil {
		t.Error("memory is held before a byte was seen")
	}
	s := newSender(6)
	r := rand.New(rand.NewPCG(1, 1))
	if _, err := inflate(&z, s.message(json(r, 3000)), 100); err != nil {
		t.Fatal(err)
	}
	if z.borrowed != nil || len(pool.free) != 1 {
		t.Errorf("tables: held=%v, %d in the pool", z.borrowed != nil, len(pool.free))
	}
	z.Release()
	if z.ring != nil {
		t.Error("history is held after Release")
	}
	if _, err := inflate(&z, s.message(json(r, 3000)), 100); !errors.Is(err, ErrContextLost) {
		t.Errorf("after Release: %v; want ErrContextLost", err)
	}
}

func TestNoAllocations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var z Inflater
	out := func([]byte) {}
	m := newSender(6).message(json(r, 2500))
	if n := testing.AllocsPerRun(200, func() {
		z.Begin(false)
		z.Write(m, out)
		if err := z.End(out); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
