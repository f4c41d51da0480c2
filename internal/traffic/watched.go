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
	w := &Watched{command: exec.Command(wsight, append([]string{"print", "--json"}, args...)...), events: make(chan Totals, 1)}
	out, err := w.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	talk, err := w.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := w.command.Start(); err != nil {
		return nil, err
	}
	w.talk = bufio.NewReader(talk)
	line, err := w.talk.ReadString('\n')
	if err != nil || !strings.Contains(line, "listening on") {
		return nil, fmt.Errorf("wsight does not listen: %s", line)
	}
	go func() { w.events <- count(out) }()
	return w, nil
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
	totals := <-w.events
	talk, _ := io.ReadAll(w.talk)
	if err := w.command.Wait(); err != nil {
		return totals, fmt.Errorf("wsight: %w\n%s", err, talk)
	}
	state := w.command.ProcessState
	totals.CPU = state.UserTime() + state.SystemTime()
	return totals, nil
}
