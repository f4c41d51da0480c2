package capture

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// write makes a file and returns its name.
func write(t testing.TB, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told is what of a packet matters for the order of files.
type told struct{ File, Number, Vantage int }

// order reads all of in.
func order(t *testing.T, in *Inputs) (all []told, err error) {
	t.Helper()
	packets, err := drain(in)
	for _, p := range packets {
		all = append(all, told{p.File, p.Number, p.Vantage})
	}
	return all, err
}

func TestInputs(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	at := func(milliseconds int) time.Time { return start.Add(time.Duration(milliseconds) * time.Millisecond) }
	noTime := words(orders["little"], ngSection(orders["little"]), ngInterface(orders["little"], 1, 0),
		ngBlock(orders["little"], blockSimplePacket, 4, "data"), ngBlock(orders["little"], blockSimplePacket, 4, "data"))
	empty := pcapHead(orders["little"], magicMicroseconds, 0, 1)
	tests := []struct {
		name    string
		files   [][]byte
		options Options
		groups  [][]int
		want    []told
	}{
		{
			"one file", [][]byte{samplePcap(at(0), 2)}, Options{},
			[][]int{{0}}, []told{{0, 1, 0}, {0, 2, 0}},
		},
		{
			"rotated files, named backwards", [][]byte{samplePcap(at(2), 2), samplePcap(at(0), 2)}, Options{},
			[][]int{{1, 0}}, []told{{1, 1, 0}, {1, 2, 0}, {0, 1, 0}, {0, 2, 0}},
		},
		{
			"rotated files that share an instant", [][]byte{samplePcap(at(0), 2), samplePcap(at(1), 2)}, Options{},
			[][]int{{0, 1}}, []told{{0, 1, 0}, {0, 2, 0}, {1, 1, 0}, {1, 2, 0}},
		},
		{
			"two vantage points", [][]byte{samplePcap(at(0), 3), samplePcap(at(1), 3)}, Options{},
			[][]int{{0}, {1}},
			[]told{{0, 1, 0}, {0, 2, 0}, {1, 1, 1}, {1, 2, 1}, {0, 3, 0}, {1, 3, 1}},
		},
		{
			"compressed", [][]byte{gzipped(samplePcap(at(0), 2)), zstdPacked(t, samplePcap(at(1), 2))}, Options{Separate: true},
			[][]int{{0}, {1}}, []told{{0, 1, 0}, {0, 2, 0}, {1, 1, 1}, {1, 2, 1}},
		},
		{
			"join what overlaps", [][]byte{samplePcap(at(0), 3), samplePcap(at(1), 3)}, Options{Join: true},
			[][]int{{0, 1}},
			[]told{{0, 1, 0}, {0, 2, 0}, {1, 1, 0}, {1, 2, 0}, {0, 3, 0}, {1, 3, 0}},
		},
		{
			"separate what does not overlap", [][]byte{samplePcap(at(2), 2), samplePcap(at(0), 2)}, Options{Separate: true},
			[][]int{{0}, {1}}, []told{{1, 1, 1}, {1, 2, 1}, {0, 1, 0}, {0, 2, 0}},
		},
		{
			"the second file has no times", [][]byte{samplePcap(at(0), 1), noTime, samplePcap(at(5), 1)}, Options{},
			[][]int{{0, 1, 2}}, []told{{0, 1, 0}, {1, 1, 0}, {1, 2, 0}, {2, 1, 0}},
		},
		{
			"no file has times", [][]byte{noTime, noTime}, Options{},
			[][]int{{0, 1}}, []told{{0, 1, 0}, {0, 2, 0}, {1, 1, 0}, {1, 2, 0}},
		},
		{
			"one file has no packets", [][]byte{samplePcap(at(0), 1), empty, samplePcap(at(5), 1)}, Options{},
			[][]int{{0, 1, 2}}, []told{{0, 1, 0}, {2, 1, 0}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			var names []string
			for i, file := range tt.files {
				names = append(names, write(t, dir, string(rune('a'+i)), file))
			}
			in, err := Open(t.Context(), names, tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.groups, in.Groups()); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
			if got := in.Stats(); got.Packets != 0 {
				t.Errorf("%d packets counted before reading", got.Packets)
			}
			got, err := order(t, in)
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
			if got := in.Stats().Packets; got != int64(len(tt.want)) {
				t.Errorf("%d packets counted; want %d", got, len(tt.want))
			}
			if p := in.Progress(); p.Read != p.Total || p.Total == 0 {
				t.Errorf("progress at the end = %+v", p)
			}
		})
	}
}

// TestInputsErrors: what is wrong with one file keeps no other from being
// read, and is said at the end.
func TestInputsErrors(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	dir := t.TempDir()
	whole := samplePcap(start, 2)
	cut := write(t, dir, "cut.pcap", whole[:len(whole)-1])
	later := write(t, dir, "later.pcap", samplePcap(start.Add(time.Second), 2))
	tooShort := write(t, dir, "short.pcap", whole[:10])
	text := write(t, dir, "notes.txt", []byte("hello"))
	nothing := write(t, dir, "nothing.pcap", nil)
	locked := filepath.Join(dir, "absent.pcap")

	t.Run("while reading", func(t *testing.T) {
		in, err := Open(t.Context(), []string{cut, later, tooShort}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := order(t, in)
		if want := []told{{0, 1, 0}, {1, 1, 0}, {1, 2, 0}}; !cmp.Equal(got, want) {
			t.Errorf("packets = %v; want %v", got, want)
		}
		var e *Error
		if !errors.Is(err, ErrTruncated) || !errors.As(err, &e) {
			t.Fatalf("error %v; want ErrTruncated in an *Error", err)
		}
		for _, name := range []string{cut, tooShort} {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("error %q does not name %s", err, name)
			}
		}
	})

	// One that is no capture keeps its index and none of the others.
	t.Run("among others", func(t *testing.T) {
		for _, options := range []Options{{}, {Join: true}, {Separate: true}} {
			in, err := Open(t.Context(), []string{text, later, locked, cut}, options)
			if err != nil {
				t.Fatal(err)
			}
			got, err := order(t, in)
			vantage := map[bool]int{true: 1}[options.Separate]
			want := []told{{3, 1, vantage}, {1, 1, 0}, {1, 2, 0}}
			if !cmp.Equal(got, want) {
				t.Errorf("%+v: packets = %v; want %v", options, got, want)
			}
			if !errors.Is(err, ErrNotCapture) || !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, ErrTruncated) {
				t.Errorf("%+v: error %v; want those of three files", options, err)
			}
			if _, ok := in.Reread(0); ok || in.FileStats(0).Packets != 0 || in.FileStats(3).Packets != 1 {
				t.Errorf("%+v: files 0 and 3 have %d and %d packets", options, in.FileStats(0).Packets, in.FileStats(3).Packets)
			}
		}
	})

	for _, tt := range []struct {
		name  string
		files []string
		kind  error
	}{
		{"no capture", []string{text}, ErrNotCapture},
		{"none a capture", []string{text, nothing}, ErrEmpty},
		{"empty", []string{nothing}, ErrEmpty},
		{"absent", []string{locked}, fs.ErrNotExist},
		{"folder", []string{dir}, ErrNotCapture},
		{"standard input twice", []string{"-", "-"}, errors.ErrUnsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(t.Context(), tt.files, Options{})
			var e *Error
			if !errors.As(err, &e) || !errors.Is(err, tt.kind) {
				t.Errorf("Open(%q) = %v; want %v", tt.files, err, tt.kind)
			}
		})
	}

	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Open(ctx, []string{later, cut}, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("Open = %v; want context.Canceled", err)
		}
		in, err := Open(t.Context(), []string{later, cut}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for p, err := range in.Packets(ctx) {
			if p != nil || !errors.Is(err, context.Canceled) {
				t.Errorf("packet %v, %v; want only context.Canceled", p, err)
			}
		}
	})
}

