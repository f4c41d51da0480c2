package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/gopacket/pcapgo"
)

// kept is a packet that outlives its reading.
type kept struct{ Packet }

// drain reads all of a source.
func drain(s Source) (packets []kept, err error) {
	for p, failed := range s.Packets(context.Background()) {
		if failed != nil {
			return packets, failed
		}
		k := kept{*p}
		k.Data = bytes.Clone(p.Data)
		packets = append(packets, k)
	}
	return packets, nil
}

// read reads a capture that is in memory.
func read(capture []byte) ([]kept, error) {
	r := NewReader(bytes.NewReader(capture), "test", Options{})
	defer r.Close()
	return drain(r)
}

func TestReaderStats(t *testing.T) {
	r := NewReader(bytes.NewReader(samplePcapng()), "test", Options{})
	if got, want := r.Stats(), (Stats{Dropped: -1}); got != want {
		t.Errorf("before reading: %+v; want %+v", got, want)
	}
	if _, err := drain(r); err != nil {
		t.Fatal(err)
	}
	if got, want := r.Stats(), (Stats{Packets: 4, Bytes: 8 + 8 + 4 + 10, Dropped: 2}); got != want {
		t.Errorf("after reading: %+v; want %+v", got, want)
	}
}

// TestReaderBytewise reads through a reader that gives one byte at a time.
func TestReaderBytewise(t *testing.T) {
	for name, file := range map[string][]byte{"pcap": samplePcap(time.Unix(1, 0), 20), "pcapng": samplePcapng()} {
		want, err := read(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := drain(NewReader(iotest.OneByteReader(bytes.NewReader(file)), "test", Options{}))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %d packets, %v; want %d", name, len(got), err, len(want))
		}
		for i := range got {
			if !equal(got[i].Packet, want[i].Packet) {
				t.Errorf("%s: packet %d = %+v; want %+v", name, i, got[i], want[i])
			}
		}
	}
}

// TestReaderLarge has packets across every place where the buffer is filled
// anew, and one larger than the buffer.
func TestReaderLarge(t *testing.T) {
	le := orders["little"]
	file := pcapHead(le, magicMicroseconds, 0, 1)
	sizes := []int{0, 60, 1514, bufferSize - 16, bufferSize, 3*bufferSize + 1, 9000}
	for n := range 3000 {
		sizes = append(sizes, n*7%65536)
	}
	for i, n := range sizes {
		file = append(file, pcapRecord(le, i, 0, string(bytes.Repeat([]byte{byte(i)}, n)), n)...)
	}
	i := 0
	for p, err := range NewReader(bytes.NewReader(file), "test", Options{}).Packets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Data) != sizes[i] || bytes.Count(p.Data, []byte{byte(i)}) != sizes[i] {
			t.Fatalf("packet %d has %d bytes; want %d times %#x", i, len(p.Data), sizes[i], byte(i))
		}
		if !bytes.Equal(file[p.Offset:p.Offset+int64(len(p.Data))], p.Data) {
			t.Fatalf("packet %d is not at its Offset %d", i, p.Offset)
		}
		i++
	}
	if i != len(sizes) {
		t.Errorf("%d packets; want %d", i, len(sizes))
	}
}

func TestReaderErrors(t *testing.T) {
	broken := errors.New("the disk is broken")
	file := samplePcap(time.Unix(1, 0), 3)
	t.Run("of the input", func(t *testing.T) {
		from := io.MultiReader(bytes.NewReader(file[:len(file)-1]), iotest.ErrReader(broken))
		got, err := drain(NewReader(from, "test", Options{}))
		if len(got) != 2 || !errors.Is(err, broken) {
			t.Errorf("%d packets, %v; want 2 and the error of the input", len(got), err)
		}
	})
	t.Run("at the first byte", func(t *testing.T) {
		if _, err := drain(NewReader(iotest.ErrReader(broken), "test", Options{})); !errors.Is(err, broken) {
			t.Errorf("%v; want the error of the input", err)
		}
	})
	t.Run("between packets", func(t *testing.T) {
		from := io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken))
		got, err := drain(NewReader(from, "test", Options{}))
		if len(got) != 3 || !errors.Is(err, broken) {
			t.Errorf("%d packets, %v; want 3 and the error of the input", len(got), err)
		}
	})
	t.Run("no progress", func(t *testing.T) {
		if _, err := drain(NewReader(stuck{}, "test", Options{})); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("%v; want io.ErrNoProgress", err)
		}
	})
}

