package session

import (
	"bytes"
	"context"
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"wsight/capture"
	"wsight/dissect"
	keys "wsight/dissect/tls"
	"wsight/finding"
	"wsight/internal/packets"
)

// TestOneSide: with the secret of the client alone what it sends is told, and
// an answer that cannot be opened is not called missing.
func TestOneSide(t *testing.T) {
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:443")
	conn.Open()
	ends, err := conn.Secure(&tls.Config{MinVersion: tls.VersionTLS13})
	if err != nil {
		t.Fatal(err)
	}
	say := func(d packets.Direction, b []byte) {
		if err := ends.Send(d, b); err != nil {
			t.Fatal(err)
		}
	}
	say(packets.ClientToServer, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	say(packets.ServerToClient, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"))
	for _, text := range []string{"one", "two", "three"} {
		say(packets.ClientToServer, conn.Frame(packets.ClientToServer, 0x81, []byte(text)))
		say(packets.ServerToClient, conn.Frame(packets.ServerToClient, 0x81, []byte("answer to "+text)))
	}
	conn.Close(packets.ClientToServer)
	log := new(keys.KeyLog)
	for line := range strings.Lines(string(ends.Keys())) {
		if strings.HasPrefix(line, "CLIENT_TRAFFIC_SECRET_0") {
			log.Add([]byte(line))
		}
	}
	var said []string
	told := map[finding.Code]bool{}
	_, err = Run(context.Background(), capture.NewReader(bytes.NewReader(c.Pcap()), "oneside.pcap", capture.Options{}),
		Options{Dissect: dissect.Options{Keys: log, MaxPayload: dissect.DefaultPayload}}, func(e dissect.Event) {
			switch e := e.(type) {
			case *dissect.Message:
				said = append(said, string(e.Payload))
			case *dissect.Finding:
				told[e.Code] = true
			}
		})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(said, " "); got != "one two three" {
		t.Errorf("messages %q; want those of the client", got)
	}
	if told[finding.HandshakeUnanswered] || !told[finding.TLSUndecryptable] {
		t.Errorf("found %v; want that one side cannot be opened, and no missing answer", told)
	}
}
