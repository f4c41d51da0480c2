package filter

import (
	_ "embed"
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

// written are expressions by hand: some for each word of the language, and the
// traps.
//
//go:embed testdata/expressions.txt
var expressions string

var written = strings.Split(strings.TrimSpace(expressions), "\n")

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
		if os.Getenv("WSIGHT_E2E") != "" {
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
