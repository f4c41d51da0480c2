//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A witness is a program that captures while a test makes traffic.
type witness struct {
	cmd   *exec.Cmd
	lines *bufio.Reader // of stderr
	out   bytes.Buffer
}

// watch starts a program and returns when it listens. in is what runs before
// it, such as "ip netns exec NAME".
func watch(t *testing.T, in []string, program ...string) *witness {
	t.Helper()
	args := append(append([]string(nil), in...), program...)
	return start(t, exec.Command(args[0], args[1:]...))
}

// start starts a program and returns when it listens.
func start(t *testing.T, cmd *exec.Cmd) *witness {
	t.Helper()
	w := &witness{cmd: cmd}
	stderr, err := w.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.cmd.Stdout = &w.out
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.lines = bufio.NewReader(stderr)
	for {
		line, err := w.lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%s did not start: %s%v", cmd.Path, line, err)
		}
		if strings.Contains(line, "listening on") {
			return w
		}
	}
}

// stop interrupts the program and returns what it printed, and what it said.
func (w *witness) stop(t *testing.T) (printed, said string) {
	t.Helper()
	if err := w.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	talk, err := io.ReadAll(w.lines)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Wait(); err != nil {
		t.Fatalf("%v: %v\n%s", w.cmd.Args, err, talk)
	}
	return w.out.String(), string(talk)
}

// A told is what wsight tells of one connection, without what differs between
// two captures of it: packet numbers, times, and the number of the connection.
type told struct {
	Handshake string
	Messages  [2][]saying // data messages by direction: c2s, s2c
	Control   [2][]string // control frames by direction
	End       string
	Findings  map[string]int
	Processes [2]int // PIDs of client and server; 0 when unknown
}

// A saying is a data message.
type saying struct{ Type, SHA256 string }

// A line is what the tests read of a JSON line.
type line struct {
	Event, Client, Dir, Type, Outcome, State, Code string
	Conn                                           int
	Complete                                       any
	SHA256                                         *string
	Dropped                                        *int64
	Text                                           *string
	Status                                         struct{ Status int } `json:"response"`
	Clean                                          *bool
	Process                                        *struct{ Client, Server *struct{ PID int } }
}

// readLive reads the output of "wsight print --json --hash", by the address of the
// client.
func readLive(t *testing.T, output string) map[string]*told {
	t.Helper()
	connections := map[string]*told{}
	byNumber := map[int]*told{}
	last := line{}
	for text := range strings.Lines(output) {
		l := line{}
		// The code of a Close is a number, that of a finding a word.
		var loose map[string]any
		if err := json.Unmarshal([]byte(text), &loose); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if number, ok := loose["code"].(float64); ok {
			loose["code"] = itoa(int(number))
		} else if loose["code"] == nil {
			delete(loose, "code")
		}
		again, _ := json.Marshal(loose)
		if err := json.Unmarshal(again, &l); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		c := byNumber[l.Conn]
		dir := 0
		if l.Dir == "s2c" {
			dir = 1
		}
		switch l.Event {
		case "connection":
			c = &told{Findings: map[string]int{}}
			connections[l.Client], byNumber[l.Conn] = c, c
		case "handshake":
			c.Handshake = l.Outcome + " " + itoa(l.Status.Status)
		case "message":
			switch l.Type {
			case "text", "binary":
				if l.Complete != true || l.SHA256 == nil {
					t.Errorf("an incomplete message: %s", text)
					continue
				}
				c.Messages[dir] = append(c.Messages[dir], saying{l.Type, *l.SHA256})
			default:
				c.Control[dir] = append(c.Control[dir], l.Type+" "+l.Code)
			}
		case "finding":
			c.Findings[l.Code]++
		case "end":
			c.End = l.State
			if l.Clean != nil && *l.Clean {
				c.End += ", clean"
			}
			if p := l.Process; p != nil {
				if p.Client != nil {
					c.Processes[0] = p.Client.PID
				}
				if p.Server != nil {
					c.Processes[1] = p.Server.PID
				}
			}
		}
		last = l
	}
	if last.Event != "capture" || last.Complete != true {
		t.Errorf("the last line is %q, complete: %v; want capture, true", last.Event, last.Complete)
	}
	if last.Dropped != nil && *last.Dropped != 0 {
		t.Errorf("the kernel dropped %d packets", *last.Dropped)
	}
	return connections
}

// captured holds what a live wsight and tcpdump saw of the same traffic.
type captured struct{ live, file map[string]*told }

// capture runs wsight and tcpdump beside traffic. in is as for watch.
func capture(t *testing.T, in []string, device, filter string, options []string, traffic func()) captured {
	t.Helper()
	need(t, "tcpdump")
	needRoot(t)
	file := filepath.Join(t.TempDir(), "live.pcap")
	dump := watch(t, in, "tcpdump", "-i", device, "-s", "0", "-B", "262144", "-w", file, filter)
	print := append([]string{wsight, "print", "--json", "--hash", "--payload", "none", "--ring-size", "256MiB", "-i", device, "-f", filter}, options...)
	live := watch(t, nil, print...)
	traffic()
	time.Sleep(200 * time.Millisecond) // the last FINs
	output, _ := live.stop(t)
	time.Sleep(time.Second) // libpcap hands the last packets over after so long
	if _, talk := dump.stop(t); !strings.Contains(talk, "\n0 packets dropped by kernel") {
		t.Fatalf("tcpdump lost packets:\n%s", talk)
	}
	again, err := exec.Command(wsight, "print", "--json", "--hash", "--payload", "none", file).Output()
	if err != nil {
		t.Fatalf("wsight print %s: %v", file, err)
	}
	return captured{readLive(t, output), readLive(t, string(again))}
}

// compare checks what was captured against what the endpoints know.
func (c captured) compare(t *testing.T, known map[string][2][]saying) {
	t.Helper()
	if len(known) == 0 {
		t.Fatal("the endpoints had no connection")
	}
	for client, want := range known {
		got := c.live[client]
		if got == nil {
			t.Errorf("%s is missing", client)
			continue
		}
		for dir, name := range []string{"to the server", "to the client"} {
			if d := cmp.Diff(want[dir], got.Messages[dir]); d != "" {
				t.Errorf("%s %s (-endpoints +wsight):\n%s", client, name, d)
			}
		}
	}
	if len(c.live) != len(known) {
		t.Errorf("wsight saw %d connections; the endpoints %d", len(c.live), len(known))
	}
	for _, of := range []map[string]*told{c.live, c.file} {
		for _, conn := range of {
			conn.Processes = [2]int{} // a file knows none
		}
	}
	if d := cmp.Diff(c.file, c.live); d != "" {
		t.Errorf("tcpdump's file, then live (-file +live):\n%s", d)
	}
}
