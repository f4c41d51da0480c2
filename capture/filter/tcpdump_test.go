package filter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/bpf"
)

// written are expressions by hand: one for each word of the language, and the
// traps.
var written = strings.Split(strings.TrimSpace(`
tcp
udp
sctp
icmp
icmp6
igmp
ip
ip6
arp
rarp
esp
ah
pim
vrrp
not tcp
not ip
! udp
not not tcp
tcp or udp
tcp || udp
ip && not udp
tcp and port 80
host 10.0.0.1
host 10.0.0.1 or 10.0.0.2
src host 10.0.0.1
dst host 10.0.0.1
src 10.0.0.1
dst 192.168.1.77
src or dst 10.0.0.2
dst or src host 10.0.0.2
src and dst 10.0.0.1
dst and src host 10.0.0.1
ip host 10.0.0.1
ip src 10.0.0.1
ip src or dst host 10.0.0.1
arp host 10.0.0.1
arp src host 10.0.0.2
rarp host 10.0.0.2
host ::1
host fe80::1
src host 2001:db8::1
dst 2001:db8::2
ip6 host 2001:db8::1
ip6 src host fe80::1
src and dst host 2001:db8::1
host 10.0.0.1 and host 10.0.0.2
host (10.0.0.1 or 10.0.0.2)
src host (10.0.0.1 or not 10.0.0.2)
host not 10.0.0.1
host 10.1
net 10
net 10.0.0.0/8
net 192.168
net 192.168.1
net 192.168.1.0/24
net 10.1.2.3
src net 10.0.0.0/8
dst net 192.168.1.0/25
net 10.0.0.0 mask 255.0.0.0
net 10.0.0.0 mask 255.0.255.0
ip src net 10.0.0.0 mask 255.0.0.0
net 0.0.0.0/0
net 10.0.0.0/8 or 192.168.0.0/16
net 10 or 192.168
net (10 or 192.168)
net 2001:db8::/32
net fe80::/10
src net 2001:db8::/47
net 2001:db8::/64
net ::/0
ip6 net 2001:db8::/32
ip6 dst net ff00::/8
arp net 10.0.0.0/8
port 80
port 80 or 443
port (80 or 443)
src port 80
dst port 443
src or dst port 80
src and dst port 80
tcp port 80
tcp src port 80
tcp dst port 8080
udp port 53
udp src or dst port 53
sctp port 80
port 0
port 65535
port 0x50
port 0120
not port 22
tcp and not port 22
tcp port 80 or tcp port 443
tcp port 80 or 443 or 8080
tcp port 80 or udp port 53
port 80 or not 443
port 80 and host 10.0.0.1
tcp port 8080 and host 10.0.0.1
tcp port 8080 and not host 10.0.0.1
(host 10.0.0.1 or host 10.0.0.2) and (port 80 or port 443)
tcp and (port 80 or 443) and not src net 10
host 10.0.0.1 and tcp port 80 or udp port 53
udp or tcp and port 80
tcp and port 80 or udp
portrange 8000-8100
tcp portrange 8000-8100
src portrange 8000-8100
dst portrange 80-443
src and dst portrange 0-1024
portrange 8100-8000
portrange 80-80
portrange 80
portrange 0-65535
portrange 22-53 or 8000-8100
tcp portrange 80-443 and not port 100
port ssh
tcp port http
tcp port https
port domain
udp port domain
port https
tcp dst port ssh
proto 6
proto 17
ip proto 6
ip6 proto 6
ip6 proto 44
ip proto 47
ip proto 1
proto 58
ip proto 6 or 17
ip proto (6 or 17)
ip proto \tcp
ip6 proto \udp
ip proto \icmp
ip proto \tcp or \udp
ether proto 0x0800
ether proto 0x86dd
ether proto 2054
ether proto 0x8100
ether proto \ip
ether proto \arp
link proto 0x0800
less 60
greater 60
greater 0
less 100 and tcp
len > 60
len >= 60
len < 60
len <= 60
len = 60
len == 60
len != 60
60 < len
len > 40 + 20
len - 14 > 50
ip[0] & 0xf != 5
ip[0] & 0xf > 5
(ip[0] & 0xf) != 5
ip[6:2] & 0x1fff = 0
ip[6:2] & 0x1fff != 0
ip[8] < 5
ip[9] = 6
ip[9] == 6 or ip[9] == 17
ip[16] >= 224
ip[2:2] > 60
ip[12:4] = 0x0a000001
ip[2:2] - ((ip[0] & 0xf) << 2) > 40
ip6[6] = 6
ip6[6] = 6 and ip6[40:2] = 80
ip6[4:2] > 40
ip6[8:4] = 0x20010db8
tcp[0:2] = 80
tcp[2:2] = 80
tcp[13] & 2 != 0
tcp[tcpflags] & tcp-syn != 0
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[tcpflags] & (tcp-syn|tcp-ack) == (tcp-syn|tcp-ack)
tcp[tcpflags] == tcp-syn
tcp[tcpflags] & tcp-rst != 0
tcp[tcpflags] & tcp-push != 0
tcp[tcpflags] & tcp-urg != 0
tcp[tcpflags] & (tcp-ece|tcp-cwr) != 0
tcp[tcpflags] & tcp-ack = 0
tcp[12] >> 4 > 5
tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420
tcp[(tcp[12:1] & 0xf0) >> 2:2] > 1000
not tcp[13] & 2 != 0
port 80 and tcp[13] & 2 != 0
tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)
udp[4:2] > 30
udp[0:2] = 53 or udp[2:2] = 53
udp[0:2] < udp[2:2]
udp[0:2] = udp[2:2]
icmp[0] = 8
icmp[icmptype] = icmp-echo
icmp[icmptype] == icmp-echoreply
icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply
icmp[icmpcode] = 0
icmp6[0] = 135
icmp6[icmp6type] = icmp6-echo
icmp6[icmp6type] == icmp6-neighborsolicit
sctp[0:2] = 80
igmp[0] > 100
arp[6:2] = 1
arp[6:2] == 2
ether[0] & 1 = 0
ether[0] & 1 != 0
ether[12:2] = 0x0800
ether[12:2] > 1500
ether[16:2] = 0x0800
ether[14] & 0xf0 = 0x40
link[0] = 2
ip[0] + ip[1] * 2 > 80
ip[0] | 1 == 0x45
ip[8] / 2 > 10
ip[8] % 2 = 1
ip[8] ^ 1 > 30
ip[8] * ip[8] > 900
ip[8] - 65 > 0
ip[8] & ip[9] = 0
ip[8] | 2 & 4 > 60
ip[8] & 6 | 8 > 10
ip[8] << 1 + 1 > 90
ip[ip[9]] > 100
ether[ether[5]] = 2
ether[len - 1] > 127
1 = 1
1 = 2
5 > 3 and tcp
tcp or 5 < 3
tcpflags = 13
ether host 02:00:00:00:00:01
ether host 2:0:0:0:0:1
ether src 02:00:00:00:00:02
ether dst 02:00:00:00:00:01
ether dst host 02-00-00-00-00-01
ether src or dst host 02:00:00:00:00:02
ether src and dst 02:00:00:00:00:01
not ether host 02:00:00:00:00:01
ether host 02:00:00:00:00:01 and tcp port 80
broadcast
multicast
ether broadcast
ether multicast
not multicast
not broadcast and not multicast
ip multicast
ip6 multicast
ip multicast or ip6 multicast
vlan
not vlan
vlan 7
vlan 0x64
vlan 1 or vlan 7
vlan and tcp
vlan and port 80
vlan 7 and port 80
vlan 7 and tcp port 80 and host 10.0.0.1
vlan and vlan
vlan and vlan 7
vlan 9 and vlan 7 and ip
vlan and host 10.0.0.1
vlan and ip6
vlan and not tcp
vlan or tcp
tcp or vlan
tcp or (vlan and tcp)
port 80 or (vlan and port 80)
not vlan and tcp
(vlan 7 or vlan 100) and tcp
vlan and ether host 02:00:00:00:00:01
vlan and ether proto 0x0800
vlan and ip[9] = 6
vlan and tcp[13] & 2 != 0
vlan and len > 60
vlan and multicast
vlan and arp
ether[12:2] = 0x8100 and ether[14:2] & 0xfff = 7
ether[14:2] & 0xfff = 7
mpls
mpls 100
mpls and ip
mpls and tcp
mpls and host 10.0.0.1
mpls and port 80
mpls 100 and tcp port 80
mpls and mpls
mpls 100 and mpls 20
mpls and mpls 20 and host 10.0.0.1
mpls and ip6
vlan and mpls
vlan 7 and mpls 100 and tcp
pppoed
pppoes
pppoes 7
pppoes and ip
pppoes 7 and tcp port 80
pppoes and host 10.0.0.1
pppoes and ip6 and udp
ip and ip6
tcp and udp
tcp and not tcp
tcp or not tcp
`), "\n")

