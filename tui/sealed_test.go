package tui

import (
	"crypto/tls"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wsight/internal/packets"
)

// TestSealed has a TLS connection without a key: the screen of the capture
// tells what can be known of it, and how to get a key log.
func TestSealed(t *testing.T) {
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:443")
	conn.Open()
	secure, err := conn.Secure(&tls.Config{ServerName: "ws.example", NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := secure.Send(packets.ClientToServer, []byte("nobody knows what")); err != nil {
		t.Fatal(err)
	}
	conn.Close(packets.ServerToClient)
	name := filepath.Join(t.TempDir(), "sealed.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, record(t, name), 160, 50, Options{})
	if got := b.text(); !strings.Contains(got, "SSLKEYLOGFILE=keys.log") {
		t.Errorf("the list does not say how to get a key log:\n%s", got)
	}
	b.press("4")
	got := strings.Join(strings.Fields(b.text()), " ")
	for _, want := range []string{"192.0.2.1:40000 → 198.51.100.1:443 TLS 1.3 ws.example TLS_AES_128_GCM_SHA256", "client sent", "FIN by server", "there is no key",
		"SSLKEYLOGFILE=keys.log", "--tls-keylog", "keylog_filename", "KeyLogWriter", "Java"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestParent has the stream of HTTP/2 that carries a conversation.
func TestParent(t *testing.T) {
	frame := func(kind, flags byte, stream uint32, payload string) []byte {
		b := []byte{0, 0, byte(len(payload)), kind, flags}
		return append(binary.BigEndian.AppendUint32(b, stream), payload...)
	}
	// Literal fields without a name in the table, RFC 7541 §6.2.2.
	literal := func(fields ...string) (block string) {
		for i := 0; i < len(fields); i += 2 {
			block += "\x00" + string(rune(len(fields[i]))) + fields[i] + string(rune(len(fields[i+1]))) + fields[i+1]
		}
		return block
	}
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	conn.Send(1, frame(4, 0, 0, "\x00\x08\x00\x00\x00\x01"))
	conn.Send(0, append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, "")...))
	conn.Send(0, frame(1, 4, 5, literal(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/a", ":authority", "b")))
	conn.Send(1, frame(1, 4, 5, "\x88"))
	name := filepath.Join(t.TempDir(), "h2.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBench(t, record(t, name), 160, 40, Options{})
	const want = "HTTP/2 stream 5 of TCP connection 1"
	if got := b.text(); !strings.Contains(got, want) {
		t.Errorf("the list has no %q:\n%s", want, got)
	}
	b.press("2")
	if got := b.text(); !strings.Contains(got, want) {
		t.Errorf("the timeline has no %q:\n%s", want, got)
	}
}
