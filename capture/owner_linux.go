package capture

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"wsight/capture/afpacket"
)

// Owners tells which process of this host owns an end of a TCP connection,
// by the tables of the kernel: from addresses to the inode of a socket, from
// that to a process that has it open. It knows processes of other users only
// with the capabilities that [Keep].Owners names. It may be used by many
// goroutines; Find takes microseconds for what is known and is bounded to some
// ten milliseconds else.
type Owners struct {
	netns string

	mu        sync.Mutex // over what follows
	table     *afpacket.SocketTable
	known     map[uint32]holder // by inode
	recent    []int32           // processes that were found last, newest first
	searched  time.Time         // when all processes were looked through last
	credit    time.Duration     // how long open files may be read
	credited  time.Time         // when credit grew last
	addresses map[netip.Addr]bool
	addressed time.Time // when addresses were read
}

// A holder is an open file of a process that is a socket.
type holder struct{ process, file int32 }

// link is where the kernel says what the file is.
func (h holder) link() string {
	path := append(strconv.AppendInt([]byte("/proc/"), int64(h.process), 10), "/fd/"...)
	return string(strconv.AppendInt(path, int64(h.file), 10))
}

const (
	// Bounds of what is remembered and of the work of one Find.
	maxHolders  = 1 << 16
	maxStale    = 1 << 13 // of maxHolders, before new ones are looked for
	maxRecent   = 16
	maxFiles    = 4096    // of recent processes
	maxAllFiles = 1 << 18 // of all processes

	searchEvery = 500 * time.Millisecond

	// Reading open files takes at most a tenth of the time, but for a burst.
	creditShare  = 10
	maxCredit    = 200 * time.Millisecond
	addressEvery = 5 * time.Second
)

// NewOwners opens the tables of a network namespace, named as in
// [LiveOptions].Netns; "" is that of this process. Open them before privileges
// are dropped.
func NewOwners(netns string) (*Owners, error) {
	o := &Owners{netns: netns, known: map[uint32]holder{}}
	err := afpacket.InNamespace(netns, func() (err error) {
		o.table, err = afpacket.OpenSocketTable()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("owners of sockets: %w", err)
	}
	o.readAddresses()
	return o, nil
}

// Close frees what NewOwners opened. Find reports false then.
func (o *Owners) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.table == nil {
		return nil
	}
	err := o.table.Close()
	o.table = nil
	return err
}

// Find returns the process that has the local end of a connection: the one
// that listens there while no other has taken the connection over. It reports
// false when the end is not of this host, when the socket is gone already, or
// when its process may not be seen. All processes are looked through at most
// twice a second, and reading their open files takes at most a tenth of the
// time, so it can pay to ask again later. Ask early: a socket is gone as soon
// as it is closed.
func (o *Owners) Find(local, remote netip.AddrPort) (Process, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.table == nil {
		return Process{}, false
	}
	local = netip.AddrPortFrom(local.Addr().Unmap(), local.Port())
	remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	socket, ok := o.table.Find(local, remote)
	if !ok || socket.Listening && !o.isLocal(local.Addr()) {
		return Process{}, false
	}
	if p, ok := o.process(socket.Inode); ok || socket.Listening {
		return p, ok
	}
	// Accepted just now, or by one of many processes: who listens will do.
	listening, ok := o.table.Find(local, netip.AddrPortFrom(unspecified(local.Addr()), 0))
	if !ok || !listening.Listening {
		return Process{}, false
	}
	return o.process(listening.Inode)
}

func unspecified(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// isLocal reports whether an address is one of this host's: a socket that
// listens on all addresses is found for those of others, too.
func (o *Owners) isLocal(a netip.Addr) bool {
	if a.IsLoopback() || o.addresses[a] {
		return true
	}
	if o.netns == "" && time.Since(o.addressed) >= addressEvery {
		o.readAddresses()
	}
	return o.addresses[a]
}

// readAddresses reads the addresses of this host. Those of another namespace
// can be read only while there are privileges to enter it.
func (o *Owners) readAddresses() {
	o.addressed = time.Now()
	found := map[netip.Addr]bool{}
	err := afpacket.InNamespace(o.netns, func() error {
		all, err := net.InterfaceAddrs()
		for _, a := range all {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				found[prefix.Addr().Unmap()] = true
			}
		}
		return err
	})
	if err == nil {
		o.addresses = found
	}
}

// process returns who has the socket of an inode open.
func (o *Owners) process(inode uint32) (Process, bool) {
	if inode == 0 {
		return Process{}, false // not accepted yet
	}
	link := "socket:[" + strconv.FormatUint(uint64(inode), 10) + "]"
	if h, ok := o.known[inode]; ok {
		if target, err := os.Readlink(h.link()); err == nil && target == link {
			return o.named(h.process)
		}
		delete(o.known, inode)
	}
	began := time.Now()
	o.credit = min(o.credit+began.Sub(o.credited)/creditShare, maxCredit)
	o.credited = began
	if o.credit <= 0 {
		return Process{}, false
	}
	defer func() { o.credit -= time.Since(began) }()
	// Most sockets are asked for while they are young, so those that were seen
	// long ago are forgotten all at once: who listens is found again.
	if len(o.known) >= maxStale {
		clear(o.known)
	}
	budget := maxFiles
	for _, process := range o.recent {
		o.readFiles(process, &budget)
		if h, ok := o.known[inode]; ok {
			return o.named(h.process)
		}
	}
	if time.Since(o.searched) < searchEvery {
		return Process{}, false
	}
	o.searchAll()
	h, ok := o.known[inode]
	if !ok {
		return Process{}, false
	}
	return o.named(h.process)
}

// searchAll reads the open files of all processes.
func (o *Owners) searchAll() {
	clear(o.known)
	budget := maxAllFiles
	folder, err := os.Open("/proc")
	if err != nil {
		return
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1) // what can be read is enough
	for _, name := range names {
		if process, err := strconv.ParseInt(name, 10, 32); err == nil {
			o.readFiles(int32(process), &budget)
		}
	}
	o.searched = time.Now()
}

// readFiles notes the sockets that a process has open.
func (o *Owners) readFiles(process int32, budget *int) {
	path := "/proc/" + strconv.Itoa(int(process)) + "/fd"
	folder, err := os.Open(path)
	if err != nil {
		return // it ended, or may not be seen
	}
	defer folder.Close()
	for *budget > 0 {
		names, err := folder.Readdirnames(min(*budget, 512))
		for _, name := range names {
			*budget--
			target, err := os.Readlink(path + "/" + name)
			digits, ok := strings.CutPrefix(target, "socket:[")
			if err != nil || !ok {
				continue
			}
			inode, badInode := strconv.ParseUint(strings.TrimSuffix(digits, "]"), 10, 32)
			file, badFile := strconv.ParseInt(name, 10, 32)
			if badInode != nil || badFile != nil || len(o.known) >= maxHolders {
				continue
			}
			if _, ok := o.known[uint32(inode)]; !ok {
				o.known[uint32(inode)] = holder{process, int32(file)}
			}
		}
		if err != nil || len(names) == 0 {
			return
		}
	}
}

// named moves a process to the front of the recent ones and reads its name.
func (o *Owners) named(process int32) (Process, bool) {
	name, err := os.ReadFile("/proc/" + strconv.Itoa(int(process)) + "/comm")
	if err != nil {
		return Process{}, false
	}
	recent := []int32{process}
	for _, other := range o.recent {
		if other != process && len(recent) < maxRecent {
			recent = append(recent, other)
		}
	}
	o.recent = recent
	return Process{PID: int(process), Name: strings.TrimSuffix(string(name), "\n")}, true
}