// stuck gives nothing, and no error either.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReaderCancel(t *testing.T) {
	t.Run("while packets come", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r := NewReader(bytes.NewReader(samplePcap(time.Unix(1, 0), 5000)), "test", Options{})
		n := 0
		var err error
		for p, failed := range r.Packets(ctx) {
			if failed != nil {
				err = failed
				continue
			}
			n = p.Number
			cancel()
		}
		if n > 1024 || !errors.Is(err, context.Canceled) {
			t.Errorf("%d packets, %v; want an end soon after the first", n, err)
		}
	})
	t.Run("while none comes", func(t *testing.T) {
		from, to, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		defer to.Close()
		if _, err := to.Write(samplePcap(time.Unix(1, 0), 1)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for p, failed := range NewReader(from, "test", Options{}).Packets(ctx) {
			if p != nil {
				time.AfterFunc(10*time.Millisecond, cancel)
			} else if !errors.Is(failed, context.Canceled) {
				t.Errorf("error %v; want context.Canceled", failed)
			}
		}
	})
}

func TestReaderStops(t *testing.T) {
	r := NewReader(bytes.NewReader(samplePcap(time.Unix(1, 0), 5)), "test", Options{})
	for p := range r.Packets(t.Context()) {
		if p.Number == 2 {
			break
		}
	}
	if got := r.Stats().Packets; got != 2 {
		t.Errorf("Stats().Packets = %d after a break at the second; want 2", got)
	}
}

// corpus returns the captures of the corpus, or skips the test.
func corpus(t *testing.T) (paths []string) {
	root := os.Getenv("WSIGHT_CORPUS")
	if root == "" {
		t.Skip("needs WSIGHT_CORPUS, the folder of the corpus")
	}
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if strings.Contains(filepath.Base(path), ".pcap") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d captures: %v", len(paths), err)
	}
	return paths
}

// tcpdump returns where tcpdump is, or skips the test.
func tcpdump(t *testing.T) string {
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		if os.Getenv("WSIGHT_E2E") != "" {
			t.Fatal(err)
		}
		t.Skip("needs tcpdump")
	}
	return path
}

// TestCorpusCounts counts the packets of every capture as tcpdump does.
// A capture of several link types is nothing that tcpdump can read.
func TestCorpusCounts(t *testing.T) {
	paths, tcpdump := corpus(t), tcpdump(t)
	compared := 0
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(f, path, Options{})
		packets, failed := drain(r)
		r.Close()
		f.Close()
		if failed != nil && !errors.Is(failed, ErrTruncated) {
			t.Errorf("%v", failed)
		}
		if r.packed != "" {
			continue // tcpdump cannot
		}
		var stderr strings.Builder
		cmd := exec.Command(tcpdump, "-n", "-r", path, "--count")
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var want int
		if _, scanned := fmt.Sscanf(string(out), "%d packet", &want); scanned != nil || err != nil {
			if failed == nil && len(linkTypes(packets)) < 2 {
				t.Errorf("%s: tcpdump says %q, %v", path, stderr.String(), err)
			}
			continue
		}
		compared++
		if len(packets) != want {
			t.Errorf("%s: %d packets; tcpdump counts %d", path, len(packets), want)
		}
	}
	if compared < len(paths)*9/10 {
		t.Errorf("only %d of %d captures could be compared", compared, len(paths))
	}
}

func linkTypes(packets []kept) map[LinkType]bool {
	links := map[LinkType]bool{}
	for _, p := range packets {
		links[p.Link] = true
	}
	return links
}

// TestAgainstPcapgo compares packet by packet where pcapgo is right: whole
// files with one link type of 8 bits.
func TestAgainstPcapgo(t *testing.T) {
	files := map[string][]byte{
		"pcap": samplePcap(time.Unix(1_700_000_000, 0), 100),
		"pcapng": words(orders["big"], ngSection(orders["big"]), ngInterface(orders["big"], 1, 0),
			ngPacket(orders["big"], 0, 1_700_000_000_123_456, "data", 60)),
	}
	if os.Getenv("WSIGHT_CORPUS") != "" {
		for _, path := range corpus(t) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = b
		}
	}
	for name, file := range files {
		packets, err := read(file)
		if err != nil || len(packets) == 0 || compression(file) != "" {
			continue
		}
		if links := linkTypes(packets); len(links) > 1 || packets[0].Link > 255 {
			continue
		}
		next := pcapgoReader(t, name, file)
		for _, p := range packets {
			data, at, length, err := next()
			if err != nil || !bytes.Equal(data, p.Data) || length != p.Length ||
				!p.Time.IsZero() && !at.Equal(p.Time) {
				t.Errorf("%s: packet %d = %v, %d of %d bytes; pcapgo: %v, %d of %d, %v",
					name, p.Number, p.Time, len(p.Data), p.Length, at, len(data), length, err)
				break
			}
		}
	}
}

func pcapgoReader(t *testing.T, name string, file []byte) func() ([]byte, time.Time, int, error) {
	if pcapngMagic(file) {
		r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return func() ([]byte, time.Time, int, error) {
			data, ci, err := r.ReadPacketData()
			return data, ci.Timestamp, ci.Length, err
		}
	}
	r, err := pcapgo.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	r.SetSnaplen(1 << 20)
	return func() ([]byte, time.Time, int, error) {
		data, ci, err := r.ReadPacketData()
		return data, ci.Timestamp, ci.Length, err
	}
}
