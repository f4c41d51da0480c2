package capture

import (
	"io"
	"os"
)

// Reread opens one input a second time, for the packets whose Offset is
// known. It reports false for what cannot be read again in that way: streams
// and compressed files, of which a [Spool] can keep packets.
func (in *Inputs) Reread(file int) (*File, bool) {
	i := in.inputs[file]
	if i.size < 0 || i.packed != "" {
		return nil, false
	}
	f, err := os.Open(i.name)
	if err != nil {
		return nil, false
	}
	return &File{file: f}, true
}

// A File gives the packets of a plain capture file again.
type File struct{ file *os.File }

// ReadAt reads len(p) bytes, as of a Packet's Data, from where its Offset
// says. It may be called from several goroutines.
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	n, err := f.file.ReadAt(p, offset)
	if err == io.EOF && n < len(p) {
		err = &Error{
			File: f.file.Name(), Offset: offset,
			Expected: "a packet that was there before", Found: "the end of the file", Err: ErrTruncated,
		}
	}
	return n, err
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }
