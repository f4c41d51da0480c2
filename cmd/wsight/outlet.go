package main

import (
	"bufio"
	"errors"
	"io"

	"wsight/capture"
	"wsight/dissect"
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
		return nil, &inputError{err}
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

// A stream is a writer of lines and where they go.
type stream struct {
	lines sheet
	*outlet
}

// Event implements sheet.
func (s stream) Event(e dissect.Event) { s.lines.Event(e) }

// Flush hands everything on that is complete.
func (s stream) Flush() error { return errors.Join(s.lines.Flush(), s.outlet.Flush()) }
