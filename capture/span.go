package capture

import (
	"context"
	"io"
	"os"
	"time"
)

// A span is the time that a file covers.
type span struct {
	name        string
	stream      bool // it can be read only once, so nothing is known of it
	first, last time.Time
}

func (s span) known() bool { return !s.first.IsZero() }

// include widens s to hold t.
func (s *span) include(t time.Time) {
	if t.IsZero() {
		return
	}
	if !s.known() || t.Before(s.first) {
		s.first = t
	}
	if t.After(s.last) {
		s.last = t
	}
}

// measure finds the time span of the input. What is wrong with a file is left
// to be said when it is read; only the end of ctx is an error here.
func (i *input) measure(ctx context.Context, options Options, s *span) error {
	if i.size < 0 {
		s.stream = true
		return nil
	}
	f, err := os.Open(i.name)
	if err != nil {
		return nil
	}
	defer f.Close()

	quiet := Options{MaxBlock: options.MaxBlock} // the secrets are for the real reading
	r := NewReader(f, i.name, quiet)
	defer r.Close()
	defer r.begin(ctx)()
	for {
		p, err := r.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return ctx.Err()
		}
		s.include(p.Time)
		if i.packed == "" && r.packet.Number == 1 {
			if last, ok := lastTime(f, i.size, r.format, p.Time); ok {
				s.include(last)
				return nil
			}
		}
	}
}
