package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPcapngPackets(t *testing.T) {
	second := time.Unix(1, 0).UTC()
	for name, order := range orders {
		start := append(ngSection(order), ngInterface(order, 1, 4, ngOption(order, interfaceName, "eth0"))...)
		at := int64(len(start)) + 8
		eth0 := &Interface{Name: "eth0", Link: 1, Snaplen: 4, Section: &Section{}}
		unknown := &Interface{Link: UnknownLink}
		simple := func(length int, data string) []byte { return ngBlock(order, blockSimplePacket, length, data) }
		tests := []struct {
			name string
			in   []byte
			want Packet
		}{
			{"enhanced", ngPacket(order, 0, 1e6, "data", 60),
				Packet{Time: second, Link: 1, Data: []byte("data"), Length: 60, Offset: at + 20, Interface: eth0}},
			{"enhanced, longer than the snaplen", ngPacket(order, 0, 1e6, "more data", 9),
				Packet{Time: second, Link: 1, Data: []byte("more data"), Length: 9, Offset: at + 20, Interface: eth0}},
			{"enhanced, with comments", ngPacket(order, 0, 1e6, "dat", 3,
				ngOption(order, optionComment, "one"), ngOption(order, 5, "hash"), ngOption(order, optionComment, "two"), 0),
				Packet{Time: second, Link: 1, Data: []byte("dat"), Length: 3, Offset: at + 20, Interface: eth0, Comments: []string{"one", "two"}}},
			{"enhanced, with an option that breaks off", ngPacket(order, 0, 1e6, "data", 4, uint16(1), uint16(5), "oops"),
				Packet{Time: second, Link: 1, Data: []byte("data"), Length: 4, Offset: at + 20, Interface: eth0}},
			{"enhanced, of an interface that is not there", ngPacket(order, 1, 1e6, "data", 4),
				Packet{Link: UnknownLink, Data: []byte("data"), Length: 4, Offset: at + 20, Interface: unknown}},
			{"obsolete", ngBlock(order, blockPacket, uint16(0), uint16(0xFFFF), 0, 1_000_000, 4, 60, "data"),
				Packet{Time: second, Link: 1, Data: []byte("data"), Length: 60, Offset: at + 20, Interface: eth0}},
			{"simple", simple(3, "dat"),
				Packet{Link: 1, Data: []byte("dat"), Length: 3, Offset: at + 4, Interface: eth0}},
			{"simple, cut by the snaplen", simple(60, "data"),
				Packet{Link: 1, Data: []byte("data"), Length: 60, Offset: at + 4, Interface: eth0}},
		}
		for _, tt := range tests {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				got, err := read(append(bytes.Clone(start), tt.in...))
				tt.want.Number = 1
				if err != nil || len(got) != 1 {
					t.Fatalf("read = %d packets, %v; want 1", len(got), err)
				}
				if diff := cmp.Diff(tt.want, got[0].Packet); diff != "" {
					t.Errorf("packet (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestPcapngSections(t *testing.T) {
	got, err := read(samplePcapng())
	if err != nil {
		t.Fatal(err)
	}
	first := &Interface{Name: "eth0", Link: 1, Section: &Section{Application: "test", Comments: []string{"first"}}}
	second := &Interface{Link: 276, Snaplen: 4, Section: &Section{}}
	want := []Packet{
		{Time: time.Unix(1, 0).UTC(), Data: []byte("enhanced"), Length: 8, Interface: first, Comments: []string{"here"}},
		{Time: time.Unix(2, 0).UTC(), Data: []byte("obsolete"), Length: 8, Interface: first},
		{Data: []byte("simp"), Length: 6, Interface: second},
		{Time: time.Unix(3, 0).UTC(), Data: []byte("big endian"), Length: 10, Interface: second},
	}
	for i, p := range got {
		want[i].Number, want[i].Link, want[i].Offset = i+1, want[i].Interface.Link, p.Offset
		if diff := cmp.Diff(want[i], p.Packet); diff != "" {
			t.Errorf("packet %d (-want +got):\n%s", i+1, diff)
		}
		if at := samplePcapng()[p.Offset:]; !bytes.HasPrefix(at, p.Data) {
			t.Errorf("packet %d has Offset %d, where %q stands", i+1, p.Offset, at[:8])
		}
	}
}

func TestPcapngInterface(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) { testPcapngInterface(t, order) })
	}
}

func testPcapngInterface(t *testing.T, order binary.AppendByteOrder) {
	file := bytes.Join([][]byte{
		words(order, blockSection, 28, 0x1A2B3C4D, uint16(1), uint16(2), ^uint64(0), 28), // minor version 2
		ngInterface(order, 1, 0,
			ngOption(order, optionComment, "the uplink"), ngOption(order, interfaceName, "eth0\x00"),
			ngOption(order, interfaceDescription, "Ethernet"), ngOption(order, interfaceFilter, "\x00port 80"),
			ngOption(order, interfaceOffset, string(words(order, uint64(100))))),
		ngInterface(order, 113, 0, ngOption(order, interfaceFilter, "\x01program")),
		ngPacket(order, 0, 1e6, "a", 1),
		ngPacket(order, 1, 1e6, "b", 1),
	}, nil)
	got, err := read(file)
	if err != nil || len(got) != 2 {
		t.Fatalf("read = %d packets, %v", len(got), err)
	}
	want := Interface{
		Name: "eth0", Description: "Ethernet", Link: 1, Filter: "port 80",
		Comments: []string{"the uplink"}, Section: &Section{},
	}
	if diff := cmp.Diff(want, *got[0].Interface); diff != "" {
		t.Errorf("interface (-want +got):\n%s", diff)
	}
	if want := time.Unix(101, 0); !got[0].Time.Equal(want) {
		t.Errorf("with an offset: time %v; want %v", got[0].Time, want)
	}
	if got[1].Link != 113 || got[1].Interface.Filter != "" {
		t.Errorf("second interface = %+v; want link type 113, no text of a filter", got[1].Interface)
	}
}

func TestPcapngDropped(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) { testPcapngDropped(t, order) })
	}
}

