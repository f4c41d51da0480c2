package reassembly

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// start is when the test captures begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// The two ends of most tests.
var (
	client = netip.MustParseAddrPort("192.0.2.1:40000")
	server = netip.MustParseAddrPort("198.51.100.7:80")
)

// tcpPacket is a segment to be built. Zero fields are what a plain data
// segment has.
type tcpPacket struct {
	from, to netip.AddrPort
	seq, ack uint32
	flags    uint8
	window   uint16
	data     []byte
}

func (p tcpPacket) tcp() []byte {
	b := make([]byte, 20, 20+len(p.data))
	binary.BigEndian.PutUint16(b, p.from.Port())
	binary.BigEndian.PutUint16(b[2:], p.to.Port())
	binary.BigEndian.PutUint32(b[4:], p.seq)
	binary.BigEndian.PutUint32(b[8:], p.ack)
	b[12], b[13] = 5<<4, p.flags
	binary.BigEndian.PutUint16(b[14:], p.window)
	return append(b, p.data...)
}

func (p tcpPacket) ip() []byte {
	return ipPacket(p.from.Addr(), p.to.Addr(), protoTCP, p.tcp())
}

func ipPacket(from, to netip.Addr, protocol uint8, payload []byte) []byte {
	if from.Is6() {
		b := make([]byte, 40, 40+len(payload))
		b[0], b[6], b[7] = 0x60, protocol, 64
		binary.BigEndian.PutUint16(b[4:], uint16(len(payload)))
		copy(b[8:], from.AsSlice())
		copy(b[24:], to.AsSlice())
		return append(b, payload...)
	}
	b := make([]byte, 20, 20+len(payload))
	b[0], b[8], b[9] = 0x45, 64, protocol
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(payload)))
	copy(b[12:], from.AsSlice())
	copy(b[16:], to.AsSlice())
	return append(b, payload...)
}

// join returns the concatenation of its arguments: strings, bytes and byte slices.
func join(parts ...any) []byte {
	var b []byte
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			b = append(b, part...)
		case []byte:
			b = append(b, part...)
		case int:
			b = append(b, byte(part))
		}
	}
	return b
}

// ether puts an Ethernet header before payload.
func ether(kind uint16, payload []byte) []byte {
	return join("\x02\x00\x00\x00\x00\x02", "\x02\x00\x00\x00\x00\x01", binary.BigEndian.AppendUint16(nil, kind), payload)
}

// recorder is a Sink that writes down what it hears, one line each.
type recorder struct {
	lines   *[]string
	name    string
	stream  [2][]byte
	lost    [2]int64
	closed  flow.Closed
	ended   bool
	refuse  func(*flow.Chunk) bool
	signals map[flow.SignalKind]int64 // bytes, or times where there are none
}

func (r *recorder) say(format string, args ...any) {
	if r.lines != nil {
		*r.lines = append(*r.lines, r.name+fmt.Sprintf(format, args...))
	}
}

func (r *recorder) Chunk(c *flow.Chunk) bool {
	if r.ended {
		panic("chunk after the end")
	}
	if want := int64(len(r.stream[c.From])) + r.lost[c.From] + c.Lost; c.Offset != want {
		panic(fmt.Sprintf("chunk at offset %d, want %d", c.Offset, want))
	}
	if c.Cut > c.Lost || c.Lost < 0 || len(c.Data) == 0 {
		panic(fmt.Sprintf("impossible chunk %+v", c))
	}
	r.lost[c.From] += c.Lost
	r.stream[c.From] = append(r.stream[c.From], c.Data...)
	var holes string
	if c.Lost > 0 {
		holes = fmt.Sprintf(" lost %d", c.Lost)
	}
	if c.Cut > 0 {
		holes += fmt.Sprintf(" cut %d", c.Cut)
	}
	r.say("%s@%d %q #%d%s", sideName(c.From), c.Offset, c.Data, c.Packet, holes)
	return r.refuse == nil || !r.refuse(c)
}

func (r *recorder) Signal(s flow.Signal) {
	if r.ended {
		panic("signal after the end")
	}
	if r.signals == nil {
		r.signals = map[flow.SignalKind]int64{}
	}
	r.signals[s.Kind] += max(1, s.Bytes)
	var bytes string
	if s.Bytes > 0 {
		bytes = fmt.Sprintf(" %d", s.Bytes)
	}
	if s.Unseen {
		bytes += " unseen"
	}
	r.say("%s@%d %s%s #%d", sideName(s.From), s.Offset, s.Kind, bytes, s.Packet)
}