// guarded are expressions in which tcpdump forgets that a packet must be of the
// protocol whose bytes are read: where they are not the first operand. Beside
// them stands how to ask tcpdump for what is meant.
var guarded = map[string]string{
	"-ip[8] > 4294967280":         "ip and 0 - ip[8] > 4294967280",
	"2 * ip[8] - 3 * ip[9] < 100": "ip and 2 * ip[8] - 3 * ip[9] < 100",
	"100 / ip[1] > 3":             "ip and 100 / ip[1] > 3",
	"100 % ip[1] > 3":             "ip and 100 % ip[1] > 3",
	"ip[8] - udp[5] > 10":         "udp and ip[6:2] & 0x1fff = 0 and ip[8] - udp[5] > 10",
	"not 9 + tcp[13] > 20":        "not (tcp and ip[6:2] & 0x1fff = 0 and 9 + tcp[13] > 20)",
}

// generated joins random primitives with random connectives.
func generated(n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	primitive := func() string {
		end := pick("", "", "src ", "dst ", "src or dst ", "src and dst ")
		switch random.IntN(9) {
		case 0:
			return end + "host " + corpusAddresses[random.IntN(len(corpusAddresses))]
		case 1:
			return pick("", "tcp ", "udp ") + end + "port " + fmt.Sprint(corpusPorts[random.IntN(len(corpusPorts))])
		case 2:
			low := random.IntN(9000)
			return pick("", "tcp ", "udp ") + end + fmt.Sprintf("portrange %d-%d", low, low+random.IntN(9000))
		case 3:
			return end + "net " + pick("10.0.0.0/8", "192.168.0.0/16", "10", "2001:db8::/32", "fe80::/64", "128.0.0.0/1", "::/1")
		case 4:
			return pick("tcp", "udp", "ip", "ip6", "icmp", "icmp6", "arp", "sctp")
		case 5:
			return pick("", "ip ", "ip6 ") + "proto " + fmt.Sprint(corpusProtocols[random.IntN(len(corpusProtocols))])
		case 6:
			return pick("ip", "tcp", "udp", "ether", "ip6", "icmp", "icmp6") +
				fmt.Sprintf("[%d:%s] %s %d", random.IntN(24), pick("1", "2", "4"), pick("=", "!=", "<", ">", "<=", ">=", "& 1 =", "& 0xf >"), random.IntN(256))
		case 7:
			return pick("less ", "greater ", "len = ", "len < ") + fmt.Sprint(40+random.IntN(60))
		}
		return pick("tcp[tcpflags] & (tcp-syn|tcp-ack) != 0", "ip multicast", "ip[2:2] > udp[4:2]", "tcp[tcp[12] >> 2] > 99")
	}
	var build func(depth int) string
	build = func(depth int) string {
		if depth == 0 || random.IntN(4) == 0 {
			return primitive()
		}
		switch random.IntN(5) {
		case 0:
			return "not " + build(depth-1)
		case 1:
			return "(" + build(depth-1) + pick(" and ", " or ") + build(depth-1) + ")"
		case 2:
			return "not (" + build(depth-1) + pick(" and ", " or ") + build(depth-1) + ")"
		}
		return build(depth-1) + pick(" and ", " or ") + build(depth-1)
	}
	expressions := make([]string, n)
	for i := range expressions {
		expressions[i] = build(1 + i%4)
	}
	return expressions
}

