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
	"wsight/internal/packets"
)

// TestSilent: a TLS connection that a key opens and on which nothing is said,
// as browsers keep them in reserve, is none without a key.
func TestSilent(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lines  string // what the lines of the key log that are kept contain
		said   string
		sealed int
	}{
		{"all keys, silent", "", "", 0},
		{"all keys, no WebSocket", "", "SSH-2.0-x\r\n", 0},
		{"keys of another connection, silent", "nothing", "", 1},
		{"keys of the handshake only, not silent", "HANDSHAKE", "SSH-2.0-x\r\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
			conn := c.Connect("192.0.2.1:40000", "198.51.100.1:443")
			conn.Open()
			ends, err := conn.Secure(&tls.Config{MinVersion: tls.VersionTLS13})
			if err != nil {
				t.Fatal(err)
			}
			if tt.said != "" {
				if err := ends.Send(packets.ClientToServer, []byte(tt.said)); err != nil {
					t.Fatal(err)
				}
			}
			conn.Close(packets.ClientToServer)
			log := new(keys.KeyLog)
			for line := range strings.Lines(string(ends.Keys())) {
				if strings.Contains(line, tt.lines) {
					log.Add([]byte(line))
				}
			}
			if log.Version() == 0 {
				log.Add([]byte("CLIENT_RANDOM " + strings.Repeat("01", 32) + " " + strings.Repeat("02", 48) + "\n"))
			}
			sealed := 0
			opts := Options{Dissect: dissect.Options{Keys: log, Sealed: func(dissect.Sealed) { sealed++ }}}
			sum, err := Run(context.Background(), capture.NewReader(bytes.NewReader(c.Pcap()), "silent.pcap", capture.Options{}), opts, func(dissect.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			if sealed != tt.sealed || sum.TLSWithoutKeys != int64(tt.sealed) {
				t.Errorf("%d told as sealed, %d counted; want %d", sealed, sum.TLSWithoutKeys, tt.sealed)
			}
		})
	}
}
