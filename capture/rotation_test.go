package capture

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

// livePacket returns packet n of a capture that began at midnight, one a second.
func livePacket(n, size int, i *Interface) *Packet {
	return &Packet{
		Number: n, Time: time.Date(2024, 6, 1, 0, 0, n, 0, time.UTC), Link: i.Link,
		Data: bytes.Repeat([]byte{byte(n)}, size), Length: size, Interface: i, Offset: -1,
	}
}

// numbersIn reads the first byte of every packet of files.
func numbersIn(t *testing.T, names ...string) []int {
	t.Helper()
	var numbers []int
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for p, err := range NewReader(f, name, Options{}).Packets(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if p.Interface.Name != "eth0" {
				t.Errorf("%s: a packet of interface %q", name, p.Interface.Name)
			}
			numbers = append(numbers, int(p.Data[0]))
		}
		f.Close()
	}
	return numbers
}

func upTo(first, last int) []int {
	var all []int
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

func TestRotation(t *testing.T) {
	for _, test := range []struct {
		name    string
		options RotationOptions
		files   int // that are left
		first   int // packet that is still there
	}{
		{"none", RotationOptions{}, 1, 1},
		{"by size", RotationOptions{Size: 4000}, 7, 1},
		{"a packet is larger than a file", RotationOptions{Size: 10}, 20, 1},
		{"by time", RotationOptions{Every: 5 * time.Second}, 4, 1},
		{"by time, just not yet", RotationOptions{Every: 20 * time.Second}, 1, 1},
		{"by both", RotationOptions{Size: 4000, Every: 2 * time.Second}, 10, 1},
		{"in all", RotationOptions{Size: 4000, Total: 12000}, 3, 13},
		{"in all only", RotationOptions{Total: 16000}, 4, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			r, err := NewRotation(filepath.Join(folder, "out.pcapng"), Section{Application: "test"}, test.options)
			if err != nil {
				t.Fatal(err)
			}
			i := &Interface{Name: "eth0", Link: 1}
			for n := 1; n <= 20; n++ {
				if err := r.WritePacket(livePacket(n, 1200, i)); err != nil {
					t.Fatal(err)
				}
				if err := r.Flush(); err != nil {
					t.Fatal(err)
				}
				if sizes := sizesIn(t, folder); test.options.Total > 0 && sizes > test.options.Total {
					t.Fatalf("%d bytes after packet %d; want at most %d", sizes, n, test.options.Total)
				}
			}
			files := filesOf(r)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			there, err := filepath.Glob(filepath.Join(folder, "*"))
			if err != nil || !slices.Equal(there, files) || len(files) != test.files {
				t.Errorf("%d files %v, on disk %v; want %d", len(files), files, there, test.files)
			}
			if got := numbersIn(t, files...); !slices.Equal(got, upTo(test.first, 20)) {
				t.Errorf("packets %v; want %d to 20", got, test.first)
			}
			form := regexp.MustCompile(`^out-\d{5}-\d{8}T\d{6}Z\.pcapng$`)
			for _, name := range files {
				if base := filepath.Base(name); form.MatchString(base) == (test.options == RotationOptions{}) {
					t.Errorf("the name of a file is %s", base)
				}
			}
		})
	}
}

// filesOf returns the names of the files that are there, oldest first.
func filesOf(r *Rotation) []string {
	var names []string
	for _, f := range r.kept {
		names = append(names, f.name)
	}
	return append(names, r.file.Name())
}

func sizesIn(t *testing.T, folder string) (total int64) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
	}
	return total
}

// The figures of an interface stand in the last file.
func TestRotationStats(t *testing.T) {
	r, err := NewRotation(filepath.Join(t.TempDir(), "out.pcapng"), Section{}, RotationOptions{Size: 2000})
	if err != nil {
		t.Fatal(err)
	}
	i := &Interface{Name: "eth0", Link: 1}
	for n := range 4 {
		if err := r.WritePacket(livePacket(n, 1200, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.WriteStats(i, time.Now(), Stats{Packets: 4, Dropped: 3}); err != nil {
		t.Fatal(err)
	}
	files := filesOf(r)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for n, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := NewReader(f, name, Options{})
		for _, err := range in.Packets(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		want := int64(-1) // a file need not say
		if n == len(files)-1 {
			want = 3
		}
		if got := in.Stats().Dropped; got != want {
			t.Errorf("file %d of %d: %d packets dropped; want %d", n+1, len(files), got, want)
		}
	}
}

func TestRotationErrors(t *testing.T) {
	folder := t.TempDir()
	if _, err := NewRotation(filepath.Join(folder, "no", "out"), Section{}, RotationOptions{}); err == nil {
		t.Error("no error for a folder that is not there")
	}
	if _, err := NewRotation(filepath.Join(folder, "out"), Section{}, RotationOptions{Size: 2, Total: 1}); err == nil {
		t.Error("no error for files larger than all of them")
	}
	r, err := NewRotation(filepath.Join(folder, "out"), Section{}, RotationOptions{Size: 2000})
	if err != nil {
		t.Fatal(err)
	}
	i := &Interface{Name: "eth0", Link: 1}
	if err := r.WritePacket(livePacket(1, 1200, i)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := r.WritePacket(livePacket(2, 1200, i)); err == nil {
		t.Error("no error for a folder that went away")
	}
	if err := r.WritePacket(livePacket(3, 12, i)); err == nil || r.Close() == nil {
		t.Error("the error is not kept")
	}
}
