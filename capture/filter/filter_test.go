package filter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// tcpPacket is an Ethernet frame with a TCP segment from 10.0.0.1:40000 to
// 10.0.0.2:8080.
func tcpPacket() []byte {
	b := []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}
	b = append(b, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, protocolTCP, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
	b = binary.BigEndian.AppendUint16(b, 40000)
	b = binary.BigEndian.AppendUint16(b, 8080)
	return append(b, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x12, 0, 0, 0, 0, 0, 0)
}

func ExampleParse() {
	f, err := Parse("tcp port 8080 and not host 192.0.2.7")
	if err != nil {
		fmt.Println(err)
		return
	}
	packet := tcpPacket()
	fmt.Println(f.Match(1, packet, len(packet)))
	_, err = Parse("tcp prot 8080")
	fmt.Println(err)
	// Output:
	// true
	// filter: "prot" at column 5: want and, or, or the end
}

func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct{ expression, word, want string }{
		{"tcp prot 80", "prot", "want and, or, or the end"},
		{"tcp port", "", "want a port"},
		{"port abc", "abc", "want a port"},
		{"port 65536", "65536", "want a port"},
		{"port 80-90", "80-90", "portrange"},
		{"ip port 80", "ip", "no ports"},
		{"tcp host 10.0.0.1", "tcp", "no addresses"},
		{"host example.com", "example.com", "not looked up"},
		{"host 10", "10", "not looked up"},
		{"host 10.0.0.1/8", "/", "want and, or, or the end"},
		{"host 10.0.0.256", "10.0.0.256", "not looked up"},
		{"ip6 host 10.0.0.1", "10.0.0.1", "IPv6"},
		{"ip host ::1", "::1", "IPv4"},
		{"host 02:00:00:00:00:01", "02:00:00:00:00:01", "not looked up"},
		{"ether host 10.0.0.1", "10.0.0.1", "Ethernet address"},
		{"ether port 80", "ether", "no ports"},
		{"ether net 10", "net", "want host"},
		{"net 10.0.0.1/8", "10.0.0.1", "bits set"},
		{"net 10.0.0.0/33", "33", "up to 32"},
		{"net 10.0.0.1 mask 255.0.0.0", "10.0.0.1", "bits set"},
		{"net 10 mask x", "x", "mask"},
		{"net 2001:db8::1/32", "2001:db8::1", "bits set"},
		{"10.0.0.1", "10.0.0.1", "qualifier"},
		{"tcp and 80", "80", "qualifier"},
		{"tcp 80", "80", "want and, or, or the end"},
		{"port 80 and or tcp", "or", "want a test"},
		{"and tcp", "and", "want a test"},
		{"tcp and", "", "want a test"},
		{"not", "", "want a test"},
		{"(tcp", "", "closing )"},
		{"tcp)", ")", "closes nothing"},
		{"ip[0", "", "closing ]"},
		{"ip[0)", ")", "closes nothing"},
		{"ip[0:3] = 1", "3", "1, 2 or 4"},
		{"ip[70000] = 1", "ip", "65535"},
		{"ip[0]", "", "comparison"},
		{"ip[0] = ", "", "want a number"},
		{"http[0] = 1", "http", "before a bracket"},
		{"wlan[0] = 1", "wlan", "wireless"},
		{"len / 0 = 1", "/", "zero"},
		{"len << 32 = 1", "<<", "up to 31"},
		{"1 << len = 1", "<<", "up to 31"},
		{"ip[1] % 3 * 2 = 4", "*", "parentheses"},
		{"ip[1] + 3 % 2 = 4", "%", "parentheses"},
		{"ip[1] & 2 ^ 1 = 4", "^", "parentheses"},
		{"proto 256", "256", "up to 255"},
		{"proto foo", "foo", "inside IP"},
		{"tcp proto 6", "tcp", "before proto"},
		{"src proto 6", "proto", "want host"},
		{"ether proto 3", "3", "only IP"},
		{"ether proto foo", "foo", "Ethernet protocol"},
		{"ip protochain 6", "protochain", "chains"},
		{"vlan 4096", "4096", "up to 4095"},
		{"less tcp", "tcp", "want a number"},
		{"mpls and vlan", "vlan", "behind mpls"},
		{"mpls and arp", "arp", "behind mpls"},
		{"pppoes and ether host 02:00:00:00:00:01", "ether", "behind pppoes"},
		{"ip broadcast", "broadcast", "netmask"},
		{"tcp multicast", "multicast", "cannot be told"},
		{"gateway 10.0.0.1", "gateway", "ether host"},
		{"stp", "stp", "only IP"},
		{"tcp $ udp", "$", "no such operator"},
		{"\\", "\\", "no such operator"},
		{"tcp port 1883 and udp port mqtt", "mqtt", "no such service of udp"},
	} {
		_, err := Parse(test.expression)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) = %v; want a *SyntaxError", test.expression, err)
			continue
		}
		if syntax.Word != test.word || !strings.Contains(syntax.Want, test.want) {
			t.Errorf("Parse(%q) = %q, %q; want %q, ...%s...", test.expression, syntax.Word, syntax.Want, test.word, test.want)
		}
		if !strings.HasPrefix(test.expression[syntax.Offset:], syntax.Word) {
			t.Errorf("Parse(%q) points at %d, where %q does not stand", test.expression, syntax.Offset, syntax.Word)
		}
	}
}

