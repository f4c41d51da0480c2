package capture

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func TestCompression(t *testing.T) {
	plain := samplePcap(time.Unix(1_700_000_000, 0), 100)
	want, err := read(plain)
	if err != nil {
		t.Fatal(err)
	}
	half := len(plain) / 2 // inside a packet
	skippable := []byte("\x50\x2A\x4D\x18\x04\x00\x00\x00skip")
	tests := []struct {
		name string
		in   []byte
	}{
		{"gzip", gzipped(plain)},
		{"gzip members", slices.Concat(gzipped(plain[:half]), gzipped(nil), gzipped(plain[half:]))},
		{"zstd", zstdPacked(t, plain)},
		{"zstd frames", slices.Concat(zstdPacked(t, plain[:half]), zstdPacked(t, plain[half:]))},
		{"zstd after a skippable frame", slices.Concat(skippable, zstdPacked(t, plain))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(tt.in)
			if err != nil || !slices.EqualFunc(got, want, func(a, b kept) bool { return equal(a.Packet, b.Packet) }) {
				t.Errorf("read = %d packets, %v; want the %d of the plain file", len(got), err, len(want))
			}
			for n := magicSize; n < len(tt.in); n += 3 {
				kind := ErrTruncated
				if bytes.Equal(tt.in[:n], skippable) {
					kind = ErrEmpty
				}
				if got, err := read(tt.in[:n]); len(got) > len(want) || !errors.Is(err, kind) {
					t.Errorf("the first %d bytes give %d packets, %v; want %v", n, len(got), err, kind)
				}
			}
		})
	}

	t.Run("damaged", func(t *testing.T) {
		broken := gzipped(plain)
		broken[len(broken)-5] ^= 1 // in the checksum
		got, err := read(broken)
		if len(got) != len(want) || !errors.Is(err, gzip.ErrChecksum) || !strings.Contains(err.Error(), "of what gzip holds") {
			t.Errorf("read = %d packets, %v; want all, and a bad checksum", len(got), err)
		}
	})
}

// TestNoWaiting feeds captures through a pipe, packet by packet: each must
// come out before the next is written.
func TestNoWaiting(t *testing.T) {
	plain := samplePcap(time.Unix(1_700_000_000, 0), 5)
	pcapEnds := blockEnds(t, plain)
	ng := samplePcapng()
	le := blockEnds(t, ng)

	tests := []struct {
		name string
		file []byte
		cuts []int // after each packet
		pack func(io.Writer) io.Writer
	}{
		{"pcap", plain, pcapEnds[1:], nil},
		{"pcapng", ng, []int{le[2], le[4], le[7], le[8]}, nil},
		{"gzip", plain, pcapEnds[1:], func(w io.Writer) io.Writer { return gzip.NewWriter(w) }},
		{"gzip members", plain, pcapEnds[1:], func(w io.Writer) io.Writer { return memberWriter{w} }},
		{"zstd", plain, pcapEnds[1:], func(w io.Writer) io.Writer {
			z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
			if err != nil {
				t.Fatal(err)
			}
			return z
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, to := io.Pipe()
			given := make(chan int)
			go func() {
				var w io.Writer = to
				if tt.pack != nil {
					w = tt.pack(to)
				}
				at := 0
				for _, cut := range tt.cuts {
					_, _ = w.Write(tt.file[at:cut])
					if f, ok := w.(interface{ Flush() error }); ok {
						_ = f.Flush()
					}
					at = cut
					select {
					case <-given:
					case <-time.After(5 * time.Second):
						to.CloseWithError(errors.New("the packet did not come"))
						return
					}
				}
				if c, ok := w.(io.Closer); ok {
					_ = c.Close()
				}
				_ = to.Close()
			}()
			r := NewReader(from, "test", Options{})
			n := 0
			for p, err := range r.Packets(t.Context()) {
				if err != nil {
					t.Fatalf("after %d packets: %v", n, err)
				}
				n = p.Number
				given <- n
			}
			if n != len(tt.cuts) {
				t.Errorf("%d packets; want %d", n, len(tt.cuts))
			}
		})
	}
}

// memberWriter makes a gzip member of each write.
type memberWriter struct{ w io.Writer }

func (m memberWriter) Write(p []byte) (int, error) {
	return m.w.Write(gzipped(p))
}

// TestMemory reads small files that declare much, and packed ones that hold
// much. What a Reader may take is its buffer and twice what came.
func TestMemory(t *testing.T) {
	zeros := bytes.Repeat([]byte{0}, 64<<20)
	tests := []struct {
		name string
		in   []byte
		most uint64 // MiB
	}{
		{"pcap", words(orders["little"], pcapHead(orders["little"], magicMicroseconds, 0, 1), 0, 0, 0x7FFFFFF0, 0x7FFFFFF0), 2},
		{"pcap, just allowed", words(orders["little"], pcapHead(orders["little"], magicMicroseconds, 0, 1), 0, 0, DefaultMaxBlock, DefaultMaxBlock), 2},
		{"pcapng", words(orders["little"], ngSection(orders["little"]), 6, 0x7FFFFFF0, 0), 2},
		{"pcapng, just allowed", words(orders["little"], ngSection(orders["little"]), 6, DefaultMaxBlock, 0), 2},
		{"pcapng, skipped", words(orders["little"], ngSection(orders["little"]), 4, 0x7FFFFFF0, 0), 2},
		{"gzip bomb", gzipped(append(pcapHead(orders["little"], magicMicroseconds, 0, 1), zeros...)), 3},
		{"zstd bomb", zstdPacked(t, append(pcapHead(orders["little"], magicMicroseconds, 0, 1), zeros...)), 24},
		{"zstd, largest window", []byte("\x28\xB5\x2F\xFD\x00\x88\x80\x00\x000123456789ABCDEF"), maxZstdWindow>>20 + 4}, // address space, untouched
		{"zstd window", []byte("\x28\xB5\x2F\xFD\x00\xFF\x00\x00\x00"), 2},                                              // declares terabytes
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r := NewReader(bytes.NewReader(tt.in), "test", Options{})
			var err error
			for _, failed := range r.Packets(t.Context()) {
				err = failed
			}
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > tt.most {
				t.Errorf("%d MiB allocated for %d bytes of input; want at most %d (%v)", got, len(tt.in), tt.most, err)
			}
			if err == nil && !strings.Contains(tt.name, "bomb") {
				t.Error("no error")
			}
		})
	}
}
