package gauntlet

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// recut returns the capture with the payload of every segment in pieces, the
// sizes of which size chooses.
func (r recording) recut(size func() int) recording {
	link := layers.LinkType(binary.LittleEndian.Uint32(r.head[20:]))
	var records [][]byte
	for _, record := range r.records {
		packet := record[16:]
		p := gopacket.NewPacket(packet, link, gopacket.NoCopy)
		tcp, ok := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
		if !ok || len(tcp.Payload) < 2 || p.Layer(layers.LayerTypeIPv6) != nil {
			records = append(records, record)
			continue
		}
		start := cap(packet) - cap(tcp.Payload)
		ip := cap(packet) - cap(p.NetworkLayer().LayerContents())
		header := cap(packet) - cap(tcp.Contents)
		for at := 0; at < len(tcp.Payload); {
			n := min(size(), len(tcp.Payload)-at)
			piece := slices.Concat(record[:16], packet[:start], tcp.Payload[at:at+n])
			binary.LittleEndian.PutUint32(piece[8:], uint32(len(piece)-16))
			binary.LittleEndian.PutUint32(piece[12:], uint32(len(piece)-16))
			binary.BigEndian.PutUint16(piece[16+ip+2:], uint16(start-ip+n))
			binary.BigEndian.PutUint32(piece[16+header+4:], tcp.Seq+uint32(at))
			if at += n; at < len(tcp.Payload) {
				piece[16+header+13] &^= 1 // FIN goes with the last piece
			}
			records = append(records, piece)
		}
	}
	return r.with(records...)
}

// How TCP cut the streams does not show in what is told.
func TestRecut(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	sizes := map[string]func() int{
		"one byte": func() int { return 1 }, "seven": func() int { return 7 }, "any": func() int { return 1 + rng.IntN(100) },
	}
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			whole := tell(t, s.file, keyed(s)).account()
			searched := slices.Contains([]string{"midstream.pcap", "e11k_pmd_gap.pcap"}, s.name) // the cuts help to find frames
			for name, size := range sizes {
				got := tell(t, parse(t, s.file).recut(size).file(), keyed(s)).account()
				faults := got.forged(whole)
				if !searched {
					faults = append(faults, whole.forged(got)...)
					if !maps.Equal(got.errors, whole.errors) {
						faults = append(faults, fmt.Sprintf("errors %v; want %v", slices.Sorted(maps.Keys(got.errors)), slices.Sorted(maps.Keys(whole.errors))))
					}
				}
				if len(faults) > 0 {
					t.Errorf("%s: %s", name, strings.Join(faults, "\n"))
				}
			}
		})
	}
}
