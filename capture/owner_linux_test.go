package capture

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestOwners looks up both ends of a connection within this process and of one
// to another process.
func TestOwners(t *testing.T) {
	owners, err := NewOwners("")
	if err != nil {
		t.Fatal(err)
	}
	defer owners.Close()
	name, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	self := Process{os.Getpid(), strings.TrimSpace(string(name))}
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"} {
		listener, port := server(t, address)
		if strings.HasPrefix(address, "[::]") || strings.HasPrefix(address, "0") {
			address = "127.0.0.1:0" // also through a socket for both families
		}
		to := netip.AddrPortFrom(netip.MustParseAddrPort(address).Addr(), port)
		nobody := netip.AddrPortFrom(to.Addr(), 1)
		if p, ok := owners.Find(to, nobody); !ok || p != self {
			t.Errorf("%s: who listens: %v, %v; want %v", to, p, ok, self)
		}
		client, err := net.Dial("tcp", to.String())
		if err != nil {
			t.Fatal(err)
		}
		from := netip.MustParseAddrPort(client.LocalAddr().String())
		if p, ok := owners.Find(to, from); !ok || p != self {
			t.Errorf("%s: the server, before it accepts: %v, %v; want %v", to, p, ok, self)
		}
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range [][2]netip.AddrPort{{to, from}, {from, to}} {
			if p, ok := owners.Find(end[0], end[1]); !ok || p != self {
				t.Errorf("%s to %s: %v, %v; want %v", end[0], end[1], p, ok, self)
			}
		}
		if p, ok := owners.Find(nobody, to); ok {
			t.Errorf("%s: nobody is %v", nobody, p)
		}
		// What listens on all addresses does not own those of other hosts.
		foreign := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port)
		if p, ok := owners.Find(foreign, from); ok {
			t.Errorf("%s of another host is %v", foreign, p)
		}
		client.Close()
		accepted.Close()
	}
	owners.Close()
	if _, ok := owners.Find(netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2")); ok {
		t.Error("found something after Close")
	}
}

// TestOwnerOfAnotherProcess connects to a process that was not there when the
// processes were looked through before.
func TestOwnerOfAnotherProcess(t *testing.T) {
	owners, err := NewOwners("")
	if err != nil {
		t.Fatal(err)
	}
	defer owners.Close()
	python, err := exec.LookPath("python3")
	needs(t, "python3", err == nil)
	command := exec.Command(python, "-c", `
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
sys.stdin.read()`)
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Wait()
	defer stdin.Close()
	line := make([]byte, 16)
	n, err := stdout.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	to := netip.MustParseAddrPort("127.0.0.1:" + strings.TrimSpace(string(line[:n])))
	client, err := net.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	from := netip.MustParseAddrPort(client.LocalAddr().String())
	p, ok := owners.Find(to, from)
	if !ok || !strings.HasPrefix(p.Name, "python") || p.PID != command.Process.Pid {
		t.Errorf("the server is %v, %v; want python in process %d", p, ok, command.Process.Pid)
	}
	if p, ok := owners.Find(from, to); !ok || p.PID != os.Getpid() {
		t.Errorf("the client is %v, %v; want process %d", p, ok, os.Getpid())
	}
}

func BenchmarkOwner(b *testing.B) {
	owners, err := NewOwners("")
	if err != nil {
		b.Fatal(err)
	}
	defer owners.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	to := netip.MustParseAddrPort(listener.Addr().String())
	for b.Loop() {
		if _, ok := owners.Find(to, netip.MustParseAddrPort("127.0.0.1:1")); !ok {
			b.Fatal("not found")
		}
	}
}

// TestOwnersForget has sockets remembered that are gone: those make room, and
// who owns a new one is found all the same.
func TestOwnersForget(t *testing.T) {
	owners, err := NewOwners("")
	if err != nil {
		t.Fatal(err)
	}
	defer owners.Close()
	for inode := range uint32(maxStale) {
		owners.known[inode|1<<31] = holder{1, 0}
	}
	_, port := server(t, "127.0.0.1:0")
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)
	if p, ok := owners.Find(at, netip.AddrPortFrom(at.Addr(), 1)); !ok || p.PID != os.Getpid() {
		t.Errorf("%s: %v, %v; want this process, %d", at, p, ok, os.Getpid())
	}
	for inode := range uint32(maxStale) {
		if _, ok := owners.known[inode|1<<31]; ok {
			t.Fatalf("of %d sockets that are gone, the one of inode %d is remembered still", maxStale, inode|1<<31)
		}
	}
}
