package capture

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func newSpool(t *testing.T, limit int64) *Spool {
	t.Helper()
	s, err := NewSpool(limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestSpool(t *testing.T) {
	const limit = 1 << 20
	s := newSpool(t, limit)
	type entry struct {
		place int64
		data  []byte
	}
	var all []entry
	end := int64(0)
	for n := range 900 { // three times round
		data := bytes.Repeat([]byte{byte(n)}, n*13%9000)
		place, err := s.Append(data)
		if err != nil || place != end {
			t.Fatalf("Append = %d, %v; want %d", place, err, end)
		}
		end += int64(len(data))
		all = append(all, entry{place, data})
		if n%100 != 99 {
			continue
		}
		for _, e := range all {
			got := make([]byte, len(e.data))
			_, err := s.ReadAt(got, e.place)
			switch {
			case err == nil && !bytes.Equal(got, e.data):
				t.Fatalf("ReadAt(%d) gives other bytes than were appended", e.place)
			case err != nil && (!errors.Is(err, ErrNotKept) || e.place >= end-limit):
				t.Fatalf("ReadAt(%d) of %d = %v; the last %d are to be kept", e.place, end, err, limit)
			case err == nil && e.place < end-limit-spoolHold:
				t.Fatalf("ReadAt(%d) of %d: more is kept than the limit", e.place, end)
			}
		}
	}
	if _, err := s.ReadAt(make([]byte, 2), end-1); err != io.EOF {
		t.Errorf("ReadAt beyond the end = %v; want io.EOF", err)
	}
	if _, err := s.ReadAt(make([]byte, 1), -1); !errors.Is(err, ErrNotKept) {
		t.Errorf("ReadAt(-1) = %v; want ErrNotKept", err)
	}
	if info, err := s.file.Stat(); err != nil || info.Size() > limit || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has %d bytes, mode %v, %v; want at most %d, 0600", info.Size(), info.Mode(), err, limit)
	}
}

// TestSpoolLarge appends more at once than is kept.
func TestSpoolLarge(t *testing.T) {
	s := newSpool(t, 1<<20)
	data := bytes.Repeat([]byte("abcdefg"), 500_000)
	if _, err := s.Append(data); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 1<<20)
	at := len(data) - len(got)
	if _, err := s.ReadAt(got, int64(at)); err != nil || !bytes.Equal(got, data[at:]) {
		t.Errorf("the last MiB is not what was appended: %v", err)
	}
	if _, err := s.ReadAt(got[:1], 0); !errors.Is(err, ErrNotKept) {
		t.Errorf("ReadAt(0) = %v; want ErrNotKept", err)
	}
}

func TestSpoolIsPrivate(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newSpool(t, 1<<20)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 && !s.named {
		t.Errorf("the spool has a name: %v", left)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
		t.Errorf("after Close there is still %v", left)
	}
	if _, err := s.Append([]byte("x")); !errors.Is(err, ErrNotKept) {
		t.Errorf("Append after Close = %v; want ErrNotKept", err)
	}
	if _, err := s.ReadAt(nil, 0); !errors.Is(err, ErrNotKept) {
		t.Errorf("ReadAt after Close = %v; want ErrNotKept", err)
	}
}

func TestSpoolErrors(t *testing.T) {
	t.Run("no folder", func(t *testing.T) {
		t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
		if _, err := NewSpool(0); err == nil {
			t.Error("no error")
		}
	})
	t.Run("a write that fails", func(t *testing.T) {
		s := newSpool(t, 1<<20)
		s.file.Close()
		_, err := s.Append(make([]byte, spoolHold))
		if _, again := s.Append([]byte("x")); err == nil || again == nil {
			t.Errorf("Append = %v, then %v; want errors", err, again)
		}
	})
}
