package capture

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Keep says what the process still needs privileges for once its sockets are
// open.
type Keep struct {
	// Owners: reading which process of another user owns a socket, which
	// takes CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
	Owners bool
	// Output: writing files where only root may, which takes CAP_DAC_OVERRIDE.
	Output bool
}

// DropPrivileges gives up, for good and in every thread, all capabilities but
// those that keep names and that the process has. A packet socket that is
// open needs none: neither to read, nor for another filter or interface. So
// whoever makes the decoders run code of their own can open no other one.
//
// Go moves goroutines between threads, and capabilities belong to a thread:
// the call is made in all of them at once, which Go cannot do in a program
// with cgo. Then the error is, or wraps, [errors.ErrUnsupported].
func DropPrivileges(keep Keep) error {
	var wanted uint64
	if keep.Owners {
		wanted |= 1<<unix.CAP_SYS_PTRACE | 1<<unix.CAP_DAC_READ_SEARCH
	}
	if keep.Output {
		wanted |= 1 << unix.CAP_DAC_OVERRIDE
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return fmt.Errorf("drop privileges: %w", err)
	}
	for i := range data {
		left := data[i].Permitted & uint32(wanted>>(32*i))
		data[i] = unix.CapUserData{Effective: left, Permitted: left}
	}
	// Nor may a program that this one starts get them back.
	_, _, failed := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0)
	if failed == 0 {
		_, _, failed = syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data[0])), 0)
	}
	switch failed {
	case 0:
		return nil
	case syscall.ENOTSUP:
		return fmt.Errorf("drop privileges: %w in a program with cgo", errors.ErrUnsupported)
	}
	return fmt.Errorf("drop privileges: %w", failed)
}
