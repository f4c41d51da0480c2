package export

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/internal/packets"
	"wsight/session"
)

// What is written does not depend on how many workers there are.
func TestSharedOutput(t *testing.T) {
	defer goleak.VerifyNone(t)
	samples, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(samples) < 10 {
		t.Fatalf("%d samples, %v", len(samples), err)
	}
	holes := filepath.Join(t.TempDir(), "holes.pcap")
	if err := os.WriteFile(holes, losses(), 0o600); err != nil {
		t.Fatal(err)
	}
	type run struct {
		name    string
		files   []string
		options capture.Options
	}
	runs := []run{
		{"holes", []string{holes}, capture.Options{}},
		{"all as one", samples, capture.Options{Join: true}},
		{"all apart", samples, capture.Options{Separate: true}},
	}
	for _, name := range samples {
		runs = append(runs, run{filepath.Base(name), []string{name}, capture.Options{}})
	}
	for _, r := range runs {
		t.Run(r.name, func(t *testing.T) {
			want := shared(t, r.files, r.options, 1)
			if bytes.Count(want, []byte("\n")) < 3 {
				t.Fatalf("one worker wrote %q", want)
			}
			for n := 2; n <= 4; n++ {
				if got := shared(t, r.files, r.options, n); !bytes.Equal(got, want) {
					t.Errorf("%d workers: %s", n, difference(got, want))
				}
			}
		})
	}
}

// shared returns what n workers write about the files.
func shared(t *testing.T, files []string, options capture.Options, n int) []byte {
	t.Helper()
	keys := new(tls.KeyLog)
	options.Secrets = keys.AddBlock
	src, err := capture.Open(context.Background(), files, options)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lines := NewJSONL(&out, JSONOptions{Frames: true, Hash: true, Inputs: len(files)})
	opts := session.Options{Dissect: dissect.Options{MaxPayload: 1 << 16, Hash: true, Keys: keys}}
	sum, err := session.RunShared(context.Background(), src, opts, workers(lines, n), lines.Event)
	lines.Capture(sum)
	if err := lines.Flush(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, err)
	return out.Bytes()
}

func workers(lines *JSONL, n int) session.Workers {
	return session.Workers{N: n, Line: lines.Line, Writer: func() session.LineWriter { return lines.Writer() }}
}

// difference shows the first line in which two outputs differ.
func difference(got, want []byte) string {
	a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return fmt.Sprintf("line %d is\n%s\nwith one worker\n%s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, with one worker %d", len(a), len(b))
}

// losses is a capture in which many connections lack bytes, and are given up
// by the packet of another one.
func losses() []byte {
	c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	var conns []*packets.Connection
	for i := range 24 {
		conn := c.Connect(fmt.Sprintf("192.0.2.%d:%d", i+1, 40000+i), "198.51.100.7:80")
		conn.Open()
		key := conn.Nonce()
		conn.Send(packets.ClientToServer, fmt.Appendf(nil,
			"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n", key))
		conn.Send(packets.ServerToClient, fmt.Appendf(nil,
			"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", packets.Accept(key)))
		conns = append(conns, conn)
	}
	for i := range conns {
		conn := conns[len(conns)-1-i] // not in the order in which they began
		conn.Say(packets.ClientToServer, 0x81, "before")
		conn.Muted = true
		conn.Say(packets.ClientToServer, 0x81, "lost")
		conn.Muted = false
		conn.Say(packets.ClientToServer, 0x81, "behind")
	}
	c.Wait(5 * time.Second)
	late := c.Connect("192.0.2.200:50000", "198.51.100.7:80")
	late.Open()
	return c.Pcap()
}

// An endless source ends when it is told to, and its workers with it.
func TestSharedEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	packets := 0
	lines := NewJSONL(new(bytes.Buffer), JSONOptions{})
	src := endless{func() {
		if packets++; packets == 50_000 {
			cancel()
		}
	}}
	sum, err := session.RunShared(ctx, src, session.Options{}, workers(lines, 3), lines.Event)
	if err != nil || sum.Undecoded < 50_000 {
		t.Errorf("RunShared() = %d packets undecoded, %v; want 50000 or more, and no error", sum.Undecoded, err)
	}
}

// endless gives packets of which nothing is known until its context ends.
type endless struct{ each func() }

func (s endless) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		p := &capture.Packet{Link: capture.UnknownLink, Data: []byte("noise"), Length: 5, Interface: new(capture.Interface)}
		for ctx.Err() == nil {
			s.each()
			p.Number++
			if !yield(p, nil) {
				return
			}
		}
		yield(nil, ctx.Err())
	}
}

func (s endless) Stats() capture.Stats { return capture.Stats{Dropped: -1} }
