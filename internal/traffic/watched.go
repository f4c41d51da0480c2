//go:build unix

package traffic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Watched is a wsight that captures.
type Watched struct {
	command *exec.Cmd
	talk    *bufio.Reader
	file    *os.File // with what was printed; nil: it is counted as it comes
	events  chan Totals
}

// Totals count the lines that wsight printed.
type Totals struct {
	Lines   map[string]int64 // by event
	Capture struct {         // of the last line
		Packets, Dropped int64
		WebSocket        int64 `json:"websocket_connections"`
		Evicted          int64
		Limits           []string
	}
	CPU time.Duration // user and system
}

// Watch starts "wsight print --json" with args and returns when it listens.
func Watch(wsight string, args ...string) (*Watched, error) {
	w := &Watched{command: command(wsight, args), events: make(chan Totals, 1)}
	out, err := w.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.start(); err != nil {
		return nil, err
	}
	go func() { w.events <- count(out) }()
	return w, nil
}

// WatchFile is Watch with the lines written to a file, where Stop
// counts them: nobody takes the processor away to read them meanwhile.
func WatchFile(wsight string, args ...string) (*Watched, error) {
	file, err := os.CreateTemp("", "wsight-lines-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, err
	}
	w := &Watched{command: command(wsight, args), file: file}
	w.command.Stdout = file
	return w, w.start()
}

func command(wsight string, args []string) *exec.Cmd {
	return exec.Command(wsight, append([]string{"print", "--json"}, args...)...)
}

// start starts wsight and returns when it listens.
func (w *Watched) start() error {
	talk, err := w.command.StderrPipe()
	if err != nil {
		return err
	}
	if err := w.command.Start(); err != nil {
		return err
	}
	w.talk = bufio.NewReader(talk)
	line, err := w.talk.ReadString('\n')
	if err != nil || !strings.Contains(line, "listening on") {
		return fmt.Errorf("wsight does not listen: %s", line)
	}
	return nil
}

// count counts lines by their event, without parsing but the last.
func count(out io.Reader) Totals {
	t := Totals{Lines: map[string]int64{}}
	lines := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return t
		}
		rest, ok := bytes.CutPrefix(line, []byte(`{"event":"`))
		event, _, found := bytes.Cut(rest, []byte(`"`))
		if !ok || !found {
			continue
		}
		t.Lines[string(event)]++
		if string(event) == "capture" {
			_ = json.Unmarshal(line, &t.Capture) // what is missing stays zero
		}
	}
}

// PID returns the number of the process.
func (w *Watched) PID() int { return w.command.Process.Pid }

// Memory returns the resident bytes of the process without what it shares
// with the kernel, and those the kernel holds for it beside.
func (w *Watched) Memory() (int64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(w.PID()) + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("traffic: the kernel does not tell RssAnon")
}

// Files returns how many file descriptors the process has open.
func (w *Watched) Files() (int, error) {
	open, err := os.ReadDir("/proc/" + strconv.Itoa(w.PID()) + "/fd")
	return len(open), err
}

// Goroutines asks the process how many goroutines it has.
func (w *Watched) Goroutines() (int, error) {
	if err := w.command.Process.Signal(syscall.SIGUSR1); err != nil {
		return 0, err
	}
	for {
		line, err := w.talk.ReadString('\n')
		if err != nil {
			return 0, fmt.Errorf("wsight does not answer: %w", err)
		}
		if text, ok := strings.CutSuffix(strings.TrimSpace(line), " goroutines"); ok {
			return strconv.Atoi(text[strings.LastIndexByte(text, ' ')+1:])
		}
	}
}

// CPU returns the processor time so far.
func (w *Watched) CPU() (time.Duration, error) { return CPU(w.PID()) }

// CPU returns the processor time of a process, in steps of 10 ms.
func CPU(process int) (time.Duration, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/stat")
	if err != nil {
		return 0, err
	}
	// After the name in parentheses: state is field 3, utime 14, stime 15.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// Stop interrupts wsight and returns what it printed.
func (w *Watched) Stop() (Totals, error) {
	if err := w.command.Process.Signal(syscall.SIGINT); err != nil {
		return Totals{}, err
	}
	var totals Totals
	if w.file == nil {
		totals = <-w.events
	}
	talk, _ := io.ReadAll(w.talk)
	if err := w.command.Wait(); err != nil {
		return totals, fmt.Errorf("wsight: %w\n%s", err, talk)
	}
	if w.file != nil {
		defer w.file.Close()
		if _, err := w.file.Seek(0, io.SeekStart); err != nil {
			return totals, err
		}
		totals = count(w.file)
	}
	state := w.command.ProcessState
	totals.CPU = state.UserTime() + state.SystemTime()
	return totals, nil
}
