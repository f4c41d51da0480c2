package capture

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// A Followed reads files that another program still writes: at the end of one
// it waits for more. It implements [Source].
type Followed struct {
	path    string
	folder  bool
	options Options

	mu    sync.Mutex // over what follows
	past  Stats      // of the files that are done
	now   *Reader    // of the file being read; nil between files
	files []string   // in the order in which they were read
}

// Follow reads a file, or the files of a folder, until the context of Packets
// ends. A file that is replaced by another of its name, or begun anew, is read
// from its start again. In a folder, files are read in the order in which they
// were last written to, and the newest one is waited on; what is no capture is
// passed over.
func Follow(path string, options Options) (*Followed, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, failed(path, err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &Error{File: path, Expected: "a file or a folder", Found: "a " + kind(info.Mode()), Err: errors.ErrUnsupported}
	}
	return &Followed{path: path, folder: info.IsDir(), options: options, past: Stats{Dropped: -1}}, nil
}

func kind(mode fs.FileMode) string {
	if mode&fs.ModeNamedPipe != 0 {
		return "pipe, which can be read without following it"
	}
	return "device or socket"
}

// followEvery is how often it is seen whether a file has grown.
const followEvery = 50 * time.Millisecond

// Packets implements [Source]. It ends when ctx does, without an error of its
// own. A file that could not be read to its end does not keep those that come
// after it from being read; the first such error comes last. Numbers of
// packets begin anew in each file, and File counts the files.
func (f *Followed) Packets(ctx context.Context) iter.Seq2[*Packet, error] {
	return func(yield func(*Packet, error) bool) {
		var first error
		done := map[string]identity{}
		for ctx.Err() == nil {
			name, ok := f.next(done)
			if !ok {
				wait(ctx)
				continue
			}
			goOn, err := f.read(ctx, name, done, yield)
			if !goOn {
				return
			}
			if err != nil && first == nil {
				first = err
			}
		}
		if first != nil {
			yield(nil, first)
		}
	}
}

// read yields the packets of one file and reports whether to go on.
func (f *Followed) read(ctx context.Context, name string, done map[string]identity, yield func(*Packet, error) bool) (goOn bool, failure error) {
	file, err := os.Open(name)
	if err != nil {
		done[name] = identity{}
		return true, failed(name, err)
	}
	defer file.Close()
	t := &tail{file: file, name: name, ctx: ctx}
	if f.folder {
		t.superseded = func() bool {
			_, newer := f.next(merged(done, name, identify(name)))
			return newer
		}
	}
	r := NewReader(t, name, f.options)
	f.mu.Lock()
	f.now = r
	f.files = append(f.files, name)
	r.packet.File = len(f.files) - 1
	f.mu.Unlock()
	defer func() {
		r.Close()
		f.mu.Lock()
		defer f.mu.Unlock()
		f.past, f.now = sum(f.past, r.Stats()), nil
	}()
	for p, err := range r.Packets(ctx) {
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return true, nil
		case f.folder && errors.Is(err, ErrNotCapture):
			f.mu.Lock()
			f.files = f.files[:len(f.files)-1]
			f.mu.Unlock()
		default:
			failure = err
		}
		if err != nil {
			break
		}
		if !yield(p, nil) {
			return false, nil
		}
	}
	done[name] = t.seen()
	return true, failure
}

func merged(done map[string]identity, name string, id identity) map[string]identity {
	all := map[string]identity{name: id}
	for other, id := range done {
		if other != name {
			all[other] = id
		}
	}
	return all
}

// next returns the file to read next: the oldest that is not done.
func (f *Followed) next(done map[string]identity) (name string, ok bool) {
	if !f.folder {
		id := identify(f.path)
		return f.path, id.there && !id.same(done[f.path])
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return "", false // it may come back
	}
	type candidate struct {
		name    string
		written time.Time
	}
	var candidates []candidate
	for _, entry := range entries {
		path := filepath.Join(f.path, entry.Name())
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || entry.Name()[0] == '.' || info.Size() == 0 {
			continue
		}
		before, ok := done[path]
		if !ok || !before.untouched(info) && !identify(path).same(before) {
			candidates = append(candidates, candidate{path, info.ModTime()})
		}
	}
	if len(candidates) == 0 {
		return "", false
	}
	oldest := slices.MinFunc(candidates, func(a, b candidate) int {
		if c := a.written.Compare(b.written); c != 0 {
			return c
		}
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return oldest.name, true
}

// Stats implements [Source].
func (f *Followed) Stats() Stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now == nil {
		return f.past
	}
	return sum(f.past, f.now.Stats())
}

// Files returns the files that have been read, or are being read, by the
// numbers that packets carry.
func (f *Followed) Files() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.files)
}

func sum(a, b Stats) Stats {
	s := Stats{Packets: a.Packets + b.Packets, Bytes: a.Bytes + b.Bytes, Dropped: max(a.Dropped, b.Dropped)}
	if a.Dropped >= 0 && b.Dropped >= 0 {
		s.Dropped = a.Dropped + b.Dropped
	}
	return s
}

func wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(followEvery):
	}
}
