package deflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

// A sender makes the messages of one direction with compress/flate.
type sender struct {
	buf bytes.Buffer
	w   *flate.Writer
}

func newSender(level int) *sender {
	s := new(sender)
	s.w, _ = flate.NewWriter(&s.buf, level)
	return s
}

// message compresses text as RFC 7692 §7.2.1 says.
func (s *sender) message(text []byte) []byte {
	s.w.Write(text)
	s.w.Flush()
	out := bytes.TrimSuffix(bytes.Clone(s.buf.Bytes()), []byte{0, 0, 0xFF, 0xFF})
	s.buf.Reset()
	return out
}

// forget starts a message without the history of the earlier ones.
func (s *sender) forget() { s.w.Reset(&s.buf) }

// inflate gives payload to z in pieces of at most step bytes.
func inflate(z *Inflater, payload []byte, step int) ([]byte, error) {
	return inflateAs(z, payload, step, false)
}

func inflateAs(z *Inflater, payload []byte, step int, noTakeover bool) ([]byte, error) {
	var got []byte
	out := func(p []byte) { got = append(got, p...) }
	z.Begin(noTakeover)
	for p := payload; len(p) > 0; p = p[min(step, len(p)):] {
		z.Write(p[:min(step, len(p))], out)
	}
	err := z.End(out)
	return got, err
}

// json returns n bytes or a little more of text like that of many services.
func json(r *rand.Rand, n int) []byte {
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, `{"id":%d,"symbol":"S%03d","price":%.2f,"side":"%s","user":"%08x"},`,
			r.IntN(1e6), r.IntN(300), r.Float64()*1000, []string{"buy", "sell"}[r.IntN(2)], r.Uint32())
	}
	return b.Bytes()
}

// The examples of RFC 7692 §7.2.3.
func TestRFC7692Examples(t *testing.T) {
	tests := []struct {
		name string
		in   [][]byte
		want []string
	}{
		{"§7.2.3.1 fixed codes", [][]byte{{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}}, []string{"Hello"}},
		{"§7.2.3.2 history of the first", [][]byte{{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}, {0xF2, 0x00, 0x11, 0x00, 0x00}}, []string{"Hello", "Hello"}},
		{"§7.2.3.3 no compression", [][]byte{{0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00}}, []string{"Hello"}},
		{"§7.2.3.4 BFINAL", [][]byte{{0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00}}, []string{"Hello"}},
		{"§7.2.3.5 two blocks", [][]byte{{0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00}}, []string{"Hello"}},
		{"§7.2.3.6 empty", [][]byte{{0x00}, {0x00}}, []string{"", ""}},
		{"empty without a byte", [][]byte{{}}, []string{""}},
		{"BFINAL and no byte after it", [][]byte{{0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}}, []string{"Hello"}},
		{"BFINAL, then more", [][]byte{{0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}}, []string{"HelloHello"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, step := range []int{1, 2, 3, 100} {
				var z Inflater
				for i, in := range tt.in {
					got, err := inflate(&z, in, step)
					if string(got) != tt.want[i] || err != nil {
						t.Errorf("message %d in pieces of %d: %q, %v; want %q", i, step, got, err, tt.want[i])
					}
				}
			}
		})
	}
}

func TestTakeover(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 6, 9} {
		for _, step := range []int{1, 7, 64, 1 << 20} {
			s, z := newSender(level), new(Inflater)
			for i := range 40 {
				want := json(r, []int{1, 200, 2500, 20000, 80000}[i%5])
				if i%7 == 0 {
					want = bytes.Repeat([]byte("ab"), r.IntN(50000))
				}
				if i%11 == 0 {
					for j := range want {
						want[j] = byte(r.Uint32())
					}
				}
				got, err := inflate(z, s.message(want), step)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("level %d, pieces of %d, message %d: %d bytes, %v; want %d", level, step, i, len(got), err, len(want))
				}
			}
		}
	}
}

