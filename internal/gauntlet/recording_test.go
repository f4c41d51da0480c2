package gauntlet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// A recording is a capture file in the classic format, taken apart.
type recording struct {
	head    []byte
	records [][]byte // the header of 16 bytes and the packet
}

// parse takes a file apart: little endian, as all of testdata are.
func parse(t testing.TB, file []byte) recording {
	t.Helper()
	if !bytes.HasPrefix(file, []byte{0xd4, 0xc3, 0xb2, 0xa1}) {
		t.Fatalf("the capture begins with % x", file[:min(len(file), 4)])
	}
	r := recording{head: file[:24]}
	for rest := file[24:]; len(rest) > 0; {
		n := 16 + int(binary.LittleEndian.Uint32(rest[8:]))
		r.records = append(r.records, rest[:n:n])
		rest = rest[n:]
	}
	return r
}

// file puts the capture together again.
func (r recording) file() []byte {
	return slices.Concat(r.head, slices.Concat(r.records...))
}

// with returns the capture with other records.
func (r recording) with(records ...[]byte) recording { return recording{r.head, records} }

// without returns the capture less packet i.
func (r recording) without(i int) recording {
	return r.with(slices.Delete(slices.Clone(r.records), i, i+1)...)
}

// doubled returns the capture with packet i twice, the second one by places
// later.
func (r recording) doubled(i, by int) recording {
	return r.with(slices.Insert(slices.Clone(r.records), i+1+by, stamped(r.records[i], r.records[i+by]))...)
}

// moved returns the capture with packet i after by others that follow it.
func (r recording) moved(i, by int) recording {
	records := slices.Delete(slices.Clone(r.records), i, i+1)
	return r.with(slices.Insert(records, i+by, stamped(r.records[i], r.records[i+by]))...)
}

// isFin reports whether packet i has FIN set.
func (r recording) isFin(i int) bool { return r.tcp(i).FIN }

// isReset reports whether packet i, if there is one, has RST set.
func (r recording) isReset(i int) bool { return i < len(r.records) && r.tcp(i).RST }

// tcp returns the TCP header of packet i, the zero one when it has none.
func (r recording) tcp(i int) layers.TCP {
	link := layers.LinkType(binary.LittleEndian.Uint32(r.head[20:]))
	if tcp, ok := gopacket.NewPacket(r.records[i][16:], link, gopacket.NoCopy).Layer(layers.LayerTypeTCP).(*layers.TCP); ok {
		return *tcp
	}
	return layers.TCP{}
}

// stamped returns a record with the time of another, at which it is captured.
func stamped(record, at []byte) []byte { return slices.Concat(at[:8], record[8:]) }

// unpacked undoes gzip.
func unpacked(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return b
}

// A sample is a capture that tests start from.
type sample struct {
	name string
	file []byte
	keys []byte // of TLS
}

// samples returns the captures that are named, from pcaps/ and testdata.
func samples(t testing.TB, patterns ...string) (all []sample) {
	t.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no file is %s: %v", pattern, err)
		}
		for _, path := range files {
			s := sample{name: filepath.Base(path), file: read(t, path)}
			if strings.HasSuffix(path, ".gz") {
				s.name, s.file = strings.TrimSuffix(s.name, ".gz"), unpacked(t, s.file)
			}
			if keys := strings.TrimSuffix(path, ".pcap.gz") + ".keys.gz"; len(glob(t, keys)) > 0 {
				s.keys = unpacked(t, read(t, keys))
			}
			all = append(all, s)
		}
	}
	return all
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Doubling, moving and removing leave every other packet where it was.
func TestRecording(t *testing.T) {
	r := recording{head: []byte("h")}
	for i := range 4 {
		b := make([]byte, 17)
		b[0], b[16] = byte(i), 'a'+byte(i)
		r.records = append(r.records, b)
	}
	for _, tt := range []struct {
		got  recording
		want string
	}{
		{r, "abcd"}, {r.without(1), "acd"}, {r.doubled(1, 0), "abbcd"}, {r.doubled(0, 2), "abcad"}, {r.moved(0, 1), "bacd"}, {r.moved(1, 2), "acdb"},
	} {
		var order strings.Builder
		last := byte(0)
		for _, record := range tt.got.records {
			order.WriteByte(record[16])
			if record[0] < last {
				t.Errorf("%s: time runs backwards", tt.want)
			}
			last = record[0]
		}
		if order.String() != tt.want {
			t.Errorf("packets %s; want %s", &order, tt.want)
		}
	}
}
