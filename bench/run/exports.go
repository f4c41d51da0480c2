//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
)

// What exports of profile A have to hold to, beside print --json of it.
const (
	exportTimes = 3.0 // times its CPU time at most
	exportGrows = 1.2 // times the memory that a tenth of the capture takes, at most
)

// errExports is returned when an export took too much.
var errExports = errors.New("an export took more than three times the CPU time of print --json, or memory that grows with the capture")

// exports measures exports of profile A beside print --json, each as the best
// of three runs, and of a tenth of it, which shows whether memory grows.
func (k *kitchen) exports(program string, out io.Writer) error {
	fmt.Fprintln(out, "    what                      CPU s   wall s  peak MiB     MB/s   times print   MiB of a tenth")
	whole, err := k.capture("A")
	if err != nil {
		return err
	}
	small := *k
	small.size /= 10
	tenth, err := small.capture("A")
	if err != nil {
		return err
	}
	wrong := false
	var print measurement
	for _, what := range []struct {
		name string
		args []string
	}{
		{"print --json", []string{"print", "--json"}},
		{"export csv", []string{"export", "--format", "csv"}},
		{"export har", []string{"export", "--format", "har"}},
		{"export md", []string{"export", "--format", "md"}},
		{"stats", []string{"stats"}},
	} {
		m, err := best(program, append(what.args, whole.path)...)
		if err != nil {
			return err
		}
		part, err := best(program, append(what.args, tenth.path)...)
		if err != nil {
			return err
		}
		if print.cpu == 0 {
			print = m
		}
		times := m.cpu.Seconds() / print.cpu.Seconds()
		fmt.Fprintf(out, "%s %13.2f %16.1f\n", row("A", what.name, m, measurement{}, whole.truth.Bytes), times, float64(part.peak)/(1<<20))
		wrong = wrong || times > exportTimes || float64(m.peak) > exportGrows*float64(part.peak)
	}
	if wrong {
		return errExports
	}
	return nil
}

// best measures three runs and returns the least of each figure: what other
// programs do on the machine only adds to them.
func best(program string, args ...string) (measurement, error) {
	var least measurement
	for run := range 3 {
		m, err := measure(program, args...)
		if err != nil {
			return m, err
		}
		if run == 0 {
			least = m
			continue
		}
		least = measurement{min(least.cpu, m.cpu), min(least.wall, m.wall), min(least.peak, m.peak)}
	}
	return least, nil
}
