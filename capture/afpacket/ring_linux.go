package afpacket

import (
	"errors"
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const (
	// A block is handed over after Retire however little is in it: with few
	// packets the ring lasts as long as it has blocks, so they are small. The
	// largest packets, of 64 KiB and more, must fit.
	blockSize    = 256 << 10
	frameSize    = 2048
	minimumRing  = 4 << 20
	ownedByUs    = unix.TP_STATUS_USER
	ownedByThem  = unix.TP_STATUS_KERNEL
	allProtocols = unix.ETH_P_ALL
)

// Retire is how long after its first packet a block that is not full is
// handed over.
const Retire = 10 * time.Millisecond

// A Ring is a packet socket with the memory that it shares with the kernel.
// It is for one goroutine, but for Wake, and Stats beside anything but Close.
type Ring struct {
	socket  int
	wake    int // an eventfd
	memory  []byte
	current int // block that is read next
}

// Open makes a ring of about size bytes, at least 4 MiB and at most an eighth
// of the memory of the machine; the kernel is asked for less when it has not as
// much in a row. Packets come only after Bind. It needs the capability
// CAP_NET_RAW.
func Open(size int) (*Ring, error) {
	// Protocol 0: no packet gets in before there are a filter and a ring.
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	r := &Ring{socket: socket, wake: -1}
	if err := r.setUp(size); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Ring) setUp(size int) error {
	var err error
	if r.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return os.NewSyscallError("eventfd", err)
	}
	for _, option := range []struct{ name, value int }{
		{unix.PACKET_VERSION, unix.TPACKET_V3},
		{unix.PACKET_RESERVE, tagSize}, // room to put a VLAN tag back
	} {
		if err := unix.SetsockoptInt(r.socket, unix.SOL_PACKET, option.name, option.value); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	var machine unix.Sysinfo_t
	if err := unix.Sysinfo(&machine); err != nil {
		return os.NewSyscallError("sysinfo", err)
	}
	for size = bounded(size, uint64(machine.Totalram)*uint64(machine.Unit)); ; size /= 2 {
		err := r.share(size)
		if err == nil || !errors.Is(err, unix.ENOMEM) || size/2 < minimumRing {
			return err
		}
	}
}

// bounded returns how large a ring is made on a machine with so many bytes of
// memory, in whole blocks. The kernel does not refuse what it cannot spare: it
// ends processes, of anybody, until it can.
func bounded(size int, memory uint64) int {
	most := int(min(memory/8, math.MaxInt32))
	return max(min(size, most), minimumRing) / blockSize * blockSize
}

// share makes the ring and maps it.
func (r *Ring) share(size int) error {
	size = size / blockSize * blockSize
	request := unix.TpacketReq3{
		Block_size: blockSize, Block_nr: uint32(size / blockSize),
		Frame_size: frameSize, Frame_nr: uint32(size / frameSize),
		Retire_blk_tov: uint32(Retire / time.Millisecond),
	}
	if err := unix.SetsockoptTpacketReq3(r.socket, unix.SOL_PACKET, unix.PACKET_RX_RING, &request); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	memory, err := unix.Mmap(r.socket, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		unix.SetsockoptTpacketReq3(r.socket, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq3{})
		return os.NewSyscallError("mmap", err)
	}
	r.memory = memory
	return nil
}

// SetFilter makes the kernel run program on each packet. It takes the place
// of the one before without a moment without any.
func (r *Ring) SetFilter(program []bpf.RawInstruction) error {
	filters := make([]unix.SockFilter, len(program))
	for i, instruction := range program {
		filters[i] = unix.SockFilter{Code: instruction.Op, Jt: instruction.Jt, Jf: instruction.Jf, K: instruction.K}
	}
	all := unix.SockFprog{Len: uint16(len(filters)), Filter: unsafe.SliceData(filters)}
	return os.NewSyscallError("setsockopt", unix.SetsockoptSockFprog(r.socket, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &all))
}

// Bind lets the packets of an interface in, or with 0 those of all.
func (r *Ring) Bind(index int) error {
	const networkOrder = allProtocols<<8 | allProtocols>>8
	return os.NewSyscallError("bind", unix.Bind(r.socket, &unix.SockaddrLinklayer{Protocol: networkOrder, Ifindex: index}))
}

// Promiscuous asks an interface for the frames that are for other hosts, too,
// until the ring is closed.
func (r *Ring) Promiscuous(index int) error {
	request := unix.PacketMreq{Ifindex: int32(index), Type: unix.PACKET_MR_PROMISC}
	return os.NewSyscallError("setsockopt", unix.SetsockoptPacketMreq(r.socket, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &request))
}

// Blocks returns how many blocks the ring has.
func (r *Ring) Blocks() int { return len(r.memory) / blockSize }

// Next returns the next block if the kernel has handed it over. It has to be
// given back with Release before Next is called again.
func (r *Ring) Next() (Block, bool) {
	b := r.memory[r.current*blockSize:][:blockSize:blockSize]
	if atomic.LoadUint32(status(b))&ownedByUs == 0 {
		return nil, false
	}
	return b, true
}

// Release gives the block of Next back to the kernel.
func (r *Ring) Release() {
	b := r.memory[r.current*blockSize:]
	r.current = (r.current + 1) % r.Blocks()
	atomic.StoreUint32(status(b), ownedByThem)
}

func status(b []byte) *uint32 { return (*uint32)(unsafe.Pointer(&b[blockStatus])) }

// Wait waits until there may be a block, Wake was called, or the milliseconds
// are over. The error is that of the socket, such as unix.ENETDOWN when the
// interface went away, which is no reason to stop.
func (r *Ring) Wait(milliseconds int) (woken bool, err error) {
	watched := []unix.PollFd{{Fd: int32(r.socket), Events: unix.POLLIN}, {Fd: int32(r.wake), Events: unix.POLLIN}}
	if _, err := unix.Poll(watched, milliseconds); err != nil && !errors.Is(err, unix.EINTR) {
		return false, os.NewSyscallError("poll", err)
	}
	if watched[0].Revents&unix.POLLERR != 0 {
		number, err := unix.GetsockoptInt(r.socket, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && number != 0 {
			err = unix.Errno(number)
		}
		return watched[1].Revents != 0, err
	}
	return watched[1].Revents != 0, nil
}

// Wake ends every Wait from now on. Any goroutine may call it, before Close.
func (r *Ring) Wake() {
	var one [8]byte
	one[0] = 1
	unix.Write(r.wake, one[:])
}

// Stats returns how many packets passed the filter since the last call, and
// how many of them were lost because the ring was full.
func (r *Ring) Stats() (received, dropped int64, err error) {
	s, err := unix.GetsockoptTpacketStatsV3(r.socket, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0, 0, os.NewSyscallError("getsockopt", err)
	}
	return int64(s.Packets), int64(s.Drops), nil
}

// Close frees everything. Blocks and frames must not be used any more.
func (r *Ring) Close() error {
	var errs []error
	if r.memory != nil {
		errs = append(errs, unix.Munmap(r.memory))
		r.memory = nil
	}
	if r.wake >= 0 {
		errs = append(errs, unix.Close(r.wake))
	}
	errs = append(errs, unix.Close(r.socket))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the ring: %w", err)
	}
	return nil
}
