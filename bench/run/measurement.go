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
