//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// record captures what traffic makes on loopback between the addresses of the
// lab, and returns the file.
func record(t *testing.T, traffic func()) string {
	t.Helper()
	return recordOnly(t, "tcp and (host 127.0.0.3 or host 127.0.0.4)", traffic)
}

// recordPort is record of one port alone, for tests that count connections:
// others may use the addresses at the same time.
func recordPort(t *testing.T, port string, traffic func()) string {
	t.Helper()
	return recordOnly(t, "tcp port "+port, traffic)
}

func recordOnly(t *testing.T, filter string, traffic func()) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lab.pcap")
	// In immediate mode each packet takes a slot as large as -s allows: with the
	// default there are so few that tcpdump drops packets on a busy machine.
	cmd := exec.Command("tcpdump", "-i", "lo", "-s", "66000", "-B", "65536", "-U", "--immediate-mode", "-w", file, filter)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("tcpdump did not start: %s%v", line, err)
		}
		if strings.Contains(line, "listening on") {
			break
		}
	}
	traffic()
	time.Sleep(150 * time.Millisecond) // the last FINs
	cmd.Process.Signal(syscall.SIGINT)
	io.Copy(io.Discard, lines)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("tcpdump: %v", err)
	}
	return file
}

// A diagnosis is a line of `wsight doctor --json`.
type diagnosis struct {
	Event, Headline, Code, Culprit, Product, Certainty, Fix string
	Consequences                                            []string
}

// diagnose runs the doctor on file.
func diagnose(t *testing.T, file string) (found []diagnosis, status int) {
	t.Helper()
	cmd := exec.Command(wsight, "doctor", "--json", file)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	status = cmd.ProcessState.ExitCode()
	if err != nil && status != 1 {
		t.Fatalf("wsight doctor: %v\n%s", err, errs.String())
	}
	for line := range strings.Lines(out.String()) {
		var d diagnosis
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if d.Event == "diagnosis" {
			found = append(found, d)
		}
	}
	return found, status
}

// port returns a TCP port that is free on every address of the lab.
func port(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// await waits until something listens on address.
func await(t *testing.T, address string, log *bytes.Buffer) {
	t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("nothing listens on %s:\n%s", address, log.String())
}

func at(host string, port int) string { return fmt.Sprintf("%s:%d", host, port) }
