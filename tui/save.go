package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// A saving is a file that is being written.
type saving struct {
	name    string
	written atomic.Int64
	cancel  func()
}

// save writes what t makes to a file, in the background.
func (u *UI) save(name string, t excerpt) {
	if u.saving != nil {
		u.flash = "Another file is being written; Esc stops that."
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(u.dir, path)
	}
	s := &saving{name: filepath.Base(path)}
	u.saving = s
	cancel := u.work(func(ctx context.Context) func() {
		err := writeNew(path, func(w io.Writer) error { return t.make(ctx, &counter{w, &s.written}) })
		return func() {
			u.saving = nil
			switch {
			case errors.Is(err, context.Canceled):
				u.flash = "Stopped: nothing was written."
			case err != nil:
				u.flash = "Not written: " + err.Error()
			default:
				what := sizeText(s.written.Load())
				if t.words != nil {
					what = t.words(what)
				}
				u.flash = "Wrote " + what + " to " + path + "."
				if t.wrote != nil {
					t.wrote()
				}
			}
		}
	})
	if u.saving == s {
		s.cancel = cancel
		u.wake()
	}
}

// A counter counts what is written.
type counter struct {
	to io.Writer
	n  *atomic.Int64
}

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// writeNew writes a file that nobody else can read and that was not there. It
// has its name only when it is whole.
func writeNew(path string, write func(io.Writer) error) error {
	taken := fmt.Errorf("%s is there already", path)
	if _, err := os.Lstat(path); err == nil {
		return taken
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".wsight-*.part")
	var place *fs.PathError
	if errors.As(err, &place) {
		return fmt.Errorf("%s: %w", path, place.Err) // by its own name, not that of the part
	}
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return taken
	case err == nil:
		return nil
	}
	// There are no links here: the name is claimed, and then replaced.
	claim, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return taken
	}
	if err != nil {
		return err
	}
	return errors.Join(claim.Close(), os.Rename(f.Name(), path))
}

// askExport offers what can be written to a file.
func (u *UI) askExport() {
	var all []choice
	for _, t := range u.excerpts() {
		if t.suffix != "" {
			all = append(all, choice{letter: t.letter, text: t.text, run: func(u *UI) { u.askName(t) }})
		}
	}
	all = append(all, u.packetChoices()...)
	if len(all) == 0 {
		u.flash = noSelection
		return
	}
	m := &menu{caption: "Write a file", all: all, letters: true}
	m.narrow()
	u.overlay = m
}

// askName asks for the name of the file, and offers one that is free: what is
// there is not replaced.
func (u *UI) askName(t excerpt) {
	name := "wsight-" + itoa(u.selection()[0]) + t.suffix
	if t.name != "" {
		name = t.name
	}
	name = u.free(name)
	u.ask(&prompt{label: "write to:", text: []rune(name), offered: true, hint: "Enter takes this name, typing another one", faultAt: -1, done: func(name string) {
		if name != "" {
			u.save(name, t)
		}
	}})
}

// free returns name, or with a number, so that no file of it is there.
func (u *UI) free(name string) string {
	const tries = 100
	end := strings.LastIndexByte(name, '.')
	for n, try := 2, name; n < tries; n++ {
		if _, err := os.Lstat(filepath.Join(u.dir, try)); err != nil {
			return try
		}
		try = name[:end] + "-" + itoa(n) + name[end:]
	}
	return name
}
