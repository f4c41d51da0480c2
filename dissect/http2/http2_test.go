package http2

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"wsight/dissect/header"
)

// frame builds a frame.
func frame(t Type, flags uint8, stream uint32, payload []byte) []byte {
	b := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), byte(t), flags}
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, payload...)
}

// log writes down what a decoder finds; the pieces of a DATA frame are joined,
// since how TCP cut them must not show.
type log struct {
	strings.Builder
	data []byte
}

func (l *log) Frame(h Header, payload []byte) {
	fmt.Fprintf(l, "%v stream=%d flags=%#x %x\n", h.Type, h.Stream, h.Flags, payload)
}

func (l *log) Data(h Header, p []byte, last bool) {
	l.data = append(l.data, p...)
	if last {
		fmt.Fprintf(l, "DATA stream=%d end=%v %q\n", h.Stream, h.Has(FlagEndStream), l.data)
		l.data = nil
	}
}

func (l *log) Lost(h Header, n int64) { l.data = append(l.data, fmt.Sprintf("<%d lost>", n)...) }
func (l *log) Broken()                { l.data = nil; fmt.Fprintln(l, "broken") }

// talk is a connection with a frame of every kind that matters.
func talk() []byte {
	return bytes.Join([][]byte{
		frame(SETTINGS, 0, 0, []byte{0, 8, 0, 0, 0, 1}),
		frame(HEADERS, FlagEndHeaders, 1, []byte{0x82}),
		frame(DATA, 0, 1, []byte("hello")),
		frame(DATA, FlagPadded|FlagEndStream, 1, append([]byte{3}, "world\x00\x00\x00"...)),
		frame(DATA, FlagPadded, 3, []byte{0}),
		frame(DATA, 0, 3, nil),
		frame(PING, FlagAck, 0, make([]byte, 8)),
		frame(RST_STREAM, 0, 3, []byte{0, 0, 0, 8}),
		frame(GOAWAY, 0, 0, make([]byte, 8)),
		frame(Type(0x42), 7, 5, []byte("?")),
	}, nil)
}

const talkSaid = `SETTINGS stream=0 flags=0x0 000800000001
HEADERS stream=1 flags=0x4 82
DATA stream=1 end=false "hello"
DATA stream=1 end=true "world"
DATA stream=3 end=false ""
DATA stream=3 end=false ""
PING stream=0 flags=0x1 0000000000000000
RST_STREAM stream=3 flags=0x0 00000008
GOAWAY stream=0 flags=0x0 0000000000000000
type(0x42) stream=5 flags=0x7 3f
`

func feed(wire []byte, step int) string {
	var d Decoder
	var l log
	for p := wire; len(p) > 0; p = p[min(step, len(p)):] {
		d.Feed(p[:min(step, len(p))], &l)
	}
	return l.String()
}

func TestDecoder(t *testing.T) {
	wire := talk()
	for _, step := range []int{len(wire), 1, 7} {
		if got := feed(wire, step); got != talkSaid {
			t.Errorf("in pieces of %d:\n--- got\n%s--- want\n%s", step, got, talkSaid)
		}
	}
	for n := range wire {
		if got := feed(wire[:n], n+1); !strings.HasPrefix(talkSaid, got) {
			t.Errorf("the first %d bytes say %q", n, got)
		}
	}
}

