package capture

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"
)

// TestLastTime compares what the tail of large files says with the last
// packet.
func TestLastTime(t *testing.T) {
	le, be := orders["little"], orders["big"]
	start := time.Unix(1_700_000_000, 0)
	const n = 60_000
	pcap := samplePcap(start, n)
	nano, ng := pcapHead(be, magicNanoseconds, 0, 1), append(ngSection(be), ngInterface(be, 1, 0)...)
	for i := range n {
		nano = append(nano, pcapRecord(be, 1_700_000_000+i, i, "a packet with more data", 60)...)
		ng = append(ng, ngPacket(be, 0, uint64(1_700_000_000_000_000+i), "a packet with more data", 60)...)
	}
	statistics := ngBlock(be, blockStatistics, 0, 0, 0)
	carried := string(samplePcap(start.Add(time.Hour), 2000))
	carrier := pcapRecord(le, 1_700_000_000, 0, carried, len(carried))
	last := pcapRecord(le, 1_700_000_100, 0, "last", 60)
	tests := []struct {
		name string
		file []byte
		sure bool
	}{
		{"pcap", pcap, true},
		{"big-endian nanoseconds", nano, true},
		{"pcap in a packet", slices.Concat(pcap, carrier, last), true},
		{"pcap in the last packet", slices.Concat(pcap, last, carrier), true},
		{"pcap in a packet where the tail begins", slices.Concat(pcap, carrier, bytes.Repeat(last, (tailSize-1000)/len(last))), true},
		{"pcap cut", pcap[:len(pcap)-1], false},
		{"pcap with a packet without bytes", append(bytes.Clone(pcap), pcapRecord(le, 1_700_000_100, 0, "", 60)...), false},
		{"small", pcap[:pcapFileHeader+100*25], false},
		{"pcapng", ng, true},
		{"pcapng with statistics", append(bytes.Clone(ng), statistics...), true},
		{"pcapng cut", ng[:len(ng)-4], false},
		{"pcapng with a late section", append(bytes.Clone(ng), samplePcapng()...), false},
		{"pcapng with nothing but a long block", append(bytes.Clone(ng), ngBlock(be, 4, string(make([]byte, tailSize)))...), false},
		{"pcapng of an unknown interface", append(bytes.Clone(ng), ngPacket(be, 7, 0, "x", 1)...), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReader(bytes.NewReader(tt.file), "test", Options{})
			defer r.begin(t.Context())()
			p, err := r.next()
			if err != nil {
				t.Fatal(err)
			}
			last, ok := lastTime(bytes.NewReader(tt.file), int64(len(tt.file)), r.format, p.Time)
			if ok != tt.sure {
				t.Fatalf("lastTime = %v, %v; want %v", last, ok, tt.sure)
			}
			want := p.Time
			for ; err == nil; p, err = r.next() {
				want = p.Time
			}
			if ok && !last.Equal(want) {
				t.Errorf("lastTime = %v; want %v", last, want)
			}
		})
	}
}

// TestMeasure: the span of a large plain file costs its two ends. The middle
// of this one is spoilt, which only a reading of all of it would notice.
func TestMeasure(t *testing.T) {
	file := samplePcap(time.Unix(1_700_000_000, 0), 200_000)
	copy(file[len(file)/2:], bytes.Repeat([]byte{0xFF}, 100))
	name := write(t, t.TempDir(), "a.pcap", file)
	in, err := Open(t.Context(), []string{name}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	measure := func() time.Duration {
		var s span
		if err := in.inputs[0].measure(t.Context(), Options{}, &s); err != nil {
			t.Error(err)
		}
		return s.last.Sub(s.first)
	}
	if got, want := measure(), 199_999*time.Millisecond; got != want {
		t.Errorf("the whole file spans %v; want %v", got, want)
	}
	if err := os.Truncate(name, int64(len(file)-1)); err != nil {
		t.Fatal(err)
	}
	if got := measure(); got < 99*time.Second || got > 100*time.Second {
		t.Errorf("cut, the file spans %v; want what comes before its spoilt place", got)
	}
}
