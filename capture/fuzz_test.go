package capture

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"
)

// fuzzOptions keep what a fuzzer can make small.
var fuzzOptions = Options{MaxBlock: 1 << 16}

// checkReading reads b in one piece and byte by byte, and compares.
func checkReading(t *testing.T, b []byte) {
	t.Helper()
	if compression(b) != "" && len(b) > 1<<12 {
		t.Skip("too much may be packed in it")
	}
	var want []kept
	whole := NewReader(bytes.NewReader(b), "fuzz", fuzzOptions)
	defer whole.Close()
	var wantErr error
	for p, err := range whole.Packets(context.Background()) {
		if wantErr = err; err != nil {
			continue
		}
		if len(p.Data) > fuzzOptions.MaxBlock || p.Length < len(p.Data) || p.Interface == nil || p.Number != len(want)+1 {
			t.Fatalf("packet %+v breaks its promises", p)
		}
		if y := p.Time.Year(); y < 1 || y > 9999 {
			t.Fatalf("packet %d has a time without a spelling, %v", p.Number, p.Time)
		}
		if compression(b) == "" && !bytes.Equal(b[p.Offset:p.Offset+int64(len(p.Data))], p.Data) {
			t.Fatalf("packet %d is not at its Offset %d", p.Number, p.Offset)
		}
		if len(want) < 1000 {
			k := kept{*p}
			k.Data = bytes.Clone(p.Data)
			want = append(want, k)
		} else {
			return
		}
	}
	split := NewReader(iotest.OneByteReader(bytes.NewReader(b)), "fuzz", fuzzOptions)
	defer split.Close()
	n := 0
	for p, err := range split.Packets(context.Background()) {
		if err != nil {
			if wantErr == nil || err.Error() != wantErr.Error() {
				t.Fatalf("byte by byte: %v; in one piece: %v", err, wantErr)
			}
			wantErr = nil
			continue
		}
		if n >= len(want) || !equal(*p, want[n].Packet) {
			t.Fatalf("byte by byte, packet %d is %+v; another in one piece", n+1, p)
		}
		n++
	}
	if n != len(want) || wantErr != nil {
		t.Fatalf("byte by byte: %d packets; in one piece %d, %v", n, len(want), wantErr)
	}
}

func FuzzPcap(f *testing.F) {
	for _, order := range orders {
		for _, magic := range []int{magicMicroseconds, magicNanoseconds, magicModified} {
			f.Add(append(pcapHead(order, magic, 65535, 1), pcapRecord(order, 1, 2, "12345678data", 60)...))
			f.Add(append(pcapHead(order, magic, 0, 276), pcapRecord(order, -1, -1, "12345678", 0)...))
		}
	}
	f.Add(words(orders["little"], pcapHead(orders["little"], magicMicroseconds, 0, 1), 0, 0, 0x7FFFFFF0, 0))
	f.Add(samplePcap(time.Unix(1, 0), 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < magicSize {
			t.Skip()
		}
		if _, ok := pcapMagic(b); !ok {
			b = append(pcapHead(orders["big"], magicMicroseconds, 0, 1), b...)
		}
		checkReading(t, b)
	})
}

func FuzzPcapng(f *testing.F) {
	f.Add(samplePcapng())
	for _, order := range orders {
		start := append(ngSection(order), ngInterface(order, 1, 0, ngOption(order, interfaceResolution, "\x8A"))...)
		f.Add(append(start, ngPacket(order, 0, 1<<40, "data", 60, ngOption(order, optionComment, "c"))...))
		f.Add(append(start, ngBlock(order, blockSecrets, secretsTLS, 4, "keys")...))
		f.Add(append(start, ngBlock(order, blockStatistics, 0, 0, 0, ngOption(order, statisticsDropped, "12345678"))...))
		f.Add(append(start, ngBlock(order, 0x40000BAD, 1)...))
		f.Add(words(order, start, 6, 0x7FFFFFF0, 0))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < magicSize || !pcapngMagic(b) {
			b = append(append(ngSection(orders["little"]), ngInterface(orders["little"], 1, 0)...), b...)
		}
		checkReading(t, b)
	})
}

// FuzzOpen opens two files at once, of which the fuzzer makes both.
func FuzzOpen(f *testing.F) {
	plain := samplePcap(time.Unix(1, 0), 3)
	f.Add(plain, samplePcapng(), false)
	f.Add(gzipped(plain), zstdPacked(f, plain), true)
	f.Add([]byte("text"), []byte{}, false)
	f.Add([]byte("\x28\xB5\x2F\xFD\x00\xFF\x00\x00\x00"), []byte("\x1F\x8B"), false)
	f.Fuzz(func(t *testing.T, a, b []byte, join bool) {
		if len(a)+len(b) > 1<<12 {
			t.Skip()
		}
		checkReading(t, a)
		dir := t.TempDir()
		names := []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}
		for i, content := range [][]byte{a, b} {
			if err := os.WriteFile(names[i], content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		options := fuzzOptions
		options.Join = join
		in, err := Open(t.Context(), names, options)
		if err != nil {
			return
		}
		files := 0
		for _, group := range in.Groups() {
			files += len(group)
		}
		last := [2]int{}
		packets := 0
		for p, err := range in.Packets(t.Context()) {
			if err != nil {
				continue
			}
			if packets++; p.Number != last[p.File]+1 {
				t.Fatalf("packet %d of file %d comes after %d", p.Number, p.File, last[p.File])
			}
			if last[p.File] = p.Number; packets > 1000 {
				return
			}
		}
		if files < 1 || files > 2 || in.Stats().Packets != int64(packets) {
			t.Fatalf("%d files, %d packets; the counts say %+v", files, packets, in.Stats())
		}
	})
}
