package afpacket

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
)

// An entry is a packet as a test wants the kernel to have written it.
type entry struct {
	data          string
	length        int
	tagged, typed bool
	tag, tagType  uint16
	hardware      uint16
	packetType    byte
}

const (
	testLink    = 86 // where the kernel puts an Ethernet frame
	testNetwork = 100
)

// newBlock lays entries out as the kernel does.
func newBlock(entries ...entry) Block {
	native := binary.NativeEndian
	b := make(Block, 1<<16)
	native.PutUint32(b[blockPackets:], uint32(len(entries)))
	native.PutUint32(b[blockFirst:], blockHead)
	at := blockHead
	for i, e := range entries {
		h := b[at:]
		size := (testLink + len(e.data) + 7) &^ 7
		if i < len(entries)-1 {
			native.PutUint32(h[headNext:], uint32(size))
		}
		native.PutUint32(h[headSeconds:], 1717200000)
		native.PutUint32(h[headNanos:], uint32(i))
		native.PutUint32(h[headCaptured:], uint32(len(e.data)))
		native.PutUint32(h[headLength:], uint32(e.length))
		native.PutUint16(h[headLink:], testLink)
		native.PutUint16(h[headNetwork:], testNetwork)
		var status uint32 = 1
		if e.tagged {
			status |= statusTagged
		}
		if e.typed {
			status |= statusTagTyped
		}
		native.PutUint32(h[headStatus:], status)
		native.PutUint32(h[headTag:], uint32(e.tag))
		native.PutUint16(h[headTagType:], e.tagType)
		binary.BigEndian.PutUint16(h[addressProtocol:], 0x0800)
		native.PutUint32(h[addressInterface:], 7)
		native.PutUint16(h[addressHardware:], e.hardware)
		h[addressType] = e.packetType
		copy(h[testLink:], e.data)
		at += size
	}
	return b
}

func TestFrames(t *testing.T) {
	const addresses = "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01"
	rows := []struct {
		entry entry
		want  Frame
	}{
		{entry{data: addresses + "\x08\x00plain", length: 19, hardware: HardwareEthernet},
			Frame{Data: []byte(addresses + "\x08\x00plain"), Length: 19, Network: 14, Hardware: HardwareEthernet}},
		{entry{data: addresses + "\x08\x00cut", length: 1500, hardware: HardwareLoopback, packetType: Outgoing},
			Frame{Data: []byte(addresses + "\x08\x00cut"), Length: 1500, Network: 14, Hardware: HardwareLoopback, Type: Outgoing}},
		{entry{data: addresses + "\x08\x00tag", length: 17, tagged: true, tag: 0x2007},
			Frame{Data: []byte(addresses + "\x81\x00\x20\x07\x08\x00tag"), Length: 21, Network: 18}},
		{entry{data: addresses + "\x08\x00tag", length: 17, tagged: true, typed: true, tag: 9, tagType: 0x88a8},
			Frame{Data: []byte(addresses + "\x88\xa8\x00\x09\x08\x00tag"), Length: 21, Network: 18}},
		{entry{data: addresses + "\x08\x00tag", length: 17, typed: true, tag: 9, tagType: 0x88a8},
			Frame{Data: []byte(addresses + "\x08\x00tag"), Length: 17, Network: 14}},
		// Too short to have had a tag.
		{entry{data: "short", length: 60, tagged: true, tag: 9}, Frame{Data: []byte("short"), Length: 60, Network: 14}},
		{entry{}, Frame{Network: 14}},
	}
	var entries []entry
	for _, row := range rows {
		entries = append(entries, row.entry)
	}
	got := 0
	for f := range newBlock(entries...).Frames() {
		want := rows[got].want
		if !bytes.Equal(f.Data, want.Data) || f.Length != want.Length || f.Network != want.Network ||
			f.Hardware != want.Hardware || f.Type != want.Type || f.Interface != 7 || f.Protocol != 0x0800 ||
			!f.Time.Equal(time.Unix(1717200000, int64(got))) {
			t.Errorf("frame %d is %+v; want %+v", got, f, want)
		}
		got++
	}
	if got != len(rows) {
		t.Errorf("%d frames; want %d", got, len(rows))
	}
}

func TestFramesOfBrokenBlocks(t *testing.T) {
	whole := newBlock(entry{data: "0123456789abcdef", length: 16}, entry{data: "0123456789abcdef", length: 16})
	native := binary.NativeEndian
	for _, test := range []struct {
		name   string
		change func(b Block)
		want   int // frames
	}{
		{"whole", func(Block) {}, 2},
		{"first beyond the end", func(b Block) { native.PutUint32(b[blockFirst:], 1<<31) }, 0},
		{"captured beyond the end", func(b Block) { native.PutUint32(b[blockHead+headCaptured:], 1<<16) }, 0},
		{"frame in its own head", func(b Block) { native.PutUint16(b[blockHead+headLink:], headSize) }, 0},
		{"network before the frame", func(b Block) { native.PutUint16(b[blockHead+headNetwork:], testLink-1) }, 0},
		{"next beyond the end", func(b Block) { native.PutUint32(b[blockHead+headNext:], 1<<16) }, 1},
		{"no next", func(b Block) { native.PutUint32(b[blockHead+headNext:], 0) }, 1},
		{"more than there are", func(b Block) { native.PutUint32(b[blockPackets:], 1<<31) }, 2},
	} {
		b := bytes.Clone(whole)
		test.change(b)
		got := 0
		for range Block(b).Frames() {
			got++
		}
		if got != test.want {
			t.Errorf("%s: %d frames; want %d", test.name, got, test.want)
		}
	}
	for n := range blockHead {
		for f := range whole[:n].Frames() {
			t.Errorf("a block of %d bytes has a frame: %+v", n, f)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte(newBlock(entry{data: "0123456789abcdef", length: 16, tagged: true})[:256]))
	f.Fuzz(func(t *testing.T, b []byte) {
		frames := 0
		for f := range Block(b).Frames() {
			if len(f.Data) > len(b) {
				t.Errorf("%d bytes from a block of %d", len(f.Data), len(b))
			}
			if frames++; frames > len(b) {
				t.Fatal("more frames than bytes")
			}
		}
	})
}

func BenchmarkFrames(b *testing.B) {
	var entries []entry
	for range 400 {
		entries = append(entries, entry{data: "0123456789abcdef0123456789abcdef", length: 32})
	}
	block := newBlock(entries...)
	n := 0
	for b.Loop() {
		for f := range block.Frames() {
			n += len(f.Data)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(entries)), "ns/frame")
}
