package afpacket

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// NamespacePath returns the file of a network namespace named by the number
// of a process in it, by a path, or by what "ip netns" calls it.
func NamespacePath(name string) string {
	switch {
	case strings.Trim(name, "0123456789") == "":
		return "/proc/" + name + "/ns/net"
	case strings.Contains(name, "/"):
		return name
	}
	return "/run/netns/" + name
}

// InNamespace calls open on a thread of its own that is in a network
// namespace; the sockets that open makes stay in it. With "" it only calls
// open. It needs the capability CAP_SYS_ADMIN.
func InNamespace(name string, open func() error) error {
	if name == "" {
		return open()
	}
	path := NamespacePath(name)
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		home, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			defer unix.Close(home)
			err = enter(path)
		}
		if err != nil {
			runtime.UnlockOSThread()
			result <- fmt.Errorf("network namespace %s: %w", path, err)
			return
		}
		err = open()
		// A thread that cannot get home is never unlocked, and so ends with
		// this goroutine instead of running others in the wrong namespace.
		if unix.Setns(home, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		result <- err
	}()
	return <-result
}

func enter(path string) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Setns(fd, unix.CLONE_NEWNET)
}