func TestLimits(t *testing.T) {
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	for _, test := range []struct {
		name, expression string
		ok               bool
	}{
		{"text at its limit", "tcp" + many(maxLength-3, " "), true},
		{"text too long", "tcp" + many(maxLength-2, " "), false},
		{"parentheses", many(maxDepth-1, "(") + "tcp" + many(maxDepth-1, ")"), true},
		{"too many parentheses", many(maxDepth+1, "(") + "tcp" + many(maxDepth+1, ")"), false},
		{"too many nots", many(maxDepth, "!") + "tcp", false},
		{"too many nots of a value", "port " + many(maxDepth, "!") + "80", false},
		{"too many minus signs", many(maxDepth, "-") + "1 = 1", false},
		{"registers", "ip[0] = ip[0] - " + many(13, "(ip[0] - ") + "ip[1]" + many(13, ")"), true},
		{"too many registers", "ip[0] = ip[0] - " + many(16, "(ip[0] - ") + "ip[1]" + many(16, ")"), false},
	} {
		if _, err := Parse(test.expression); (err == nil) != test.ok {
			t.Errorf("%s: error %v; want one: %v", test.name, err, !test.ok)
		}
	}
}

// TestFar makes programs in which jumps reach farther than 255 instructions.
func TestFar(t *testing.T) {
	for _, n := range []int{40, 130, 400} {
		var expression strings.Builder
		for i := range n {
			fmt.Fprintf(&expression, "host 192.168.%d.%d or ", i/256, i%256)
		}
		f, err := Parse(expression.String() + "tcp port 8080")
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(f.programs[ethernet]); err != nil && n < 400 {
			t.Errorf("%d hosts: %v", n, err)
		}
		packet := tcpPacket()
		for _, change := range []struct {
			offset int
			value  byte
			want   bool
		}{{37, 0x90, true}, {37, 0x91, false}, {12, 8, true}, {12, 9, false}} {
			b := append([]byte(nil), packet...)
			b[change.offset] = change.value
			if got := f.Match(1, b, len(b)); got != change.want {
				t.Errorf("%d hosts, byte %d set to %d: %v; want %v", n, change.offset, change.value, got, change.want)
			}
		}
		copy(packet[26:], []byte{192, 168, byte((n - 1) / 256), byte((n - 1) % 256)})
		packet[37] = 1
		if !f.Match(1, packet, len(packet)) {
			t.Errorf("%d hosts: the last one does not match", n)
		}
	}
}

func TestProgram(t *testing.T) {
	program, err := must(t, "").Program(96)
	if err != nil || kernelRun(program, frame(tcpPacket(), 1)) != 96 {
		t.Errorf("the empty expression does not keep 96 bytes of each packet: %v", err)
	}
	var hosts strings.Builder
	for i := range 600 {
		fmt.Fprintf(&hosts, "host 192.168.%d.%d or ", i/256, i%256)
	}
	for _, expression := range []string{hosts.String() + "tcp", "ether[13:2] = 0", "ether[len - 1] = 0"} {
		if _, err := must(t, expression).Program(96); !errors.Is(err, ErrNotForKernel) {
			t.Errorf("Program of %.20q: %v; want ErrNotForKernel", expression, err)
		}
	}
}

