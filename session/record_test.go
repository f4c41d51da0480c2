package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/internal/packets"
)

// recorded reads a capture to its end. Without again it is taken for
// something that cannot be read a second time.
func recorded(t testing.TB, name string, again bool, opts RecordOptions) *Record {
	t.Helper()
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if again {
		opts.Reread = src.Reread
	}
	r := NewRecord(opts)
	if err := r.Run(context.Background(), src); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// told is what an event of a message says.
type told struct {
	conv, n, packet int
	typ             dissect.MessageType
	wire            int64
	payload         string
}

// TestReplay: each message that is read again, alone or with all, is the one
// that was seen when the capture was read.
func TestReplay(t *testing.T) {
	files, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	for _, name := range files {
		for _, from := range []string{"file", "spool", "packets"} {
			t.Run(filepath.Base(name)+"-"+from, func(t *testing.T) {
				var want []told
				src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := Run(context.Background(), src, Options{Dissect: dissect.Options{MaxPayload: 1 << 20}}, func(ev dissect.Event) {
					if m, ok := ev.(*dissect.Message); ok {
						want = append(want, told{m.Conv.Number, m.N, int(m.Packet), m.Type, m.Wire, string(m.Payload)})
					}
				}); err != nil {
					t.Fatal(err)
				}
				r := recorded(t, name, from == "file", RecordOptions{Packets: from == "packets"})
				for _, w := range want {
					var got []told
					if err := r.Replay(context.Background(), ReplayRequest{Conversation: w.conv, First: w.n, Last: w.n, MaxPayload: 1 << 20}, func(ev dissect.Event) bool {
						if m, ok := ev.(*dissect.Message); ok {
							got = append(got, told{m.Conv.Number, m.N, int(m.Packet), m.Type, m.Wire, string(m.Payload)})
						}
						return true
					}); err != nil {
						t.Fatal(err)
					}
					if len(got) != 1 || got[0] != w {
						t.Fatalf("message %d of %d is read again as %+v; want %+v", w.n, w.conv, got, w)
					}
				}
				rows := 0
				for conv := range r.Conversations() {
					r.Scan(conv+1, 0, func(row *Row) bool {
						if row.Kind == RowMessage {
							rows++
						}
						return true
					})
				}
				if rows != len(want) {
					t.Errorf("%d rows of messages; want %d", rows, len(want))
				}
			})
		}
	}
}

// long is a capture of n messages of size bytes on one connection.
func long(t testing.TB, n, size int) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(0, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	for i := range n {
		c.Wait(time.Millisecond)
		conn.Say(packets.Direction(i%2), packets.Text, fmt.Sprintf("%08d", i)+strings.Repeat("x", size))
	}
	name := filepath.Join(t.TempDir(), "long.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestReplayGoesOnMidway: a message far into a plain stream is reached without
// reading all before it, and is the right one.
func TestReplayGoesOnMidway(t *testing.T) {
	r := recorded(t, long(t, 12000, 1000), true, RecordOptions{})
	if n := len(r.tracks[0].log.points); n < 2 {
		t.Fatalf("there are %d points to go on from; want 2 and more", n)
	}
	for _, n := range []int{1, 2, 1500, 4001, 11999, 12000} {
		frames := 0
		got := ""
		if err := r.Replay(context.Background(), ReplayRequest{Conversation: 1, First: n, Last: n, MaxPayload: 8}, func(ev dissect.Event) bool {
			switch e := ev.(type) {
			case *dissect.Frame:
				frames++
			case *dissect.Message:
				got = string(e.Payload)
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%08d", n-1); got != want || frames != 1 {
			t.Errorf("message %d is %q with %d frames; want %q", n, got, frames, want)
		}
	}
}

// TestRing: beyond the limit the oldest rows go, and the counts say so.
func TestRing(t *testing.T) {
	r := recorded(t, long(t, 8000, 100), true, RecordOptions{Rows: 3 * blockRows})
	s := r.Snapshot()
	first, end := r.Extent(1)
	if s.Rows > 3*blockRows || s.Rows+s.Dropped != int64(end) || int64(first) != s.Dropped || first == 0 {
		t.Fatalf("rows %d to %d, %d kept, %d dropped", first, end, s.Rows, s.Dropped)
	}
	if _, ok := r.Row(1, first-1); ok {
		t.Error("a row that was dropped is there")
	}
	if row, ok := r.Row(1, end-10); !ok || row.ID != end-10 {
		t.Errorf("row %d is %+v", end-10, row)
	}
	if o, _ := r.Overview(1); o.Messages[1]+o.Messages[2] != 8000 {
		t.Errorf("the overview counts %v messages; want 8000", o.Messages)
	}
}

// TestNotKept: what the spool has given up is said not to be kept.
func TestNotKept(t *testing.T) {
	r := recorded(t, long(t, 4000, 1000), false, RecordOptions{Spool: 1 << 20})
	err := r.Replay(context.Background(), ReplayRequest{Conversation: 1, First: 5, Last: 5}, func(dissect.Event) bool { return true })
	if !errors.Is(err, capture.ErrNotKept) {
		t.Errorf("an old message: %v; want %v", err, capture.ErrNotKept)
	}
}

// TestLookWhileItRuns: readers see rows and replays while a capture is read.
func TestLookWhileItRuns(t *testing.T) {
	src, err := capture.Open(context.Background(), []string{long(t, 4000, 200)}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRecord(RecordOptions{Reread: src.Reread})
	defer r.Close()
	var wait sync.WaitGroup
	done := make(chan struct{})
	wait.Add(1)
	go func() {
		defer wait.Done()
		for {
			select {
			case <-done:
				return
			default:
			}
			_, end := r.Extent(1)
			row, _ := r.Row(1, end-1)
			r.Changed(false, func(*Overview) {})
			if row.Kind == RowMessage {
				found := false
				err := r.Replay(context.Background(), ReplayRequest{Conversation: 1, First: row.N, Last: row.N, MaxPayload: 16}, func(ev dissect.Event) bool {
					m, ok := ev.(*dissect.Message)
					found = ok && m.N == row.N && bytes.HasPrefix(m.Payload, fmt.Appendf(nil, "%08d", row.N-1))
					return !ok
				})
				if err != nil || !found {
					t.Errorf("message %d while reading: %v, found %v", row.N, err, found)
					return
				}
			}
		}
	}()
	if err := r.Run(context.Background(), src); err != nil {
		t.Fatal(err)
	}
	close(done)
	wait.Wait()
	if s := r.Snapshot(); !s.Done || !s.Complete || s.WebSocket != 1 {
		t.Errorf("the snapshot is %+v", s)
	}
}
