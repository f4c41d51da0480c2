package main

import (
	"bufio"
	"io"

	"wsight/capture"
)

// An outlet is where an export goes: a file that has no name until it is
// complete, or standard output.
type outlet struct {
	*bufio.Writer
	file *capture.NewFile // nil: standard output
}

func create(name string, stdout io.Writer) (*outlet, error) {
	if name == "-" {
		return &outlet{Writer: bufio.NewWriterSize(stdout, 256<<10)}, nil
	}
	f, err := capture.Create(name)
	if err != nil {
		return nil, err
	}
	return &outlet{bufio.NewWriterSize(f, 256<<10), f}, nil
}

func (o *outlet) commit() error {
	err := o.Flush()
	if o.file == nil || err != nil {
		return err
	}
	return o.file.Commit()
}

func (o *outlet) discard() {
	if o.file != nil {
		o.file.Discard()
	}
}

// isTerminalOut reports whether w is a terminal, which shows text only.
func isTerminalOut(w io.Writer) bool { return width(w) > 0 }
