//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"wsight/internal/traffic"
)

const (
	samplePeriod = 10 * time.Second
	perMinute    = int(time.Minute / samplePeriod)
)

// A sample is what wsight uses at one moment.
type sample struct {
	memory            int64 // bytes
	files, goroutines int
}

func take(w *traffic.Watched) (s sample, err error) {
	var failures [3]error
	s.memory, failures[0] = w.Memory()
	s.files, failures[1] = w.Files()
	s.goroutines, failures[2] = w.Goroutines()
	return s, errors.Join(failures[:]...)
}

func (s sample) String() string {
	return fmt.Sprintf("%5.1f MiB  %2d files  %2d goroutines", float64(s.memory)/(1<<20), s.files, s.goroutines)
}

// most returns the largest of each. A garbage collector breathes, and files
// are opened to look processes up: what counts is how high it goes.
func most(samples []sample) (m sample) {
	for _, s := range samples {
		m.memory, m.files, m.goroutines = max(m.memory, s.memory), max(m.files, s.files), max(m.goroutines, s.goroutines)
	}
	return m
}

// judge compares what was used later with what was used until settled, when
// all that remembers connections which are over holds as much as it may.
func judge(out io.Writer, samples []sample, settled time.Duration) error {
	n := int(settled / samplePeriod)
	if len(samples) <= n {
		return nil // too short to say
	}
	first, later := most(samples[:n]), most(samples[n:])
	fmt.Fprintf(out, "at most, in the first %v: %v\n         after that: %v\n", settled, first, later)
	const noise = 2 << 20
	switch {
	case later.memory > first.memory+first.memory/20+noise:
		return fmt.Errorf("memory grew from %d to %d bytes", first.memory, later.memory)
	case later.files > first.files+4:
		return fmt.Errorf("open files grew from %d to %d", first.files, later.files)
	case later.goroutines > first.goroutines+4:
		return fmt.Errorf("goroutines grew from %d to %d", first.goroutines, later.goroutines)
	}
	return nil
}
