package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// ErrNotKept is for packets that a [Spool] has given up for newer ones.
var ErrNotKept = errors.New("no longer kept")

// A Spool keeps the newest packets of an input that cannot be read again:
// standard input, a compressed file, a live capture. It is a file of bounded
// size that nobody else can open. One goroutine may append while others read.
type Spool struct {
	limit int64
	named bool // the file is still in its folder

	mu      sync.Mutex // over all below
	file    *os.File
	hold    []byte // appended, but not in the file yet
	written int64  // bytes appended, without hold
	err     error  // of the first write that failed
}

// spoolHold is how much is written at once.
const spoolHold = 256 << 10

// NewSpool makes a Spool that keeps the last limit bytes, at least 1 MiB. It
// lies where os.TempDir says.
func NewSpool(limit int64) (*Spool, error) {
	f, err := os.CreateTemp("", "wsight-spool-") // mode 0600
	if err != nil {
		return nil, spoolError(err)
	}
	// Without a name it cannot outlive this process. Where a file that is
	// open cannot be removed, Close does it.
	named := os.Remove(f.Name()) != nil
	return &Spool{file: f, named: named, limit: max(limit, 1<<20), hold: make([]byte, 0, spoolHold)}, nil
}

// spoolError says what to do about a file that cannot be made or written.
func spoolError(err error) error {
	return fmt.Errorf("temporary file: %w; set TMPDIR to a folder with room", err)
}

// Append keeps a copy of b and returns its place, for ReadAt. After an error,
// such as a full disk, nothing more is kept.
func (s *Spool) Append(b []byte) (place int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return 0, s.err
	}
	place = s.written + int64(len(s.hold))
	for len(b) > 0 {
		n := min(len(b), cap(s.hold)-len(s.hold))
		s.hold = append(s.hold, b[:n]...)
		b = b[n:]
		if len(s.hold) == cap(s.hold) {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
	}
	return place, nil
}

// flush writes hold to the file, which is used as a ring.
func (s *Spool) flush() error {
	for b := s.hold; len(b) > 0; {
		at := s.written % s.limit
		n := min(int64(len(b)), s.limit-at)
		if _, err := s.file.WriteAt(b[:n], at); err != nil {
			s.err = spoolError(err)
			return s.err
		}
		s.written += n
		b = b[n:]
	}
	s.hold = s.hold[:0]
	return nil
}

// ReadAt fills p with what was appended at a place. It returns ErrNotKept
// when any of that has been given up, and io.EOF beyond the end.
func (s *Spool) ReadAt(p []byte, place int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch end := s.written + int64(len(s.hold)); {
	case s.err == ErrNotKept: // closed
		return 0, ErrNotKept
	case place < 0 || place < s.written-s.limit:
		return 0, ErrNotKept
	case place+int64(len(p)) > end:
		return 0, io.EOF
	}
	n := 0
	for n < len(p) {
		at := place + int64(n)
		if at >= s.written {
			n += copy(p[n:], s.hold[at-s.written:])
			continue
		}
		until := min(s.written-at, s.limit-at%s.limit, int64(len(p)-n))
		got, err := s.file.ReadAt(p[n:n+int(until)], at%s.limit)
		n += got
		if err != nil && int64(got) < until {
			return n, fmt.Errorf("spool: %w", err)
		}
	}
	return n, nil
}

// Close gives up everything.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	s.err = ErrNotKept
	return err
}
