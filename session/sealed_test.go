package session

import (
	stdtls "crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	"wsight/dissect/tls"
	"wsight/internal/packets"
)

// A sealedTalk scripts one connection over TLS.
type sealedTalk struct {
	t       testing.TB
	capture *packets.Capture
	conn    *packets.Connection
	secure  *packets.Secure
}

var only13 = &stdtls.Config{MinVersion: stdtls.VersionTLS13}

func newSealedTalk(t testing.TB, config *stdtls.Config) *sealedTalk {
	t.Helper()
	s := &sealedTalk{t: t, capture: &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}}
	s.conn = s.capture.Connect("192.0.2.1:40000", "198.51.100.1:443")
	s.conn.Open()
	var err error
	if s.secure, err = s.conn.Secure(config); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sealedTalk) send(d packets.Direction, b []byte) {
	s.t.Helper()
	if err := s.secure.Send(d, b); err != nil {
		s.t.Fatal(err)
	}
}

// upgrade makes it a WebSocket.
func (s *sealedTalk) upgrade() {
	s.t.Helper()
	key := s.conn.Nonce()
	s.send(packets.ClientToServer, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "+key+"\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	s.send(packets.ServerToClient, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
}

func (s *sealedTalk) say(d packets.Direction, format string, args ...any) {
	s.t.Helper()
	s.send(d, s.conn.Frame(d, 0x80|packets.Text, fmt.Appendf(nil, format, args...)))
}

// keys are the lines of the key log that contain label.
func (s *sealedTalk) keys(label string) *tls.KeyLog {
	log := new(tls.KeyLog)
	for line := range strings.Lines(string(s.secure.Keys())) {
		if strings.Contains(line, label) {
			log.Add([]byte(line))
		}
	}
	return log
}
