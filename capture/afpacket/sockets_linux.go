package afpacket

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// A SocketTable asks the kernel for TCP sockets by their addresses, over
// NETLINK_SOCK_DIAG; see sock_diag(7). It is for one goroutine.
type SocketTable struct {
	socket   int
	sequence uint32
	buffer   [4096]byte
}

// A Socket is what the kernel knows of one.
type Socket struct {
	Inode     uint32 // 0 when no process has it yet
	Listening bool
}

// OpenSocketTable opens the table of the network namespace of this thread.
func OpenSocketTable() (*SocketTable, error) {
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// The kernel answers at once; this is for the case that it does not.
	wait := unix.Timeval{Usec: 100_000}
	if err := unix.SetsockoptTimeval(socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, errors.Join(os.NewSyscallError("setsockopt", err), unix.Close(socket))
	}
	return &SocketTable{socket: socket}, nil
}

// Close frees the table.
func (t *SocketTable) Close() error { return unix.Close(t.socket) }

// Sizes and offsets of struct nlmsghdr, struct inet_diag_req_v2 and struct
// inet_diag_msg, linux/inet_diag.h.
const (
	messageHead     = 16
	requestSize     = messageHead + 56
	requestID       = messageHead + 8
	answerState     = messageHead + 1
	answerInode     = messageHead + 68
	answerSize      = messageHead + 72
	diagByFamily    = 20 // SOCK_DIAG_BY_FAMILY
	stateListening  = 10 // TCP_LISTEN
	anyCookie       = 0xff
	cookieOffset    = requestID + 40
	protocolTCP     = 6
	allSocketStates = 0xffffffff
)

// Find returns the socket that takes packets from remote to local: that of
// the connection, else one that listens. It reports false when there is none.
func (t *SocketTable) Find(local, remote netip.AddrPort) (Socket, bool) {
	t.sequence++
	request := make([]byte, requestSize)
	native, network := binary.NativeEndian, binary.BigEndian
	native.PutUint32(request, requestSize)
	native.PutUint16(request[4:], diagByFamily)
	native.PutUint16(request[6:], unix.NLM_F_REQUEST)
	native.PutUint32(request[8:], t.sequence)
	request[messageHead] = unix.AF_INET6
	if local.Addr().Is4() {
		request[messageHead] = unix.AF_INET
	}
	request[messageHead+1] = protocolTCP
	native.PutUint32(request[messageHead+4:], allSocketStates)
	network.PutUint16(request[requestID:], local.Port())
	network.PutUint16(request[requestID+2:], remote.Port())
	copy(request[requestID+4:], local.Addr().AsSlice())
	copy(request[requestID+20:], remote.Addr().AsSlice())
	for i := range 8 {
		request[cookieOffset+i] = anyCookie
	}
	if err := unix.Sendto(t.socket, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return Socket{}, false
	}
	for range 8 { // answers to older questions may be left
		n, _, err := unix.Recvfrom(t.socket, t.buffer[:], 0)
		if err != nil {
			return Socket{}, false
		}
		b := t.buffer[:n]
		if len(b) < messageHead || native.Uint32(b[8:]) != t.sequence {
			continue
		}
		if native.Uint16(b[4:]) != diagByFamily || len(b) < answerSize {
			return Socket{}, false // an error: no such socket
		}
		return Socket{Inode: native.Uint32(b[answerInode:]), Listening: b[answerState] == stateListening}, true
	}
	return Socket{}, false
}
