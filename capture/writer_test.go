package capture

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWriterRoundTrip(t *testing.T) {
	eth0 := &Interface{
		Name: "eth0", Description: "Ethernet", Link: 1, Snaplen: 96, Filter: "tcp port 80",
		Comments: []string{"the uplink"}, Section: &Section{
			Hardware: "amd64", OS: "Linux", Application: "wsight", Comments: []string{"about all"},
		},
	}
	any := &Interface{Link: 276, Section: eth0.Section}
	at := time.Unix(1_700_000_000, 123_456_789).UTC()
	want := []Packet{
		{Time: at, Data: []byte("first"), Length: 1514, Interface: eth0, Comments: []string{"a", "ää"}},
		{Time: at.Add(time.Nanosecond), Data: []byte("from elsewhere"), Length: 14, Interface: any},
		{Time: at.Add(-time.Hour), Data: []byte{}, Length: 60, Interface: eth0},
		{Time: time.Unix(0, 0).UTC(), Data: []byte("x"), Length: 1, Interface: any},
		{Time: time.Unix(18446744072, 999_999_999).UTC(), Data: []byte("x"), Length: 1, Interface: any},
	}
	var file bytes.Buffer
	w := NewWriter(&file, *eth0.Section)
	steps := []error{w.WriteSecrets([]byte("keys\n"))}
	for i := range want {
		want[i].Link = want[i].Interface.Link
		steps = append(steps, w.WritePacket(&want[i]))
	}
	steps = append(steps,
		w.WriteStats(eth0, at, Stats{Packets: 2, Dropped: 7}), w.WriteStats(any, at, Stats{Dropped: -1}), w.Flush())
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	if w.Written() != int64(file.Len()) {
		t.Errorf("Written() = %d; want %d", w.Written(), file.Len())
	}

	var secrets []string
	r := NewReader(&file, "test", Options{Secrets: func(b []byte) { secrets = append(secrets, string(b)) }})
	got, err := drain(r)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d packets, %v; want %d", len(got), err, len(want))
	}
	for i, p := range got {
		want[i].Number, want[i].Offset = i+1, p.Offset
		if diff := cmp.Diff(want[i], p.Packet); diff != "" {
			t.Errorf("packet %d (-want +got):\n%s", i+1, diff)
		}
	}
	if !cmp.Equal(secrets, []string{"keys\n"}) || r.Stats().Dropped != 7 {
		t.Errorf("secrets %q, %d dropped; want the keys and 7", secrets, r.Stats().Dropped)
	}
}

func TestWriterEdges(t *testing.T) {
	eth := &Interface{Link: 1}
	long := strings.Repeat("x", 1<<16-2) + "ä" // cut inside the last letter
	tests := []struct {
		name string
		in   Packet
		want Packet
	}{
		{"no time", Packet{Data: []byte("x")}, Packet{Time: time.Unix(0, 0), Data: []byte("x"), Length: 1}},
		{"before 1970", Packet{Time: time.Unix(-1, 5)}, Packet{Time: time.Unix(0, 0)}},
		{"after 2554", Packet{Time: time.Unix(18446744073, 0)}, Packet{Time: time.Unix(0, 0)}},
		{"no length", Packet{Time: time.Unix(5, 0), Data: []byte("data")}, Packet{Time: time.Unix(5, 0), Data: []byte("data"), Length: 4}},
		{"long comment", Packet{Comments: []string{long}}, Packet{Time: time.Unix(0, 0), Comments: []string{long[:1<<16-2]}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var file bytes.Buffer
			w := NewWriter(&file, Section{})
			tt.in.Interface, tt.in.Link = eth, 1
			if err := errors.Join(w.WritePacket(&tt.in), w.Flush()); err != nil {
				t.Fatal(err)
			}
			got, err := read(file.Bytes())
			if err != nil || len(got) != 1 {
				t.Fatalf("%d packets, %v", len(got), err)
			}
			tt.want.Number, tt.want.Link, tt.want.Interface, tt.want.Offset = 1, 1, eth, got[0].Offset
			if !equal(got[0].Packet, tt.want) || !cmp.Equal(got[0].Comments, tt.want.Comments) {
				t.Errorf("packet = %+v; want %+v", got[0].Packet, tt.want)
			}
		})
	}
	t.Run("another link type", func(t *testing.T) {
		w := NewWriter(&bytes.Buffer{}, Section{})
		if err := w.WritePacket(&Packet{Link: 113, Interface: eth}); err == nil {
			t.Error("a packet that is not of its interface was written")
		}
	})
	t.Run("full disk", func(t *testing.T) {
		full := errors.New("full")
		w := NewWriter(writeFunc(func([]byte) (int, error) { return 0, full }), Section{})
		err := w.WritePacket(&Packet{Link: 1, Interface: eth, Data: make([]byte, 1<<20)})
		if !errors.Is(err, full) || !errors.Is(w.Flush(), full) {
			t.Errorf("WritePacket = %v, Flush = %v; want the error of the disk from both", err, w.Flush())
		}
	})
}

type writeFunc func([]byte) (int, error)

func (f writeFunc) Write(p []byte) (int, error) { return f(p) }

// TestWriterTcpdump lets tcpdump read what a Writer wrote.
func TestWriterTcpdump(t *testing.T) {
	tcpdump := tcpdump(t)
	var file bytes.Buffer
	w := NewWriter(&file, Section{Application: "wsight"})
	eth := &Interface{Name: "eth0", Link: 1}
	frame := append(bytes.Repeat([]byte{2}, 12), 0x88, 0xB5, 'd', 'a', 't', 'a') // an experimental EtherType
	steps := []error{w.WriteSecrets([]byte("keys\n"))}
	for i := range 3 {
		steps = append(steps, w.WritePacket(&Packet{
			Time: time.Unix(int64(i), 123_456_789), Link: 1, Data: frame, Interface: eth, Comments: []string{"seen"},
		}))
	}
	if err := errors.Join(append(steps, w.WriteStats(eth, time.Unix(3, 0), Stats{Packets: 3}), w.Flush())...); err != nil {
		t.Fatal(err)
	}
	name := write(t, t.TempDir(), "out.pcapng", file.Bytes())
	out, err := exec.Command(tcpdump, "-tt", "--nano", "-n", "-r", name).CombinedOutput()
	for i := range 3 {
		if line := fmt.Sprintf("%d.123456789 ", i); err != nil || !strings.Contains(string(out), line) {
			t.Errorf("tcpdump, %v, does not show %q:\n%s", err, line, out)
		}
	}
}
