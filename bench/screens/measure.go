//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// printJSON runs print --json into nothing.
func printJSON(program, name string) (figures, error) {
	cmd := exec.Command(program, "print", "--json", "--", name)
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return figures{}, fmt.Errorf("print: %w", err)
	}
	return spent(cmd, begun), nil
}

func spent(cmd *exec.Cmd, begun time.Time) figures {
	f := figures{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: time.Since(begun)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.memory = usage.Maxrss << 10
	}
	return f
}

// firstClient returns the address of the client of the first connection, which
// is in its row.
func firstClient(program, name string) ([]byte, error) {
	cmd := exec.Command(program, "print", "--json", "--", name)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	lines := json.NewDecoder(out)
	for {
		var line struct{ Client string }
		if err := lines.Decode(&line); err != nil {
			return nil, fmt.Errorf("print: no connection is in %s: %w", name, err)
		}
		if line.Client != "" {
			return []byte(line.Client), nil
		}
	}
}

const (
	width, height = 160, 50
	repaint       = "\x0c" // the key for it
	every         = 250 * time.Millisecond
	patience      = 10 * time.Minute
)

// show runs the screens until all is read.
func show(program, name string) (figures, error) {
	client, err := firstClient(program, name)
	if err != nil {
		return figures{}, err
	}
	master, slave, err := pseudoTerminal()
	if err != nil {
		return figures{}, err
	}
	defer master.Close()
	cmd := exec.Command(program, "--", name)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	begun := time.Now()
	err = cmd.Start()
	slave.Close()
	if err != nil {
		return figures{}, err
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	pictures := make(chan []byte, 1024)
	go read(master, pictures)
	var first, last figures
	var picture []byte
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last.cpu == 0 {
		select {
		case more, ok := <-pictures:
			if !ok {
				return figures{}, fmt.Errorf("the screens ended early, with %q", picture)
			}
			picture = append(picture, more...)
		case <-tick.C:
			picture = picture[:0]
			if _, err := master.WriteString(repaint); err != nil {
				return figures{}, err
			}
		}
		switch now := time.Since(begun); {
		case first.cpu == 0 && bytes.Contains(picture, client):
			first.cpu, first.wall = processorTime(cmd.Process.Pid), now
		case first.cpu > 0 && bytes.Contains(picture, []byte("FILE ")):
			last.cpu, last.wall = processorTime(cmd.Process.Pid), now
		case now > patience:
			return figures{}, errors.New("the screens did not come to the end of the capture")
		}
	}
	master.WriteString("q")
	for range pictures { // until it ends
	}
	cmd.Wait()
	last.firstCPU, last.firstWall, last.memory = first.cpu, first.wall, spent(cmd, begun).memory
	return last, nil
}

func read(from io.Reader, pictures chan<- []byte) {
	defer close(pictures)
	for {
		buf := make([]byte, 32<<10)
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		pictures <- buf[:n]
	}
}

func pseudoTerminal() (master, slave *os.File, err error) {
	if master, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: height, Col: width})
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		master.Close()
	}
	return master, slave, err
}

// processorTime returns what a process has used so far, 0 when that is not known.
func processorTime(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// Behind the name, which may hold anything: state is field 3, utime and
	// stime are 14 and 15, in ticks of 10 ms.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(string(f))
		if err != nil {
			return 0
		}
		ticks += n
	}
	return max(time.Duration(ticks)*10*time.Millisecond, time.Millisecond)
}
