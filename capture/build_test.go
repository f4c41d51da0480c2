package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

var orders = map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian}

// words writes 32-bit numbers and byte strings in one byte order.
func words(order binary.AppendByteOrder, parts ...any) (b []byte) {
	for _, part := range parts {
		switch v := part.(type) {
		case int:
			b = order.AppendUint32(b, uint32(v))
		case uint16:
			b = order.AppendUint16(b, v)
		case uint64:
			b = order.AppendUint64(b, v)
		case string:
			b = append(b, v...)
		case []byte:
			b = append(b, v...)
		default:
			panic("words: what is this?")
		}
	}
	return b
}

// pcapHead makes the header of a pcap file.
func pcapHead(order binary.AppendByteOrder, magic, snaplen, link int) []byte {
	return words(order, magic, uint16(2), uint16(4), 0, 0, snaplen, link)
}

// pcapRecord makes a packet of a pcap file.
func pcapRecord(order binary.AppendByteOrder, seconds, fraction int, data string, length int) []byte {
	return words(order, seconds, fraction, len(data), length, data)
}

// ngBlock makes a block of a pcapng file.
func ngBlock(order binary.AppendByteOrder, kind int, body ...any) []byte {
	b := words(order, body...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return words(order, kind, len(b)+12, b, len(b)+12)
}

// ngOption makes an option.
func ngOption(order binary.AppendByteOrder, code int, value string) []byte {
	b := words(order, uint16(code), uint16(len(value)), value)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// ngSection makes a section header; the options follow its fixed part.
func ngSection(order binary.AppendByteOrder, options ...any) []byte {
	return ngBlock(order, blockSection, append([]any{0x1A2B3C4D, uint16(1), uint16(0), ^uint64(0)}, options...)...)
}

func ngInterface(order binary.AppendByteOrder, link, snaplen int, options ...any) []byte {
	return ngBlock(order, blockInterface, append([]any{uint16(link), uint16(0), snaplen}, options...)...)
}

func ngPacket(order binary.AppendByteOrder, id int, stamp uint64, data string, length int, options ...any) []byte {
	padding := make([]byte, padded(len(data))-len(data))
	body := []any{id, int(stamp >> 32), int(uint32(stamp)), len(data), length, data, padding}
	return ngBlock(order, blockEnhancedPacket, append(body, options...)...)
}

// samplePcap is a pcap file of n packets, a millisecond apart.
func samplePcap(start time.Time, n int) []byte {
	le := binary.LittleEndian
	b := pcapHead(le, magicMicroseconds, 65535, 1)
	for i := range n {
		at := start.Add(time.Duration(i) * time.Millisecond)
		b = append(b, pcapRecord(le, int(at.Unix()), at.Nanosecond()/1000, "packet "+string(rune('a'+i%26)), 60)...)
	}
	return b
}

// samplePcapng is the same as pcapng, with a packet of every kind.
func samplePcapng() []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	return bytes.Join([][]byte{
		ngSection(le, ngOption(le, optionComment, "first"), ngOption(le, sectionApplication, "test")),
		ngInterface(le, 1, 0, ngOption(le, interfaceName, "eth0")),
		ngPacket(le, 0, 1_000_000, "enhanced", 8, ngOption(le, optionComment, "here")),
		ngBlock(le, 4, "names to skip"),
		ngBlock(le, blockPacket, uint16(0), uint16(2), 0, 2_000_000, 8, 8, "obsolete"),
		ngSection(be),
		ngInterface(be, 276, 4, ngOption(be, interfaceResolution, "\x09")),
		ngBlock(be, blockSimplePacket, 6, "simp"),
		ngPacket(be, 0, 3_000_000_000, "big endian", 10),
		ngBlock(be, 0x0BAD, 32473, "custom"),
	}, nil)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zstdPacked(t testing.TB, b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(b, nil)
}
