package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"
)

func TestPcap(t *testing.T) {
	le := binary.LittleEndian
	at := time.Unix(1_700_000_000, 123_456_000).UTC()
	tests := []struct {
		name          string
		magic         int
		version       [2]uint16
		snaplen, link int
		record        []any // after the time
		want          Packet
	}{
		{
			"as usual", magicMicroseconds, [2]uint16{2, 4}, 262144, 1, []any{4, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1, Snaplen: 262144}},
		},
		{
			"nanoseconds", magicNanoseconds, [2]uint16{2, 4}, 262144, 1, []any{4, 4, "data"},
			Packet{Time: at.Add(123_456 - 123_456_000), Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1, Snaplen: 262144}},
		},
		{
			"modified", magicModified, [2]uint16{2, 4}, 262144, 1, []any{4, 4, 7, uint16(0x800), uint16(0), "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 48, Interface: &Interface{Link: 1, Snaplen: 262144}},
		},
		{
			"cut by the snaplen", magicMicroseconds, [2]uint16{2, 4}, 4, 1, []any{4, 1514, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 1514, Offset: 40, Interface: &Interface{Link: 1, Snaplen: 4}},
		},
		{
			"longer than the snaplen", magicMicroseconds, [2]uint16{2, 4}, 2, 1, []any{4, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1, Snaplen: 2}},
		},
		{
			"no snaplen", magicMicroseconds, [2]uint16{2, 4}, 0, 1, []any{4, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1}},
		},
		{
			"absurd snaplen", magicMicroseconds, [2]uint16{2, 4}, -1, 1, []any{4, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1}},
		},
		{
			"16 bits of link type", magicMicroseconds, [2]uint16{2, 4}, 0, 276, []any{4, 4, "data"},
			Packet{Time: at, Link: 276, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 276}},
		},
		{
			"frame check sequence", magicMicroseconds, [2]uint16{2, 4}, 0, 0x24000001, []any{4, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1}},
		},
		{
			"no bytes", magicMicroseconds, [2]uint16{2, 4}, 0, 1, []any{0, 60},
			Packet{Time: at, Link: 1, Data: []byte{}, Length: 60, Offset: 40, Interface: &Interface{Link: 1}},
		},
		{
			"longer than it was", magicMicroseconds, [2]uint16{2, 4}, 0, 1, []any{4, 0, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 4, Offset: 40, Interface: &Interface{Link: 1}},
		},
		{
			"lengths in the old order", magicMicroseconds, [2]uint16{2, 2}, 0, 1, []any{60, 4, "data"},
			Packet{Time: at, Link: 1, Data: []byte("data"), Length: 60, Offset: 40, Interface: &Interface{Link: 1}},
		},
	}
	for _, tt := range tests {
		for name, order := range orders {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				file := words(order, tt.magic, tt.version[0], tt.version[1], 0, 0, tt.snaplen, tt.link)
				file = append(file, words(order, append([]any{1_700_000_000, 123_456}, tt.record...)...)...)
				got, err := read(file)
				tt.want.Number = 1
				if err != nil || len(got) != 1 || !equal(got[0].Packet, tt.want) {
					t.Errorf("read(% x) = %+v, %v; want %+v", file, got, err, tt.want)
				}
			})
		}
	}

	t.Run("seconds beyond 2038", func(t *testing.T) {
		file := append(pcapHead(le, magicMicroseconds, 0, 1), pcapRecord(le, math.MaxUint32, 0, "", 0)...)
		got, err := read(file)
		if want := time.Unix(math.MaxUint32, 0); err != nil || !got[0].Time.Equal(want) {
			t.Errorf("time of a packet of 2106 = %v, %v; want %v", got, err, want)
		}
	})
}

