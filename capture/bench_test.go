package capture

import (
	"bytes"
	"testing"
	"time"
)

// BenchmarkReader reads packets of 187 bytes, as small ones of a busy
// WebSocket server are.
func BenchmarkReader(b *testing.B) {
	const packets = 20_000
	le := orders["little"]
	data := string(bytes.Repeat([]byte{'x'}, 187))
	pcap := pcapHead(le, magicMicroseconds, 0, 1)
	pcapng := append(ngSection(le), ngInterface(le, 1, 0)...)
	for i := range packets {
		pcap = append(pcap, pcapRecord(le, i, 0, data, len(data))...)
		pcapng = append(pcapng, ngPacket(le, 0, uint64(i), data, len(data))...)
	}
	for name, file := range map[string][]byte{"pcap": pcap, "pcapng": pcapng} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for range NewReader(bytes.NewReader(file), "bench", Options{}).Packets(b.Context()) {
					n++
				}
				if n != packets {
					b.Fatalf("%d packets; want %d", n, packets)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/packets, "ns/packet")
		})
	}
}

// TestReaderAllocations: what a Reader takes does not depend on how many
// packets it gives.
func TestReaderAllocations(t *testing.T) {
	le := orders["little"]
	pcapng := append(ngSection(le), ngInterface(le, 1, 0)...)
	for i := range 5000 {
		pcapng = append(pcapng, ngPacket(le, 0, uint64(i), "data", 60, ngOption(le, 2, "flag"))...)
	}
	for name, file := range map[string][]byte{"pcap": samplePcap(time.Unix(1, 0), 5000), "pcapng": pcapng} {
		got := testing.AllocsPerRun(3, func() {
			for range NewReader(bytes.NewReader(file), "test", Options{}).Packets(t.Context()) {
			}
		})
		if got > 50 {
			t.Errorf("%s: %.0f allocations for 5000 packets; want at most 50", name, got)
		}
	}
}

// BenchmarkMerge merges two captures by time.
func BenchmarkMerge(b *testing.B) {
	const packets = 100_000
	dir := b.TempDir()
	file := samplePcap(time.Unix(1_700_000_000, 0), packets)
	names := []string{write(b, dir, "a.pcap", file), write(b, dir, "b.pcap", file)}
	b.ReportAllocs()
	for b.Loop() {
		in, err := Open(b.Context(), names, Options{Separate: true})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range in.Packets(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/packets/2, "ns/packet")
}