func TestInputsStream(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	stream := bytes.NewReader(samplePcap(start, 3))
	file := write(t, t.TempDir(), "a.pcap", samplePcap(start.Add(time.Millisecond), 1))
	in, err := Open(t.Context(), []string{"-", file}, Options{Input: stream})
	if err != nil {
		t.Fatal(err)
	}
	got, err := order(t, in)
	if want := []told{{0, 1, 0}, {0, 2, 0}, {1, 1, 1}, {0, 3, 0}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("packets = %v, %v; want %v", got, err, want)
	}
	if in.Name(0) != "standard input" || in.Progress().Total != -1 {
		t.Errorf("the stream is %q, of %+v; want standard input, of unknown size", in.Name(0), in.Progress())
	}
	if _, ok := in.Reread(0); ok {
		t.Error("standard input can be read again")
	}
}

func TestInputsSecretsOnce(t *testing.T) {
	le := orders["little"]
	file := words(le, ngSection(le), ngInterface(le, 1, 0), ngBlock(le, blockSecrets, secretsTLS, 4, "keys"), ngPacket(le, 0, 1, "a", 1))
	dir := t.TempDir()
	names := []string{write(t, dir, "a", file), write(t, dir, "b", file)}
	given := 0
	in, err := Open(t.Context(), names, Options{Secrets: func([]byte) { given++ }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := drain(in); err != nil || given != 2 {
		t.Errorf("secrets were given %d times, %v; want once for each file", given, err)
	}
}

func TestReread(t *testing.T) {
	dir := t.TempDir()
	content := samplePcap(time.Unix(1_700_000_000, 0), 5)
	plain, packed := write(t, dir, "a.pcap", content), write(t, dir, "a.pcap.gz", gzipped(content))
	in, err := Open(t.Context(), []string{plain, packed}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := in.Reread(1); ok {
		t.Error("a compressed file can be read at random")
	}
	f, ok := in.Reread(0)
	if !ok {
		t.Fatal("a plain file cannot be read again")
	}
	defer f.Close()
	for p, err := range in.Packets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		again := make([]byte, len(p.Data))
		if _, err := f.ReadAt(again, p.Offset); p.File == 0 && (err != nil || !bytes.Equal(again, p.Data)) {
			t.Errorf("packet %d again = %q, %v; want %q", p.Number, again, err, p.Data)
		}
	}
	if err := os.Truncate(plain, 30); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ReadAt(make([]byte, 8), 40); !errors.Is(err, ErrTruncated) {
		t.Errorf("ReadAt of a file that has become shorter: %v; want ErrTruncated", err)
	}
}