func TestPcapErrors(t *testing.T) {
	le := binary.LittleEndian
	head := pcapHead(le, magicMicroseconds, 0, 1)
	tests := []struct {
		name string
		in   []byte
		kind error
		text string
	}{
		{"other version", words(le, magicMicroseconds, uint16(3), uint16(0), 0, 0, 0, 1), ErrCorrupt,
			"read test: byte 4: expected pcap version 2, found version 3.0"},
		{"too long", words(le, head, 0, 0, DefaultMaxBlock+1, 0), ErrTooLarge,
			"read test: byte 24: expected a packet of at most 16777216 bytes, found a declared length of 16777217"},
		{"just not too long", words(le, head, 0, 0, DefaultMaxBlock, 0), ErrTruncated,
			"read test: byte 24: expected a packet with its header of 16777232 bytes, found the end after 16; the input breaks off there: it was not copied whole, or is still being written"},
		{"in a packet", words(le, head, 0, 0, 4, 4, "dat"), ErrTruncated,
			"read test: byte 24: expected a packet with its header of 20 bytes, found the end after 19; the input breaks off there: it was not copied whole, or is still being written"},
		{"in a packet header", words(le, head, 0, 0), ErrTruncated,
			"read test: byte 24: expected a packet header of 16 bytes, found the end after 8; the input breaks off there: it was not copied whole, or is still being written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(tt.in)
			if !errors.Is(err, tt.kind) || err.Error() != tt.text {
				t.Errorf("read(...) = %q (%v); want %q (%v)", err, errors.Unwrap(err), tt.text, tt.kind)
			}
		})
	}
}

// TestPrefixes cuts captures at every byte: each prefix gives exactly the
// packets that are whole in it, and an error unless it ends between them.
func TestPrefixes(t *testing.T) {
	tests := []struct {
		name string
		file []byte
	}{
		{"pcap", samplePcap(time.Unix(1_700_000_000, 0), 5)},
		{"pcapng", samplePcapng()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole, err := read(tt.file)
			if err != nil || len(whole) < 3 {
				t.Fatalf("read of the whole file = %d packets, %v", len(whole), err)
			}
			ends := blockEnds(t, tt.file)
			for n := range tt.file {
				got, err := read(tt.file[:n])
				want := 0
				for _, p := range whole {
					end := int(p.Offset) + len(p.Data)
					if tt.name == "pcapng" {
						end = ends.after(end)
					}
					if end <= n {
						want++
					}
				}
				if len(got) != want {
					t.Errorf("the first %d bytes give %d packets; want %d", n, len(got), want)
				}
				for i := range got {
					if !equal(got[i].Packet, whole[i].Packet) {
						t.Errorf("the first %d bytes give packet %d = %+v; want %+v", n, i+1, got[i], whole[i])
					}
				}
				switch {
				case n == 0:
					if !errors.Is(err, ErrEmpty) {
						t.Errorf("no bytes: %v; want ErrEmpty", err)
					}
				case ends.has(n):
					if err != nil {
						t.Errorf("the first %d bytes, which end between packets: %v", n, err)
					}
				case !errors.Is(err, ErrTruncated):
					t.Errorf("the first %d bytes: %v; want ErrTruncated", n, err)
				}
			}
		})
	}
}

// boundaries are the places where a file may end.
type boundaries []int

func (b boundaries) has(n int) bool { return b.after(n) == n }

func (b boundaries) after(n int) int {
	for _, end := range b {
		if end >= n {
			return end
		}
	}
	return math.MaxInt
}

// blockEnds walks file in a way of its own.
func blockEnds(t *testing.T, file []byte) (ends boundaries) {
	t.Helper()
	if file[0] != '\n' {
		for at := pcapFileHeader; ; at += 16 + int(binary.LittleEndian.Uint32(file[at+8:])) {
			if ends = append(ends, at); at == len(file) {
				return ends
			}
		}
	}
	for at := 0; at < len(file); {
		// One of the two readings of a small length is enormous.
		at += int(min(binary.LittleEndian.Uint32(file[at+4:]), binary.BigEndian.Uint32(file[at+4:])))
		ends = append(ends, at)
	}
	return ends
}

// equal compares packets; not which interface they have, but what it says.
func equal(a, b Packet) bool {
	return a.Number == b.Number && a.File == b.File && a.Vantage == b.Vantage && a.Time.Equal(b.Time) &&
		a.Link == b.Link && bytes.Equal(a.Data, b.Data) && a.Length == b.Length && a.Offset == b.Offset &&
		a.Interface.Name == b.Interface.Name && a.Interface.Link == b.Interface.Link &&
		a.Interface.Snaplen == b.Interface.Snaplen && len(a.Comments) == len(b.Comments)
}