// errRefused says that tcpdump does not take an expression for a link type.
var errRefused = errors.New("refused")

// A reference compiles expressions with tcpdump.
type reference struct {
	tcpdump string
	folder  string
}

func newReference(t testing.TB) reference {
	t.Helper()
	path, err := exec.LookPath("tcpdump")
	if err != nil {
		if os.Getenv("WSIGHT_E2E") == "1" {
			t.Fatal("tcpdump is not installed")
		}
		t.Skip("needs tcpdump, which is not installed")
	}
	r := reference{path, t.TempDir()}
	for _, link := range corpusLinks {
		header := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
		header = append(header, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0)
		header = binary.LittleEndian.AppendUint32(header, uint32(link))
		if err := os.WriteFile(r.file(link), header, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (r reference) file(link uint16) string {
	return filepath.Join(r.folder, fmt.Sprintf("%d.pcap", link))
}

// program returns the program of tcpdump for packets of a link type.
func (r reference) program(link uint16, options, expression string) (*tcpdumpProgram, error) {
	command := exec.Command(r.tcpdump, "-r", r.file(link), options, expression)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	switch {
	case strings.Contains(stderr.String(), "expression rejects all packets"):
		out = []byte("1\n6 0 0 0\n")
	case err != nil:
		return nil, fmt.Errorf("%w: %s", errRefused, stderr.String())
	}
	f, err := ParseProgram(string(out), link)
	if err != nil {
		return nil, err
	}
	layout, _ := layoutOf(link)
	instructions, ok := bpf.Disassemble(f.programs[layout])
	if !ok {
		return nil, fmt.Errorf("not understood: %s", out)
	}
	program := &tcpdumpProgram{instructions: instructions}
	program.readsLength = slices.Contains(instructions, bpf.Instruction(bpf.LoadExtension{Num: bpf.ExtLen}))
	if !program.readsLength {
		program.vm, err = bpf.NewVM(instructions)
	}
	return program, err
}

// A tcpdumpProgram runs in the machine of golang.org/x/net/bpf.
type tcpdumpProgram struct {
	instructions []bpf.Instruction
	readsLength  bool
	vm           *bpf.VM // nil when readsLength
}

// accepts runs the program on a packet. The machine takes the captured bytes
// for all that there are, so the length is put in as a constant.
func (p *tcpdumpProgram) accepts(packet corpusPacket) (bool, error) {
	vm := p.vm
	if p.readsLength {
		fixed := slices.Clone(p.instructions)
		for i, instruction := range fixed {
			if instruction == (bpf.LoadExtension{Num: bpf.ExtLen}) {
				fixed[i] = bpf.LoadConstant{Dst: bpf.RegA, Val: uint32(packet.length)}
			}
		}
		var err error
		if vm, err = bpf.NewVM(fixed); err != nil {
			return false, err
		}
	}
	n, err := vm.Run(packet.data)
	return n > 0, err
}

// TestTcpdump compares verdicts of Match and of the kernel program with those
// of the program that tcpdump makes of the same expression, for every link
// type, on packets whole and cut short.
func TestTcpdump(t *testing.T) {
	tcpdump := newReference(t)
	expressions := append(slices.Concat(written, generated(120)), slices.Collect(maps.Keys(guarded))...)
	packets := map[uint16][]corpusPacket{}
	for _, link := range corpusLinks {
		packets[link] = corpus(link)
	}
	type job struct {
		expression string
		link       uint16
	}
	jobs := make(chan job)
	var wait sync.WaitGroup
	var count sync.Map
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for j := range jobs {
				if compareVerdicts(t, tcpdump, j.expression, j.link, packets[j.link]) {
					count.Store(j, true)
				}
			}
		})
	}
	for i, expression := range expressions {
		for k, link := range corpusLinks {
			// Every expression on Ethernet; on the others in turn.
			if link == 1 || link == 101 && i%2 == 0 || (i+k)%5 == 0 {
				jobs <- job{expression, link}
			}
		}
	}
	close(jobs)
	wait.Wait()
	compared := map[uint16]int{}
	count.Range(func(key, _ any) bool {
		compared[key.(job).link]++
		return true
	})
	t.Logf("expressions compared by link type: %v", compared)
	if compared[1] < 200 {
		t.Errorf("compared %d expressions on Ethernet; want at least 200", compared[1])
	}
}

