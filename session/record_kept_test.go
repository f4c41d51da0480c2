package session

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/internal/packets"
)

// verbose is a capture of n connections whose heads are large, and whose
// Accept is wrong.
func verbose(t testing.TB, n, size int) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	for i := range n {
		conn := c.Connect(fmt.Sprintf("192.0.2.1:%d", 20000+i), "198.51.100.1:80")
		conn.Open()
		conn.Send(0, []byte(fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\nCookie: %s\r\n\r\n",
			i, conn.Nonce(), strings.Repeat("x", size))))
		conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: no\r\n\r\n"))
		conn.Goodbye(0, 1000, "done")
	}
	name := filepath.Join(t.TempDir(), "verbose.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestKept: heads and findings take no more memory than they may. The oldest
// heads go first, and are read again where that is possible; then the words
// of the oldest findings go, but not that there were such.
func TestKept(t *testing.T) {
	const n, most = 400, 64 << 10
	name := verbose(t, n, 4000)
	for _, again := range []bool{true, false} {
		r := recorded(t, name, again, RecordOptions{Spool: 1 << 20, Options: Options{Kept: most}})
		sum := int64(0)
		for _, tr := range r.tracks {
			sum += tr.headsWeight + tr.wordsWeight
			if (tr.heads != nil) != (tr.headsWeight > 0) {
				t.Fatalf("connection %d: heads %v are counted as %d", tr.sum.Number, tr.heads != nil, tr.headsWeight)
			}
		}
		if sum != r.hoard.bytes || sum > most || sum < most/2 {
			t.Errorf("%d bytes are kept, and counted as %d; want %d at most", sum, r.hoard.bytes, most)
		}
		s := r.Snapshot()
		if s.Stripped == 0 || s.Stripped == n || !slices.Contains(s.Limits, LimitKept) {
			t.Errorf("%d connections are without words, limits %v", s.Stripped, s.Limits)
		}
		for _, test := range []struct {
			conv                    int
			heads, gone, findsWords bool
		}{{1, again, !again, false}, {n, true, false, true}} {
			h, gone := r.Heads(test.conv)
			if (h != nil) != test.heads || gone != test.gone {
				t.Errorf("again %v: heads of connection %d: there %v, gone %v", again, test.conv, h != nil, gone)
			}
			if h != nil && h.Request.Target != fmt.Sprintf("/%d", test.conv-1) {
				t.Errorf("heads of connection %d are of %s", test.conv, h.Request.Target)
			}
			found := r.Findings(test.conv)
			i := slices.IndexFunc(found, func(f *dissect.Finding) bool { return f.Code == finding.HandshakeAcceptWrong })
			if i < 0 {
				t.Fatalf("findings of connection %d: %v", test.conv, found)
			}
			if words := found[i].Detail != goneDetail; words != test.findsWords {
				t.Errorf("connection %d: %q", test.conv, found[i].Detail)
			}
			o, _ := r.Overview(test.conv)
			if o.Stripped == test.findsWords || o.Findings[finding.Error] == 0 || o.Worst == nil || o.CloseCode != 1000 {
				t.Errorf("overview of connection %d: %+v", test.conv, o)
			}
		}
	}
}

// TestKeptWhole: within the limit nothing goes.
func TestKeptWhole(t *testing.T) {
	r := recorded(t, verbose(t, 20, 4000), true, RecordOptions{})
	if s := r.Snapshot(); s.Stripped != 0 || len(s.Limits) > 0 || r.tracks[0].heads == nil {
		t.Errorf("%d connections are without words, limits %v", s.Stripped, s.Limits)
	}
}
