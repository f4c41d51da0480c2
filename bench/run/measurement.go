//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// A measurement is what a program took of the machine.
type measurement struct {
	cpu, wall time.Duration
	peak      int64 // bytes resident at most
}

// measure runs a program with its output thrown away.
func measure(program string, args ...string) (measurement, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return measurement{}, err
	}
	defer null.Close()
	var complaint bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = null, &complaint
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return measurement{}, fmt.Errorf("%s %v: %w\n%s", filepath.Base(program), args, err, complaint.Bytes())
	}
	m := measurement{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = int64(usage.Maxrss)
		if runtime.GOOS != "darwin" { // which counts bytes, all others kilobytes
			m.peak *= 1024
		}
	}
	return m, nil
}

// median measures three runs and returns the median of each time, and the
// greatest peak: one run may fall together with whatever else the machine does.
func median(program string, args ...string) (measurement, error) {
	var runs [3]measurement
	for i := range runs {
		var err error
		if runs[i], err = measure(program, args...); err != nil {
			return runs[i], err
		}
	}
	a, b, c := runs[0], runs[1], runs[2]
	return measurement{middle(a.cpu, b.cpu, c.cpu), middle(a.wall, b.wall, c.wall), max(a.peak, b.peak, c.peak)}, nil
}

// middle returns the one of three that is neither the least nor the greatest.
func middle(a, b, c time.Duration) time.Duration {
	return max(min(a, b), min(max(a, b), c))
}

const heading = "    what                      CPU s   wall s  peak MiB     MB/s    times less CPU"

// row is one line of the table; without a reference there is no ratio.
func row(profile, what string, m, reference measurement, size int64) string {
	line := fmt.Sprintf("%-3s %-22s %8.2f %8.2f %9.1f %8.0f", profile, what, m.cpu.Seconds(), m.wall.Seconds(),
		float64(m.peak)/(1<<20), float64(size)/1e6/m.wall.Seconds())
	if reference.cpu > 0 {
		line += fmt.Sprintf(" %12.1f", reference.cpu.Seconds()/m.cpu.Seconds())
	}
	return line
}
