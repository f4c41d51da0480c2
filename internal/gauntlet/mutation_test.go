package gauntlet

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/export"
	"wsight/internal/steering"
	"wsight/session"
)

// A mutation spoils a capture in place of a hostile or broken sender, network
// or tool.
type mutation struct {
	name string
	// sent: every message that can be read whole was sent as it is.
	sent  bool
	apply func(r recording, rng *rand.Rand, other recording) recording
}

var mutations = []mutation{
	{"bytes flipped", false, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(8) {
			r = r.changed(rng, func(p []byte) []byte {
				p[rng.IntN(len(p))] ^= 1 << rng.IntN(8)
				return p
			})
		}
		return r
	}},
	{"words set", false, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(4) {
			r = r.changed(rng, func(p []byte) []byte {
				if len(p) >= 8 {
					binary.LittleEndian.PutUint64(p[rng.IntN(len(p)-7):], []uint64{0, ^uint64(0), 1 << 63, 0x7fffffff, rng.Uint64()}[rng.IntN(5)])
				}
				return p
			})
		}
		return r
	}},
	{"packets cut", true, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(4) {
			r = r.changed(rng, func(p []byte) []byte { return p[:rng.IntN(len(p))] })
		}
		return r
	}},
	{"packets dropped", true, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(6) {
			if len(r.records) > 1 {
				r = r.without(rng.IntN(len(r.records)))
			}
		}
		return r
	}},
	{"packets doubled", true, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(6) {
			i := rng.IntN(len(r.records))
			r = r.doubled(i, rng.IntN(len(r.records)-i))
		}
		return r
	}},
	{"packets reordered", true, func(r recording, rng *rand.Rand, _ recording) recording {
		for range 1 + rng.IntN(6) {
			i := rng.IntN(len(r.records))
			r = r.moved(i, rng.IntN(min(20, len(r.records)-i)))
		}
		return r
	}},
	{mixed, true, func(r recording, rng *rand.Rand, other recording) recording {
		var records [][]byte
		for a, b := r.records, other.records; len(a)+len(b) > 0; {
			if len(b) == 0 || len(a) > 0 && rng.IntN(2) == 0 {
				records, a = append(records, a[0]), a[1:]
			} else {
				records, b = append(records, b[0]), b[1:]
			}
		}
		return r.with(records...)
	}},
	{"file spoiled", false, func(r recording, rng *rand.Rand, _ recording) recording {
		file := bytes.Clone(r.file())
		for range 1 + rng.IntN(4) {
			file[rng.IntN(len(file))] = byte(rng.Uint32())
		}
		return recording{head: file}
	}},
	{"file cut", true, func(r recording, rng *rand.Rand, _ recording) recording {
		file := r.file()
		return recording{head: file[:24+rng.IntN(len(file)-24)]}
	}},
}

// mixed is the one mutation that takes a second capture.
const mixed = "captures interleaved"

// stranger returns a sample of the same link type that shares no end with s,
// and false when there is none.
func stranger(all []sample, s sample, rng *rand.Rand) (sample, bool) {
	var fit []sample
	for _, other := range all {
		probe := strings.Contains(s.name, "_") && strings.Contains(other.name, "_") // probes share their addresses
		if !probe && other.name != s.name && bytes.Equal(other.file[20:24], s.file[20:24]) {
			fit = append(fit, other)
		}
	}
	if len(fit) == 0 {
		return sample{}, false
	}
	return fit[rng.IntN(len(fit))], true
}

// join adds what another capture holds.
func (a account) join(other account) {
	for who, messages := range other.messages {
		a.messages[who] = append(a.messages[who], messages...)
	}
}

// changed returns the capture with one packet as change makes it.
func (r recording) changed(rng *rand.Rand, change func([]byte) []byte) recording {
	records := slices.Clone(r.records)
	i := rng.IntN(len(records))
	if len(records[i]) > 16 {
		packet := change(bytes.Clone(records[i][16:]))
		header := bytes.Clone(records[i][:16])
		binary.LittleEndian.PutUint32(header[8:], uint32(len(packet)))
		records[i] = append(header, packet...)
	}
	return r.with(records...)
}

// patience is how long a small capture may take, with a busy machine in mind.
const patience = 10 * time.Second

// judge runs a capture whatever it is, and returns what is wrong with how it
// is told.
func judge(file []byte) (faults []string) {
	began := time.Now()
	text, _, _ := printed(bytes.NewReader(file))
	if took := time.Since(began); took > patience {
		faults = append(faults, fmt.Sprintf("it took %v", took))
	}
	if why := breach(text); why != "" {
		faults = append(faults, why)
	}
	if why := steering.Find(text, "\n"); why != "" {
		faults = append(faults, "JSON lines hold "+why)
	}
	if again, _, _ := printed(bytes.NewReader(file)); !bytes.Equal(again, text) {
		faults = append(faults, "the same bytes are told in another way")
	}
	if three := shared(file, 3); !bytes.Equal(three, text) {
		faults = append(faults, "three workers tell the same bytes in another way: "+difference(three, text))
	}
	if why := steering.Find(readable(file), "\n"); why != "" {
		faults = append(faults, "lines for people hold "+why)
	}
	return faults
}

// difference returns the first lines that differ.
func difference(got, want []byte) string {
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			return fmt.Sprintf("line %d\n%s\nwant\n%s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// readable is `wsight print --frames --hash`: lines for people.
func readable(file []byte) []byte {
	var out bytes.Buffer
	lines := export.NewText(&out, export.TextOptions{Frames: true, Hash: true, Payload: export.PayloadText, Width: 120})
	reader := capture.NewReader(bytes.NewReader(file), "capture", capture.Options{})
	defer reader.Close()
	_, _ = session.Run(context.Background(), reader, session.Options{Dissect: dissecting()}, lines.Event)
	_ = lines.Flush() // a Buffer takes everything
	return out.Bytes()
}

// Spoiled captures neither break the tool nor the form of what it says, and
// what only lost bytes or packets is never shown as something else.
func TestMutations(t *testing.T) {
	all := damageable(t)
	rounds := 2
	if thorough() {
		rounds = 3
	}
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			for round := range rounds {
				for k, s := range all {
					rng := rand.New(rand.NewPCG(uint64(round), uint64(k)))
					r := parse(t, s.file)
					other, ok := stranger(all, s, rng)
					if !ok {
						if m.name == mixed {
							continue
						}
						other = s // which the others do not look at
					}
					file := m.apply(r, rng, parse(t, other.file)).file()
					for _, fault := range judge(file) {
						t.Errorf("%s, round %d: %s", s.name, round, fault)
					}
					if m.sent {
						whole, got := tell(t, s.file).account(), tell(t, file).account()
						faults := got.forged(whole)
						if m.name == mixed { // takes nothing away
							whole.join(tell(t, other.file).account())
							faults = append(got.forged(whole), whole.forged(got)...)
						}
						for _, fault := range faults {
							t.Errorf("%s, round %d: %s", s.name, round, fault)
						}
					}
				}
			}
		})
	}
}

func FuzzCapture(f *testing.F) {
	for _, s := range samples(f, "testdata/probes/e0*.pcap", "testdata/probes/e1*.pcap", "../../pcaps/chat*.pcap", "../../pcaps/midstream.pcap") {
		if len(s.file) < 4<<10 { // large ones take long to make smaller
			f.Add(s.file)
		}
	}
	f.Add(read(f, "../../pcaps/mqtt.pcap.gz"))
	f.Add(read(f, "../../pcaps/haproxy-two-interfaces.pcapng"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, fault := range judge(file) {
			t.Error(fault)
		}
	})
}
