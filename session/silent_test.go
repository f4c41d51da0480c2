package session

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"wsight/capture"
	"wsight/dissect"
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
			talk := newSealedTalk(t, only13)
			if tt.said != "" {
				talk.send(packets.ClientToServer, []byte(tt.said))
			}
			talk.conn.Close(packets.ClientToServer)
			log := talk.keys(tt.lines)
			if log.Version() == 0 {
				log.Add([]byte("CLIENT_RANDOM " + strings.Repeat("01", 32) + " " + strings.Repeat("02", 48) + "\n"))
			}
			sealed := 0
			opts := Options{Dissect: dissect.Options{Keys: log, Sealed: func(dissect.Sealed) { sealed++ }}}
			sum, err := Run(context.Background(), capture.NewReader(bytes.NewReader(talk.capture.Pcap()), "silent.pcap", capture.Options{}), opts, func(dissect.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			if sealed != tt.sealed || sum.TLSWithoutKeys != int64(tt.sealed) {
				t.Errorf("%d told as sealed, %d counted; want %d", sealed, sum.TLSWithoutKeys, tt.sealed)
			}
		})
	}
}
