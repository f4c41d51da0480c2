//go:build !libpcap

package capture

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"wsight/capture/afpacket"
	"wsight/capture/filter"
)

// ownRing: Live is that of this package, not of libpcap.
const ownRing = true

// TestLiveDrops fills the smallest ring while nobody reads.
func TestLiveDrops(t *testing.T) {
	listener, port := server(t, "127.0.0.1:0")
	l := listen(t, LiveOptions{Interfaces: []string{"lo"}, Filter: parseFilter(t, "tcp port %d", port), RingSize: 1})
	echo(t, listener, 32<<20)
	if stats := l.Stats(); stats.Dropped == 0 {
		t.Errorf("Stats() = %+v; want drops", stats)
	}
	before := l.Stats().Dropped
	packets := gather(t, l)()
	if stats := l.Stats(); stats.Dropped < before || stats.Packets != int64(len(packets)) {
		t.Errorf("Stats() = %+v after %d packets and %d drops", stats, len(packets), before)
	}
	if per := l.Interfaces(); len(per) != 1 || per[0].Interface.Name != "lo" || per[0].Stats != l.Stats() {
		t.Errorf("Interfaces() = %+v; want the same figures as %+v", per, l.Stats())
	}
}

func TestListenErrors(t *testing.T) {
	listen(t, LiveOptions{Interfaces: []string{"lo"}})
	program, err := filter.ParseProgram("1\n6 0 0 96\n", 1)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := filter.ParseProgram("1\n6 0 0 96\n", 101)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		options LiveOptions
		want    string // "" for none
	}{
		{"no interface", LiveOptions{}, "no interface"},
		{"any and another", LiveOptions{Interfaces: []string{"any", "lo"}}, "alone"},
		{"unknown", LiveOptions{Interfaces: []string{"lo", "nosuch0"}}, "nosuch0: no such interface; there are: lo"},
		{"name too long", LiveOptions{Interfaces: []string{"an-interface-with-a-long-name"}}, "no such interface"},
		{"twice", LiveOptions{Interfaces: []string{"lo", "lo"}}, ""},
		{"program", LiveOptions{Interfaces: []string{"lo"}, Filter: program}, ""},
		{"program for another link type", LiveOptions{Interfaces: []string{"lo"}, Filter: raw}, "another link type"},
		{"program for any", LiveOptions{Interfaces: []string{"any"}, Filter: program}, "one interface only"},
		{"unknown namespace", LiveOptions{Interfaces: []string{"lo"}, Netns: "nosuchnamespace"}, "/run/netns/nosuchnamespace"},
	} {
		l, err := Listen(test.options)
		if err == nil {
			l.Close()
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
	}
}

// run runs a command of the system, such as ip.
func run(t *testing.T, line string) {
	t.Helper()
	words := strings.Fields(line)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", line, err, out)
	}
}

// namespaces makes two network namespaces that a veth pair joins: va with
// 10.77.0.1 in a, and vb with 10.77.0.2 in b.
func namespaces(t *testing.T) (a, b string) {
	t.Helper()
	listen(t, LiveOptions{Interfaces: []string{"lo"}}).Close()
	_, err := exec.LookPath("ip")
	needs(t, "ip of iproute2", err == nil)
	a, b = "wsight-test-a", "wsight-test-b"
	for _, name := range []string{a, b} {
		exec.Command("ip", "netns", "del", name).Run()
		if err := exec.Command("ip", "netns", "add", name).Run(); err != nil {
			needs(t, "the right to make network namespaces", false)
		}
		t.Cleanup(func() { exec.Command("ip", "netns", "del", name).Run() })
	}
	run(t, "ip link add va netns "+a+" type veth peer name vb netns "+b)
	for _, end := range []struct{ namespace, name, last string }{{a, "va", "1"}, {b, "vb", "2"}} {
		in := "ip -n " + end.namespace + " "
		run(t, in+"link set lo up")
		run(t, in+"link set "+end.name+" up")
		run(t, in+"addr add 10.77.0."+end.last+"/24 dev "+end.name)
	}
	return a, b
}