func (r *recorder) Closed(c flow.Closed) {
	if r.ended {
		panic("closed twice")
	}
	r.ended, r.closed = true, c
	lost := ""
	if c.Lost != [2]int64{} {
		lost = fmt.Sprintf(" lost %d %d", c.Lost[0], c.Lost[1])
	}
	r.say("%s #%d%s", endingName(c.Ending), c.Packet, lost)
}

func sideName(s flow.Side) string { return string("AB"[s]) }

func endingName(e flow.Ending) string {
	return []string{"", "closed", "end of capture", "replaced", "evicted", "idle"}[e]
}

// A script is a capture in words, one packet a line:
//
//	C|S SECONDS FLAGS SEQ [ACK ["data"]] [win=N] [cut=N]
//
// C is the client, S the server, c and s the ends of another connection, d the client of a third.
// Sequence numbers count from each side's initial one, data in quotes.
type script struct {
	t        *testing.T
	clock    time.Duration
	isn      map[byte]uint32
	packet   int
	assemble *Assembler
	records  map[int64]*recorder
	lines    []string
	refuse   func(*flow.Chunk) bool
	unwanted bool
}

func newScript(t *testing.T, limits Limits) *script {
	s := &script{t: t, isn: map[byte]uint32{'C': 1000, 'S': 9000, 'c': 1 << 31, 's': 77}, records: map[int64]*recorder{}}
	s.assemble = New(func(c flow.Conn) Sink {
		line := fmt.Sprintf("%d: %s > %s", c.ID, c.Ends[0], c.Ends[1])
		if c.Opened {
			line += " opened"
		}
		s.lines = append(s.lines, fmt.Sprintf("%s #%d", line, c.Packet))
		if s.unwanted {
			return nil
		}
		r := &recorder{lines: &s.lines, name: fmt.Sprintf("%d: ", c.ID), refuse: s.refuse}
		s.records[c.ID] = r
		return r
	}, limits)
	return s
}

var flagLetters = map[rune]uint8{'F': flagFIN, 'S': flagSYN, 'R': flagRST, 'P': flagPSH, '.': flagACK}

func (s *script) run(text string) {
	s.t.Helper()
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "//")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		s.line(line)
	}
}

func (s *script) line(line string) {
	s.t.Helper()
	var who, flags string
	var seconds float64
	p := tcpPacket{window: 1000}
	head, data, _ := strings.Cut(line, `"`)
	data, tail, _ := strings.Cut(data, `"`)
	fields := strings.Fields(head + tail)
	if len(fields) < 4 {
		s.t.Fatalf("script line %q", line)
	}
	who, flags = fields[0], fields[2]
	fmt.Sscan(fields[1], &seconds)
	var numbers []uint32
	cut := 0
	for _, field := range fields[3:] {
		var n int
		switch {
		case strings.HasPrefix(field, "win="):
			fmt.Sscan(field[4:], &n)
			p.window = uint16(n)
		case strings.HasPrefix(field, "cut="):
			fmt.Sscan(field[4:], &cut)
		default:
			fmt.Sscan(field, &n)
			numbers = append(numbers, uint32(n))
		}
	}
	from, to := client, server
	switch who {
	case "c", "s":
		from = netip.AddrPortFrom(client.Addr(), 40001)
	case "d":
		from = netip.AddrPortFrom(client.Addr(), 40002)
	}
	other := map[string]byte{"C": 'S', "S": 'C', "c": 's', "s": 'c'}[who]
	if who == "S" || who == "s" {
		from, to = to, from
	}
	p.from, p.to = from, to
	p.seq = s.isn[who[0]] + numbers[0]
	for _, letter := range flags {
		p.flags |= flagLetters[letter]
	}
	if len(numbers) > 1 {
		p.ack = s.isn[other] + numbers[1]
	}
	p.data = []byte(strings.ReplaceAll(data, `\x00`, "\x00"))
	frame := ether(etherIPv4, p.ip())
	s.packet++
	s.clock = time.Duration(seconds * float64(time.Second))
	s.assemble.Packet(&capture.Packet{
		Number: s.packet, Time: start.Add(s.clock), Link: linkEthernet,
		Data: frame[:len(frame)-cut], Length: len(frame), Interface: &capture.Interface{Link: linkEthernet},
	})
}

// check compares what was heard with want, one line each.
func (s *script) check(want string) {
	s.t.Helper()
	var wanted []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			wanted = append(wanted, line)
		}
	}
	if got, want := strings.Join(s.lines, "\n"), strings.Join(wanted, "\n"); got != want {
		s.t.Errorf("heard:\n%s\nwant:\n%s", got, want)
	}
}
