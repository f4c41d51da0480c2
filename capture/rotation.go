package capture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// RotationOptions say when a [Rotation] begins another file, and how much it
// keeps. All zero: one file that grows.
type RotationOptions struct {
	Size  int64         // bytes of a file; a single packet may exceed it
	Every time.Duration // from the first packet of a file, by the times of packets
	Total int64         // bytes of all files; the oldest ones are removed. Without Size it is a quarter of it
}

// A Rotation writes packets as pcapng into one file after the other, so that
// a capture can run for days on a bounded disk. Each file can be read alone.
//
// The files of "name.pcapng" are "name-00001-20060102T150405Z.pcapng" and so
// on, with the time of their first packet; without rotation it is the name as
// it is. A file that is there is overwritten, and is whole after each Flush.
type Rotation struct {
	name    string
	section Section
	options RotationOptions

	file   *os.File
	writer *Writer
	began  time.Time // time of the first packet in file
	empty  bool      // it has no packet yet
	number int
	kept   []keptFile
	err    error
}

// A keptFile is one that was finished.
type keptFile struct {
	name string
	size int64
}

// NewRotation creates the first file.
func NewRotation(name string, section Section, options RotationOptions) (*Rotation, error) {
	if options.Total > 0 && options.Size == 0 {
		options.Size = max(1, options.Total/4)
	}
	if options.Size < 0 || options.Every < 0 || options.Total < 0 || options.Total > 0 && options.Size > options.Total {
		return nil, fmt.Errorf("write %s: a file of %d bytes does not fit into %d", name, options.Size, options.Total)
	}
	r := &Rotation{name: name, section: section, options: options}
	if err := r.begin(time.Now()); err != nil {
		return nil, err
	}
	return r, nil
}

// begin creates the next file.
func (r *Rotation) begin(at time.Time) error {
	r.number++
	name := r.name
	if r.options.Size > 0 || r.options.Every > 0 {
		extension := filepath.Ext(name)
		name = fmt.Sprintf("%s-%05d-%s%s", strings.TrimSuffix(name, extension), r.number, at.UTC().Format("20060102T150405Z"), extension)
	}
	// Captures hold what people typed: they are for their owner only.
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		r.err = fmt.Errorf("write: %w", err)
		return r.err
	}
	r.file, r.writer, r.empty = f, NewWriter(f, r.section), true
	return nil
}

// WritePacket writes p as [Writer.WritePacket] does. After an error, such as a
// full disk, nothing more is written.
func (r *Rotation) WritePacket(p *Packet) error {
	if r.err != nil {
		return r.err
	}
	const blockOverhead = 64 // about what a packet takes beside its bytes
	full := r.options.Size > 0 && r.writer.Written()+int64(len(p.Data))+blockOverhead > r.options.Size
	late := r.options.Every > 0 && p.Time.Sub(r.began) >= r.options.Every
	if !r.empty && (full || late) {
		if err := errors.Join(r.finish(), r.prune()); err != nil {
			return err
		}
		if err := r.begin(p.Time); err != nil {
			return err
		}
	}
	if r.empty {
		r.began, r.empty = p.Time, false
	}
	return r.failed(r.writer.WritePacket(p))
}

// finish closes the file.
func (r *Rotation) finish() error {
	err := errors.Join(r.writer.Flush(), r.file.Close())
	r.kept = append(r.kept, keptFile{r.file.Name(), r.writer.Written()})
	r.writer = nil
	return r.failed(err)
}

// prune removes old files until the one that comes next fits.
func (r *Rotation) prune() error {
	if r.options.Total == 0 {
		return nil
	}
	total := r.options.Size
	for _, f := range r.kept {
		total += f.size
	}
	for total > r.options.Total && len(r.kept) > 0 {
		oldest := r.kept[0]
		if err := os.Remove(oldest.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r.failed(err)
		}
		total -= oldest.size
		r.kept = r.kept[1:]
	}
	return nil
}

// failed keeps the first error.
func (r *Rotation) failed(err error) error {
	if err != nil && r.err == nil {
		r.err = err
		var named *fs.PathError // which says what could not be written
		if !errors.As(err, &named) {
			r.err = fmt.Errorf("write %s: %w", r.file.Name(), err)
		}
	}
	return err
}

// WriteStats writes the figures of an interface into the file of now.
func (r *Rotation) WriteStats(i *Interface, at time.Time, s Stats) error {
	if r.err != nil {
		return r.err
	}
	return r.failed(r.writer.WriteStats(i, at, s))
}

// Flush hands on what is held back.
func (r *Rotation) Flush() error {
	if r.err != nil {
		return r.err
	}
	return r.failed(r.writer.Flush())
}

// Close finishes the last file. The error is the first that there was.
func (r *Rotation) Close() error {
	if r.writer == nil {
		return r.err
	}
	if r.err != nil {
		r.file.Close()
		return r.err
	}
	return r.finish()
}
