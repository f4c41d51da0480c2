package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nobody is a user without any privilege.
const nobody = 65534

// asNobody prepares wsight to be run by nobody.
func asNobody(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	needRoot(t)
	if err := os.Chmod(filepath.Dir(wsight), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(wsight, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// Who may not capture gets one message that says what helps.
func TestWithoutPrivileges(t *testing.T) {
	for _, tt := range []struct {
		args   string
		status int
		want   []string
	}{
		{"print -i lo", 3, []string{
			"wsight: this user may not capture (socket: operation not permitted)",
			"sudo setcap cap_net_raw,cap_net_admin=eip " + wsight + "\n", "sudo tcpdump -i lo -U -w - | wsight -\n",
		}},
		{"-i any tcp port 80", 3, []string{"this user may not capture", "sudo tcpdump -i any -U -w - | wsight -\n"}},
		{"print -i lo --netns 1", 3, []string{"entering network namespace /proc/1/ns/net needs root"}},
		{"interfaces", 0, []string{"sudo setcap cap_net_raw,cap_net_admin=eip " + wsight + "\n"}},
	} {
		cmd := asNobody(t, strings.Fields(tt.args)...)
		var talk bytes.Buffer
		cmd.Stderr = &talk
		_ = cmd.Run() // the status says it
		if status := cmd.ProcessState.ExitCode(); status != tt.status {
			t.Errorf("wsight %s: status %d; want %d", tt.args, status, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(talk.String(), want) {
				t.Errorf("wsight %s says:\n%s\nwant: %s", tt.args, talk.String(), want)
			}
		}
	}
}

// The line that the message gives is all that it takes, and what it gave is
// given up, in every thread, once the ring is open.
func TestSetcap(t *testing.T) {
	needRoot(t)
	need(t, "setcap")
	// Capabilities of files are not kept on every file system of temporary files.
	program := filepath.Join(filepath.Dir(wsight), "wsight-setcap")
	data, err := os.ReadFile(wsight)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("setcap", "cap_net_raw,cap_net_admin=eip", program).CombinedOutput(); err != nil {
		t.Fatalf("setcap: %v\n%s", err, out)
	}
	cmd := asNobody(t, "print", "-i", "lo", "tcp port 59")
	cmd.Path = program
	w := start(t, cmd)
	time.Sleep(100 * time.Millisecond)
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", cmd.Process.Pid))
	if err != nil || len(tasks) == 0 {
		t.Fatalf("%d threads: %v", len(tasks), err)
	}
	for _, task := range tasks {
		status, err := os.ReadFile(task)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
			if !strings.Contains(string(status), want) {
				t.Errorf("%s has not %q", task, want)
			}
		}
	}
	if _, talk := w.stop(t); !strings.Contains(talk, "0 packets") {
		t.Errorf("it says at the end: %s", talk)
	}
}