func compareVerdicts(t *testing.T, tcpdump reference, expression string, link uint16, packets []corpusPacket) bool {
	f, parseErr := Parse(expression)
	if meant, ok := guarded[expression]; ok {
		expression = meant
	}
	program, err := tcpdump.program(link, "-ddd", expression)
	if parseErr != nil {
		t.Errorf("Parse(%q): %v; tcpdump: %v", expression, parseErr, err)
		return false
	}
	if errors.Is(err, errRefused) {
		if link == 1 {
			t.Errorf("tcpdump does not take %q: %v", expression, err)
		}
		return false
	}
	if err != nil {
		t.Errorf("%q: %v", expression, err)
		return false
	}
	kernel, kernelErr := f.Program(262144)
	if kernelErr != nil && !errors.Is(kernelErr, ErrNotForKernel) {
		t.Errorf("%q: %v", expression, kernelErr)
	}
	if _, ok := bpf.Disassemble(kernel); !ok && kernelErr == nil {
		t.Errorf("%q: the program for the kernel has unknown instructions", expression)
	}
	for _, p := range packets {
		want, err := program.accepts(p)
		if err != nil {
			t.Errorf("%q: %v", expression, err)
			return false
		}
		got := f.Match(link, p.data, p.length)
		if got != want {
			// The optimizer of tcpdump leaves out tests and changes their order,
			// and with it which of them read beyond the end of a packet.
			plain, err := tcpdump.program(link, "-Oddd", expression)
			if err != nil {
				t.Errorf("%q: %v", expression, err)
				return false
			}
			if want, err = plain.accepts(p); err != nil {
				t.Errorf("%q: %v", expression, err)
				return false
			}
		}
		if got != want {
			t.Errorf("%q: Match(%d, %x, %d) = %v; tcpdump says %v", expression, link, p.data, p.length, got, want)
			return false
		}
		if kernelErr != nil || len(p.data) != p.length {
			continue
		}
		var shown []shownPacket
		if s, ok := bare(p.data); ok && link == 101 {
			shown = append(shown, s)
		}
		if s, ok := untag(p.data); ok && link == 1 {
			shown = append(shown, s)
		}
		if link == 1 {
			shown = append(shown, frame(p.data, 1), frame(p.data, 772))
		}
		for _, s := range shown {
			if got := kernelRun(kernel, s) != 0; got != want {
				t.Errorf("%q: the program for the kernel says %v for %+v; tcpdump says %v", expression, got, s, want)
				return false
			}
		}
	}
	return true
}
