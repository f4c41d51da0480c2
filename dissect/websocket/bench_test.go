package websocket

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// nothing is a Handler that only looks.
type nothing struct{ frames, bytes int }

func (n *nothing) FrameStart(Header, int64)       {}
func (n *nothing) Payload(p []byte, _ uint64)     { n.bytes += len(p) }
func (n *nothing) Lost(int64)                     {}
func (n *nothing) FrameEnd(Header, int64, uint64) { n.frames++ }
func (n *nothing) Whole(_ *Header, _ int64, p []byte) {
	n.bytes += len(p)
	n.frames++
}
func (n *nothing) Skipped(Skip) {}

func BenchmarkUnmask(b *testing.B) {
	for _, size := range []int{100, 1448, 65536} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			src, dst := make([]byte, size), make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				unmask(dst, src, [4]byte{1, 2, 3, 4}, 1)
			}
		})
	}
}

func BenchmarkDecoder(b *testing.B) {
	for _, k := range kinds()[:2] {
		b.Run(k.name, func(b *testing.B) {
			wire, segments := k.make(rand.New(rand.NewPCG(1, 1)), 1000)
			b.SetBytes(int64(len(wire)))
			b.ReportAllocs()
			d := Decoder{Dir: k.dir}
			n := new(nothing)
			for b.Loop() {
				for _, s := range segments {
					d.Feed(s.data, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n.frames), "ns/frame")
		})
	}
}

func BenchmarkUTF8(b *testing.B) {
	for name, text := range map[string][]byte{
		"ASCII": jsonText(rand.New(rand.NewPCG(1, 1)), 2500), "Cyrillic": cyrillic(rand.New(rand.NewPCG(1, 1)), 2500),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var u UTF8
				u.Write(text)
			}
		})
	}
}

// BenchmarkHunt is the cost of bytes in which no frame is found.
func BenchmarkHunt(b *testing.B) {
	segment := randomBytes(rand.New(rand.NewPCG(1, 1)), 1448)
	b.SetBytes(int64(len(segment)))
	d := Decoder{Dir: s2c}
	d.Hunt()
	for b.Loop() {
		d.Feed(segment, new(nothing))
	}
}