func TestSkip(t *testing.T) {
	data := frame(DATA, 0, 1, []byte("abcdefghij"))
	next := frame(PING, 0, 0, make([]byte, 8))
	for _, tt := range []struct {
		name     string
		cut, gap int // bytes before the hole, and of it
		want     string
	}{
		{"inside of DATA", HeaderSize + 2, 3, "DATA stream=1 end=false \"ab<3 lost>fghij\"\nPING stream=0 flags=0x0 0000000000000000\n"},
		{"up to the end of DATA", HeaderSize + 2, 8, "DATA stream=1 end=false \"ab<8 lost>\"\nPING stream=0 flags=0x0 0000000000000000\n"},
		{"in a header", 4, 3, "broken\nPING stream=0 flags=0x0 0000000000000000\n"},
		{"over a header", HeaderSize + 8, 4, "broken\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d Decoder
			var l log
			wire := append(bytes.Clone(data), next...)
			d.Feed(wire[:tt.cut], &l)
			d.Skip(int64(tt.gap), &l)
			rest := wire[tt.cut+tt.gap:]
			if d.Adrift() {
				d.Feed(rest, &l) // is ignored
				if at, found := Search(rest); found {
					d.Land()
					rest = rest[at:]
				}
			}
			d.Feed(rest, &l)
			if got := l.String(); got != tt.want {
				t.Errorf("got %q; want %q", got, tt.want)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	ping, long := frame(PING, 0, 0, make([]byte, 8)), frame(DATA, 0, 1, make([]byte, 1<<14))
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, tt := range []struct {
		name  string
		in    []byte
		at    int
		found bool
	}{
		{"one frame", ping, 0, true},
		{"the end of one, then another", join([]byte("abc"), ping), 3, true},
		{"less than a header", join([]byte("abc"), ping[:5]), 0, false},
		{"a long frame, not yet whole", join([]byte("abc"), long[:9000]), 3, false},
		{"a long frame and half a header", join([]byte("abc"), long, ping[:4]), 3, false},
		{"a long frame and the next", join([]byte("abc"), long, ping), 3, true},
		{"three, the last one cut", join(ping, ping, ping[:10]), 0, true},
		{"two, the last one cut", join(ping, ping[:10]), 0, false},
		{"a frame, then none", join(ping, []byte("GET / HTTP/1.1")), 23, false},
		{"nothing", nil, 0, false},
	} {
		if at, found := Search(tt.in); at != tt.at || found != tt.found {
			t.Errorf("%s: %d, %v; want %d, %v", tt.name, at, found, tt.at, tt.found)
		}
	}
}

func TestPlausible(t *testing.T) {
	for _, tt := range []struct {
		h    Header
		want bool
	}{
		{Header{Length: 8, Type: PING}, true},
		{Header{Length: 7, Type: PING}, false},
		{Header{Length: 8, Type: PING, Stream: 1}, false},
		{Header{Length: 12, Type: SETTINGS}, true},
		{Header{Length: 13, Type: SETTINGS}, false},
		{Header{Length: 6, Type: SETTINGS, Flags: FlagAck}, false},
		{Header{Length: 1 << 14, Type: DATA, Stream: 1}, true},
		{Header{Length: 1<<14 + 1, Type: DATA, Stream: 1}, false},
		{Header{Type: DATA}, false},
		{Header{Length: 4, Type: RST_STREAM, Stream: 1}, true},
		{Header{Length: 4, Type: RST_STREAM}, false},
		{Header{Length: 4, Type: WINDOW_UPDATE}, true},
		{Header{Length: 5, Type: PRIORITY, Stream: 1}, true},
		{Header{Length: 7, Type: GOAWAY}, false},
		{Header{Length: 1, Type: 0xA, Stream: 1}, false},
	} {
		if got := tt.h.Plausible(); got != tt.want {
			t.Errorf("%+v plausible = %v; want %v", tt.h, got, tt.want)
		}
	}
}

func TestFragment(t *testing.T) {
	for _, tt := range []struct {
		name    string
		h       Header
		payload string
		want    string
		ok      bool
	}{
		{"plain", Header{Type: HEADERS}, "abc", "abc", true},
		{"padded", Header{Type: HEADERS, Flags: FlagPadded}, "\x02abcXX", "abc", true},
		{"with priority", Header{Type: HEADERS, Flags: FlagPriority}, "12345abc", "abc", true},
		{"promise", Header{Type: PUSH_PROMISE}, "1234abc", "abc", true},
		{"continuation is never padded", Header{Type: CONTINUATION, Flags: FlagPadded}, "\x02abc", "\x02abc", true},
		{"padding beyond the end", Header{Type: HEADERS, Flags: FlagPadded}, "\x04abc", "", false},
		{"no room for the padding's length", Header{Type: HEADERS, Flags: FlagPadded}, "", "", false},
		{"no room for the priority", Header{Type: HEADERS, Flags: FlagPriority}, "1234", "", false},
	} {
		got, ok := Fragment(tt.h, []byte(tt.payload))
		if string(got) != tt.want || ok != tt.ok {
			t.Errorf("%s: %q, %v; want %q, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// blocks encodes two sections with one encoder: the second refers to the
// table entries that the first has made.
func blocks() (first, second []byte) {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	write := func() []byte {
		b.Reset()
		enc.WriteField(hpack.HeaderField{Name: ":method", Value: "CONNECT"})
		enc.WriteField(hpack.HeaderField{Name: ":protocol", Value: "websocket"})
		return bytes.Clone(b.Bytes())
	}
	return write(), write()
}

func TestFields(t *testing.T) {
	first, second := blocks()
	want := header.Fields{{Name: ":method", Value: "CONNECT"}, {Name: ":protocol", Value: "websocket"}}
	var f Fields
	if _, ok := f.Add(first[:2], false); !ok {
		t.Error("a block in two fragments is refused")
	}
	got, ok := f.Add(first[2:], true)
	if !ok || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("first = %v, %v; want %v", got, ok, want)
	}
	if got, ok = f.Add(second, true); !ok || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("second = %v, %v; want %v", got, ok, want)
	}

	// Joined late: what the table holds is not known, and nothing is guessed.
	var late Fields
	late.Forget()
	got, ok = late.Add(second, true)
	if unseen := (header.Field{Name: Unseen, Value: Unseen}); !ok || len(got) != 2 || got[0] != unseen || got[1] != unseen {
		t.Errorf("late = %v, %v; want two fields that were not seen", got, ok)
	}
	if got, ok = late.Add(first, true); !ok || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("what is sent in full after that = %v, %v; want %v", got, ok, want)
	}
}

func TestFieldsLimits(t *testing.T) {
	var f Fields
	chunk := bytes.Repeat([]byte{0x82}, 64<<10) // :method GET, over and over
	for range 8 {
		f.Add(chunk, false)
	}
	if len(f.block) > DefaultBlock {
		t.Errorf("%d bytes of a block are kept; the limit is %d", len(f.block), DefaultBlock)
	}
	if _, ok := f.Add(nil, true); ok {
		t.Error("a block beyond the limit is taken for whole")
	}
	if got, _ := f.Add(chunk[:4096], true); len(got) > DefaultLines {
		t.Errorf("%d fields are kept; the limit is %d", len(got), DefaultLines)
	}
}

// FuzzDecoder feeds any bytes, whole and cut: nothing may panic, cuts must not
// show, and what is kept is bounded.
func FuzzDecoder(f *testing.F) {
	f.Add(talk(), 3)
	f.Add(frame(HEADERS, FlagPadded|FlagPriority, 1, []byte{9, 1}), 1)
	f.Add([]byte{0xff, 0xff, 0xff, 0, 8, 0, 0, 0, 1, 7}, 2)
	f.Fuzz(func(t *testing.T, wire []byte, step int) {
		if step < 1 {
			t.Skip()
		}
		if got, want := feed(wire, step), feed(wire, len(wire)+1); got != want {
			t.Errorf("in pieces of %d:\n--- got\n%s--- want\n%s", step, got, want)
		}
		var d Decoder
		var l log
		half := len(wire) / 2
		d.Feed(wire[:half], &l)
		d.Skip(int64(step), &l)
		if at, found := Search(wire[half:]); at < 0 || at > len(wire)-half || found && at == len(wire)-half {
			t.Errorf("found = %v at %d of %d", found, at, len(wire)-half)
		}
		d.Land()
		d.Feed(wire[half:], &l)
		if cap(d.payload) > 2*maxPayload {
			t.Errorf("%d bytes are kept", cap(d.payload))
		}
	})
}

// FuzzFields decodes any blocks: nothing may panic, and after a fault what is
// said in full is still read.
func FuzzFields(f *testing.F) {
	first, second := blocks()
	f.Add(first, second)
	f.Add([]byte{0x3f, 0xe1, 0xff, 0x03}, []byte{0xbe})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var fields Fields
		fields.Add(a, true)
		fields.Add(b, true)
		fields.Forget()
		if got, ok := fields.Add(first, true); !ok || got.Get(":protocol") != "websocket" {
			t.Errorf("after %x, %x: %v, %v", a, b, got, ok)
		}
	})
}
