package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/internal/packets"
)

// anything is decoded as what it is found to be.
var anything = Decoding{Rules: []DecodeRule{{}}}

// TestGlossary compares what a glossary says of each message, in whatever order
// it is asked, with what decoding it while the capture is read gives.
func TestGlossary(t *testing.T) {
	files, err := filepath.Glob("../pcaps/*.pcap*")
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	for _, name := range files {
		want := map[[2]int]string{}
		src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(context.Background(), src, Options{Decode: anything}, func(ev dissect.Event) {
			if m, ok := ev.(*dissect.Message); ok && m.Decoded != nil {
				want[[2]int{m.Conv.Number, m.N}] = string(payload.AppendJSON(nil, *m.Decoded)) + m.Decoded.RTT.String()
			}
		}); err != nil {
			t.Fatal(err)
		}
		r := recorded(t, name, true, RecordOptions{})
		for conv := 1; conv <= r.Conversations(); conv++ {
			g := r.Glossary(conv, anything)
			g.every = 3 // so that there are stops
			last := r.lastMessage(conv)
			for from := last; from > 0; from -= 5 {
				if err := g.Read(context.Background(), from-4, from); err != nil {
					t.Fatal(err)
				}
			}
			for n := 1; n <= last; n++ {
				got, ok := g.Look(n)
				if !ok {
					t.Errorf("%s: there is no gloss of message %d of %d", name, n, conv)
				}
				r, decoded, err := g.Result(context.Background(), n, 0)
				if err != nil {
					t.Fatal(err)
				}
				text, known := want[[2]int{conv, n}]
				if decoded != known {
					t.Errorf("%s: message %d of %d is decoded: %v; want %v", name, n, conv, decoded, known)
				}
				if !known {
					continue
				}
				if now := string(payload.AppendJSON(nil, r)) + r.RTT.String(); now != text || got.Summary != r.Summary || got.Answers != r.Answered || got.Latency != r.RTT {
					t.Errorf("%s: message %d of %d is decoded to\n%s and %+v; want\n%s", name, n, conv, now, got, text)
				}
			}
		}
	}
}

// asked is a capture of n requests of JSON-RPC, each answered by the message
// behind it.
func asked(t testing.TB, n int) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key := conn.Nonce()
	conn.Send(0, []byte("GET /rpc HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	for i := range n {
		c.Wait(time.Millisecond)
		conn.Say(0, packets.Text, `{"jsonrpc":"2.0","id":`+strconv.Itoa(i)+`,"method":"count"}`)
		c.Wait(3 * time.Millisecond)
		conn.Say(1, packets.Text, `{"jsonrpc":"2.0","id":`+strconv.Itoa(i)+`,"result":7}`)
	}
	name := filepath.Join(t.TempDir(), "asked.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// What is far from where decoding stopped is decoded again from a stop, and
// the bounds of what is kept hold.
func TestGlossaryFar(t *testing.T) {
	const pairs = 30_000
	r := recorded(t, asked(t, pairs), true, RecordOptions{})
	g := r.Glossary(1, anything)
	if err := g.ReadAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := len(g.stops); n > stopMost || n < stopMost/3 {
		t.Errorf("%d stops", n)
	}
	for _, n := range []int{2, 2 * pairs, pairs, 4, pairs + 2} {
		if err := g.Read(context.Background(), n-1, n); err != nil {
			t.Fatal(err)
		}
		got, ok := g.Look(n)
		if !ok || got.Answers != n-1 || got.Latency.Truncate(time.Millisecond) != 3*time.Millisecond {
			t.Errorf("message %d: %+v, %v; want an answer to %d after 3 ms", n, got, ok, n-1)
		}
		if g.Partner(n) != n-1 || g.Partner(n-1) != n {
			t.Errorf("message %d belongs to %d, and %d to %d", n, g.Partner(n), n-1, g.Partner(n-1))
		}
	}
	if len(g.kept.young)+len(g.kept.old) > 2*glossed {
		t.Error("too many glosses are kept")
	}
}

// What is no longer kept at the beginning is said, and the rest is decoded.
func TestGlossaryMidway(t *testing.T) {
	r := recorded(t, asked(t, 40_000), true, RecordOptions{Rows: 20_000})
	g := r.Glossary(1, anything)
	last := r.lastMessage(1)
	err := g.Read(context.Background(), last-10, last)
	if errors.Is(err, capture.ErrNotKept) {
		t.Fatal("nothing could be decoded")
	} else if err != nil {
		t.Fatal(err)
	}
	if first, end := g.Extent(); first <= 1 || end != last {
		t.Errorf("messages %d to %d were decoded", first, end)
	}
	if got, ok := g.Look(last); !ok || got.Answers != last-1 {
		t.Errorf("the last message: %+v, %v", got, ok)
	}
	if f := g.Findings(); len(f) > 0 {
		t.Errorf("%+v is told of what was not seen whole", f[0])
	}
}

// Nothing is decoded that is not to be.
func TestGlossaryPlain(t *testing.T) {
	r := recorded(t, asked(t, 1), true, RecordOptions{})
	if g := r.Glossary(1, Decoding{}); g != nil {
		t.Error("plain messages have a glossary")
	}
	if g := r.Glossary(2, anything); g != nil {
		t.Error("there is no conversation 2, but a glossary")
	}
}
