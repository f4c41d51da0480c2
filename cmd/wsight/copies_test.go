package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wsight/internal/packets"
)

// TestClocksApart gives two captures of one connection, made by hosts whose
// clocks are apart by more than it lasted, to every command that tells of
// connections: it is one in all of them.
func TestClocksApart(t *testing.T) {
	here := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	there := &packets.Capture{}
	conn := here.Connect("192.0.2.10:40001", "198.51.100.7:80")
	conn.Mirrors = []*packets.Mirror{{Capture: there, Later: 3 * time.Second}}
	conn.Open()
	conn.Send(packets.ClientToServer, []byte("GET /chat HTTP/1.1\r\nHost: chat.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	conn.Send(packets.ServerToClient, []byte("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
	conn.Close(packets.ServerToClient)

	args := []string{"--separate"}
	for _, c := range []*packets.Capture{here, there} {
		name := filepath.Join(t.TempDir(), "capture.pcap")
		if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	for _, command := range [][]string{
		{"print", "--json"}, {"print", "--json", "-j", "2"}, {"doctor", "--json"}, {"export", "--format", "jsonl"},
	} {
		var out bytes.Buffer
		root := newRoot()
		root.SetOut(&out)
		root.SetErr(&bytes.Buffer{})
		root.SetArgs(append(command, args...))
		_ = root.ExecuteContext(t.Context()) // what doctor found is its error
		if got := out.String(); !strings.Contains(got, `"conn":1,`) || strings.Contains(got, `"conn":2,`) || !strings.Contains(got, `"copies":1,`) {
			t.Errorf("%v tells of other connections than one that was captured twice:\n%s", command, got)
		}
	}
}
