//go:build unix

// Command fuzz searches with every fuzz target of the module for the same
// processor time, and says what each did: time on a busy machine means nothing.
//
//	go run ./bench/fuzz                    ten minutes each
//	go run ./bench/fuzz -for 1m -j 2 MQTT  a minute each of those named so, two at a time
//
// Rounds of a minute are appended to bench/data/fuzz.log, and what stands there
// counts: the command may be stopped and called anew. The target that had the
// least time so far is next. What the search learned stays in the cache of the
// go command. The exit status is 1 when an input failed; it is in testdata/fuzz
// of its package, for go test.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	length := flag.Duration("for", 10*time.Minute, "processor time for each target")
	workers := flag.Int("j", 1, "targets at a time")
	log := flag.String("log", filepath.Join("bench", "data", "fuzz.log"), "where results are, and are appended")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *length, *workers, *log, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

// A target is one fuzz function.
type target struct {
	importPath, folder, name string
}

func run(ctx context.Context, length time.Duration, workers int, path string, names []string) error {
	all, err := targets()
	if err != nil {
		return err
	}
	var chosen []target
	for _, t := range all {
		if t.chosen(names) {
			chosen = append(chosen, t)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	j, err := openJournal(path, chosen)
	if err != nil {
		return err
	}
	defer j.file.Close()
	s, err := newSearch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(s.folder)
	var failures atomic.Int64
	var searching sync.WaitGroup
	for range max(workers, 1) {
		searching.Go(func() {
			for ctx.Err() == nil {
				t, left := j.next(length)
				if left <= 0 {
					return
				}
				r, err := s.round(ctx, t, left)
				if ctx.Err() != nil {
					return // half a round is none
				}
				if err = errors.Join(err, j.add(t, r)); err != nil {
					fmt.Fprintln(os.Stderr, "fuzz:", err)
					j.end(t)
					failures.Add(1)
				}
			}
		})
	}
	searching.Wait()
	j.print(os.Stdout)
	if n := failures.Load(); n > 0 {
		return fmt.Errorf("%d targets failed", n)
	}
	return nil
}

func (t target) String() string { return t.importPath + "\t" + t.name }

func (t target) chosen(names []string) bool {
	for _, name := range names {
		if strings.Contains(t.String(), name) {
			return true
		}
	}
	return len(names) == 0
}

// targets returns every fuzz function of the module.
func targets() ([]target, error) {
	packages, err := output("go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}\t{{.TestGoFiles}}{{.XTestGoFiles}}", "./...")
	if err != nil {
		return nil, err
	}
	var all []target
	for _, line := range packages {
		importPath, rest, _ := strings.Cut(line, "\t")
		folder, files, _ := strings.Cut(rest, "\t")
		for _, file := range strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(files)) {
			source, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				return nil, err
			}
			for _, line := range strings.Split(string(source), "\n") {
				if name, _, ok := strings.Cut(strings.TrimPrefix(line, "func "), "("); ok && strings.HasPrefix(line, "func Fuzz") {
					all = append(all, target{importPath, folder, name})
				}
			}
		}
	}
	return all, nil
}

func output(name string, args ...string) ([]string, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	return strings.Split(strings.TrimSpace(string(text)), "\n"), err
}
