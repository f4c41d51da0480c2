//go:build linux

package main

import (
	"net"
	"os"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is how many packets one system call sends.
const batch = 64

// A sender puts packets on an interface at a steady rate.
type sender struct {
	socket  int
	packets [batch][]byte
	vectors [batch]unix.Iovec
	heads   [batch]multipleHead
}

// multipleHead is struct mmsghdr of the kernel.
type multipleHead struct {
	head unix.Msghdr
	sent uint32
	_    [4]byte
}

func newSender(device string, size int) (*sender, error) {
	i, err := net.InterfaceByName(device)
	if err != nil {
		return nil, err
	}
	s := &sender{}
	// Protocol 0: it receives nothing.
	if s.socket, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := unix.SetsockoptInt(s.socket, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(s.socket, &unix.SockaddrLinklayer{Ifindex: i.Index}); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	for n := range batch {
		s.packets[n] = make([]byte, size)
		s.vectors[n].Base = &s.packets[n][0]
		s.vectors[n].SetLen(size)
		s.heads[n].head.Iov, s.heads[n].head.Iovlen = &s.vectors[n], 1
	}
	return s, nil
}

func (s *sender) close() error { return unix.Close(s.socket) }

// one sends a single packet.
func (s *sender) one(packet []byte) error {
	_, err := unix.Write(s.socket, packet)
	return err
}

// send calls fill, unless it is nil, for each packet before it is sent, at a
// rate per second, and returns how many were sent in how long.
func (s *sender) send(rate int, length time.Duration, fill func(packet []byte)) (sent int64, took time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	for {
		took = time.Since(start)
		if took >= length {
			return sent, took
		}
		if due := int64(took.Seconds() * float64(rate)); sent+batch > due {
			time.Sleep(20 * time.Microsecond)
			continue
		}
		if fill != nil {
			for n := range batch {
				fill(s.packets[n])
			}
		}
		for done := 0; done < batch; {
			n, _, failed := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(s.socket), uintptr(unsafe.Pointer(&s.heads[done])), uintptr(batch-done), 0, 0, 0)
			if failed != 0 {
				continue // no room just now
			}
			done += int(n)
		}
		sent += batch
	}
}
