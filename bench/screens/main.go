//go:build linux

// Command screens measures how long the screens take to load captures, beside
// `wsight print --json` on the same files: until the first connection is on
// the screen, and until all is read.
//
// Usage, from the root of the repository: go run ./bench/screens [-wsight PROGRAM] FILE...
//
// The screens run on a pseudo-terminal of 160x50. They are asked for the whole
// picture four times a second, which the figures include.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("screens", flag.ContinueOnError)
	program := flags.String("wsight", "", "wsight to measure; built when empty")
	times := flags.Int("times", 3, "how often; the run with the least CPU time counts")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("name a capture; go run ./bench/run makes some in bench/data")
	}
	if *program == "" {
		folder, err := os.MkdirTemp("", "wsight-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		*program = filepath.Join(folder, "wsight")
		build := exec.Command("go", "build", "-o", *program, "./cmd/wsight")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build: %w", err)
		}
	}
	fmt.Fprintf(out, "%-28s %-10s %9s %9s %9s %9s\n", "capture", "what", "CPU s", "wall s", "peak MiB", "x print")
	for _, name := range flags.Args() {
		printed, err := best(*times, func() (figures, error) { return printJSON(*program, name) })
		if err != nil {
			return err
		}
		shown, err := best(*times, func() (figures, error) { return show(*program, name) })
		if err != nil {
			return err
		}
		row := func(what string, cpu, wall time.Duration, memory int64, ratio string) {
			fmt.Fprintf(out, "%-28s %-10s %9.2f %9.2f %9s %9s\n", filepath.Base(name), what, cpu.Seconds(), wall.Seconds(), mib(memory), ratio)
		}
		row("print", printed.cpu, printed.wall, printed.memory, "")
		row("first rows", shown.firstCPU, shown.firstWall, 0, "")
		row("all rows", shown.cpu, shown.wall, shown.memory, fmt.Sprintf("%.2f", shown.cpu.Seconds()/printed.cpu.Seconds()))
	}
	return nil
}

func mib(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(bytes)/(1<<20))
}

// figures are what one run cost.
type figures struct {
	cpu, wall           time.Duration
	firstCPU, firstWall time.Duration // until the first row
	memory              int64         // bytes at most
}

// best returns the run with the least CPU time, and the soonest first rows.
func best(times int, measure func() (figures, error)) (figures, error) {
	var least figures
	for i := range times {
		f, err := measure()
		if err != nil {
			return f, err
		}
		if i == 0 {
			least = f
		}
		least.firstCPU, least.firstWall = min(least.firstCPU, f.firstCPU), min(least.firstWall, f.firstWall)
		least.wall, least.memory = min(least.wall, f.wall), cmp.Or(min(least.memory, f.memory), f.memory)
		least.cpu = min(least.cpu, f.cpu)
	}
	return least, nil
}