func testPcapngDropped(t *testing.T, order binary.AppendByteOrder) {
	start := append(ngSection(order), ngInterface(order, 1, 0)...)
	counter := func(code int, n uint64) []byte { return ngOption(order, code, string(words(order, n))) }
	statistics := func(id int, options ...any) []byte {
		return ngBlock(order, blockStatistics, append([]any{id, 0, 0}, options...)...)
	}
	tests := []struct {
		name string
		in   [][]byte
		want int64
	}{
		{"nobody says", nil, -1},
		{"statistics without the figure", [][]byte{statistics(0, counter(statisticsReceived, 9))}, -1},
		{"none", [][]byte{statistics(0, counter(statisticsDropped, 0))}, 0},
		{"by the interface and the system", [][]byte{statistics(0, counter(statisticsDropped, 3), counter(statisticsOS, 4))}, 7},
		{"the last statistics count", [][]byte{
			statistics(0, counter(statisticsDropped, 3)), statistics(0, counter(statisticsDropped, 5)),
		}, 5},
		{"beside packets", [][]byte{
			ngPacket(order, 0, 0, "", 0, counter(packetDropped, 2)), ngPacket(order, 0, 0, "", 0, counter(packetDropped, 3)),
		}, 5},
		{"the same told twice", [][]byte{
			ngPacket(order, 0, 0, "", 0, counter(packetDropped, 2)), statistics(0, counter(statisticsDropped, 2)),
		}, 2},
		{"two sections", [][]byte{
			statistics(0, counter(statisticsDropped, 3)), start, statistics(0, counter(statisticsDropped, 4)),
		}, 7},
		{"of no interface", [][]byte{statistics(1, counter(statisticsDropped, 3))}, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := append(bytes.Clone(start), bytes.Join(tt.in, nil)...)
			r := NewReader(bytes.NewReader(file), "test", Options{})
			if _, err := drain(r); err != nil || r.Stats().Dropped != tt.want {
				t.Errorf("Dropped = %d, %v; want %d", r.Stats().Dropped, err, tt.want)
			}
		})
	}
}

func TestPcapngSecrets(t *testing.T) {
	le := binary.LittleEndian
	file := bytes.Join([][]byte{
		ngSection(le), ngInterface(le, 1, 0),
		ngBlock(le, blockSecrets, secretsTLS, 5, "keys\n"),
		ngBlock(le, blockSecrets, 0x57474B4C, 4, "wire"), // WireGuard
		ngBlock(le, blockSecrets, secretsTLS, 100, "cut\n"),
		ngPacket(le, 0, 0, "a", 1),
	}, nil)
	var got []string
	r := NewReader(bytes.NewReader(file), "test", Options{Secrets: func(b []byte) { got = append(got, string(b)) }})
	for p, err := range r.Packets(t.Context()) {
		if err != nil || len(got) != 2 {
			t.Errorf("packet %+v, %v after %d secrets; want 2 before it", p, err, len(got))
		}
	}
	if want := []string{"keys\n", "cut\n"}; !cmp.Equal(got, want) {
		t.Errorf("secrets = %q; want %q", got, want)
	}
}

