package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/query"
	"wsight/session"
)

// readings read the same input, twice where that is needed: when a filter
// asks for what is known only at the end of a connection, or when packets are
// to be copied.
type readings struct {
	input  *input
	cmd    *cobra.Command
	args   []string
	opts   session.Options
	filter *query.Filter
	survey *query.Survey // what the first reading found for the filter
	spool  *os.File      // what came from standard input, to be read again
	stream sheet         // is flushed whenever an input that may go on has to be waited for; nil: nothing is
	begun  bool
}

// prepare makes sure that the input can be read twice if that must be, and
// reads it a first time for what the filter has to know beforehand. Of what
// has no end there is no first reading: something selects from the moment at
// which it is known.
func (r *readings) prepare(must bool) error {
	endless := r.input.follow || len(r.input.interfaces) > 0
	late := r.filter != nil && r.filter.Late() && !endless
	switch {
	case must && endless:
		return errors.New("pcapng takes two readings, and a live capture can be read only once: write it to a file first, with 'wsight print -w FILE'")
	case !must && !late:
		return nil
	}
	if err := r.keep(); err != nil || !late {
		return err
	}
	src, opts, err := r.source()
	if err != nil {
		return err
	}
	r.filter.Keep(opts.Kept)
	r.survey = r.filter.Survey()
	// What fails here fails again in the reading that is told.
	_, _ = session.Run(r.cmd.Context(), src, opts, r.survey.Event)
	return nil
}

// keep copies standard input to a file without a name.
func (r *readings) keep() error {
	for _, name := range r.input.names(r.args) {
		info, err := os.Stat(name)
		switch {
		case name == "-":
		case err == nil && !info.Mode().IsRegular() && !info.IsDir():
			return fmt.Errorf("%s can be read only once, and this takes two readings: pipe it into '-'", name)
		default:
			continue
		}
		f, err := os.CreateTemp("", "wsight-input-")
		if err != nil {
			return &inputError{fmt.Errorf("temporary file: %w; set TMPDIR to a folder with room", err)}
		}
		r.spool = f
		_ = os.Remove(f.Name()) // where an open file cannot be removed, close does it
		most := r.input.disk()
		n, err := io.Copy(f, io.LimitReader(&untilDone{r.cmd.Context(), r.cmd.InOrStdin()}, most+1))
		switch {
		case err != nil && !r.interrupted():
			return &inputError{fmt.Errorf("standard input is kept in a temporary file: %w", err)}
		case n > most:
			return &inputError{fmt.Errorf("standard input has more than the %d bytes that may be copied to %s, to be read twice: save it to a file first, or allow more with --max-spool", most, os.TempDir())}
		}
		r.cmd.SetIn(f)
	}
	return nil
}

// untilDone reads until its context is done.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, io.EOF
	}
	return u.Reader.Read(p)
}

func (r *readings) close() {
	if r.spool != nil {
		_ = r.spool.Close()
		_ = os.Remove(r.spool.Name())
	}
}

func (r *readings) interrupted() bool { return r.cmd.Context().Err() != nil }

// source opens the input, from its beginning, and says how to read it.
func (r *readings) source() (*feed, session.Options, error) {
	if r.spool != nil {
		if _, err := r.spool.Seek(0, io.SeekStart); err != nil {
			return nil, r.opts, err
		}
	}
	if r.begun {
		r.input.write = "" // the packets have been written
	}
	r.begun = true
	opts := r.opts
	src, err := r.input.source(r.cmd, r.args, &opts)
	return src, opts, err
}

// tell is the reading whose selected events are told. It returns two errors:
// why reading stopped before the end, and why it could not begin.
func (r *readings) tell(handle func(dissect.Event), trace func(*capture.Packet, int64)) (sum session.Summary, failed, err error) {
	src, opts, err := r.source()
	if err != nil {
		return sum, nil, err
	}
	opts.Trace = trace
	if r.filter != nil {
		r.filter.Keep(opts.Kept)
		selection := r.filter.Select(r.survey, handle)
		defer warnCut(r.cmd.ErrOrStderr(), selection)
		handle = selection.Event
	}
	var from capture.Source = src
	if r.stream != nil && r.spool == nil {
		from = pace(r.stream, src, r.input.streaming(r.args))
	}
	sum, failed = session.Run(r.cmd.Context(), from, opts, handle)
	return sum, failed, nil
}
