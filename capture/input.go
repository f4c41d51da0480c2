package capture

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
)

// An input is one thing that was named on the command line.
type input struct {
	name    string
	size    int64  // in bytes; -1 for what can be read only once
	packed  string // the compression of a file
	vantage int
	counts  counts
}

// newInput looks at what name names.
func newInput(ctx context.Context, name string, options Options) (*input, error) {
	i := &input{name: name, size: -1}
	i.counts.dropped.Store(-1)
	if name == "-" {
		return i, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, failed(name, err)
	}
	if info.IsDir() {
		return nil, &Error{
			File: name, Expected: "a file", Found: "a folder", Err: ErrNotCapture,
			Hint: "name the files in it: " + name + "/*.pcap*",
		}
	}
	if !info.Mode().IsRegular() {
		return i, nil
	}
	i.size = info.Size()

	f, err := os.Open(name)
	if err != nil {
		return nil, failed(name, err)
	}
	defer f.Close()
	r := i.reader(f, 0, options, smallBuffer)
	defer r.Close()
	defer r.begin(ctx)()
	err = r.open()
	// A file that ends too early has its place in the run: what is wrong with
	// it is said when it is read.
	if err != nil && !errors.Is(err, ErrTruncated) {
		return nil, r.place(err)
	}
	i.packed = r.packed
	i.counts.read.Store(0)
	return i, nil
}

// smallBuffer serves to look at a file, or to read one of very many at once.
const smallBuffer = 64 << 10

// open returns a Reader of the input, and what closes it.
func (i *input) open(file int, options Options, buffer int) (*Reader, func(), error) {
	if i.name == "-" && options.Input != nil {
		r := i.reader(options.Input, file, options, buffer)
		return r, func() { r.Close() }, nil
	}
	f, err := openInput(i.name)
	if err != nil {
		return nil, nil, failed(nameOf(i.name), err)
	}
	r := i.reader(f, file, options, buffer)
	return r, func() { r.Close(); f.Close() }, nil
}

func (i *input) reader(from io.Reader, file int, options Options, buffer int) *Reader {
	r := NewReader(from, nameOf(i.name), options)
	r.counts, r.input.read = &i.counts, &i.counts.read
	r.packet.File, r.packet.Vantage = file, i.vantage
	r.window.buffer = make([]byte, buffer)
	return r
}

func openInput(name string) (*os.File, error) {
	if name == "-" {
		return standardInput(), nil
	}
	return os.Open(name)
}

func nameOf(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// failed is for what the system refuses, whose own text repeats the name.
func failed(name string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	e := &Error{File: name, Err: err}
	switch {
	case errors.Is(err, fs.ErrPermission):
		e.Hint = "tcpdump writes files as another user: chown the file, or run as its owner"
	case errors.Is(err, fs.ErrNotExist):
		e.Hint = "is the name right?"
	}
	return e
}