func must(t testing.TB, expression string) *Filter {
	t.Helper()
	f, err := Parse(expression)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSupports(t *testing.T) {
	for _, test := range []struct {
		expression string
		link       uint16
		ok         bool
	}{
		{"tcp", 1, true}, {"tcp", 276, true}, {"tcp", 127, false},
		{"ether host 02:00:00:00:00:01", 1, true}, {"ether host 02:00:00:00:00:01", 101, false},
		{"tcp or multicast", 113, true}, {"tcp or multicast", 9, false},
		{"outbound", 113, true}, {"inbound", 1, false},
	} {
		if err := must(t, test.expression).Supports(test.link); (err == nil) != test.ok {
			t.Errorf("%q on link type %d: %v; want support: %v", test.expression, test.link, err, test.ok)
		}
	}
}

// TestExtensions covers what tcpdump refuses for a link type and this package knows.
func TestExtensions(t *testing.T) {
	cooked := func(packetType byte, rest ...byte) []byte {
		return append([]byte{0, packetType, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}, rest...)
	}
	ip := tcpPacket()[14:]
	null := func(family ...byte) []byte { return append(family, ip...) }
	for _, test := range []struct {
		expression string
		link       uint16
		data       []byte
		want       bool
	}{
		{"outbound", 113, cooked(4, 8, 0), true},
		{"outbound", 113, cooked(0, 8, 0), false},
		{"inbound", 113, cooked(0, 8, 0), true},
		{"broadcast", 113, cooked(1, 8, 0), true},
		{"broadcast", 113, cooked(2, 8, 0), false},
		{"multicast", 113, cooked(2, 8, 0), true},
		{"vlan 7 and tcp", 113, cooked(0, append([]byte{0x81, 0, 0, 7, 8, 0}, ip...)...), true},
		{"vlan 8 and tcp", 113, cooked(0, append([]byte{0x81, 0, 0, 7, 8, 0}, ip...)...), false},
		{"vlan", 101, ip, false},
		{"tcp", 0, null(2, 0, 0, 0), true},
		{"tcp", 0, null(0, 0, 0, 2), true},
		{"ip6", 0, null(10, 0, 0, 0), true},
		{"ip6", 0, null(0, 0, 0, 23), true},
		{"ip6", 0, null(0, 0, 0, 25), false},
		{"tcp", 12, ip, true},
		{"tcp", 14, ip, true},
		{"tcp", 127, ip, false},
	} {
		if got := must(t, test.expression).Match(test.link, test.data, len(test.data)); got != test.want {
			t.Errorf("%q on link type %d, %x: %v; want %v", test.expression, test.link, test.data, got, test.want)
		}
	}
}

func TestParseProgram(t *testing.T) {
	const tcp = "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n"
	f, err := ParseProgram(tcp, 1)
	if err != nil {
		t.Fatal(err)
	}
	packet := tcpPacket()
	if !f.Match(1, packet, len(packet)) || f.Match(101, packet, len(packet)) {
		t.Error("the program does not hold for Ethernet only")
	}
	if f.Supports(1) != nil || f.Supports(101) == nil {
		t.Error("Supports does not tell the link type of the program")
	}
	if program, err := f.Program(99); err != nil || kernelRun(program, frame(packet, 1)) != 99 {
		t.Errorf("the program for the kernel does not keep 99 bytes: %v", err)
	}
	for text, want := range map[string]bool{tcp: true, "80": false, "": false, "tcp": false, "1\n6 0 0 x": false} {
		if IsProgram(text) != want {
			t.Errorf("IsProgram(%q) = %v", text, !want)
		}
	}
	for _, test := range []struct{ name, text string }{
		{"empty", ""}, {"no count", "40 0 0 12"}, {"count too great", "2\n6 0 0 0"}, {"none", "0"},
		{"number too great", "1\n6 0 0 4294967296"}, {"code too great", "1\n65542 0 0 0"}, {"word", "1\n6 0 0 x"},
		{"unknown code", "2\n255 0 0 0\n6 0 0 0"}, {"jump too far", "2\n21 1 0 0\n6 0 0 0"},
		{"plain jump too far", "2\n5 0 0 1\n6 0 0 0"}, {"plain jump around", "2\n5 0 0 4294967295\n6 0 0 0"},
		{"no return", "1\n40 0 0 0"}, {"register", "2\n2 0 0 16\n6 0 0 0"},
		{"division by zero", "2\n52 0 0 0\n6 0 0 0"}, {"shift", "2\n100 0 0 32\n6 0 0 0"},
	} {
		if _, err := ParseProgram(test.text, 1); err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	f := must(t, "tcp port 8080 and tcp[tcpflags] & tcp-syn != 0")
	packet := tcpPacket()
	if n := testing.AllocsPerRun(100, func() { f.Match(1, packet, len(packet)) }); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, expression := range written {
		f.Add(expression)
	}
	f.Add("tcp port 80-90 or [(")
	packet := tcpPacket()
	f.Fuzz(func(t *testing.T, expression string) {
		parsed, err := Parse(expression)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset > len(expression) || !strings.HasPrefix(expression[syntax.Offset:], syntax.Word) {
				t.Errorf("error %#v does not point at a word of %q", err, expression)
			}
			return
		}
		got := parsed.Match(1, packet, len(packet))
		program, err := parsed.Program(1)
		if err != nil {
			return
		}
		if err := verify(append([]instruction(nil), program...)); err != nil {
			t.Errorf("%q: %v", expression, err)
		}
		if strings.Contains(expression, "bound") {
			return // told by the kernel, not by Ethernet
		}
		if shown := kernelRun(program, frame(packet, 1)) != 0; shown != got {
			t.Errorf("%q: kernel %v, file %v", expression, shown, got)
		}
	})
}

// FuzzMatch runs random programs that pass verify beside the machine of
// golang.org/x/net/bpf.
func FuzzMatch(f *testing.F) {
	f.Add(uint64(1), tcpPacket())
	f.Add(uint64(2), []byte{})
	f.Fuzz(func(t *testing.T, seed uint64, packet []byte) {
		program := randomProgram(rand.New(rand.NewPCG(seed, 0)))
		if err := verify(program); err != nil {
			t.Fatalf("%v: %v", program, err)
		}
		instructions, ok := bpf.Disassemble(program)
		if !ok {
			t.Fatalf("%v is not understood", program)
		}
		vm, err := bpf.NewVM(instructions)
		if err != nil {
			return // it refuses more than the kernel
		}
		want, err := vm.Run(packet)
		if err != nil {
			t.Fatal(err)
		}
		if got := run(program, packet, uint32(len(packet))); int(got) != want {
			t.Errorf("%v on %x: %d; want %d", program, packet, got, want)
		}
	})
}

func randomProgram(random *rand.Rand) []instruction {
	codes := []uint16{
		0x20, 0x28, 0x30, 0x40, 0x48, 0x50, opLoadHeaderLength, opLoadConstant, 0x01, opLoadLength, opToIndex, opFromIndex,
		0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x94, 0xa4, 0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x9c, 0xac,
		opLoadRegister, opLoadIndexed, opStore, opStoreIndex, 0x05, 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d, opReturnA,
	}
	n := 2 + random.IntN(30)
	program := make([]instruction, n)
	for at := range program {
		left := n - at - 1
		i := instruction{Op: codes[random.IntN(len(codes))], K: uint32(1 + random.IntN(31))}
		switch {
		case left == 0:
			i = instruction{Op: opReturnA}
		case i.Op&7 == 5:
			i.Jt, i.Jf, i.K = uint8(random.IntN(left)), uint8(random.IntN(left)), uint32(random.IntN(left))
		case i.Op == opLoadRegister || i.Op == opLoadIndexed || i.Op&7 == 2 || i.Op&7 == 3:
			i.K %= 16
		}
		program[at] = i
	}
	return program
}

func BenchmarkMatch(b *testing.B) {
	for _, expression := range []string{"", "tcp", "tcp port 8080", "tcp port 8080 and not host 192.0.2.7", "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0"} {
		b.Run(expression, func(b *testing.B) {
			f := must(b, expression)
			packet := tcpPacket()
			b.ReportAllocs()
			for b.Loop() {
				f.Match(1, packet, len(packet))
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		must(b, "tcp port 8080 and not host 192.0.2.7")
	}
}
