package capture

import (
	"context"
	"io"
	"os"
)

// A tail reads a file at whose end more may come. Its end is where another
// file has taken the place of this one.
type tail struct {
	file       *os.File
	name       string
	ctx        context.Context
	superseded func() bool // nil when only a file of the same name can follow
	offset     int64
	last       bool // nothing can come any more
	head       [headLength]byte
}

func (t *tail) Read(p []byte) (int, error) {
	for {
		n, err := t.file.Read(p)
		if n > 0 {
			if t.offset < headLength {
				copy(t.head[t.offset:], p[:n])
			}
			t.offset += int64(n)
			return n, nil
		}
		switch {
		case err != nil && err != io.EOF:
			return 0, err
		case t.last, t.offset >= magicSize && !captureMagic(t.head[:]):
			return 0, io.EOF // more of what is no capture makes it none
		case t.ctx.Err() != nil:
			return 0, t.ctx.Err()
		case t.replaced() || t.superseded != nil && t.superseded():
			t.last = true // but what was written before that is still to be read
			continue
		}
		wait(t.ctx)
	}
}

// captureMagic reports whether b begins as a capture does, plain or compressed.
func captureMagic(b []byte) bool {
	_, pcap := pcapMagic(b)
	return pcap || pcapngMagic(b) || compression(b) != ""
}

// replaced reports whether the name is that of another file now, or the file
// was begun anew.
func (t *tail) replaced() bool {
	now, err := os.Stat(t.name)
	if err != nil {
		return os.IsNotExist(err)
	}
	open, err := t.file.Stat()
	return err != nil || !os.SameFile(now, open) || open.Size() < t.offset
}

// seen returns the identity of what was read.
func (t *tail) seen() identity {
	info, err := t.file.Stat()
	return identity{info: info, head: t.head, size: t.offset, there: err == nil}
}

// headLength covers the header of a file and the time of its first packet.
const headLength = 64

// An identity tells whether a name still stands for the same capture. A
// program that rotates over few names begins the same file anew.
type identity struct {
	there bool
	info  os.FileInfo
	size  int64
	head  [headLength]byte
}

// identify looks at the file that has a name now.
func identify(name string) identity {
	f, err := os.Open(name)
	if err != nil {
		return identity{}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return identity{}
	}
	id := identity{there: true, info: info, size: info.Size()}
	n, err := io.ReadFull(f, id.head[:])
	if n == 0 && err != io.EOF {
		return identity{}
	}
	return id
}

// same reports whether other is an earlier look at the same capture.
func (id identity) same(other identity) bool {
	if !id.there || !other.there {
		return id.there == other.there
	}
	n := min(other.size, headLength)
	return os.SameFile(id.info, other.info) && id.size >= other.size && string(id.head[:n]) == string(other.head[:n])
}

// untouched reports whether nothing was written since id was taken.
func (id identity) untouched(now os.FileInfo) bool {
	return id.there && id.size == now.Size() && id.info.ModTime().Equal(now.ModTime()) && os.SameFile(id.info, now)
}
