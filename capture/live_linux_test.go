package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture/filter"
)

// needs skips a test that this user or machine cannot run, or fails it where
// everything has to run.
func needs(t *testing.T, what string, ok bool) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("WSIGHT_E2E") != "":
		t.Fatalf("needs %s", what)
	default:
		t.Skipf("needs %s", what)
	}
}

func listen(t *testing.T, o LiveOptions) *Live {
	t.Helper()
	l, err := Listen(o)
	var permission *PermissionError
	if errors.As(err, &permission) {
		needs(t, "CAP_NET_RAW, and CAP_SYS_ADMIN for network namespaces", false)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// A captured is a copy of a packet.
type captured struct {
	data   string
	length int
	link   LinkType
	from   string
}

// gather reads l until stop is called, which returns all packets.
func gather(t *testing.T, l *Live) (stop func() []captured) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	packets := make(chan []captured, 1)
	go func() {
		var all []captured
		var before time.Time
		for p, err := range l.Packets(ctx) {
			if err != nil {
				t.Error(err)
				break
			}
			if p.Number != len(all)+1 || p.Offset != -1 || p.Interface == nil || p.Interface.Link != p.Link {
				t.Errorf("packet %d: %+v", len(all)+1, p)
			}
			if age := time.Since(p.Time); age < -time.Second || age > time.Minute || p.Time.Before(before.Add(-time.Second)) {
				t.Errorf("packet %d was captured at %v", p.Number, p.Time)
			}
			before = p.Time
			all = append(all, captured{string(p.Data), p.Length, p.Link, p.Interface.Name})
		}
		packets <- all
	}()
	return func() []captured {
		t.Helper()
		cancel()
		select {
		case all := <-packets:
			return all
		case <-time.After(10 * time.Second):
			t.Fatal("the capture does not end")
			return nil
		}
	}
}

// echo sends size bytes through a TCP connection to a server at address, which
// sends them back, and returns the port of the server.
func echo(t *testing.T, listener net.Listener, size int) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		c, err := listener.Accept()
		if err == nil {
			_, err = io.Copy(c, c)
			c.Close()
		}
		done <- err
	}()
	c, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		c.Write(bytes.Repeat([]byte("wsight"), size/6+1)[:size])
		c.(*net.TCPConn).CloseWrite()
	}()
	if got, err := io.Copy(io.Discard, c); err != nil || got != int64(size) {
		t.Fatalf("got %d bytes back: %v", got, err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func server(t *testing.T, address string) (net.Listener, uint16) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, netip.MustParseAddrPort(l.Addr().String()).Port()
}

func parseFilter(t *testing.T, format string, values ...any) *filter.Filter {
	t.Helper()
	f, err := filter.Parse(fmt.Sprintf(format, values...))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// startTcpdump captures into a file until stop is called, which reads it.
func startTcpdump(t *testing.T, arguments ...string) (stop func() []captured) {
	t.Helper()
	path, err := exec.LookPath("tcpdump")
	needs(t, "tcpdump", err == nil)
	file := filepath.Join(t.TempDir(), "tcpdump.pcap")
	command := exec.Command(path, append([]string{"-Z", "root", "-B", "65536", "-U", "-w", file}, arguments...)...)
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 0, 4096)
	for !strings.Contains(string(heard), "listening on") {
		n, err := stderr.Read(heard[len(heard):cap(heard)])
		heard = heard[:len(heard)+n]
		if err != nil {
			t.Fatalf("tcpdump: %s", heard)
		}
	}
	return func() []captured {
		t.Helper()
		time.Sleep(1200 * time.Millisecond) // the kernel hands it a block that is not full after one second
		command.Process.Signal(os.Interrupt)
		said, _ := io.ReadAll(stderr)
		if !strings.Contains(string(said), "\n0 packets dropped by kernel") {
			t.Logf("tcpdump: %s", said)
		}
		command.Wait()
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var all []captured
		for p, err := range NewReader(f, file, Options{}).Packets(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, captured{string(p.Data), p.Length, p.Link, ""})
		}
		return all
	}
}

