package capture

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// pcapngOf returns a capture of packets first to last.
func pcapngOf(t *testing.T, first, last int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, Section{})
	i := &Interface{Name: "eth0", Link: 1}
	for n := first; n <= last; n++ {
		if err := w.WritePacket(livePacket(n, 100, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A following is a Followed that is being read.
type following struct {
	*Followed
	numbers chan int // first byte of each packet
	cancel  func()
	end     chan error
}

func follow(t *testing.T, path string) following {
	t.Helper()
	f, err := Follow(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := following{f, make(chan int, 1000), cancel, make(chan error, 1)}
	go func() {
		var last error
		for p, err := range f.Packets(ctx) {
			if last = err; err == nil {
				r.numbers <- int(p.Data[0])
			}
		}
		r.end <- last
	}()
	return r
}

// expect waits for packets first to last.
func (r following) expect(t *testing.T, first, last int) {
	t.Helper()
	for want := first; want <= last; want++ {
		select {
		case got := <-r.numbers:
			if got != want {
				t.Fatalf("got packet %d; want %d", got, want)
			}
		case err := <-r.end:
			t.Fatalf("it ended before packet %d: %v", want, err)
		case <-time.After(5 * time.Second):
			t.Fatalf("packet %d does not come", want)
		}
	}
}

// stop ends it and returns its error. No packet may be left.
func (r following) stop(t *testing.T) error {
	t.Helper()
	time.Sleep(2 * followEvery)
	r.cancel()
	select {
	case err := <-r.end:
		if len(r.numbers) > 0 {
			t.Errorf("packet %d comes, too", <-r.numbers)
		}
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("it does not end")
		return nil
	}
}

func overwrite(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t *testing.T, name string, b []byte) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
}

func TestFollowFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "growing.pcapng")
	all := pcapngOf(t, 1, 6)
	overwrite(t, name, all[:100])
	r := follow(t, name)
	half := len(pcapngOf(t, 1, 3)) + 20
	appendTo(t, name, all[100:half])
	r.expect(t, 1, 3)
	appendTo(t, name, all[half:])
	r.expect(t, 4, 6)
	// Another file of the name, put there at once as logrotate does.
	overwrite(t, name+".new", pcapngOf(t, 7, 8))
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
	r.expect(t, 7, 8)
	// The same file begun anew.
	overwrite(t, name, pcapngOf(t, 9, 9))
	r.expect(t, 9, 9)
	if err := r.stop(t); err != nil {
		t.Error(err)
	}
	if stats := r.Stats(); stats.Packets != 9 || stats.Bytes != 900 {
		t.Errorf("Stats() = %+v; want 9 packets", stats)
	}
	if files := r.Files(); !slices.Equal(files, []string{name, name, name}) {
		t.Errorf("Files() = %v", files)
	}
}

func TestFollowFolder(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	old := func(name string, age time.Duration) {
		t.Helper()
		if err := os.Chtimes(in(name), time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	overwrite(t, in("z"), pcapngOf(t, 1, 2))
	old("z", time.Hour)
	overwrite(t, in("readme.txt"), []byte("What is in this folder is a capture."))
	old("readme.txt", 30*time.Minute)
	overwrite(t, in(".hidden"), pcapngOf(t, 99, 99))
	overwrite(t, in("a"), pcapngOf(t, 3, 4))
	old("a", time.Minute)
	r := follow(t, folder)
	r.expect(t, 1, 4)
	appendTo(t, in("a"), pcapngOf(t, 5, 5))
	r.expect(t, 5, 5)
	overwrite(t, in("empty"), nil)
	overwrite(t, in("b"), pcapngOf(t, 6, 7))
	r.expect(t, 6, 7)
	// The first name again, as tcpdump -W does.
	overwrite(t, in("z"), pcapngOf(t, 8, 8))
	r.expect(t, 8, 8)
	// A file that breaks off does not keep the next one from being read.
	broken := pcapngOf(t, 9, 10)
	overwrite(t, in("c"), broken[:len(broken)-10])
	r.expect(t, 9, 9)
	overwrite(t, in("d"), pcapngOf(t, 11, 11))
	r.expect(t, 11, 11)
	if err := r.stop(t); !errors.Is(err, ErrTruncated) {
		t.Errorf("the end says %v; want that a file breaks off", err)
	}
	if files := r.Files(); len(files) != 6 || files[0] != in("z") || files[5] != in("d") {
		t.Errorf("Files() = %v", files)
	}
}

func TestFollowErrors(t *testing.T) {
	if _, err := Follow(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Follow of nothing: %v", err)
	}
	if _, err := Follow(os.DevNull, Options{}); err == nil {
		t.Error("a device can be followed")
	}
	name := filepath.Join(t.TempDir(), "text")
	overwrite(t, name, []byte("This is no capture, however long one waits for it."))
	r := follow(t, name)
	if err := r.stop(t); !errors.Is(err, ErrNotCapture) {
		t.Errorf("the end says %v; want that it is no capture", err)
	}
	// What was begun but has no byte yet is waited for.
	overwrite(t, name, nil)
	r = follow(t, name)
	overwrite(t, name, pcapngOf(t, 1, 1))
	r.expect(t, 1, 1)
	if err := r.stop(t); err != nil {
		t.Error(err)
	}
}
