package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/internal/packets"
)

// streamedPackets takes in a capture as something that cannot be read again, and
// returns its packets, too.
func streamedPackets(t *testing.T, name string, spool int64) (*Record, []capture.Packet) {
	t.Helper()
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var packets []capture.Packet
	r := NewRecord(RecordOptions{Packets: true, Spool: spool, Options: Options{Trace: func(p *capture.Packet, tcp int64) {
		own := *p
		own.Data, own.Offset = slices.Clone(p.Data), -1
		packets = append(packets, own)
	}}})
	t.Cleanup(func() { r.Close() })
	if err := r.Run(context.Background(), src); err != nil {
		t.Fatal(err)
	}
	return r, packets
}

// Every packet of a connection comes back as it was captured, with its place
// in the connection.
func TestPackets(t *testing.T) {
	r, want := streamedPackets(t, "../pcaps/fragments-ipv6.pcap", 0)
	var got []KeptPacket
	all, err := r.Packets(t.Context(), func(p *KeptPacket) error {
		got = append(got, *p)
		return nil
	})
	if err != nil || all != int64(len(want)) || len(got) != len(want) {
		t.Fatalf("%d packets of %d come back, %v; want %d", len(got), all, err, len(want))
	}
	for i, p := range got {
		w := want[i]
		if string(p.Data) != string(w.Data) || !p.Time.Equal(w.Time) || p.Number != w.Number || p.Length != w.Length || p.Link != w.Link || p.Interface != w.Interface || p.Offset != -1 || p.TCP != 1 || p.Nth != int64(i+1) {
			t.Errorf("packet %d comes back as %+v", w.Number, p)
		}
	}
	stop := errors.New("enough")
	if _, err := r.Packets(t.Context(), func(*KeptPacket) error { return stop }); err != stop {
		t.Errorf("what ends with an error gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Packets(ctx, func(*KeptPacket) error { t.Error("a packet after the end"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("what is stopped ends with %v", err)
	}
	r = NewRecord(RecordOptions{})
	if all, err := r.Packets(t.Context(), nil); all != 0 || err != nil {
		t.Errorf("where none are kept there are %d, %v", all, err)
	}
}

// What was kept of a packet is read as it was.
func TestPacketEntry(t *testing.T) {
	eth := &capture.Interface{Name: "eth0", Link: 1}
	for _, want := range []capture.Packet{
		{Number: 1, Data: []byte("x"), Length: 1, Interface: eth, Link: 1},
		{Number: 1 << 40, File: 3, Vantage: 2, Time: time.Unix(-5, 7).UTC(), Link: capture.UnknownLink, Data: []byte{}, Length: 9000, Interface: eth, Comments: []string{"", "a\x1b"}, Direction: capture.Out},
	} {
		b := append(appendPacket(nil, &want, 0), want.Data...)
		var got capture.Packet
		if err := (&fields{b: b}).packet(&got, []*capture.Interface{eth}); err != nil {
			t.Fatal(err)
		}
		want.Offset = -1
		if !got.Time.Equal(want.Time) || string(got.Data) != string(want.Data) || got.Number != want.Number || got.File != want.File || got.Vantage != want.Vantage || got.Link != want.Link ||
			got.Length != want.Length || got.Direction != want.Direction || !slices.Equal(got.Comments, want.Comments) || got.Interface != eth {
			t.Errorf("%+v is read as %+v", want, got)
		}
		head := len(b) - len(want.Data)
		for n := range head {
			if err := (&fields{b: b[:n]}).packet(&got, []*capture.Interface{eth}); err == nil {
				t.Errorf("the first %d bytes of %d are taken for a packet", n, head)
			}
		}
		if err := (&fields{b: b}).packet(&got, nil); err == nil {
			t.Error("an interface that there is not is taken")
		}
	}
}

// FuzzPacketEntry: what else stands in the file is refused, or read within its
// bounds.
func FuzzPacketEntry(f *testing.F) {
	eth := &capture.Interface{}
	f.Add(append(appendPacket(nil, &capture.Packet{Number: 1, Interface: eth, Comments: []string{"c"}}, 0), 'x'))
	f.Fuzz(func(t *testing.T, b []byte) {
		var p capture.Packet
		if err := (&fields{b: b}).packet(&p, []*capture.Interface{eth}); err == nil && len(p.Data) > len(b) {
			t.Errorf("%d bytes give %d", len(b), len(p.Data))
		}
	})
}

// chatty writes a capture of some MiB: a connection that lasts, and one that is
// no WebSocket.
func chatty(t *testing.T) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	ws, other := c.Connect("192.0.2.1:40000", "198.51.100.1:80"), c.Connect("192.0.2.1:40001", "198.51.100.1:81")
	ws.Open()
	other.Open()
	key := ws.Nonce()
	ws.Send(0, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	ws.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	other.Send(0, []byte("\x00no protocol that is known here"))
	for i := range 6000 {
		ws.Say(packets.Direction(i%2), 1, fmt.Sprintf("message %d %s", i+1, strings.Repeat("x", 500)))
		other.Send(1, bytes.Repeat([]byte{0xf0}, 900))
		c.Wait(time.Millisecond)
	}
	name := filepath.Join(t.TempDir(), "chatty.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Beyond the size of the spool the oldest packets go; of what is no WebSocket
// none is kept but the first.
func TestPacketsNoLongerKept(t *testing.T) {
	r, captured := streamedPackets(t, chatty(t), 1<<20)
	var got []KeptPacket
	all, err := r.Packets(t.Context(), func(p *KeptPacket) error {
		got = append(got, *p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const size = 640 // about, of a packet with a message, and as much as nothing for its ACK
	if all >= int64(len(captured))*3/4 || len(got) < 1<<20/size || int64(len(got)) > all/2 {
		t.Fatalf("%d of %d are kept; %d were captured", len(got), all, len(captured))
	}
	first, last := got[0], got[len(got)-1]
	if int(last.Nth-first.Nth) != len(got)-1 || last.TCP != 1 || last.Number < len(captured)-8 {
		t.Errorf("%d packets are kept, from %d to %d of connection %d", len(got), first.Nth, last.Nth, last.TCP)
	}
	for _, p := range got {
		if w := captured[p.Number-1]; p.TCP != 1 || string(p.Data) != string(w.Data) || !p.Time.Equal(w.Time) {
			t.Fatalf("packet %d comes back as %+v", p.Number, p)
		}
	}
}

// Packets can be had while more come, which take the place of the oldest.
func TestPacketsMeanwhile(t *testing.T) {
	src, err := capture.Open(t.Context(), []string{chatty(t)}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRecord(RecordOptions{Packets: true, Spool: 1 << 20})
	defer r.Close()
	done := make(chan error)
	go func() { done <- r.Run(t.Context(), src) }()
	for reading := true; reading; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			reading = false
		default:
		}
		last, kept := int64(0), int64(0)
		all, err := r.Packets(t.Context(), func(p *KeptPacket) error {
			if p.TCP == 1 {
				if p.Nth <= last {
					t.Errorf("packet %d comes behind %d", p.Nth, last)
				}
				last = p.Nth
			}
			kept++
			return nil
		})
		if err != nil || kept > all {
			t.Fatalf("%d of %d packets, %v", kept, all, err)
		}
	}
}