func TestPcapngErrors(t *testing.T) {
	le := binary.LittleEndian
	start := append(ngSection(le), ngInterface(le, 1, 0)...) // 48 bytes
	tests := []struct {
		name string
		in   []byte
		kind error
		text string
	}{
		{"no byte order", words(le, blockSection, 28, 0), ErrCorrupt,
			"byte 8: expected the byte-order magic of a section, 1a2b3c4d in either order, found 00 00 00 00"},
		{"other version", ngBlock(le, blockSection, 0x1A2B3C4D, uint16(2), uint16(0), uint64(0)), ErrCorrupt,
			"byte 12: expected pcapng version 1, found version 2.0"},
		{"section too short", ngBlock(le, blockSection, 0x1A2B3C4D, 1), ErrCorrupt,
			"expected a section header with a body of at least 16 bytes, found 8"},
		{"block shorter than its head", words(le, start, 6, 8, 8), ErrCorrupt,
			"byte 48: expected a block whose length is a multiple of 4, at least 12, found a declared length of 8"},
		{"block of an odd length", words(le, start, 6, 14, 0), ErrCorrupt,
			"byte 48: expected a block whose length is a multiple of 4, at least 12, found a declared length of 14"},
		{"two lengths", words(le, start, 6, 16, 0, 20), ErrCorrupt,
			"byte 60: expected the length of the block again, 16, found 20"},
		{"two lengths, skipped", words(le, start, 4, 16, 0, 20), ErrCorrupt,
			"byte 60: expected the length of the block again, 16, found 20"},
		{"interface too short", words(le, ngSection(le), ngBlock(le, blockInterface, 1)), ErrCorrupt,
			"byte 28: expected an interface description with a body of at least 8 bytes, found 4"},
		{"enhanced packet too short", words(le, start, ngBlock(le, blockEnhancedPacket, 0, 0, 0, 0)), ErrCorrupt,
			"byte 48: expected an enhanced packet block with a body of at least 20 bytes, found 16"},
		{"packet longer than its block", words(le, start, ngBlock(le, blockEnhancedPacket, 0, 0, 0, 5, 5, "data")), ErrCorrupt,
			"byte 48: expected a packet block with a body of at least 25 bytes, found 24"},
		{"obsolete packet too short", words(le, start, ngBlock(le, blockPacket, 0)), ErrCorrupt,
			"byte 48: expected a packet block with a body of at least 20 bytes, found 4"},
		{"simple packet too short", words(le, start, ngBlock(le, blockSimplePacket)), ErrCorrupt,
			"byte 48: expected a simple packet block with a body of at least 4 bytes, found 0"},
		{"simple packet longer than its block", words(le, start, ngBlock(le, blockSimplePacket, 9, "12345678")), ErrCorrupt,
			"byte 48: expected a simple packet block with a body of at least 13 bytes, found 12"},
		{"packet too long", words(le, start, 6, DefaultMaxBlock+4, 0), ErrTooLarge,
			"byte 48: expected a block of at most 16777216 bytes, found a declared length of 16777220"},
		{"end in a block that is skipped", words(le, start, 4, 100, 0, 0), ErrTruncated,
			"byte 48: expected a block of 100 bytes, found the end after 16; the input breaks off there: it was not copied whole, or is still being written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(tt.in)
			if !errors.Is(err, tt.kind) || strings.TrimPrefix(err.Error(), "read test: ") != tt.text {
				t.Errorf("read(...) = %q (%v); want %q (%v)", err, errors.Unwrap(err), tt.text, tt.kind)
			}
		})
	}
}

func TestPcapngLimits(t *testing.T) {
	le := binary.LittleEndian
	t.Run("block that is skipped", func(t *testing.T) {
		file := words(le, ngSection(le), ngInterface(le, 1, 0),
			ngBlock(le, 4, strings.Repeat("n", 1<<20)), ngPacket(le, 0, 0, "a", 1))
		r := NewReader(bytes.NewReader(file), "test", Options{MaxBlock: 1000})
		if got, err := drain(r); err != nil || len(got) != 1 {
			t.Errorf("read = %d packets, %v; want 1: what is not kept has no limit", len(got), err)
		}
	})
	for name, n := range map[string]int{"most interfaces": maxInterfaces, "too many interfaces": maxInterfaces + 1} {
		t.Run(name, func(t *testing.T) {
			file := append(ngSection(le), bytes.Repeat(ngInterface(le, 1, 0), n)...)
			if _, err := read(file); (err != nil) != (n > maxInterfaces) || err != nil && !errors.Is(err, ErrTooLarge) {
				t.Errorf("read of %d interfaces = %v", n, err)
			}
		})
	}
	t.Run("too much about interfaces", func(t *testing.T) {
		i := ngInterface(le, 1, 0, ngOption(le, interfaceName, strings.Repeat("e", 1<<15)))
		file := append(ngSection(le), bytes.Repeat(i, 1<<10)...)
		if _, err := read(file); !errors.Is(err, ErrTooLarge) {
			t.Errorf("read of 32 MiB of names = %v; want ErrTooLarge", err)
		}
	})
	t.Run("comments", func(t *testing.T) {
		many := bytes.Repeat(ngOption(le, optionComment, ""), 2*maxComments)
		got, err := read(words(le, ngSection(le), ngInterface(le, 1, 0), ngPacket(le, 0, 0, "a", 1, many)))
		if err != nil || len(got[0].Comments) != maxComments {
			t.Errorf("read = %d comments, %v; want %d", len(got[0].Comments), err, maxComments)
		}
	})
}
