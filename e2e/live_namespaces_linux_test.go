package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The same between two network namespaces, which wsight enters by itself.
func TestLiveBetweenNamespaces(t *testing.T) {
	needRoot(t)
	need(t, "ip")
	ends := [2]string{fmt.Sprintf("wsight-a-%d", os.Getpid()), fmt.Sprintf("wsight-b-%d", os.Getpid())}
	run := func(line string) {
		t.Helper()
		args := strings.Fields(line)
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	for _, name := range ends {
		run("ip netns add " + name)
		t.Cleanup(func() { run("ip netns del " + name) })
	}
	run(fmt.Sprintf("ip -n %s link add veth0 type veth peer name veth0 netns %s", ends[0], ends[1]))
	for i, name := range ends {
		run(fmt.Sprintf("ip -n %s addr add 10.99.0.%d/24 dev veth0", name, i+1))
		run(fmt.Sprintf("ip -n %s link set veth0 up", name))
	}
	var l net.Listener
	err := inNamespace(ends[1], func() (err error) {
		l, err = net.Listen("tcp", "10.99.0.2:0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := newBooks()
	gwsServer(t, l, b)
	address := l.Addr().String()
	dial := func() (conn net.Conn, err error) {
		err = inNamespace(ends[0], func() (err error) {
			conn, err = net.Dial("tcp", address)
			return err
		})
		return conn, err
	}
	in := []string{"ip", "netns", "exec", ends[1]}
	seen := capture(t, in, "veth0", "tcp", []string{"--netns", ends[1]}, func() { talk(t, dial, address, coderClient, b) })
	seen.compare(t, b.all(t))
}

// inNamespace calls f on a thread that is in a network namespace.
func inNamespace(name string, f func() error) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		fd, err := unix.Open("/run/netns/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			defer unix.Close(fd)
			err = unix.Setns(fd, unix.CLONE_NEWNET)
		}
		if err == nil {
			err = f()
		}
		result <- err
	}()
	return <-result
}