// TestLiveEqualsTcpdump captures the same traffic on the loopback interface
// with tcpdump.
func TestLiveEqualsTcpdump(t *testing.T) {
	listener, port := server(t, "127.0.0.1:0")
	expression := fmt.Sprintf("tcp port %d", port)
	names := []string{"lo"}
	if ownRing {
		names = append(names, "any") // of which libpcap makes another link type
	}
	for _, name := range names {
		l := listen(t, LiveOptions{Interfaces: []string{name}, Filter: parseFilter(t, "%s", expression)})
		stop := gather(t, l)
		stopTcpdump := startTcpdump(t, "-i", "lo", expression)
		echo(t, listener, 3<<20)
		want := stopTcpdump()
		got := stop()
		if stats := l.Stats(); stats.Packets != int64(len(got)) || stats.Dropped != 0 {
			t.Errorf("%s: Stats() = %+v for %d packets", name, stats, len(got))
		}
		if len(got) != len(want) || len(got) < 20 {
			t.Fatalf("%s: %d packets; tcpdump has %d", name, len(got), len(want))
		}
		// Two processors may send at once: each capture has its own order then.
		byContent := func(a, b captured) int { return strings.Compare(a.data, b.data) }
		slices.SortFunc(got, byContent)
		slices.SortFunc(want, byContent)
		for i := range got {
			got[i].from = ""
			if got[i] != want[i] {
				t.Fatalf("%s: packet %d is %x (%d bytes); tcpdump has %x (%d)", name, i+1,
					got[i].data[:60], got[i].length, want[i].data[:60], want[i].length)
			}
		}
	}
}

// TestLiveFilter captures with filters that the kernel runs and one that it
// cannot run: only what they accept comes, and from the first packet on.
func TestLiveFilter(t *testing.T) {
	listener, port := server(t, "127.0.0.1:0")
	other, _ := server(t, "127.0.0.1:0")
	for _, expression := range []string{"tcp port %d", "tcp port %d and ether[len - 1] >= 0"} {
		f := parseFilter(t, expression, port)
		l := listen(t, LiveOptions{Interfaces: []string{"lo"}, Filter: f})
		echo(t, other, 1000)
		echo(t, listener, 1000)
		packets := gather(t, l)()
		if len(packets) < 8 {
			t.Errorf("%s: %d packets", f, len(packets))
		}
		for _, p := range packets {
			if !f.Match(uint16(p.link), []byte(p.data), p.length) {
				t.Errorf("%s: accepted %x", f, p.data)
			}
		}
	}
}

func TestLiveSnaplen(t *testing.T) {
	listener, port := server(t, "127.0.0.1:0")
	l := listen(t, LiveOptions{Interfaces: []string{"lo"}, Filter: parseFilter(t, "tcp port %d", port), Snaplen: 90})
	stop := gather(t, l)
	echo(t, listener, 10000)
	cut := 0
	for _, p := range stop() {
		if len(p.data) > 90 || len(p.data) < min(90, p.length) {
			t.Errorf("%d bytes of %d", len(p.data), p.length)
		}
		if p.length > len(p.data) {
			cut++
		}
	}
	if cut == 0 {
		t.Error("no packet is cut")
	}
}

func TestLiveEnds(t *testing.T) {
	quiet := func() *Live {
		return listen(t, LiveOptions{Interfaces: []string{"lo"}, Filter: parseFilter(t, "tcp port 1")})
	}
	l := quiet()
	started := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for p, err := range l.Packets(ctx) {
		t.Errorf("got %v, %v", p, err)
	}
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("a cancelled capture took %v to end", took)
	}
	for _, err := range l.Packets(t.Context()) {
		if err == nil {
			t.Error("a second Packets gives no error")
		}
	}
	l = quiet()
	go func() { time.Sleep(20 * time.Millisecond); l.Close() }()
	for p, err := range l.Packets(t.Context()) {
		t.Errorf("got %v, %v", p, err)
	}
	l = quiet()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	l.Close()
	if stats := l.Stats(); stats != (Stats{}) {
		t.Errorf("Stats() = %+v of a capture that never ran", stats)
	}
}

// TestLiveBreak leaves the loop with a packet in hand.
func TestLiveBreak(t *testing.T) {
	listener, port := server(t, "127.0.0.1:0")
	l := listen(t, LiveOptions{Interfaces: []string{"lo"}, Filter: parseFilter(t, "tcp port %d", port)})
	echo(t, listener, 1000)
	var last *Packet
	for p, err := range l.Packets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		last = p
		break
	}
	if len(last.Data) < 54 || last.Data[12] != 8 {
		t.Errorf("the packet in hand is %x", last.Data)
	}
}
