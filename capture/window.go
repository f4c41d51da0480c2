package capture

import (
	"errors"
	"fmt"
	"io"
)

// bufferSize is that of a read: smaller ones cost system calls, and of larger
// ones the first bytes have left the cache when they are looked at.
const bufferSize = 1 << 18

// A window is the part of an input that is in memory. It reads only when it
// lacks bytes that were asked for, so a packet never waits for its successor.
type window struct {
	input io.Reader
	limit int    // of one request, in bytes
	fills func() // called before each read; may be nil

	buffer   []byte
	from, to int   // of the bytes of buffer that are there and not passed
	read     int64 // bytes that came from input
	err      error // of the last read
}

// offset returns the place in the input of the next byte.
func (w *window) offset() int64 { return w.read - int64(w.to-w.from) }

// view returns the bytes that are there.
func (w *window) view() []byte { return w.buffer[w.from:w.to] }

// peek returns the next n bytes without passing them. With fewer it returns
// those that are left and the error that ended the input. What it returns is
// valid until the next call.
func (w *window) peek(n int) ([]byte, error) {
	if n <= w.to-w.from {
		return w.buffer[w.from : w.from+n], nil
	}
	return w.fill(n)
}

// skip passes n bytes that peek has returned.
func (w *window) skip(n int) { w.from += n }

func (w *window) fill(n int) ([]byte, error) {
	if w.buffer == nil {
		w.buffer = make([]byte, bufferSize)
	}
	w.from, w.to = 0, copy(w.buffer, w.view())
	for idle := 0; w.to < n; {
		if w.err != nil {
			return w.view(), w.err
		}
		if w.to == len(w.buffer) {
			// Twice what has really come: a declared length costs a hostile
			// file as many bytes as it costs us.
			grown := make([]byte, min(2*w.to, n))
			copy(grown, w.buffer)
			w.buffer = grown
		}
		if w.fills != nil {
			w.fills()
		}
		var got int
		got, w.err = w.input.Read(w.buffer[w.to:])
		w.to += got
		w.read += int64(got)
		if idle++; got > 0 {
			idle = 0
		} else if idle == 100 && w.err == nil {
			w.err = io.ErrNoProgress
		}
	}
	return w.buffer[:n], nil
}

// discard passes n bytes, of which any number may not be in memory yet. It
// returns how many of them there were.
func (w *window) discard(n int64) (int64, error) {
	var passed int64
	for passed < n {
		if w.from == w.to {
			if _, err := w.fill(1); err != nil {
				return passed, err
			}
		}
		step := min(n-passed, int64(w.to-w.from))
		w.skip(int(step))
		passed += step
	}
	return passed, nil
}

// need is peek for what must be there: an end of the input inside it is an
// error that says what was expected.
func (w *window) need(n int, what string) ([]byte, error) {
	if n > w.limit {
		return nil, w.tooLarge(int64(n), what)
	}
	b, err := w.peek(n)
	if err != nil {
		return nil, w.cut(int64(n), int64(len(b)), what, err)
	}
	return b, nil
}

// cut makes the error for an input that ended after got of n bytes.
func (w *window) cut(n, got int64, what string, err error) error {
	e := &Error{
		Offset:   w.offset(),
		Expected: fmt.Sprintf("%s of %d bytes", what, n),
		Found:    fmt.Sprintf("the end after %d", got),
		Err:      ErrTruncated,
		Hint:     "the input breaks off there: it was not copied whole, or is still being written",
	}
	// Decompressors say io.ErrUnexpectedEOF when their own input breaks off.
	if err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		e.Found, e.Err, e.Hint = "", err, ""
	}
	return e
}

// tooLarge makes the error for a declared length beyond the limit.
func (w *window) tooLarge(n int64, what string) error {
	return &Error{
		Offset:   w.offset(),
		Expected: fmt.Sprintf("%s of at most %d bytes", what, w.limit),
		Found:    fmt.Sprintf("a declared length of %d", n),
		Err:      ErrTooLarge,
	}
}
