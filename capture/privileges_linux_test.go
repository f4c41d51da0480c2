package capture

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestDropPrivileges runs TestDroppedPrivileges in a process of its own, built
// without cgo as wsight is.
func TestDropPrivileges(t *testing.T) {
	listen(t, LiveOptions{Interfaces: []string{"lo"}}).Close()
	tool, err := exec.LookPath("go")
	needs(t, "the go command", err == nil)
	command := exec.Command(tool, "test", "-count=1", "-run", "^TestDroppedPrivileges$", "-v", ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "WSIGHT_DROP_PRIVILEGES=1")
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestDroppedPrivileges") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDroppedPrivileges(t *testing.T) {
	if os.Getenv("WSIGHT_DROP_PRIVILEGES") == "" {
		t.Skip("is run by TestDropPrivileges, in a process of its own")
	}
	// Threads that exist before and do nothing meanwhile.
	stop := make(chan bool)
	defer close(stop)
	for range 4 {
		go func() { runtime.LockOSThread(); <-stop }()
	}
	listener, port := server(t, "127.0.0.1:0")
	l, err := Listen(LiveOptions{Interfaces: []string{"lo"}, Filter: parseFilter(t, "tcp port %d", port)})
	if err != nil {
		t.Fatal(err)
	}
	if err := DropPrivileges(Keep{Owners: true}); err != nil {
		t.Fatal(err)
	}
	const owners = 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH
	checkThreads(t, owners)
	if err := DropPrivileges(Keep{Owners: true, Output: true}); err != nil {
		t.Fatal(err)
	}
	checkThreads(t, owners) // nothing comes back
	var permission *PermissionError
	if _, err := Listen(LiveOptions{Interfaces: []string{"lo"}}); !errors.As(err, &permission) {
		t.Errorf("a second Listen: %v; want a *PermissionError", err)
	}
	if _, err := Interfaces(); !errors.As(err, &permission) {
		t.Errorf("Interfaces: %v; want a *PermissionError", err)
	}
	stopReading := gather(t, l)
	echo(t, listener, 1000)
	if packets := stopReading(); len(packets) < 8 {
		t.Errorf("the open capture gives %d packets", len(packets))
	}
	if err := DropPrivileges(Keep{}); err != nil {
		t.Fatal(err)
	}
	checkThreads(t, 0)
}

// checkThreads compares what every thread of this process may do.
func checkThreads(t *testing.T, want uint64) {
	t.Helper()
	threads, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(threads) < 5 {
		t.Fatalf("%d threads: %v", len(threads), err)
	}
	for _, thread := range threads {
		status, err := os.ReadFile(thread)
		if err != nil {
			continue // it ended
		}
		for _, name := range []string{"CapInh", "CapPrm", "CapEff"} {
			_, rest, _ := strings.Cut(string(status), name+":\t")
			digits, _, _ := strings.Cut(rest, "\n")
			got, err := strconv.ParseUint(digits, 16, 64)
			if name == "CapInh" && got == 0 {
				continue
			}
			if err != nil || got != want {
				t.Errorf("%s: %s is %s; want %x", thread, name, digits, want)
			}
		}
		if !strings.Contains(string(status), fmt.Sprintf("NoNewPrivs:\t%d", 1)) {
			t.Errorf("%s may get new privileges", thread)
		}
	}
}

func TestPermissionError(t *testing.T) {
	for _, test := range []struct {
		err  PermissionError
		want []string
	}{
		{PermissionError{Executable: "/opt/w s/wsight", Interfaces: []string{"eth0"}, Err: unix.EPERM}, []string{
			"sudo setcap cap_net_raw,cap_net_admin=eip '/opt/w s/wsight'\n", "sudo tcpdump -i eth0 -U -w - | wsight -"}},
		{PermissionError{Executable: "/bin/wsight", Interfaces: []string{"a", "b"}, Err: unix.EPERM}, []string{
			"setcap cap_net_raw,cap_net_admin=eip /bin/wsight\n", "tcpdump -i any -U"}},
		{PermissionError{Executable: "/bin/wsight", Netns: "/proc/1/ns/net", Err: unix.EPERM}, []string{
			"/proc/1/ns/net", "sudo nsenter --net=/proc/1/ns/net tcpdump"}},
	} {
		for _, want := range test.want {
			if !strings.Contains(test.err.Error(), want) {
				t.Errorf("%q does not say %q", test.err.Error(), want)
			}
		}
		if !errors.Is(&test.err, unix.EPERM) {
			t.Error("the error of the system is lost")
		}
	}
}

func TestInterfaces(t *testing.T) {
	devices, err := Interfaces()
	var permission *PermissionError
	if err != nil && !errors.As(err, &permission) {
		t.Fatal(err)
	}
	for _, d := range devices {
		if d.Name != "lo" {
			continue
		}
		if !d.Loopback || !d.Up || d.Capture != (err == nil) || len(d.Addresses) == 0 || d.Addresses[0].String() != "127.0.0.1/8" {
			t.Errorf("the loopback interface is %+v", d)
		}
		return
	}
	t.Errorf("no loopback interface in %+v", devices)
}
