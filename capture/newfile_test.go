package capture

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestNewFile(t *testing.T) {
	content := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		return string(b)
	}
	for _, old := range []string{"", "older"} {
		dir := t.TempDir()
		name := filepath.Join(dir, "out.pcapng")
		if old != "" {
			name = write(t, dir, "out.pcapng", []byte(old))
		}
		for _, commit := range []bool{false, true} {
			f, err := Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write([]byte("new")); err != nil {
				t.Error(err)
			}
			if got := content(name); got != old {
				t.Errorf("before Commit the file has %q; want %q", got, old)
			}
			want := old
			if commit {
				want = "new"
				if err := f.Commit(); err != nil {
					t.Error(err)
				}
			}
			f.Discard()
			if got := content(name); got != want {
				t.Errorf("commit %v: the file has %q; want %q", commit, got, want)
			}
			left, _ := os.ReadDir(dir)
			if want := min(1, len(want)); len(left) != want {
				t.Errorf("commit %v: %d files are left; want %d", commit, len(left), want)
			}
		}
	}

	t.Run("the mode of the older file", func(t *testing.T) {
		name := write(t, t.TempDir(), "out", nil) // 0600
		f, err := Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
		}
	})
	t.Run("through a link", func(t *testing.T) {
		dir := t.TempDir()
		target, link := write(t, dir, "target", nil), filepath.Join(dir, "link")
		if err := os.Symlink(target, link); err != nil {
			t.Skip(err)
		}
		f, err := Create(link)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write([]byte("new"))
		if err := f.Commit(); err != nil || content(target) != "new" {
			t.Errorf("Commit = %v; the target has %q", err, content(target))
		}
	})
	t.Run("no folder", func(t *testing.T) {
		if _, err := Create(filepath.Join(t.TempDir(), "absent", "out")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Create = %v; want fs.ErrNotExist", err)
		}
	})
	t.Run("a device", func(t *testing.T) {
		f, err := Create(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("x")); err != nil || f.Commit() != nil {
			t.Errorf("writing to a device: %v", err)
		}
	})
}
