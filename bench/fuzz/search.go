//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// look is how long the search goes on between two looks at its processor time.
const look = time.Minute

// executions is what the search says of itself every three seconds.
var executions = regexp.MustCompile(`execs: (\d+)`)

// A search builds the test program of each package once.
type search struct {
	folder string // of the programs
	cache  string // of what the go command learned

	mu    sync.Mutex
	built map[string]string // programs by package
}

func newSearch() (*search, error) {
	cache, err := output("go", "env", "GOCACHE")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "wsight-fuzz-")
	return &search{folder: folder, cache: cache[0], built: map[string]string{}}, err
}

func (s *search) program(t target) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if path, ok := s.built[t.importPath]; ok {
		return path, nil
	}
	path := filepath.Join(s.folder, strings.ReplaceAll(t.importPath, "/", "-"))
	if text, err := exec.Command("go", "test", "-c", "-fuzz", ".", "-o", path, t.importPath).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests of %s: %w\n%s", t.importPath, err, text)
	}
	s.built[t.importPath] = path
	return path, nil
}

// round searches for a while, not much longer than is left.
func (s *search) round(ctx context.Context, t target, left time.Duration) (round, error) {
	program, err := s.program(t)
	if err != nil {
		return round{}, err
	}
	cmd := exec.CommandContext(ctx, program, "-test.run=^$", "-test.fuzz=^"+t.name+"$", "-test.parallel=1",
		"-test.fuzztime="+min(look, left+time.Second).String(), "-test.fuzzminimizetime=20x",
		"-test.fuzzcachedir="+filepath.Join(s.cache, "fuzz", t.importPath))
	cmd.Dir = t.folder
	// Interrupted, it ends its worker and takes no input for a failing one.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	text, err := cmd.CombinedOutput()
	if err != nil && !late(text) {
		return round{}, fmt.Errorf("%s: %w\n%s", t, err, text)
	}
	r := round{spent: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if found := executions.FindAllSubmatch(text, -1); found != nil {
		r.runs, err = strconv.ParseInt(string(found[len(found)-1][1]), 10, 64)
	}
	return r, err
}

// late reports whether the search failed for nothing but that its time was over
// while it started or tried an input, which package testing calls an error.
func late(text []byte) bool {
	return bytes.Contains(text, []byte("context deadline exceeded")) && !bytes.Contains(text, []byte("Failing input written"))
}
