package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wsight/internal/packets"
)

// proxied is a capture of both legs of a WebSocket that speaks JSON-RPC
// through a proxy.
func proxied(t *testing.T) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	legs := [2]*packets.Connection{c.Connect("192.0.2.1:40000", "192.0.2.20:80")}
	legs[0].Open()
	key := legs[0].Nonce()
	request := "GET /rpc HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n\r\n"
	answer := "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " + packets.Accept(key) + "\r\n\r\n"
	legs[0].Send(0, []byte(request))
	legs[1] = c.Connect("192.0.2.20:50000", "198.51.100.1:8080")
	legs[1].Open()
	legs[1].Send(0, []byte(request))
	legs[1].Send(1, []byte(answer))
	legs[0].Send(1, []byte(answer))
	say := func(d packets.Direction, text string) {
		legs[d].Say(d, packets.Text, text)
		legs[1-d].Say(d, packets.Text, text)
	}
	say(0, `{"jsonrpc":"2.0","id":1,"method":"divide"}`)
	say(1, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"by zero"}}`)
	for _, leg := range legs {
		leg.Goodbye(0, 1000, "")
		leg.Close(1)
	}
	name := filepath.Join(t.TempDir(), "proxied.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Both legs say what their messages mean, as the timeline of one does, and a
// format that is chosen holds for the leg of the selected row.
func TestLanesGloss(t *testing.T) {
	b := newBench(t, record(t, proxied(t)), 140, 40, Options{}).press("Enter", "L")
	const raw = `text {"jsonrpc"`
	if text := b.text(); strings.Count(text, "divide()") < 2 || strings.Contains(text, raw) {
		t.Fatalf("the messages are not decoded on both legs:\n%s", text)
	}
	for range 20 {
		if conv, id := b.ui.timeline.lanes.current(); conv == 2 && strings.HasPrefix(previewOf(b, conv, id), `{"jsonrpc"`) {
			break
		}
		b.press("j")
	}
	if text := b.text(); !strings.Contains(text, "[jsonrpc]") {
		t.Errorf("the detail of the second leg is not decoded:\n%s", text)
	}
	b.press("d", `"plain:"`, "Enter")
	if text := b.text(); strings.Count(text, "divide()") != 1 || !strings.Contains(text, raw) || strings.Contains(text, "[jsonrpc]") {
		t.Errorf("with the second leg plain:\n%s", text)
	}
	if b.press("L"); b.ui.timeline.conv != 2 {
		t.Errorf("back on #%d; want the leg that was selected", b.ui.timeline.conv)
	}
}

func previewOf(b *bench, conv, id int) string {
	r, _ := b.ui.rec.Row(conv, id)
	return r.Preview
}