func TestCorrupt(t *testing.T) {
	tests := []struct {
		name   string
		in     []byte
		offset int64
	}{
		{"block type 3", []byte{0x06}, 1},
		{"stored length", []byte{0x00, 0x05, 0x00, 0xFA, 0xFE, 'H'}, 5},
		{"a distance to before the first byte", []byte{0xF2, 0x00, 0x11, 0x00, 0x00}, 3},
		{"287 codes for literals", []byte{0xF4, 0x00, 0x00}, 3},
		{"31 codes for distances", []byte{0x04, 0x1E, 0x00}, 3},
		{"an overfull code", []byte{0x04, 0xE0, 0x93, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92}, 10},
		{"an incomplete code", []byte{0x04, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, 10},
		{"inside a block", []byte{0xF2, 0x48}, 2},
		{"inside a stored block", []byte{0x00, 0x09, 0x00, 0xF6, 0xFF, 'x'}, 6},
		{"the four bytes are still there", []byte{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF}, 11},
	}
	for _, tt := range tests {
		for _, step := range []int{1, 100} {
			var z Inflater
			_, err := inflate(&z, tt.in, step)
			var c *CorruptError
			if !errors.As(err, &c) || c.Offset > int64(len(tt.in)) {
				t.Errorf("%s, pieces of %d: %v; want a CorruptError within %d bytes", tt.name, step, err, len(tt.in))
				continue
			}
			if step == 1 && c.Offset != tt.offset {
				t.Errorf("%s: at offset %d (%v); want %d", tt.name, c.Offset, err, tt.offset)
			}
			// Nothing after it may lean on what it gave.
			if _, err := inflate(&z, []byte{0xF2, 0x00, 0x11, 0x00, 0x00}, step); !errors.Is(err, ErrContextLost) {
				t.Errorf("%s: the next message gives %v; want ErrContextLost", tt.name, err)
			}
		}
	}
}

func TestLose(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s, z := newSender(6), new(Inflater)
	right, lost := 0, 0
	for i := range 200 {
		text := json(r, 300)
		if i%3 == 0 {
			text = json(r, 20_000)
		}
		if i == 100 {
			s.forget()
		}
		wire := s.message(text)
		if i == 50 {
			z.Lose() // and this message is never seen
			continue
		}
		got, err := inflate(z, wire, 64)
		switch {
		case err == nil && bytes.Equal(got, text):
			right++
		case errors.Is(err, ErrContextLost) && bytes.HasPrefix(text, got):
			lost++
		default:
			t.Fatalf("message %d: %v after %d bytes, right=%v", i, err, len(got), bytes.HasPrefix(text, got))
		}
		if i < 50 && err != nil || i >= 100 && err != nil {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if lost == 0 {
		t.Error("no message needed what was lost: the test shows nothing")
	}
	t.Logf("%d right, %d need what was lost", right, lost)
}

// A message that needs nothing from before the loss becomes history itself.
func TestLostHistoryGrowsAgain(t *testing.T) {
	var z Inflater
	hello := []byte{0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00}
	again := []byte{0xF2, 0x00, 0x11, 0x00, 0x00} // copies from 5 bytes back
	z.Lose()
	for i, in := range [][]byte{hello, again} {
		if got, err := inflate(&z, in, 1); string(got) != "Hello" || err != nil {
			t.Errorf("message %d: %q, %v", i, got, err)
		}
	}
	z.Lose()
	if got, err := inflate(&z, again, 1); !errors.Is(err, ErrContextLost) || !bytes.HasPrefix([]byte("Hello"), got) {
		t.Errorf("after a loss: %q, %v; want ErrContextLost", got, err)
	}
}

func TestLoseInsideMessage(t *testing.T) {
	var z Inflater
	var got []byte
	out := func(p []byte) { got = append(got, p...) }
	z.Begin(false)
	z.Write([]byte{0xF2, 0x48, 0xCD}, out)
	z.Lose()
	if err := z.Write([]byte{0x07, 0x00}, out); !errors.Is(err, ErrContextLost) {
		t.Errorf("Write after a hole: %v", err)
	}
	if err := z.End(out); !errors.Is(err, ErrContextLost) {
		t.Errorf("End after a hole: %v", err)
	}
	if !bytes.HasPrefix([]byte("Hello"), got) {
		t.Errorf("%q was never sent", got)
	}
}

func TestBeyond(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	noise := make([]byte, 3000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	text := append(bytes.Clone(noise), noise...) // matches 3000 bytes back
	tests := []struct {
		bits int
		want int
	}{{0, 0}, {15, 0}, {12, 0}, {11, 3000}, {8, 3000}}
	for _, tt := range tests {
		z := Inflater{WindowBits: tt.bits}
		got, err := inflate(&z, newSender(6).message(text), 100)
		if !bytes.Equal(got, text) || err != nil || z.Beyond() != (Beyond{Window: tt.want}) {
			t.Errorf("window of %d bits: %d bytes, %v, %+v; want %d", tt.bits, len(got), err, z.Beyond(), tt.want)
		}
	}

	for _, honest := range []bool{true, false} {
		var z Inflater
		s := newSender(6)
		for i := range 2 {
			if honest {
				s.forget()
			}
			got, err := inflateAs(&z, s.message(noise), 100, true)
			if want := !honest && i == 1; !bytes.Equal(got, noise) || err != nil || z.Beyond().Context != want {
				t.Errorf("honest=%v, message %d: %d bytes, %v, %+v", honest, i, len(got), err, z.Beyond())
			}
		}
	}
}

func TestSnapshot(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	s := newSender(6)
	var wire, texts [][]byte
	for i := range 60 {
		text := json(r, []int{200, 3000, 30_000}[i%3])
		texts = append(texts, text)
		wire = append(wire, s.message(text))
	}
	var z Inflater
	for i := range wire {
		// In the middle of a message, go on with a copy, twice.
		var got []byte
		out := func(p []byte) { got = append(got, p...) }
		z.Begin(false)
		half := len(wire[i]) / 2
		z.Write(wire[i][:half], out)
		shot := z.Snapshot()
		first := len(got)
		for range 2 {
			var copied Inflater
			copied.Restore(shot)
			got = got[:first]
			copied.Write(wire[i][half:], out)
			if err := copied.End(out); err != nil || !bytes.Equal(got, texts[i]) {
				t.Fatalf("message %d from a snapshot: %d bytes, %v; want %d", i, len(got), err, len(texts[i]))
			}
			if i+1 < len(wire) {
				if next, err := inflate(&copied, wire[i+1], 1000); err != nil || !bytes.Equal(next, texts[i+1]) {
					t.Fatalf("message %d behind a snapshot: %d bytes, %v", i+1, len(next), err)
				}
			}
		}
		got = got[:first]
		z.Write(wire[i][half:], out)
		if err := z.End(out); err != nil || !bytes.Equal(got, texts[i]) {
			t.Fatalf("message %d: %v", i, err)
		}
	}
	if empty := new(Inflater).Snapshot(); len(empty.history) != 0 {
		t.Error("history of an unused Inflater")
	}
}

func BenchmarkInflate(b *testing.B) {
	for _, size := range []int{200, 2500, 20000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			s := newSender(6)
			var wire [][]byte
			total := 0
			for range 2_000_000 / size {
				text := json(r, size)
				total += len(text)
				wire = append(wire, s.message(text))
			}
			var z Inflater
			sum := 0
			out := func(p []byte) { sum += len(p) }
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				z.Lose()
				z.Release()
				z.lost = false
				for _, m := range wire {
					z.Begin(false)
					z.Write(m, out)
					if err := z.End(out); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