// echoBetween connects from namespace a to a server at address in b, sends
// size bytes there and reads them back.
func echoBetween(t *testing.T, a, b, address string, size int) {
	t.Helper()
	var listener net.Listener
	if err := afpacket.InNamespace(b, func() (err error) {
		listener, err = net.Listen("tcp4", address)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := afpacket.InNamespace(a, func() error {
		var group sync.WaitGroup
		group.Go(func() {
			if c, err := listener.Accept(); err == nil {
				b := make([]byte, size)
				for got := 0; got < size; {
					n, err := c.Read(b[got:])
					if err != nil {
						break
					}
					c.Write(b[got : got+n])
					got += n
				}
				c.Close()
			}
		})
		defer group.Wait()
		c, err := net.DialTimeout("tcp4", address, 5*time.Second)
		if err != nil {
			listener.Close()
			return err
		}
		defer c.Close()
		if _, err := c.Write(make([]byte, size)); err != nil {
			return err
		}
		for got, b := 0, make([]byte, size); got < size; {
			n, err := c.Read(b)
			if err != nil {
				return err
			}
			got += n
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestLiveNamespaces captures inside of a network namespace.
func TestLiveNamespaces(t *testing.T) {
	a, b := namespaces(t)
	for _, test := range []struct {
		name       string
		interfaces []string
		expression string
		from       []string // interfaces with packets
	}{
		{"one", []string{"vb"}, "tcp port 8080", []string{"vb"}},
		{"several", []string{"lo", "vb"}, "tcp port 8080", []string{"vb"}},
		{"another", []string{"lo"}, "tcp port 8080", nil},
		{"any", []string{"any"}, "tcp port 8080", []string{"vb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := listen(t, LiveOptions{Interfaces: test.interfaces, Filter: parseFilter(t, "%s", test.expression), Netns: b, Promiscuous: true})
			stop := gather(t, l)
			echoBetween(t, a, b, "10.77.0.2:8080", 5000)
			from := map[string]int{}
			for _, p := range stop() {
				from[p.from]++
			}
			for _, name := range test.from {
				if from[name] < 8 {
					t.Errorf("%d packets from %s", from[name], name)
				}
				delete(from, name)
			}
			if len(from) > 0 {
				t.Errorf("packets from %v", from)
			}
		})
	}
}

// inject sends frames through an interface of a network namespace.
func inject(t *testing.T, namespace, name string, frames ...[]byte) {
	t.Helper()
	err := afpacket.InNamespace(namespace, func() error {
		socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
		if err != nil {
			return err
		}
		defer unix.Close(socket)
		device, err := net.InterfaceByName(name)
		if err != nil {
			return err
		}
		for _, frame := range frames {
			if err := unix.Sendto(socket, frame, 0, &unix.SockaddrLinklayer{Ifindex: device.Index}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// syn returns an IPv4 packet that opens a TCP connection to port 8080.
func syn() []byte {
	b := []byte{0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 79, 0, 1, 10, 79, 0, 2}
	b = append(b, 0x9c, 0x40, 0x1f, 0x90, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0)
	var sum uint32
	for i := 0; i < 20; i += 2 {
		sum += uint32(b[i])<<8 | uint32(b[i+1])
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(b[10:], ^uint16(sum))
	return b
}

// TestLiveTags sends frames with and without VLAN tags. The kernel takes the
// outermost tag out of those that it receives; what is captured is what was sent.
func TestLiveTags(t *testing.T) {
	a, b := namespaces(t)
	addresses := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1}
	plain := slices.Concat(addresses, []byte{8, 0}, syn())
	tagged := slices.Concat(addresses, []byte{0x81, 0, 0x20, 7, 8, 0}, syn())
	service := slices.Concat(addresses, []byte{0x88, 0xa8, 0, 9, 8, 0}, syn())
	twice := slices.Concat(addresses, []byte{0x88, 0xa8, 0, 9, 0x81, 0, 0, 7, 8, 0}, syn())
	for _, test := range []struct {
		expression string
		want       [][]byte
	}{
		{"tcp port 8080", [][]byte{plain}},
		{"vlan", [][]byte{tagged, service, twice}},
		{"vlan 7", [][]byte{tagged}},
		{"vlan 9", [][]byte{service, twice}},
		{"vlan and tcp port 8080", [][]byte{tagged, service}},
		{"vlan and vlan 7 and tcp", [][]byte{twice}},
		{"ether[12:2] = 0x88a8", [][]byte{service, twice}},
		{"tcp or (vlan and tcp) or (vlan and tcp)", [][]byte{plain, tagged, service, twice}},
		{"tcp and len = 54 or (vlan and tcp and len = 58)", [][]byte{plain, tagged, service}},
		{"ether[len - 1] = 0 and vlan 7", [][]byte{tagged}}, // not in the kernel
	} {
		f := parseFilter(t, "%s", test.expression)
		for _, side := range []struct{ namespace, name string }{{b, "vb"}, {a, "va"}} {
			l := listen(t, LiveOptions{Interfaces: []string{side.name}, Filter: f, Netns: side.namespace})
			stop := gather(t, l)
			inject(t, a, "va", plain, tagged, service, twice)
			var got [][]byte
			for _, p := range stop() {
				if !f.Match(uint16(p.link), []byte(p.data), p.length) {
					t.Errorf("%q on %s: not accepted in a file: %x", test.expression, side.name, p.data)
				}
				if strings.HasPrefix(p.data, string(addresses)) {
					got = append(got, []byte(p.data))
				}
			}
			if !slices.EqualFunc(got, test.want, bytes.Equal) {
				t.Errorf("%q on %s: got %x; want %x", test.expression, side.name, got, test.want)
			}
		}
	}
}

// TestLiveBareIP captures on an interface without Ethernet headers.
func TestLiveBareIP(t *testing.T) {
	_, b := namespaces(t)
	var tunnel int
	err := afpacket.InNamespace(b, func() (err error) {
		if tunnel, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
			return err
		}
		request, err := unix.NewIfreq("bare")
		if err != nil {
			return err
		}
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		return unix.IoctlIfreq(tunnel, unix.TUNSETIFF, request)
	})
	needs(t, "/dev/net/tun", err == nil)
	defer unix.Close(tunnel)
	run(t, "ip -n "+b+" link set bare up")
	run(t, "ip -n "+b+" addr add 10.79.0.2/24 dev bare")
	for _, name := range []string{"bare", "any"} {
		l := listen(t, LiveOptions{Interfaces: []string{name}, Filter: parseFilter(t, "tcp port 8080 and ip[8] > 1"), Netns: b})
		stop := gather(t, l)
		if _, err := unix.Write(tunnel, syn()); err != nil {
			t.Fatal(err)
		}
		if err := afpacket.InNamespace(b, func() error {
			c, err := net.DialTimeout("tcp4", "10.79.0.1:8080", 50*time.Millisecond)
			if err == nil {
				c.Close()
			}
			return nil // nobody answers
		}); err != nil {
			t.Fatal(err)
		}
		packets := stop()
		if len(packets) != 2 || packets[0].data != string(syn()) || packets[0].length != 40 {
			t.Errorf("%s: got %d packets; want a SYN that came and one that went", name, len(packets))
		}
		for _, p := range packets {
			if p.link != linkRaw || p.data[0]>>4 != 4 || p.from != "bare" {
				t.Errorf("%s: link type %d, from %s: %x", name, p.link, p.from, p.data)
			}
		}
	}
}

// TestLiveInterfaceGoes takes an interface down and up again, then deletes and
// makes it anew: the capture tells of it and goes on.
func TestLiveInterfaceGoes(t *testing.T) {
	a, b := namespaces(t)
	for _, interfaces := range [][]string{{"vb"}, {"vb", "lo"}} {
		changes := make(chan bool, 10)
		l := listen(t, LiveOptions{
			Interfaces: interfaces, Filter: parseFilter(t, "tcp port 8080"), Netns: b, Promiscuous: true,
			Changed: func(name string, up bool) {
				if name != "vb" {
					t.Errorf("%s changed", name)
				}
				changes <- up
			},
		})
		await := func(want bool) {
			t.Helper()
			select {
			case got := <-changes:
				if got != want {
					t.Errorf("told that it is up: %v", got)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("not told of the change")
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		counted := make(chan int, 1)
		go func() {
			n := 0
			for _, err := range l.Packets(ctx) {
				if err != nil {
					t.Error(err)
				}
				n++
			}
			counted <- n
		}()
		run(t, "ip -n "+b+" link set vb down")
		await(false)
		run(t, "ip -n "+b+" link set vb up")
		await(true)
		run(t, "ip -n "+b+" link del vb")
		await(false)
		run(t, "ip link add va netns "+a+" type veth peer name vb netns "+b)
		run(t, "ip -n "+a+" link set va up")
		run(t, "ip -n "+b+" link set vb up")
		run(t, "ip -n "+a+" addr add 10.77.0.1/24 dev va")
		run(t, "ip -n "+b+" addr add 10.77.0.2/24 dev vb")
		await(true)
		time.Sleep(2 * lookEvery)
		echoBetween(t, a, b, "10.77.0.2:8080", 5000)
		cancel()
		if n := <-counted; n < 8 {
			t.Errorf("%v: %d packets after the interface came back", interfaces, n)
		}
	}
}
