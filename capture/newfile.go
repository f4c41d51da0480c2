package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A NewFile is a file in the making. It has another name until Commit, so
// that nobody takes a half for the whole; an older file of its name stays
// until then.
type NewFile struct {
	file   *os.File
	target string // "" when file is the target itself
}

// Create begins a file with the given name. A name that is there and is no
// regular file, such as /dev/stdout or a named pipe, is written to directly.
func Create(name string) (*NewFile, error) {
	mode := fs.FileMode(0o666)
	info, err := os.Stat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, naming(err, name)
		}
		return &NewFile{file: f}, nil
	case err == nil:
		mode = info.Mode().Perm()
		// The file is replaced, not the link that leads to it.
		target, err := filepath.EvalSymlinks(name)
		if err != nil {
			return nil, naming(err, name)
		}
		name = target
	}
	for n := range 1000 {
		beside := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d-%d", filepath.Base(name), os.Getpid(), n))
		f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, naming(err, name)
		}
		return &NewFile{file: f, target: name}, nil
	}
	return nil, fmt.Errorf("create %s: a thousand unfinished files are beside it", name)
}

// naming says that name, and not the unfinished file beside it, could not be
// written.
func naming(err error, name string) error {
	var place *fs.PathError
	if errors.As(err, &place) {
		err = place.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: %w; is there a folder %s?", name, err, filepath.Dir(name))
	}
	return fmt.Errorf("write %s: %w", name, err)
}

// Write appends to the file. An error names it as it will be called.
func (f *NewFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	var named *fs.PathError
	if errors.As(err, &named) && f.target != "" {
		err = &fs.PathError{Op: named.Op, Path: f.target, Err: named.Err}
	}
	return n, err
}

// Commit gives the file its name. After an error nothing of it is left.
func (f *NewFile) Commit() error {
	err := f.file.Close()
	if f.target == "" {
		return err
	}
	if err == nil {
		err = os.Rename(f.file.Name(), f.target)
	}
	if err != nil {
		os.Remove(f.file.Name())
	}
	return err
}

// Discard forgets the file. It does nothing after Commit, so that it can be
// deferred.
func (f *NewFile) Discard() {
	if err := f.file.Close(); err == nil && f.target != "" {
		os.Remove(f.file.Name())
	}
}
