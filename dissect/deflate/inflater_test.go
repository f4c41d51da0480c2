package deflate

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
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

// oracle inflates a message with compress/flate and the given history.
func oracle(payload, history []byte) ([]byte, error) {
	in := append(bytes.Clone(payload), 0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF)
	return io.ReadAll(flate.NewReaderDict(bytes.NewReader(in), history))
}

func TestCorruptIsNotLost(t *testing.T) {
	var z Inflater
	_, err := inflate(&z, []byte{0xF2, 0x00, 0x11, 0x00, 0x00}, 10)
	var c *CorruptError
	if !errors.As(err, &c) {
		t.Errorf("reference to before the first byte: %v; want a CorruptError", err)
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
